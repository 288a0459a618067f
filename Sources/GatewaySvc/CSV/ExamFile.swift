import Calendar
import Clocks
import Contracts
import Hummingbird
import NIOCore
import Texts

/// A CSV file of exams that leaves page by page, as the service gives them.
struct ExamFile: Sendable {
    let results: ResultsClient
    let settings: TenantSettings
    let texts: Texts
    let clocks: Clocks
    /// For each page after the first.
    let budget: Duration

    static let reply = RouteDescription.Reply(
        status: 200, meaning: "The file, as an attachment.", mediaType: "text/csv", schema: .anything)

    private struct Cut: Error {}

    /// The first page is read before anything is sent, so that a refusal is one.
    ///
    /// - Parameter name: of the file, from the school's name, without anything about a student.
    /// - Throws: `Fault` `.unavailable` while nobody can tell which summatives are released: the file would not say that
    ///   something is missing.
    func answer(
        _ question: ExportExamsRequest, _ call: Call, named name: (ExportedExams) -> [String]
    ) async throws -> Answer {
        let first = try await results.exportExams(question, call)
        guard first.notice != .withheld else { throw Fault(.unavailable, texts("export.withheld")) }
        guard !first.groupsOff else { throw Fault(.unavailable, texts("groups.off")) }
        let table = ExamTable(
            first, try await results.listSubjects(Empty(), call), texts: texts, time: settings.time)
        let today = settings.time?.day(of: Moment(microseconds: clocks.wallMicroseconds()))
        let filename = CSVText.filename(name(first) + [today?.description ?? ""])
        var answer = Answer(headers: [
            .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"\(filename)\"",
        ])
        let (results, budget) = (self.results, self.budget)
        answer.body = .stream(
            ResponseBody { writer in
                var start = ByteBuffer(bytes: CSVText.mark)
                start.writeString(CSVText.line(table.headings))
                try await writer.write(start)
                var (page, question) = (first, question)
                while true {
                    var lines = ""
                    for exam in page.exams {
                        if let cells = table.cells(exam) { lines += CSVText.line(cells) }
                    }
                    try await writer.write(ByteBuffer(string: lines))
                    guard !page.nextPageToken.isEmpty else { break }
                    // The same place again would never end.
                    guard page.nextPageToken != question.pageToken else { throw Cut() }
                    question.pageToken = page.nextPageToken
                    var next = call
                    next.deadline = .now + budget
                    page = try await results.exportExams(question, next)
                    guard page.notice != .withheld else { throw Cut() }
                }
                try await writer.finish(nil)
            })
        return answer
    }
}
