import Contracts
import Postgres

/// Every question this service answers; read it first.
struct ResultsServer: ResultsService {
    let subjects: ListSubjects
    let grades: ListGrades
    let assessments: ListSchoolAssessments
    let schoolResults: GetSchoolResults
    let filters: ListFilters
    let export: ExportExams
    let createExport: CreateExport
    let replaceExportQuery: ReplaceExportQuery
    let student: FindStudent
    let history: GetStudentHistory
    let groupAssessments: ListGroupAssessments
    let groupResults: GetGroupResults
    let groupDashboard: GetGroupDashboard
    let summatives: CountSummatives
    let ensureStudents: EnsureStudents
    let subjectCodes: SubjectCodeChanges
    let foundGroups: FoundGroupChanges
    let feeds: ResultsFeeds

    func listSubjects(_ ask: Empty, _ call: Call) async throws -> SubjectList { try await subjects(call) }
    func listGrades(_ ask: ListGradesRequest, _ call: Call) async throws -> GradeList { try await grades(ask, call) }
    func listSchoolAssessments(_ ask: SchoolGradeRequest, _ call: Call) async throws -> AssessmentList {
        try await assessments(ask, call)
    }
    func getSchoolResults(_ ask: GetSchoolResultsRequest, _ call: Call) async throws -> AssessmentResultsList {
        try await schoolResults(ask, call)
    }
    func listFilters(_ ask: Empty, _ call: Call) async throws -> FilterFieldList { try await filters(call) }
    func exportExams(_ ask: ExportExamsRequest, _ call: Call) async throws -> ExportedExams {
        try await export(ask, call)
    }
    func createExport(_ ask: ExportQuery, _ call: Call) async throws -> Report { try await createExport(ask, call) }
    func replaceExportQuery(_ ask: ReplaceExportQueryRequest, _ call: Call) async throws -> SavedQuery {
        try await replaceExportQuery(ask, call)
    }
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
    func subjectChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SubjectChangesPage {
        try await feeds.subjects(ask, call)
    }
    func assessmentChanges(_ ask: ChangesRequest, _ call: Call) async throws -> AssessmentChangesPage {
        try await feeds.assessments(ask, call)
    }
    func studentChanges(_ ask: ChangesRequest, _ call: Call) async throws -> StudentChangesPage {
        try await feeds.students(ask, call)
    }
    func examChanges(_ ask: ChangesRequest, _ call: Call) async throws -> ExamChangesPage {
        try await feeds.exams(ask, call)
    }
}

/// What other services copy.
struct ResultsFeeds: Sendable {
    let subjects: SubjectChanges
    let assessments: AssessmentChanges
    let students: StudentChanges
    let exams: ExamChanges

    /// - Parameter database: as the role `results`: a feed tells of everything, whoever may see it.
    init(database: Database, catalogue: SubjectCatalogue) {
        subjects = SubjectChanges(database: database, catalogue: catalogue)
        assessments = AssessmentChanges(database: database, catalogue: catalogue)
        students = StudentChanges(database: database)
        exams = ExamChanges(database: database)
    }
}
