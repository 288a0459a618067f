import Contracts

/// `GET /api/v1/schools/{schoolID}/results.csv?grade=03&year=2026[&assessment=ID…]`: the results page as a file.
struct SchoolResultsFileRoute: RouteHandler {
    let file: ExamFile

    static let about = RouteDescription(
        summary: "The exams of chosen assessments at one school as CSV, without those that are embargoed.",
        parameters: [.schoolID, .grade, .year, .assessments, .transfers] + FilterParameters.ofExams
            + FilterParameters.ofStudents,
        replies: [ExamFile.reply], compressed: false)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let (texts, grade) = (file.texts, try ask.text("grade"))
        let question = try GetSchoolResultsRequest.with {
            $0.schoolID = try ask.integer("schoolID")
            $0.grade = grade
            $0.schoolYear = try ask.year()
            $0.assessmentIDs = ask.integers("assessment")
            $0.hideTransfers = ask.optionalText("transfers") == "hide"
            $0.filter = FilterParameters.filter(ask)
        }
        return try await file.answer(.with { $0.school = question }, ask.call) {
            [$0.name, texts.label("grade", grade, form: "short")]
        }
    }
}
