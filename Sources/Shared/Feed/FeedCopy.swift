import Clocks
import Contracts
import Logging
import Metrics
import Postgres
import ServiceLifecycle

/// This service's copy of rows that another service owns, kept equal to them (DESIGN §3).
///
/// It asks the owner for what changed: at every hint, and every `poll` even without one, since hints get lost. Rows and
/// position are stored in one transaction that first checks that the position is still the one asked with, so replicas
/// may all poll and none applies anything twice. Another epoch, or an owner whose newest change is behind the position
/// (it was restored), means: clear and read again from the start.
public final class FeedCopy<Row: Sendable>: Service, Sendable {
    public typealias Fetch = @Sendable (ChangesRequest, Call) async throws -> (FeedPage, [Row])
    public typealias Apply = @Sendable (borrowing Session, [Row]) throws -> Void
    public typealias Clear = @Sendable (borrowing Session) throws -> Void

    /// Held while the copy is provably no more than two seconds behind.
    public let lease: Lease
    public let name: String

    private let poll: Duration
    private let hints: AsyncStream<Void>?
    private let log: Logger
    private let rounds: Rounds

    /// - Parameters:
    ///   - name: the key of the position, such as `embargo`; also the metrics' label.
    ///   - schema: where `feed_position` is: this service's own.
    ///   - hints: something changed; losing some, or all, only costs time.
    ///   - holder: names this replica to an owner that waits for its copies to follow; it then also asks once more after
    ///     each change, so that the owner hears at once that the change is here.
    ///   - fetch: asks the owner: `{ ask, call in let page = try await client.embargoChanges(ask, call) … }`.
    ///   - apply: puts rows into the copy, in their present state; a row may come again. Tombstones delete.
    ///   - clear: empties the copy.
    ///   - settle: waits before a copy is emptied until all leases on it have run out; tests move their clock instead.
    public init(
        _ name: String, database: Database, schema: String, clocks: Clocks = .system, hints: AsyncStream<Void>? = nil,
        poll: Duration = .milliseconds(500), limit: Int32 = 1_000, holder: String = "", metrics: Metrics, log: Logger,
        fetch: @escaping Fetch, apply: @escaping Apply, clear: @escaping Clear,
        settle: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.name = name
        self.poll = poll
        self.hints = hints
        self.log = log
        let lease = Lease(clocks: clocks)
        self.lease = lease
        let puller = FeedPuller(
            name: name, schema: schema, database: database, clocks: clocks, lease: lease,
            limit: min(max(limit, 1), FeedOwner.pageLimit), holder: holder, meters: FeedMeters(metrics, feed: name),
            fetch: fetch, apply: apply, clear: clear, settle: settle)
        rounds = Rounds { try await puller.pull() }
        metrics.gauge("feed_lease_held", "1 while a copy is provably fresh.", [("feed", name)]) {
            lease.isHeld ? 1 : 0
        }
    }

    /// Brings the copy up to what the owner has now: the request is sent after this is called. Answer "unknown" only
    /// after it.
    ///
    /// - Throws: `Fault`; then the copy may be old.
    public func pull(_ call: Call) async throws { try await rounds.join(until: call.deadline) }

    /// For readiness: nil once the copy has held everything that the owner had, else why a process that has just started
    /// would answer from too little. Falling behind later is what the lease is for.
    public var obstacle: String? { lease.hasBeenHeld ? nil : "not read from its owner yet" }

    /// Follows the owner until shutdown.
    public func run() async throws {
        let (signals, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let poll = poll
        let hints = hints
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        wake.yield()
                        // Cancelled: the loop ends, and with it the stream.
                        guard (try? await Task.sleep(for: poll)) != nil else { break }
                    }
                    wake.finish()
                }
                if let hints {
                    group.addTask { for await _ in hints { wake.yield() } }
                }
                await self.follow(signals)
                group.cancelAll()
            }
        }
    }

    private func follow(_ signals: AsyncStream<Void>) async {
        var failing = false
        for await _ in signals {
            do {
                try await rounds.join(until: .now + .seconds(10))
                if failing { log.info("a copy is up to date again", metadata: ["feed": "\(name)"]) }
                failing = false
            } catch {
                if Task.isCancelled { break }
                if !failing {
                    log.warning("a copy cannot follow", metadata: ["feed": "\(name)", "error": "\(error)"])
                }
                failing = true
            }
        }
    }
}
