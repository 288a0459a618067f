import Clocks
import Contracts
import Postgres

/// How far each webhook has been told, in the database: nothing is lost over a restart, and of several replicas one tells.
struct WebhookPositions: Sendable {
    let database: Database
    let clocks: Clocks
    /// Names this replica.
    let holder: String

    /// Longer than a request may take.
    static let lease: Duration = .seconds(30)
    private static let budget: Duration = .seconds(5)
    private static let longestPause: Duration = .seconds(300)

    struct Position: Sendable, Equatable {
        /// Empty at first.
        var epoch: [UInt8]
        /// The last change that the receiver has taken.
        var sequence: Int64
        /// Attempts since then.
        var failures: Int32
    }

    private var now: Int64 { clocks.wallMicroseconds() }

    func register(_ hooks: [Webhook]) async throws {
        let names = hooks.map(\.name)
        let at = Timestamp(microseconds: now)
        try await database.transaction(.starting(budget: Self.budget)) { session in
            try session.run(
                """
                INSERT INTO embargo.webhook (name, due) SELECT name, \(at) FROM unnest(\(names)) AS hook (name)
                ON CONFLICT (name) DO NOTHING
                """)
        }
    }

    /// Takes a webhook, for as long as its lease.
    ///
    /// - Returns: nil when it is not due or another replica has it.
    func claim(_ hook: Webhook) async throws -> Position? {
        let at = Timestamp(microseconds: now)
        let ends = Timestamp(microseconds: now + Self.lease.wholeMicroseconds)
        return try await database.transaction(.starting(budget: Self.budget)) { session in
            try session.row(
                """
                UPDATE embargo.webhook SET holder = \(holder), lease_ends = \(ends)
                 WHERE name = \(hook.name) AND due <= \(at) AND (lease_ends <= \(at) OR holder IN ('', \(holder)))
                RETURNING epoch, sequence, failures
                """, as: ([UInt8], Int64, Int32).self
            ).map { Position(epoch: $0.0, sequence: $0.1, failures: $0.2) }
        }
    }

    /// The receiver has taken everything up to here, or there was nothing new.
    func advance(_ hook: Webhook, epoch: [UInt8], to sequence: Int64) async throws {
        try await database.transaction(.starting(budget: Self.budget)) { session in
            try session.run(
                """
                UPDATE embargo.webhook
                   SET epoch = \(epoch), sequence = \(sequence), failures = 0, problem = '', holder = '', lease_ends = due
                 WHERE name = \(hook.name) AND holder = \(holder)
                """)
        }
    }

    /// It is tried again after a pause, which doubles up to five minutes.
    func putOff(_ hook: Webhook, after failures: Int32, _ problem: String) async throws {
        let pause = min(Duration.seconds(1) * (1 << Int(min(max(failures, 0), 16))), Self.longestPause)
        let due = Timestamp(microseconds: now + pause.wholeMicroseconds)
        try await database.transaction(.starting(budget: Self.budget)) { session in
            try session.run(
                """
                UPDATE embargo.webhook
                   SET failures = failures + 1, problem = \(problem), due = \(due), holder = '', lease_ends = \(due)
                 WHERE name = \(hook.name) AND holder = \(holder)
                """)
        }
    }
}
