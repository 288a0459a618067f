import Clocks
import Contracts
import Foundation
import Logging
import Metrics
import Postgres
import Support
import Synchronization
import Testing

@testable import EmbargoSvc

/// Programs that are told by requests: in order, until they have taken it, whatever dies in between (Embargo R11).
@Suite struct WebhookTests {
    static let hook = Webhook(
        name: "sis", url: "https://sis.example.org/embargo", host: "sis.example.org",
        secret: Array("0123456789abcdef0123456789abcdef".utf8))

    /// A receiver that keeps what it took and fails on demand.
    final class Receiver: Sendable {
        struct State {
            var bodies: [[UInt8]] = []
            var headers: [[(String, String)]] = []
            var failure: WebhookRequest.Failure?
            /// It takes the body, and nobody hears that it did.
            var isMute = false
        }
        let state = Mutex(State())

        func take(_ body: [UInt8], _ headers: [(String, String)], _ hook: Webhook) throws {
            try state.withLock {
                if let failure = $0.failure, !$0.isMute { throw failure }
                $0.bodies.append(body)
                $0.headers.append(headers)
                if $0.isMute { throw WebhookRequest.Failure.unreachable }
            }
        }

        /// Epoch and sequences of each body.
        var told: [(epoch: String, sequences: [Int64])] {
            get throws {
                struct Body: Decodable {
                    struct Change: Decodable { let sequence: Int64 }
                    let epoch: String
                    let changes: [Change]
                }
                return try state.withLock { $0.bodies }.map {
                    let body = try JSONDecoder().decode(Body.self, from: Data($0))
                    return (body.epoch, body.changes.map(\.sequence))
                }
            }
        }
        func fails(_ failure: WebhookRequest.Failure?, mute: Bool = false) {
            state.withLock { ($0.failure, $0.isMute) = (failure, mute) }
        }
    }

    struct Telling: Sendable {
        let world: World
        let clock = HandClock()
        let receiver = Receiver()
        let metrics = Metrics(service: "test")

        /// A replica.
        func webhooks(_ holder: String = "a", hooks: [Webhook] = [WebhookTests.hook]) async throws -> Webhooks {
            let positions = WebhookPositions(database: world.database, clocks: clock.clocks, holder: holder)
            try await positions.register(hooks)
            let receiver = receiver
            return Webhooks(
                hooks, log: NotificationLog(database: world.database), positions: positions,
                news: AsyncStream { $0.finish() }, clocks: clock.clocks, metrics: metrics, logger: .quiet,
                send: { try receiver.take($0, $1, $2) })
        }

        /// The State's value, back and forth.
        func change(_ times: Int) async throws {
            for _ in 0..<times {
                let cell = try await world.list(2020, NotificationTests.semb).state?.cells.first
                _ = try await world.set(
                    0, cell?.value == .released ? .embargoed : .released, version: cell?.version ?? 0,
                    NotificationTests.semb, waiting: false)
            }
        }
    }

    static func with(_ body: @Sendable (Telling) async throws -> Void) async throws {
        try await World.with { try await body(Telling(world: $0)) }
    }

    @Test("a change that is not taken is told again after pauses that double, then everything in order")
    func backoff() async throws {
        try await Self.with { telling in
            let webhooks = try await telling.webhooks()
            #expect(try await webhooks.step(Self.hook) == .idle)
            try await telling.change(3)
            telling.receiver.fails(.refused)
            var pauses: [Int] = []
            for _ in 0..<12 {
                #expect(try await webhooks.step(Self.hook) == .failed)
                var waited = 0
                while try await webhooks.step(Self.hook) == .idle {
                    telling.clock.advance(.seconds(1))
                    waited += 1
                }
                // The look that ended the waiting was an attempt as well.
                pauses.append(waited)
                telling.clock.advance(.seconds(600))
            }
            #expect(pauses.prefix(4) == [1, 4, 16, 64] && pauses.max() == 300)
            telling.receiver.fails(nil)
            #expect(try await webhooks.step(Self.hook) == .told)
            #expect(try telling.receiver.told.map(\.sequences) == [[1, 2, 3]])
            #expect(try await webhooks.step(Self.hook) == .idle)
        }
    }

    @Test("taken but not known to be taken: told again, with the same sequences")
    func atLeastOnce() async throws {
        try await Self.with { telling in
            let webhooks = try await telling.webhooks()
            try await telling.change(2)
            telling.receiver.fails(.unreachable, mute: true)
            #expect(try await webhooks.step(Self.hook) == .failed)
            telling.receiver.fails(nil)
            telling.clock.advance(.seconds(2))
            #expect(try await webhooks.step(Self.hook) == .told)
            #expect(try telling.receiver.told.map(\.sequences) == [[1, 2], [1, 2]])
        }
    }

