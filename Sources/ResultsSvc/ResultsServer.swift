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
    let summatives: CountSummatives

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
    func countSummatives(_ ask: CountSummativesRequest, _ call: Call) async throws -> SummativeCounts {
        try await summatives(ask, call)
    }
}
