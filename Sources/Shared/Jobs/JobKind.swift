import Contracts
import Postgres
import Synchronization

/// What one kind of job means to its owner.
public struct JobKind: Sendable {
    /// What a finished job changes: runs in the transaction that removes the job, so it happens once or not at all.
    public typealias Effect = @Sendable (borrowing Session) throws -> Void

    public let name: String
    /// How often a job is begun before it is given up; a process that died in it has used one up.
    public let attemptLimit: Int
    /// Takes long: of several workers one never begins such a job, so that short ones do not wait behind it.
    public let isBulk: Bool
    let run: @Sendable (RunningJob) async throws -> Effect
    let givenUp: @Sendable (_ session: borrowing Session, _ subject: Int64, _ reason: String) throws -> Void

    /// - Parameters:
    ///   - run: does the work and returns its effect. `JobRefused` gives up at once, a passing failure waits without
    ///     counting, anything else is tried again until `attemptLimit`.
    ///   - givenUp: what becomes of the subject then; in the transaction that marks the job dead.
    public init(
        _ name: String, attemptLimit: Int = 3, isBulk: Bool = false,
        run: @escaping @Sendable (RunningJob) async throws -> Effect,
        givenUp: @escaping @Sendable (borrowing Session, Int64, String) throws -> Void
    ) {
        self.name = name
        self.attemptLimit = attemptLimit
        self.isBulk = isBulk
        self.run = run
        self.givenUp = givenUp
    }
}

/// A job that one worker holds.
public final class RunningJob: Sendable {
    public let id: Int64
    /// What the job is about, such as the id of a report.
    public let subject: Int64
    /// From 1.
    public let attempt: Int
    private let percent = Mutex(0)

    init(id: Int64, subject: Int64, attempt: Int) {
        self.id = id
        self.subject = subject
        self.attempt = attempt
    }

    /// Shown to whoever waits; written with the next heartbeat.
    public var progress: Int {
        get { percent.withLock { $0 } }
        set { percent.withLock { $0 = min(max(newValue, 0), 100) } }
    }
}

/// The job can never succeed; the reason is for the operator and holds nothing personal.
public struct JobRefused: Error, Equatable {
    public let reason: String
    public init(_ reason: String) { self.reason = reason }
}
