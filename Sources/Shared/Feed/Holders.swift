import Contracts
import Postgres

/// The replicas that use an owner's rows by lease, and whether a change has reached all of them (DESIGN §3).
///
/// A lease is two seconds from the sending of a request. A holder that asked with everything up to a change has it; one
/// that asked with less may use what it had until its lease has run out. The table, made by the owner's migrations:
///
///     CREATE TABLE <schema>.holder (
///         holder text PRIMARY KEY CONSTRAINT holder_length CHECK (char_length(holder) BETWEEN 1 AND 200),
///         confirmed bigint NOT NULL,
///         asked_at timestamptz NOT NULL);
///
/// `asked_at` is the database's clock, one for all replicas: never before the request was sent, so a lease of two seconds
/// counted from the sending has run out when `asked_at` is two seconds old.
public struct Holders: Sendable {
    let database: Database
    let schema: String

    public static let lease = "2 seconds"
    private static let kept = "1 minute"
    public static let longestName = 100

    public init(database: Database, schema: String) {
        self.database = database
        self.schema = schema
    }

    /// Remembers that a holder asks. Committed before its page is read: otherwise a change could be committed between,
    /// and be reported in force while this holder, with a lease on a page without it, is not known yet.
    ///
    /// A position of another epoch confirms nothing. Who asks without a name holds no lease.
    /// - Throws: `Fault` `.malformed` for a name that is too long.
    public func asked(_ ask: ChangesRequest, _ call: Call) async throws {
        guard ask.holder.utf8.count <= Self.longestName else {
            throw Fault(
                .malformed, "the name of the holder",
                violations: [.init(field: "holder", problem: "must have at most \(Self.longestName) bytes")])
        }
        if ask.holder.isEmpty { return }
        let (holder, after, epoch, schema) = ("\(call.service)/\(ask.holder)", ask.after, ask.epoch, schema)
        _ = try await database.transaction(call) { session in
            try session.run(
                """
                INSERT INTO \(raw: schema).holder (holder, confirmed, asked_at)
                SELECT \(holder), CASE WHEN uuid_send(epoch) = \(epoch) THEN \(after) ELSE 0 END, clock_timestamp()
                  FROM \(raw: schema).feed_head
                ON CONFLICT (holder) DO UPDATE SET confirmed = EXCLUDED.confirmed, asked_at = EXCLUDED.asked_at
                """)
        }
    }

    /// Whether nobody can still be using rows from before `change`.
    public func haveReached(_ change: Int64, _ call: Call) async throws -> Bool {
        let schema = schema
        return try await database.read(call) { session in
            try session.row(
                """
                SELECT NOT EXISTS (
                    SELECT FROM \(raw: schema).holder
                     WHERE confirmed < \(change) AND asked_at > clock_timestamp() - interval '\(raw: Self.lease)')
                """, as: Bool.self) == true
        }
    }

    /// Up to which change every holder of a lease has followed; when none holds one, the newest that any had, so that what
    /// is promised to be elsewhere has been there. 0 when nobody has asked for a minute.
    public static func reached(_ session: borrowing Session, schema: String) throws -> Int64 {
        try session.row(
            """
            SELECT coalesce(
                min(confirmed) FILTER (WHERE asked_at > clock_timestamp() - interval '\(raw: lease)'), max(confirmed), 0)
              FROM \(raw: schema).holder WHERE asked_at > clock_timestamp() - interval '\(raw: kept)'
            """, as: Int64.self) ?? 0
    }

    /// Forgets replicas that are long gone.
    public static func forget(_ session: borrowing Session, schema: String) throws {
        try session.run(
            "DELETE FROM \(raw: schema).holder WHERE asked_at < clock_timestamp() - interval '\(raw: kept)'")
    }
}
