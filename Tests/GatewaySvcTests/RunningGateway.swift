import Clocks
import Contracts
import Foundation
import Logging
import Metrics
import NIOCore
import ServiceLifecycle
import Testing
import Texts

@testable import GatewaySvc

/// The gateway as it serves, on a free port of the loopback, before neighbours of the same process.
struct RunningGateway: Sendable {
    let gateway: Gateway
    let neighbours: Neighbours
    let clock: HandClock
    let client: HTTPClient
    let metrics: Metrics

    static let secret: [UInt8] = Array(repeating: 7, count: 32)
    static let everything = ["INDIVIDUAL_PII_READ", "GROUP_PII_READ", "EMBARGO_WRITE", "CUSTOM_AGGREGATE_READ"]

    static func with(
        _ change: (inout GatewayConfig) -> Void = { _ in }, _ body: (RunningGateway) async throws -> Void
    ) async throws {
        var config = GatewayConfig()
        config.mode = .sandbox
        config.secureCookies = false
        config.port = 0
        change(&config)
        let clock = HandClock()
        let neighbours = Neighbours(now: clock.clocks.wallMicroseconds)
        neighbours.state.withLock {
            $0.settings = [
                .with {
                    $0.change = 1; $0.key = "state.name"; $0.value = "California"
                },
                .with {
                    $0.change = 2; $0.schoolYear = 2025
                },
                .with {
                    $0.change = 3; $0.schoolYear = 2026
                },
            ]
        }
        let metrics = Metrics(service: "gateway")
        let gateway = try Gateway(
            config, channels(neighbours), web: try WebFiles(files), texts: try Texts(),
            clocks: clock.clocks, metrics: metrics, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await gateway.settingFeed.pull(.starting(budget: .seconds(60)))
        try await gateway.sessionFeed.pull(.starting(budget: .seconds(60)))

        let ports = AsyncStream<Int>.makeStream()
        let http = try #require(gateway.services { ports.continuation.yield($0) }.last)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await http.run() }
            var iterator = ports.stream.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let running = RunningGateway(
                gateway: gateway, neighbours: neighbours, clock: clock, client: HTTPClient(port: port), metrics: metrics
            )
            do {
                try await body(running)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            // What the server says about having been cancelled is of no interest.
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }

    static let files: [(path: String, bytes: Data)] = [
        ("index.html", Data(#"<script type="module" src="/assets/-/app.js"></script>"#.utf8)),
        ("app.js", Data(("import \"./lib/a.js\";" + String(repeating: "// padding\n", count: 200)).utf8)),
        ("lib/a.js", Data("export {};".utf8)),
    ]

    static func channels(_ all: Neighbours) -> Gateway.Neighbours {
        func health(_ name: String) -> RPCServiceTable { SampleHealth(all: all, name: name).rpcTable }
        return Gateway.Neighbours(
            identity: DirectChannel([
                SampleIdentity(all: all).rpcTable, SampleImports(all: all, owner: 1).rpcTable,
                SampleBlobs(all: all).rpcTable, health("identity"),
            ]),
            group: DirectChannel([
                SampleGroups(all: all).rpcTable, SampleImports(all: all, owner: 2).rpcTable,
                SampleBlobs(all: all).rpcTable, health("group"),
            ]),
            results: DirectChannel([
                SampleResults(all: all).rpcTable, SampleIntake(all: all).rpcTable,
                SampleImports(all: all, owner: 3).rpcTable,
                SampleSubmissions(imports: SampleImports(all: all, owner: 3)).rpcTable,
                SampleBlobs(all: all).rpcTable, SampleReports(all: all, ids: []).rpcTable, health("results"),
            ]),
            aggregate: DirectChannel([
                SampleAggregate(all: all).rpcTable, SampleReports(all: all).rpcTable, health("aggregate"),
            ]),
            embargo: DirectChannel([SampleEmbargo(all: all).rpcTable, health("embargo")]))
    }

    // MARK: Asking

    static var cookie: String { "ers=\(Base64URL.encode(secret))" }
    static var csrf: String { SessionCookie.csrfToken(of: secret) }

    func signIn(_ permissions: [String] = everything) { neighbours.signIn(Self.secret, permissions) }

    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> HTTPReply {
        try await client.send("GET", path, ["Cookie": Self.cookie].merging(headers) { $1 })
    }

    func change(_ method: String, _ path: String, json: String, _ headers: [String: String] = [:]) async throws
        -> HTTPReply
    {
        let standard = ["Cookie": Self.cookie, "X-CSRF": Self.csrf, "Content-Type": "application/json"]
        return try await client.send(method, path, standard.merging(headers) { $1 }, body: Array(json.utf8))
    }

    /// A bearer token with the right to load data in the whole state.
    func letClientIn(_ token: String = "client", _ permissions: [String] = ["DATA_WRITE"], statewide: Bool = true) {
        let claims = neighbours.claims(user: 50, session: [], permissions, statewide: statewide)
        neighbours.state.withLock { $0.accessTokens[token] = claims }
    }

    static let bearer = ["Authorization": "Bearer client"]
}

extension HTTPReply {
    var json: JSONValue {
        // The API document has more values than any text from outside may have.
        get throws { try JSONValue(parsing: body, depthLimit: 64, valueLimit: 100_000) }
    }
}