    @Test("of two replicas one tells; when it dies the other goes on where it was, after the lease")
    func replicas() async throws {
        try await Self.with { telling in
            let (one, other) = (try await telling.webhooks("one"), try await telling.webhooks("other"))
            try await telling.change(1)
            #expect(try await one.positions.claim(Self.hook) != nil)
            #expect(try await other.step(Self.hook) == .idle)
            telling.clock.advance(.seconds(31))
            #expect(try await other.step(Self.hook) == .told)
            // What the first one knew is void: it may not move the position.
            try await one.positions.advance(Self.hook, epoch: [], to: 0)
            #expect(try await other.step(Self.hook) == .idle)
            #expect(try telling.receiver.told.map(\.sequences) == [[1]])
        }
    }

    @Test("more than a body holds comes in several, without a gap; a hook that is down holds up no other")
    func batches() async throws {
        try await Self.with { telling in
            let down = Webhook(name: "down", url: Self.hook.url, host: Self.hook.host, secret: Self.hook.secret)
            let webhooks = try await telling.webhooks(hooks: [down, Self.hook])
            try await telling.world.database.transaction(.starting(budget: .seconds(60))) { session in
                try session.script(
                    """
                    INSERT INTO embargo.notification SELECT n, now(), 2020, 1, 'CA', 1, 1 + n % 2 FROM generate_series(1, 250) n
                    """)
            }
            telling.receiver.fails(.noSuchHost)
            #expect(try await webhooks.step(down) == .failed)
            telling.receiver.fails(nil)
            while try await webhooks.step(Self.hook) == .told {}
            #expect(try telling.receiver.told.map(\.sequences.count) == [100, 100, 50])
            #expect(try telling.receiver.told.flatMap(\.sequences) == Array(1...250))
            #expect(telling.metrics.render().contains(#"webhook_behind{service="test",hook="down"} 250"#))
        }
    }

    @Test("after a restore everything is told again in the new epoch; so is a log that ends before what was told")
    func restored() async throws {
        try await Self.with { telling in
            let webhooks = try await telling.webhooks()
            try await telling.change(2)
            #expect(try await webhooks.step(Self.hook) == .told)
            try await telling.world.database.transaction(.starting(budget: .seconds(20))) {
                try $0.script("UPDATE embargo.feed_head SET home = ''")
            }
            // No page is told under the old epoch.
            #expect(await fault { try await webhooks.step(Self.hook) } == .unavailable)
            try await telling.world.home.settle(.starting(budget: .seconds(20)))
            telling.clock.advance(.seconds(31))
            #expect(try await webhooks.step(Self.hook) == .told)
            let told = try telling.receiver.told
            #expect(told.map(\.sequences) == [[1, 2], [1, 2]] && told[0].epoch != told[1].epoch)
            try await telling.world.database.transaction(.starting(budget: .seconds(20))) {
                try $0.script("UPDATE embargo.webhook SET sequence = 7")
            }
            #expect(try await webhooks.step(Self.hook) == .told)
            #expect(try telling.receiver.told.last?.sequences == [1, 2])
        }
    }

    @Test("a body and its signature, byte for byte")
    func signature() async throws {
        try await Self.with { telling in
            let webhooks = try await telling.webhooks()
            try await telling.change(1)
            try await webhooks.step(Self.hook)
            let (body, headers) = try #require(
                telling.receiver.state.withLock { state in
                    state.bodies.first.map { ($0, Dictionary(uniqueKeysWithValues: state.headers[0])) }
                })
            let second = try #require(headers["ERS-Timestamp"].flatMap(Int64.init))
            #expect(headers["ERS-Signature"] == Self.hook.signature(of: body, at: second))
            #expect(headers["Content-Type"] == "application/json")
        }
        // Made with OpenSSL: printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
        #expect(
            Self.hook.signature(of: Array(#"{"a":1}"#.utf8), at: 1_700_000_000)
                == "v1=f05f2539e3ae1c49aec5f8cfdad75ef6b06480b133973ffbb7ec9e18827af177")
        let other = Webhook(name: "x", url: "", host: "", secret: Array("another secret that is long enough".utf8))
        #expect(other.signature(of: [1], at: 1) != Self.hook.signature(of: [1], at: 1))
    }

