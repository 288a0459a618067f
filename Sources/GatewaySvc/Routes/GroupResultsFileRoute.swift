import Contracts

/// `GET /api/v1/groups/{groupID}/results.csv?year=2026[&assessment=ID…]`: the results page of a group as a file. Groups are
/// named by people, and may be named after one, so the name of the file is that of the school.
struct GroupResultsFileRoute: RouteHandler {
    let file: ExamFile

    static let about = RouteDescription(
        summary: "The exams of chosen assessments of one group as CSV, without those that are embargoed.",
        parameters: [.groupID, .year, .assessments, .transfers] + FilterParameters.ofExams
            + FilterParameters.ofStudents,
        replies: [ExamFile.reply], compressed: false)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let question = try GetGroupResultsRequest.with {
            $0.groupID = try ask.integer("groupID")
            $0.schoolYear = try ask.year()
            $0.assessmentIDs = ask.integers("assessment")
            $0.hideTransfers = ask.optionalText("transfers") == "hide"
            $0.filter = FilterParameters.filter(ask)
        }
        return try await file.answer(.with { $0.group = question }, ask.call) {
            [$0.name, file.texts("export.group.filename")]
        }
    }
}
