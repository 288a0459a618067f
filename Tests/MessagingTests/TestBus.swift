import Clocks
import Contracts
import Credentials
import Logging
import Metrics
import Synchronization
import Testing

@testable import Messaging

/// One suite's worth of keys and a bus: servers that answer as a test says, and channels to them.
final class TestBus: Sendable {
    typealias Answer = @Sendable (AppendBlobRequest, Call) async throws -> AppendBlobRequest

    /// May be repeated.
    static let read = RPCMethodInfo(
        service: "test.Echo", method: "Read", idempotent: true, callers: ["gateway"], person: false)
    /// Must not be.
    static let write = RPCMethodInfo(
        service: "test.Echo", method: "Write", idempotent: false, callers: ["gateway"], person: false)
    /// Somebody must ask.
    static let mine = RPCMethodInfo(
        service: "test.Echo", method: "Mine", idempotent: true, callers: ["gateway"], person: true)
    /// Programs outside the suite ask.
    static let outside = RPCMethodInfo(
        service: "test.Echo", method: "Outside", idempotent: true, callers: [], person: false, client: "a.scope")

    let folder: BusFolder
    let metrics = Metrics(service: "test")
    let logged = LogLines()
    private let keys: [String: SigningKey]
    private let keyring: Keyring

    init() throws {
        folder = try BusFolder()
        let names = ["service-gateway", "service-group", "service-results", "caller-1"]
        keys = Dictionary(uniqueKeysWithValues: names.map { ($0, SigningKey.generate(id: $0)) })
        keyring = try Keyring(publicKeys: keys.mapValues(\.publicKey))
    }

    func identity(_ service: String) -> ProcessIdentity {
        ProcessIdentity(service: service, key: keys["service-\(service)"]!, clocks: .system)
    }

    /// A token of a person, signed as Identity does.
    func person(_ claims: CallerClaims) throws -> [UInt8] {
        try CallerTokenIssuer(key: keys["caller-1"]!, clocks: .system).issue(claims)
    }

    func server(
        _ url: String, tls: BusTLS? = nil, workers: Int = 8, grace: Duration = .seconds(20),
        clients: ClientScopes? = nil, _ answer: @escaping Answer
    ) throws -> RunningServer {
        let table = RPCServiceTable(
            "test.Echo", [Self.read, Self.write, Self.mine, Self.outside].map { RPCMethod($0, answer) })
        let log = logged.logger
        return RunningServer(
            try ReplyServer(
                service: "results", listeningOn: [url], tables: [table],
                verifier: TokenVerifier(keyring, service: "results", clocks: .system), clients: clients, tls: tls,
                workers: workers, grace: grace, metrics: metrics, log: log))
    }

    func channel(
        _ urls: String..., as service: String = "gateway", identity: ProcessIdentity? = nil, tls: BusTLS? = nil,
        grace: Duration = .seconds(20), _ change: (inout ChannelLimits) -> Void = { _ in }
    ) throws -> Channel {
        var limits = ChannelLimits()
        limits.grace = grace
        change(&limits)
        return try Channel(
            to: "results", urls: urls, identity: service.isEmpty ? nil : identity ?? self.identity(service), tls: tls,
            limits: limits,
            metrics: metrics, log: logged.logger)
    }
}

/// A server with its `run` under way.
final class RunningServer: Sendable {
    private let server: ReplyServer
    private let running: Task<Void, any Error>

    init(_ server: ReplyServer) {
        self.server = server
        running = Task { try await server.run() }
    }

    var url: String { server.urls[0] }
    func beginStop() { server.stop() }
    func stop() async throws {
        server.stop()
        try await running.value
    }
    deinit { server.stop() }
}

extension Channel {
    /// Sends `bytes` through one of the methods of `TestBus` and gives back what comes.
    func ask(
        _ bytes: [UInt8] = [], _ method: RPCMethodInfo = TestBus.read, budget: Duration = .seconds(20),
        _ change: (inout Call) -> Void = { _ in }
    ) async throws -> [UInt8] {
        var call = Call.starting(budget: budget)
        change(&call)
        let answer: AppendBlobRequest = try await ask(method, AppendBlobRequest.with { $0.bytes = bytes }, call)
        return answer.bytes
    }
}

/// An envelope as a channel would send it, for tests that change a part of it.
func envelope(_ method: RPCMethodInfo, _ identity: ProcessIdentity, _ change: (inout RpcRequest) -> Void) throws
    -> [UInt8]
{
    var request = RpcRequest()
    request.protocol = 1
    request.service = method.service
    request.method = method.method
    request.requestID = Call.starting(budget: .zero).requestID
    request.timeoutMs = 20_000
    request.serviceToken = identity.token(for: "results")
    request.attempt = 1
    change(&request)
    return try request.serialized(limit: 16 << 20)
}

/// Runs `body` and gives the fault that it throws.
func fault(_ body: () async throws -> [UInt8]) async -> Fault? {
    do {
        let answer = try await body()
        Issue.record("an answer of \(answer.count) bytes instead of a fault")
        return nil
    } catch let fault as Fault {
        return fault
    } catch {
        Issue.record("\(error) instead of a fault")
        return nil
    }
}

/// Waits, without sleeping, for what no signal tells.
func eventually(_ condition: () -> Bool) async {
    let end = ContinuousClock.now + .seconds(30)
    while !condition(), .now < end { await Task.yield() }
    #expect(condition())
}

/// What has been logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(lines: self) }
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.level): \(event.message) \(event.metadata ?? [:])") }
        }
    }
}
