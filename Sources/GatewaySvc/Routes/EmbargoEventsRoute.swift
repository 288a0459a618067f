import Calendar
import Contracts
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// `GET /api/v1/embargo/events`: effective changes of embargoes as they happen, for pages that stand open (Server-Sent
/// Events). The same log and the same promise as docs/embargo-notifications.md: in order, each once, from where the client
/// says that it is (`Last-Event-ID`).
struct EmbargoEventsRoute: RouteHandler {
    let news: EmbargoNews
    let sessions: Sessions

    /// Then the client connects again, from where it is.
    static let longest: Duration = .seconds(300)

    static let about = RouteDescription(
        summary:
            "Changes of embargoes as they happen (Server-Sent Events); ends after five minutes or with the session.",
        replies: [
            .init(
                status: 200,
                meaning: """
                    Events `embargo` with schoolYear, level, naturalId, kind, value, sequence and at; `position` at the \
                    start; `restart` when the log was restored and is told again from its first change.
                    """, mediaType: "text/event-stream", schema: .text())
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        guard let session = ask.session else { throw Fault(.unauthenticated, "a session is needed") }
        let start: EmbargoNews.Position
        if let known = Self.position(HTTPField.Name("Last-Event-ID").flatMap { ask.headers[$0] }) {
            start = known
        } else {
            start = try await news.head()
        }
        let (news, sessions, wakes) = (self.news, self.sessions, try news.wakes())
        var answer = Answer(headers: [.contentType: "text/event-stream"])
        answer.body = .stream(
            ResponseBody { writer in
                let end = ContinuousClock.now + Self.longest
                var position = start
                try await writer.write(ByteBuffer(string: "retry: 2000\n" + Self.event("position", position, "{}")))
                position = try await Self.tell(&writer, news, after: position)
                // A process that ends lets go of who listens: the next one tells them the rest.
                for await _ in wakes.cancelOnGracefulShutdown() {
                    // Who has logged off meanwhile hears no more.
                    guard ContinuousClock.now < end,
                        (try? await sessions.resume(session.secret, use: false, .starting(budget: .seconds(5)))) != nil
                    else { break }
                    position = try await Self.tell(&writer, news, after: position)
                }
                try await writer.finish(nil)
            })
        return answer
    }

    /// Writes what is new, or a line that shows that the connection lives.
    private static func tell(
        _ writer: inout any ResponseBodyWriter, _ news: EmbargoNews, after start: EmbargoNews.Position
    ) async throws -> EmbargoNews.Position {
        var position = start
        while true {
            let page = try await news.page(after: position)
            var text = ""
            if page.beginAgain {
                position = EmbargoNews.Position(epoch: page.epoch, sequence: 0)
                text = event("restart", position, "{}")
            }
            for change in page.notifications {
                position = EmbargoNews.Position(epoch: page.epoch, sequence: change.sequence)
                text += event("embargo", position, data(change))
            }
            let isDone = !page.beginAgain && position.sequence >= page.head
            if text.isEmpty { text = ":\n\n" }
            try await writer.write(ByteBuffer(string: text))
            if isDone || (page.notifications.isEmpty && !page.beginAgain) { return position }
        }
    }

    private static func event(_ name: String, _ position: EmbargoNews.Position, _ data: String) -> String {
        "id: \(Hex.lower(position.epoch)).\(position.sequence)\nevent: \(name)\ndata: \(data)\n\n"
    }

    private static func data(_ change: EmbargoNotification) -> String {
        let text = jsonText(capacity: 256) { json in
            json.object {
                $0.field("schoolYear", change.schoolYear)
                $0.field("level", change.level == .state ? "state" : "district")
                $0.field("naturalId", change.naturalID)
                $0.field("kind", EmbargoWords.text(change.kind))
                $0.field("value", EmbargoWords.text(change.value))
                $0.field("sequence", change.sequence)
                $0.field("at", Moment(microseconds: change.atUs).wholeSeconds)
            }
        }
        return String(buffer: text)
    }

    /// `epoch.sequence`; nil for anything else, which then counts as no position.
    private static func position(_ text: String?) -> EmbargoNews.Position? {
        guard let parts = text?.split(separator: "."), parts.count == 2, let epoch = Hex.bytes(parts[0]),
            epoch.count == 16,
            let sequence = boundedInteger(parts[1]), sequence >= 0
        else { return nil }
        return EmbargoNews.Position(epoch: epoch, sequence: sequence)
    }
}