    @Test(
        "addresses of this machine, of private networks and of nobody are not public, in whatever coat",
        arguments: [
            ("127.0.0.1", false), ("127.255.255.254", false), ("0.0.0.0", false), ("10.1.2.3", false),
            ("172.15.255.255", true), ("172.16.0.1", false), ("172.31.255.255", false), ("172.32.0.1", true),
            ("192.168.1.1", false), ("192.167.1.1", true), ("169.254.169.254", false), ("100.63.255.255", true),
            ("100.64.0.1", false), ("100.127.255.255", false), ("100.128.0.1", true), ("198.18.0.1", false),
            ("198.19.255.255", false), ("198.20.0.1", true), ("192.0.0.1", false), ("192.0.2.1", false),
            ("203.0.113.7", false), ("224.0.0.1", false), ("255.255.255.255", false), ("8.8.8.8", true),
            ("::", false), ("::1", false), ("fe80::1", false), ("fc00::1", false), ("fd12:3456::1", false),
            ("ff02::1", false), ("::ffff:127.0.0.1", false), ("::ffff:10.0.0.1", false), ("::ffff:8.8.8.8", true),
            ("64:ff9b::7f00:1", false), ("64:ff9b::808:808", true), ("2001:db8::1", false), ("2002:7f00:1::", false),
            ("2001:0:1::1", false), ("2606:4700::1111", true),
        ])
    func addresses(text: String, isPublic: Bool) {
        let found = PublicAddress.resolve(text)
        #expect(found.count == 1)
        #expect(found.first.map { PublicAddress.isPublic($0.bytes) } == isPublic)
    }

    @Test("neither 4 nor 16 bytes are no address")
    func noAddress() {
        for count in [0, 3, 5, 15, 17] { #expect(!PublicAddress.isPublic([UInt8](repeating: 8, count: count))) }
        #expect(PublicAddress.resolve("no-such-host.invalid").isEmpty)
    }

    static let long = "0123456789abcdef0123456789abcdef"

    @Test(
        "what is wrong with a list is said by name, without an address or a secret",
        arguments: [
            ("", "is no JSON list"), ("{}", "is no JSON list"), (#"[{"name":"a"}]"#, "is no JSON list"),
            (#"[{"name":"a b","url":"https://h.example/","secretFile":"good"}]"#, "webhook number 1 needs a name"),
            (#"[{"name":"a","url":"ftp://h.example/","secretFile":"good"}]"#, "webhook a must use https"),
            (#"[{"name":"a","url":"http://h.example/","secretFile":"good"}]"#, "webhook a must use https"),
            (#"[{"name":"a","url":"https://u:p@h.example/","secretFile":"good"}]"#, "webhook a has an address"),
            (#"[{"name":"a","url":"https://h.example/#x","secretFile":"good"}]"#, "webhook a has an address"),
            (#"[{"name":"a","url":"h.example","secretFile":"good"}]"#, "webhook a has an address"),
            (#"[{"name":"a","url":"https://other.example/","secretFile":"good"}]"#, "webhook a has a host"),
            (#"[{"name":"a","url":"https://h.example.evil.org/","secretFile":"good"}]"#, "webhook a has a host"),
            (#"[{"name":"a","url":"https://h.example/","secretFile":"short"}]"#, "webhook a needs a secretFile"),
            (#"[{"name":"a","url":"https://h.example/","secretFile":"none"}]"#, "webhook a needs a secretFile"),
        ])
    func refusedLists(text: String, problem: String) {
        let list = WebhookList(text, hosts: ["H.example"], allowsHTTP: false) {
            ["good": Self.long, "short": "0123"][$0]
        }
        #expect(list.hooks.isEmpty)
        #expect(list.problems.contains { $0.hasPrefix(problem) }, "\(list.problems)")
        #expect(!list.problems.contains { $0.contains("0123") || $0.contains("evil") })
    }

    @Test("a list of two, and one that is there twice or too long")
    func lists() throws {
        func entry(_ name: String) -> String {
            #"{"name":"\#(name)","url":"https://h.example:8443/x?y=1","secretFile":"good"}"#
        }
        func list(_ entries: [String]) -> WebhookList {
            WebhookList("[\(entries.joined(separator: ","))]", hosts: ["h.example"], allowsHTTP: false) { _ in Self.long
            }
        }
        let two = list([entry("a"), entry("B-2")])
        #expect(two.problems.isEmpty && two.hooks.map(\.name) == ["a", "B-2"])
        #expect(two.hooks[0].host == "h.example" && two.hooks[0].secret == Array(Self.long.utf8))
        #expect(list([entry("a"), entry("a")]).problems == ["webhook a is there twice"])
        #expect(list((0...20).map { entry("n\($0)") }).problems == ["has more than 20 webhooks"])
        let http = WebhookList(
            #"[{"name":"a","url":"http://h.example/","secretFile":"good"}]"#, hosts: ["h.example"], allowsHTTP: true
        ) { _ in Self.long }
        #expect(http.problems.isEmpty)
    }
}
