import Contracts

/// Every question this service answers; read it first.
struct ResultsServer: ResultsService {
    let subjects: ListSubjects
    let grades: ListGrades
    let assessments: ListSchoolAssessments
    let schoolResults: GetSchoolResults
    let filters: ListFilters
    let export: ExportExams
    let student: FindStudent
    let history: GetStudentHistory
    let groupAssessments: ListGroupAssessments
    let groupResults: GetGroupResults
    let groupDashboard: GetGroupDashboard
    let summatives: CountSummatives
    let ensureStudents: EnsureStudents
    let subjectCodes: SubjectCodeChanges
    let foundGroups: FoundGroupChanges

    func listSubjects(_ ask: Empty, _ call: Call) async throws -> SubjectList { try await subjects(call) }
    func listGrades(_ ask: ListGradesRequest, _ call: Call) async throws -> GradeList { try await grades(ask, call) }
    func listSchoolAssessments(_ ask: SchoolGradeRequest, _ call: Call) async throws -> AssessmentList {
        try await assessments(ask, call)
    }
    func getSchoolResults(_ ask: GetSchoolResultsRequest, _ call: Call) async throws -> AssessmentResultsList {
        try await schoolResults(ask, call)
    }
    func listFilters(_ ask: Empty, _ call: Call) async throws -> FilterFieldList { try await filters(call) }
    func exportExams(_ ask: ExportExamsRequest, _ call: Call) async throws -> ExportedExams { try await export(ask, call) }
    func findStudent(_ ask: FindStudentRequest, _ call: Call) async throws -> StudentFound {
        try await student(ask, call)
    }
    func getStudentHistory(_ ask: GetStudentHistoryRequest, _ call: Call) async throws -> StudentHistory {
        try await history(ask, call)
    }
    func listGroupAssessments(_ ask: GroupYearRequest, _ call: Call) async throws -> GroupAssessmentList {
        try await groupAssessments(ask, call)
    }
    func getGroupResults(_ ask: GetGroupResultsRequest, _ call: Call) async throws -> AssessmentResultsList {
        try await groupResults(ask, call)
    }
    func getGroupDashboard(_ ask: GroupYearRequest, _ call: Call) async throws -> GroupDashboard {
        try await groupDashboard(ask, call)
    }
    func ensureStudents(_ ask: EnsureStudentsRequest, _ call: Call) async throws -> EnsuredStudents {
        try await ensureStudents(ask, call)
    }
    func subjectCodeChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SubjectCodeChangesPage {
        try await subjectCodes(ask, call)
    }
    func foundGroupChanges(_ ask: ChangesRequest, _ call: Call) async throws -> FoundGroupChangesPage {
        try await foundGroups(ask, call)
    }
    func countSummatives(_ ask: CountSummativesRequest, _ call: Call) async throws -> SummativeCounts {
        try await summatives(ask, call)
    }
}
