import Contracts
import EmbargoRule
import Postgres

/// Every effective change once, numbered without a gap: what programs outside the suite are promised.
///
/// - Rule: Embargo R8, R9.
struct NotificationLog: Sendable {
    let database: Database

    /// A piece of the log, from one moment of the database.
    struct Page: Sendable, Equatable {
        var epoch: [UInt8]
        /// 0 when the log is empty.
        var head: Int64
        /// Sequence > after, ascending.
        var notifications: [EmbargoNotification]
    }

    /// Adds the change that this transaction makes. Call it under the lock under which changes are made: the sequence is
    /// the one after the last, and a transaction that is rolled back leaves no gap.
    static func append(
        year: Int32, districtID: Int64, naturalID: String, kind: ResultKind, status: ReleaseStatus, at: Timestamp,
        _ session: borrowing Session
    ) throws {
        let level: EmbargoLevel = districtID == 0 ? .state : .district
        try session.run(
            """
            INSERT INTO embargo.notification (sequence, at, school_year, level, natural_id, kind, value)
            SELECT coalesce(max(sequence), 0) + 1, \(at), \(year), \(Int16(level.rawValue)), \(naturalID),
                   \(kind.rawValue), \(status.rawValue)
              FROM embargo.notification
            """)
    }

    /// What comes after a sequence, at most `limit`.
    ///
    /// - Throws: `Fault` `.unavailable` while the database has just been restored and no new epoch has begun.
    func page(after: Int64, limit: Int32, _ call: Call) async throws -> Page {
        try await database.read(call) { session in
            let head = try session.row(
                """
                SELECT epoch, (SELECT coalesce(max(sequence), 0) FROM embargo.notification),
                       home IS NOT DISTINCT FROM embargo.present_home()
                  FROM embargo.feed_head
                """, as: ([UInt8], Int64, Bool).self)
            guard let (epoch, newest, isSettled) = head, isSettled else {
                throw Fault(.unavailable, "the log was restored a moment ago", retryAfterMilliseconds: 1_000)
            }
            let rows = try session.rows(
                """
                SELECT sequence, at, school_year, level, natural_id, kind, value
                  FROM embargo.notification
                 WHERE sequence > \(after)
                 ORDER BY sequence
                 LIMIT \(Int64(limit))
                """, as: (Int64, Timestamp, Int32, Int16, String, Int16, Int16).self)
            return Page(
                epoch: epoch, head: newest,
                notifications: rows.map { sequence, at, year, level, naturalID, kind, value in
                    .with {
                        $0.sequence = sequence
                        $0.atUs = at.microseconds
                        $0.schoolYear = year
                        $0.level = EmbargoLevel(rawValue: Int32(level))
                        $0.naturalID = naturalID
                        $0.kind = EmbargoKind(rawValue: Int32(kind))
                        $0.value = EmbargoValue(rawValue: Int32(value))
                    }
                })
        }
    }
}
