import Contracts

/// `GET /api/v1/students/{studentID}/history.csv`: a student's history as a file. Its name says nothing about the student.
struct StudentHistoryFileRoute: RouteHandler {
    let file: ExamFile

    static let about = RouteDescription(
        summary: "Test history of one student as CSV, without embargoed results and without student fields.",
        parameters: [
            .id("studentID", "Id of a student, as from the search."), .transfers,
            .optional("year", .integer(Parameter.years), "Only exams of this school year."),
            .optional("subject", .text(length: 1...10, .any), "Only exams of this subject."),
            .optional("type", .choice(["iab", "ica", "sum"]), "Only exams of this type."),
        ] + FilterParameters.ofExams,
        replies: [ExamFile.reply], compressed: false)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let studentID = try ask.integer("studentID")
        let question = ExportExamsRequest.with {
            $0.student = .with {
                $0.studentID = studentID
                $0.hideTransfers = ask.optionalText("transfers") == "hide"
                $0.filter = FilterParameters.filter(ask)
            }
            $0.schoolYear = Int32(clamping: ask.optionalInteger("year") ?? 0)
            $0.subject = ask.optionalText("subject") ?? ""
            $0.type = ask.optionalText("type") ?? ""
        }
        return try await file.answer(question, ask.call) { _ in [file.texts("export.history.filename")] }
    }
}
