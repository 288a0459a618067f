import Contracts
import Postgres

/// The replicas that use the settings by lease, and whether a change has reached all of them (DESIGN §3).
///
/// A lease is two seconds from the sending of a request. A holder that asked with everything up to a change has it; one
/// that asked with less may use what it had until its lease has run out. Rule: Embargo R4.
struct Holders: Sendable {
    let database: Database

    static let lease = "2 seconds"
    private static let kept = "1 minute"

    /// Remembers that a holder asks. Committed before its page is read: otherwise a change could be committed between,
    /// and be reported in force while this holder, with a lease on a page without it, is not known yet.
    ///
    /// - Parameter after: the position asked with; one of another epoch confirms nothing.
    func asked(_ holder: String, after: Int64, epoch: [UInt8], _ call: Call) async throws {
        _ = try await database.transaction(call) { session in
            try session.run(
                """
                INSERT INTO embargo.holder (holder, confirmed, asked_at)
                SELECT \(holder), CASE WHEN uuid_send(epoch) = \(epoch) THEN \(after) ELSE 0 END, clock_timestamp()
                  FROM embargo.feed_head
                ON CONFLICT (holder) DO UPDATE SET confirmed = EXCLUDED.confirmed, asked_at = EXCLUDED.asked_at
                """)
        }
    }

    /// Whether nobody can still be using settings from before `change`.
    func haveReached(_ change: Int64, _ call: Call) async throws -> Bool {
        try await database.read(call) { session in
            try session.row(
                """
                SELECT NOT EXISTS (
                    SELECT FROM embargo.holder
                     WHERE confirmed < \(change) AND asked_at > clock_timestamp() - interval '\(raw: Self.lease)')
                """, as: Bool.self) == true
        }
    }

    /// Forgets replicas that are long gone.
    static func forget(_ session: borrowing Session) throws {
        try session.run("DELETE FROM embargo.holder WHERE asked_at < clock_timestamp() - interval '\(raw: kept)'")
    }
}
