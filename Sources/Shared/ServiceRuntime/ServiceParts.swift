import Clocks
import Contracts
import Credentials
import Logging
import Messaging
import Metrics

/// What every service is put together from.
public struct ServiceParts: Sendable {
    /// `results`
    public let name: String
    public let mode: Mode
    public let clocks: Clocks
    public let log: Logger
    public let metrics: Metrics
    public let health: HealthRegistry
    public let identity: ProcessIdentity
    public let keyring: Keyring
    /// Of tokens made out to this service.
    public let verifier: TokenVerifier
    public let busTLS: BusTLS?
    /// The database as the role of this service; empty without migrations.
    public let databaseURL: String
    /// Where private keys other than the process's own may lie.
    public let keysDirectory: String

    /// A channel to a neighbour, which the health answer then names.
    public func channel(to service: String, urls: [String]) throws -> Channel {
        let channel = try Channel(
            to: service, urls: urls, identity: identity, tls: busTLS, clocks: clocks, metrics: metrics, log: log)
        health.add(neighbour: channel)
        return channel
    }

    /// A server for these services and `ers.Health`.
    public func server(
        listeningOn urls: [String], _ tables: [RPCServiceTable], workers: Int = 32
    ) throws -> ReplyServer {
        try ReplyServer(
            service: name, listeningOn: urls, tables: tables + [HealthServer(health).rpcTable], verifier: verifier,
            tls: busTLS, workers: workers, clocks: clocks, metrics: metrics, log: log)
    }
}

extension ServiceParts {
    /// Names this process among the replicas of its service, for owners that wait for its copies to follow. A process
    /// that starts again is another replica.
    public var replica: String { "\(name)-\(replicaID)" }
}

/// Drawn once for each process.
private let replicaID = (0..<4).map { _ in String(UInt16.random(in: .min ... .max), radix: 16) }.joined()

extension ServiceParts {
    /// Wake-ups from publishers of a topic; nil when no publisher is named. Losing some, or all, only costs time.
    public func hints(of topic: String, at urls: [String]) throws -> AsyncStream<Void>? {
        if urls.isEmpty { return nil }
        let subscriber = try Subscriber(urls: urls, topics: [topic], tls: busTLS)
        return AsyncStream { continuation in
            let following = Task {
                for await _ in subscriber.events { continuation.yield() }
                continuation.finish()
            }
            continuation.onTermination = { _ in
                following.cancel()
                subscriber.close()
            }
        }
    }
}
