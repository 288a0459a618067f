import Contracts
import Logging
import Metrics
import ServiceLifecycle
import Synchronization

/// A PostgreSQL database: a few connections, each on a thread of its own, and whole transactions that run there.
///
/// A closure runs synchronously on the connection's thread, so no transaction can wait for a neighbour. It may run
/// again (after a serialization failure, or a lost connection while reading), so it changes nothing but the database.
///
/// Faults: `.deadlinePassed` and `.cancelled` as the call says, `.tooMany` when the queue is full, `.unavailable` when
/// the database cannot be reached or went away in the middle, `.conflict` when serialization kept failing,
/// `.malformed` for text with a NUL. Anything else that PostgreSQL refuses is a `DatabaseError`.
public final class Database: Service, Sendable {
    private let pool: ConnectionPool
    private let statementTimeout: Duration

    /// Usable at once; connections open when first needed.
    public init(_ config: DatabaseConfig, metrics: Metrics, log: Logger) {
        let pool = ConnectionPool(config, DatabaseMeters(metrics), log)
        self.pool = pool
        statementTimeout = config.statementTimeout
        metrics.gauge("database_connections", "Open connections.", []) { [weak pool] in
            Double(pool?.connectedCount ?? 0)
        }
        metrics.gauge("database_waiting", "Calls that wait for a connection.", []) { [weak pool] in
            Double(pool?.waitingCount ?? 0)
        }
    }

    deinit { pool.beginClosing() }

    /// Keeps all connections open until shutdown, then answers what still waits and closes them.
    public func run() async throws {
        pool.warm()
        try? await gracefulShutdown()  // throws only when the task is cancelled, which means the same
        await pool.close()
    }

    /// Answers what still waits, then closes all connections. Later calls are `.unavailable`.
    public func close() async { await pool.close() }

    /// Runs `body` in a read-only transaction that sees one moment of the database. Repeated once if the connection
    /// is lost.
    @discardableResult
    public func read<T: Sendable>(
        _ call: Call, _ body: @escaping @Sendable (borrowing Session) throws -> T
    ) async throws -> T {
        let settings = TransactionSettings(
            isolation: .repeatableRead, readOnly: true, retries: 3, statementTimeout: statementTimeout)
        return try await perform(call, settings, body)
    }

    /// Runs `body` in a transaction and commits it.
    ///
    /// Serialization failures and deadlocks run it again, at most `retries` times and never past the deadline. A lost
    /// connection does not: `.unavailable` then says whether the outcome is known.
    @discardableResult
    public func transaction<T: Sendable>(
        _ call: Call, isolation: Isolation = .readCommitted, retries: Int = 3,
        _ body: @escaping @Sendable (borrowing Session) throws -> T
    ) async throws -> T {
        let settings = TransactionSettings(
            isolation: isolation, readOnly: false, retries: retries, statementTimeout: statementTimeout)
        return try await perform(call, settings, body)
    }

    private func perform<T: Sendable>(
        _ call: Call, _ settings: TransactionSettings, _ body: @escaping @Sendable (borrowing Session) throws -> T
    ) async throws -> T {
        let current = Mutex<(job: Job?, cancelled: Bool)>((nil, false))
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                let job = TransactionJob(deadline: call.deadline, settings, continuation, body)
                let cancelled = current.withLock {
                    $0.job = job
                    return $0.cancelled
                }
                if cancelled { pool.cancel(job) }
                pool.submit(job)
            }
        } onCancel: {
            let job = current.withLock {
                $0.cancelled = true
                return $0.job
            }
            if let job { pool.cancel(job) }
        }
    }
}
