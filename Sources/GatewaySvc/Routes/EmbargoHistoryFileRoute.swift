import Calendar
import Clocks
import Contracts
import Hummingbird
import NIOCore
import Texts

/// `GET /api/v1/embargo/history.csv[?year=2026]`: who changed what, as a file for those who keep records (access §6.11).
struct EmbargoHistoryFileRoute: RouteHandler {
    let embargo: EmbargoClient
    let texts: Texts
    let clocks: Clocks
    /// For each page after the first.
    let budget: Duration

    static let about = RouteDescription(
        summary: "Effective changes of embargo settings as CSV, the newest first: of one school year, or of all.",
        parameters: [.optional("year", .integer(Parameter.years), "School year, by the calendar year it ends in.")],
        replies: [
            .init(status: 200, meaning: "The file, as an attachment.", mediaType: "text/csv", schema: .anything)
        ], compressed: false)

    private static let headings = [
        "Date of Status Change", "School Year", "Organization Type", "Organization Id", "Organization Name",
        "Report Type", "New Status", "Previous Status", "Previous Effective Status", "User Name",
    ]

    private struct Stuck: Error {}

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let (embargo, route, call) = (embargo, self, ask.call)
        let year = Int32(clamping: ask.optionalInteger("year") ?? 0)
        let question = ReadEmbargoHistoryRequest.with { $0.schoolYear = year }
        // The first page before the answer begins, so that a refusal is one.
        let first = try await embargo.readEmbargoHistory(question, call)
        let day = Moment(microseconds: clocks.wallMicroseconds()).dayInUTC?.description ?? ""
        let words = ["embargo-changes"] + (year == 0 ? [] : [String(year)]) + [day]
        var answer = Answer(headers: [
            .contentType: "text/csv; charset=utf-8",
            .contentDisposition: "attachment; filename=\"\(CSVText.filename(words))\"",
        ])
        answer.body = .stream(
            ResponseBody { writer in
                var start = ByteBuffer(bytes: CSVText.mark)
                start.writeString(CSVText.line(Self.headings))
                try await writer.write(start)
                var (page, question) = (first, question)
                while true {
                    try await writer.write(ByteBuffer(string: page.entries.map(route.line).joined()))
                    guard page.nextBefore != 0 else { break }
                    // The same place again would never end.
                    guard question.before == 0 || page.nextBefore < question.before else { throw Stuck() }
                    question.before = page.nextBefore
                    var next = call
                    next.deadline = .now + route.budget
                    page = try await embargo.readEmbargoHistory(question, next)
                }
                try await writer.finish(nil)
            })
        return answer
    }

    /// Times as the reference writes them (access §6.11).
    private func line(_ entry: EmbargoHistoryEntry) -> String {
        let at = Moment(microseconds: entry.atUs).description
        return CSVText.line([
            "\(at.prefix(10)) \(at.dropFirst(11).prefix(8)) UTC", texts.schoolYear(Int(entry.schoolYear)),
            texts(entry.districtID == 0 ? "embargo.state" : "embargo.district"), entry.naturalID,
            entry.organizationName, texts("embargo.\(EmbargoWords.text(entry.kind))"),
            texts("embargo.\(EmbargoWords.text(entry.newValue))"),
            texts("embargo.\(EmbargoWords.text(entry.oldValue))"),
            texts("embargo.\(EmbargoWords.text(entry.oldEffective))"), entry.login,
        ])
    }
}
