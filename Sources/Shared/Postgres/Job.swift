import Contracts
import Synchronization

/// One call that waits for a connection or runs on one.
class Job: @unchecked Sendable {
    // `@unchecked`: what changes is atomic or guarded by the pool's monitor; subclasses say what guards theirs.
    let deadline: ContinuousClock.Instant
    let submitted = ContinuousClock.now
    private let cancelled = Atomic<Bool>(false)
    /// When the server was last asked to stop the statement. Guarded by the pool's monitor.
    var cancelSent: ContinuousClock.Instant?

    init(deadline: ContinuousClock.Instant) { self.deadline = deadline }

    /// The task gave up.
    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func markCancelled() { cancelled.store(true, ordering: .releasing) }

    /// Before each statement: a cancel that reaches the server between two statements stops neither.
    func mayGoOn() throws {
        guard !isCancelled, ContinuousClock.now < deadline else {
            throw DatabaseError(sqlState: "57014", message: "stopped before the statement")
        }
    }

    /// Runs on the connection's thread.
    func run(_ connection: Connection, _ pool: ConnectionPool) -> Ended { .finished }

    /// Tells the caller; does nothing when the caller has already been told.
    func fail(_ error: any Error) {}

    enum Ended {
        case finished
        /// The connection was lost while nothing had been done that may not be done twice.
        case again
    }
}

/// A transaction: BEGIN, the closure, COMMIT, and again where that may help.
final class TransactionJob<T: Sendable>: Job, @unchecked Sendable {
    // `@unchecked`: `losses` is only touched by the thread that runs the job, which changes only by way of the pool's
    // monitor; the continuation has its own lock.
    private let settings: TransactionSettings
    private let body: @Sendable (borrowing Session) throws -> T
    private let continuation: Mutex<UnsafeContinuation<T, any Error>?>
    private var losses = 0

    init(
        deadline: ContinuousClock.Instant, _ settings: TransactionSettings,
        _ continuation: UnsafeContinuation<T, any Error>, _ body: @escaping @Sendable (borrowing Session) throws -> T
    ) {
        self.settings = settings
        self.body = body
        self.continuation = Mutex(continuation)
        super.init(deadline: deadline)
    }

    override func fail(_ error: any Error) { resume(.failure(error)) }

    private func resume(_ result: Result<T, any Error>) {
        let waiting = continuation.withLock { held in
            defer { held = nil }
            return held
        }
        waiting?.resume(with: result)
    }

    override func run(_ connection: Connection, _ pool: ConnectionPool) -> Ended {
        connection.job = self
        defer { connection.job = nil }
        var failures = 0
        var replanned = false
        while true {
            let remaining = ContinuousClock.now.duration(to: deadline)
            guard remaining > .zero else {
                finish(.failure(Fault(.deadlinePassed, "the database had no time left")), pool)
                return .finished
            }
            var phase = Phase.beginning
            do {
                try connection.begin(
                    settings.isolation, readOnly: settings.readOnly, timeout: min(remaining, settings.statementTimeout))
                phase = .running
                let value = try body(Session(connection))
                phase = .committing
                try connection.commit()
                finish(.success(value), pool)
                return .finished
            } catch {
                if connection.isLost {
                    return afterLoss(phase, pool)
                }
                connection.rollback()
                // A closure may hide PostgreSQL's error behind its own; whether to run again is PostgreSQL's to say.
                let cause = connection.failure ?? error as? DatabaseError
                if let cause, cause.isStalePlan, !replanned, (try? connection.forgetStatements()) != nil {
                    replanned = true
                    continue
                }
                if let cause, cause.isSerializationFailure, failures < settings.retries, !isCancelled {
                    failures += 1
                    pool.meters.retries.increment()
                    let pause = Duration.milliseconds(Int.random(in: 5...(15 * failures)))
                    if pause < ContinuousClock.now.duration(to: deadline) { pauseThread(pause) }
                    continue
                }
                let told = (error as? DatabaseError)?.asFault(cancelled: isCancelled) ?? error
                finish(.failure(told), pool)
                return .finished
            }
        }
    }

    private enum Phase { case beginning, running, committing }

    /// Nothing was asked yet: not even a repetition. A read: once more. A write: the caller must be told.
    private func afterLoss(_ phase: Phase, _ pool: ConnectionPool) -> Ended {
        losses += 1
        let mayRepeat = phase == .beginning ? losses <= 3 : settings.readOnly && losses <= 1
        if mayRepeat { return .again }
        let detail =
            phase == .committing && !settings.readOnly
            ? "the database went away; whether the change was kept is not known"
            : "the database went away; nothing was changed"
        finish(.failure(Fault(.unavailable, detail, retryAfterMilliseconds: 500)), pool)
        return .finished
    }

    private func finish(_ result: Result<T, any Error>, _ pool: ConnectionPool) {
        pool.meters.count(result.failure, readOnly: settings.readOnly, submitted.duration(to: .now))
        resume(result)
    }
}

struct TransactionSettings: Sendable {
    let isolation: Isolation
    let readOnly: Bool
    let retries: Int
    let statementTimeout: Duration
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
