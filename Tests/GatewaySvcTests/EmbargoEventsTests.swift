import Contracts
import Testing

@testable import GatewaySvc

/// Changes of embargoes for pages that stand open (access §6.9): from where the client is, in order, each once.
@Suite struct EmbargoEventsTests {
    static let epoch = String(repeating: "ab", count: 16)

    /// What a listener hears from its start until its session is over.
    static func heard(_ position: String?) async throws -> [String] {
        var lines: [String] = []
        try await RunningGateway.with { running in
            running.signIn()
            async let reply = running.get("/api/v1/embargo/events", position.map { ["Last-Event-ID": $0] } ?? [:])
            while running.gateway.news.listenerCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
            // The session ends; at its next look the stream does as well.
            running.neighbours.state.withLock { $0.sessions = [:] }
            running.gateway.sessions.dropAll()
            while running.gateway.news.listenerCount > 0 {
                running.gateway.news.wake()
                try await Task.sleep(for: .milliseconds(2))
            }
            let answer = try await reply
            #expect(answer.status == 200 && answer.header("Content-Type") == "text/event-stream")
            #expect(answer.header("Cache-Control") == "no-store")
            lines = answer.text.split(separator: "\n").map(String.init).filter { $0 != ":" }
        }
        return lines
    }

    static func change(_ sequence: Int, _ level: String, _ id: String, _ value: String) -> [String] {
        [
            "id: \(epoch).\(sequence)", "event: embargo",
            #"data: {"schoolYear":2026,"level":"\#(level)","naturalId":"\#(id)","kind":"individual","value":"\#(value)","#
                + #""sequence":\#(sequence),"at":"2026-05-28T20:26:40Z"}"#,
        ]
    }

    static func start(_ position: String) -> [String] {
        ["retry: 2000", "id: \(position)", "event: position", "data: {}"]
    }

    @Test("without a position only what comes is told")
    func fromNow() async throws {
        let heard = try await Self.heard(nil)
        #expect(heard == Self.start("\(Self.epoch).3"))
    }

    @Test("a position is a place in the log: what follows, once")
    func fromAPosition() async throws {
        let heard = try await Self.heard("\(Self.epoch).1")
        #expect(
            heard == Self.start("\(Self.epoch).1")
                + Self.change(2, "district", "88800120000000", "embargoed")
                + Self.change(3, "district", "88800120000000", "released"))
        let nothingNew = try await Self.heard("\(Self.epoch).3")
        #expect(nothingNew == Self.start("\(Self.epoch).3"))
    }

    @Test("after a restore everything is told again, and that it is")
    func afterARestore() async throws {
        let old = String(repeating: "0", count: 32)
        let heard = try await Self.heard("\(old).2")
        #expect(
            heard == Self.start("\(old).2")
                + ["id: \(Self.epoch).0", "event: restart", "data: {}"] + Self.change(1, "state", "CA", "embargoed")
                + Self.change(2, "district", "88800120000000", "embargoed")
                + Self.change(3, "district", "88800120000000", "released"))
    }

    @Test(
        "what is no position counts as none",
        arguments: [
            "", "3", ".", "ab.3", "\(epoch).", "\(epoch).-1", "\(epoch).x", "\(epoch).99999999999999999999",
            "zz\(epoch.dropFirst(2)).1",
        ])
    func noPosition(_ text: String) async throws {
        let heard = try await Self.heard(text)
        #expect(heard == Self.start("\(Self.epoch).3"))
    }

    @Test("nobody listens without a session")
    func needsASession() async throws {
        try await RunningGateway.with { running in
            let answer = try await running.client.send("GET", "/api/v1/embargo/events")
            #expect(answer.status == 401)
            #expect(running.gateway.news.listenerCount == 0)
        }
    }

    @Test("there are no more listeners than the process can carry")
    func limit() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let streams = try (0..<EmbargoNews.listenerLimit).map { _ in try running.gateway.news.wakes() }
            let answer = try await running.get("/api/v1/embargo/events")
            #expect(answer.status == 429 && answer.header("Retry-After") != nil)
            withExtendedLifetime(streams) {}
        }
    }
}
