import Postgres

/// Payloads that become imports and are carried out in one transaction: their ledger rows are written once, as they end, and
/// nothing waits in the queue. The files of zips come so, which nobody waits for one by one (docs/ingest.md).
struct DirectImports: Sendable {
    let owner: ImportOwner
    /// Carries them out; it promises no effects elsewhere and is not for one worker alone.
    let lane: ImportLane

    /// What became of some payloads.
    struct Made: Sendable {
        /// The import of each, in order.
        let ids: [Int64]
        /// Those that have been made now.
        let new: Set<Int64>
        let outcomes: [(ImportContent, ImportStatus)]
    }

    /// - Throws: `BatchFailure` when one of them cannot be stored for a reason that no check foresaw; `NeedsFreshCopies`.
    func make(
        _ arrivals: [Arrival], copiesAreFresh: Bool, _ session: borrowing Session
    ) throws -> Made {
        var firstOfKey: [ImportKey: Int] = [:]
        for (index, arrival) in arrivals.enumerated() where firstOfKey[ImportKey(arrival)] == nil {
            firstOfKey[ImportKey(arrival)] = index
        }
        let numbered = try number(firstOfKey.values.sorted().map { arrivals[$0] }, session)
        let new = numbered.filter(\.isNew)
        try archive(new, session)
        let outcomes = try carryOut(new, copiesAreFresh: copiesAreFresh, session)
        try register(new, outcomes, session)
        let idOfKey = Dictionary(
            numbered.map { (ImportKey($0.arrival), $0.id) }, uniquingKeysWith: { first, _ in first })
        return Made(
            ids: try arrivals.map { arrival in
                guard let id = idOfKey[ImportKey(arrival)] else { throw LedgerRowMissing() }
                return id
            }, new: Set(new.map(\.id)),
            outcomes: zip(new, outcomes).map { ($0.arrival.content, $1.status) })
    }

    private struct Numbered {
        let arrival: Arrival
        let id: Int64
        let isNew: Bool
    }

    /// The imports that the same bytes made before, and numbers for the others, in order.
    private func number(_ arrivals: [Arrival], _ session: borrowing Session) throws -> [Numbered] {
        let rows = try session.rows(
            """
            SELECT coalesce(known, nextval('import_number') * 8 + \(owner.rawValue)), known IS NOT NULL FROM (
                SELECT i.id AS known
                  FROM unnest(\(arrivals.map(\.digest)), \(arrivals.map(\.content.rawValue)))
                       WITH ORDINALITY AS a(digest, content, ordinal)
                  LEFT JOIN import i ON i.digest = a.digest AND i.content = a.content
                 ORDER BY a.ordinal) k
            """, as: (Int64, Bool).self)
        guard rows.count == arrivals.count else { throw LedgerRowMissing() }
        return zip(arrivals, rows).map { Numbered(arrival: $0, id: $1.0, isNew: !$1.1) }
    }

    private func archive(_ new: [Numbered], _ session: borrowing Session) throws {
        let archived = try new.map { try $0.arrival.archived() }
        if archived.isEmpty { return }
        try session.run(
            """
            INSERT INTO payload (import_id, part, encoding, length, body)
            SELECT p.id, 0, p.encoding, p.length, p.body
              FROM unnest(\(new.map(\.id)), \(archived.map(\.encoding)), \(archived.map(\.length)), \(archived.map(\.body)))
                   AS p(id, encoding, length, body)
            """)
    }

    private func carryOut(
        _ new: [Numbered], copiesAreFresh: Bool, _ session: borrowing Session
    ) throws -> [ImportOutcome] {
        if new.isEmpty { return [] }
        let batch = try new.map { one in
            QueuedImport(
                id: one.id, content: one.arrival.content, creator: one.arrival.creator,
                body: try one.arrival.original ?? one.arrival.archived().restored())
        }
        return try lane.outcomes(of: batch, copiesAreFresh: copiesAreFresh, session)
    }

    /// The last statement, as whoever accepts the same bytes meanwhile waits from here on.
    ///
    /// - Throws: a serialization failure when somebody has done so before: everything runs again and finds that import.
    private func register(
        _ new: [Numbered], _ outcomes: [ImportOutcome], _ session: borrowing Session
    ) throws {
        if new.isEmpty { return }
        let arrivals = new.map(\.arrival)
        let inserted = try session.run(
            """
            INSERT INTO import (id, content, status, digest, content_type, batch, creator, properties, message, updated)
            SELECT a.id, a.content, a.status, a.digest, a.content_type, nullif(a.batch, ''), a.creator, a.properties,
                   a.message, clock_timestamp()
              FROM unnest(\(new.map(\.id)), \(arrivals.map(\.content.rawValue)), \(outcomes.map(\.status.rawValue)),
                          \(arrivals.map(\.digest)), \(arrivals.map(\.contentType)), \(arrivals.map(\.batch)),
                          \(arrivals.map(\.creator)), \(arrivals.map(\.properties)), \(outcomes.map(\.message)))
                   AS a(id, content, status, digest, content_type, batch, creator, properties, message)
            ON CONFLICT (digest, content) DO NOTHING
            """)
        guard inserted == new.count else {
            throw DatabaseError(sqlState: "40001", message: "a payload was accepted meanwhile")
        }
    }
}

extension Arrival {
    /// Files of zips and what comes with a question are never blobs.
    fileprivate func archived() throws -> ArchivedBytes {
        guard case .archived(let bytes) = bytes else { throw ArchiveDamaged() }
        return bytes
    }
}
