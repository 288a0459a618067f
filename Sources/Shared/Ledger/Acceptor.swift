import Contracts
import Foundation
import Postgres

/// A payload that waits for its ledger row.
struct Arrival: Sendable {
    let content: ImportContent
    let contentType: String
    let batch: String
    let creator: String
    /// Name and value of everything that was sent beside the bytes, as a JSON object.
    let properties: String
    let digest: [UInt8]
    let bytes: Bytes

    enum Bytes: Sendable {
        case archived(ArchivedBytes)
        /// The sealed parts of this blob become the payload.
        case blob([UInt8])
    }

    var weight: Int {
        switch bytes {
        case .archived(let archived): archived.body.count
        case .blob: 0
        }
    }
}

/// Commits arriving payloads, many in one transaction: whatever came while the last commit ran goes into the next
/// (engineering/ingest-speed §2.1). An answer is given only after the commit (DESIGN §4.3).
actor Acceptor {
    private let database: Database
    private let owner: ImportOwner
    private let accepted: @Sendable (Set<ImportContent>) -> Void
    private var waiting: [(arrival: Arrival, call: Call, answer: CheckedContinuation<Import, any Error>)] = []
    private var isRunning = false

    static let batchLimit = 128
    static let batchBytes = 4 << 20
    /// 50 clients need 50; beyond this the sender is asked to come back.
    static let waitingLimit = 2_048

    /// - Parameter accepted: told which contents have been queued.
    init(database: Database, owner: ImportOwner, accepted: @escaping @Sendable (Set<ImportContent>) -> Void) {
        self.database = database
        self.owner = owner
        self.accepted = accepted
    }

    /// The import of these bytes: a new one, or the one that the same bytes made before (ingest §2.7).
    /// - Throws: `Fault` `.tooMany` when the queue in front of the database is full.
    func accept(_ arrival: Arrival, _ call: Call) async throws -> Import {
        guard waiting.count < Self.waitingLimit else {
            throw Fault(.tooMany, "too many payloads are arriving at once", retryAfterMilliseconds: 1_000)
        }
        return try await withCheckedThrowingContinuation { answer in
            waiting.append((arrival, call, answer))
            guard !isRunning else { return }
            isRunning = true
            Task { await self.drain() }
        }
    }

    private func drain() async {
        while !waiting.isEmpty {
            var taken = 0
            var weight = 0
            while taken < waiting.count, taken < Self.batchLimit, taken == 0 || weight < Self.batchBytes {
                weight += waiting[taken].arrival.weight
                taken += 1
            }
            let batch = Array(waiting.prefix(taken))
            waiting.removeFirst(taken)
            await commit(batch)
        }
        isRunning = false
    }

    private func commit(_ batch: [(arrival: Arrival, call: Call, answer: CheckedContinuation<Import, any Error>)]) async
    {
        let arrivals = batch.map(\.arrival)
        let owner = owner
        // The longest budget of the batch: one caller's short deadline must not fail the others.
        let call = batch.map(\.call).max { $0.deadline < $1.deadline } ?? batch[0].call
        do {
            let imports = try await database.transaction(call) { session in
                try Self.register(arrivals, owner: owner, session).imports
            }
            accepted(Set(arrivals.map(\.content)))
            for (entry, answered) in zip(batch, imports) { entry.answer.resume(returning: answered) }
        } catch  where batch.count > 1 && !(error is Fault) {
            // One of them is poisoned: each alone, so that it fails alone.
            for entry in batch { await commit([entry]) }
        } catch {
            for entry in batch { entry.answer.resume(throwing: error) }
        }
    }

    /// Ledger, queue and payload of what is new; the existing import for the rest.
    ///
    /// - Returns: the imports in the order of `arrivals`, and the ids of those that are new.
    static func register(
        _ arrivals: [Arrival], owner: ImportOwner, _ session: borrowing Session
    ) throws -> (imports: [Import], new: Set<Int64>) {
        var firstOfKey: [ImportKey: Int] = [:]
        for (index, arrival) in arrivals.enumerated() where firstOfKey[ImportKey(arrival)] == nil {
            firstOfKey[ImportKey(arrival)] = index
        }
        let fresh = firstOfKey.values.sorted()
        let inserted = try session.rows(
            """
            INSERT INTO import (id, content, status, digest, content_type, batch, creator, properties)
            SELECT nextval('import_number') * 8 + \(owner.rawValue), a.content, 0, a.digest, a.content_type,
                   nullif(a.batch, ''), a.creator, a.properties
              FROM unnest(\(fresh.map { arrivals[$0].content.rawValue }), \(fresh.map { arrivals[$0].digest }),
                          \(fresh.map { arrivals[$0].contentType }), \(fresh.map { arrivals[$0].batch }),
                          \(fresh.map { arrivals[$0].creator }), \(fresh.map { arrivals[$0].properties }))
                   WITH ORDINALITY AS a(content, digest, content_type, batch, creator, properties, ordinal)
             ORDER BY a.ordinal
            ON CONFLICT (digest, content) DO NOTHING
            RETURNING id, content, digest
            """, as: (Int64, Int16, [UInt8]).self)

        var archived: (ids: [Int64], encodings: [Int16], lengths: [Int32], bodies: [[UInt8]]) = ([], [], [], [])
        for (id, content, digest) in inserted {
            guard let index = firstOfKey[ImportKey(content: content, digest: digest)] else { continue }
            switch arrivals[index].bytes {
            case .archived(let bytes):
                archived.ids.append(id)
                archived.encodings.append(bytes.encoding)
                archived.lengths.append(bytes.length)
                archived.bodies.append(bytes.body)
            case .blob(let blobID):
                _ = try session.run(
                    """
                    INSERT INTO payload (import_id, part, encoding, length, body)
                    SELECT \(id), part, encoding, length, body FROM blob_part WHERE blob_id = \(blobID)
                    """)
                _ = try session.run("DELETE FROM blob WHERE id = \(blobID)")
            }
        }
        if !archived.ids.isEmpty {
            _ = try session.run(
                """
                INSERT INTO payload (import_id, part, encoding, length, body)
                SELECT p.id, 0, p.encoding, p.length, p.body
                  FROM unnest(\(archived.ids), \(archived.encodings), \(archived.lengths), \(archived.bodies))
                       AS p(id, encoding, length, body)
                """)
        }
        if !inserted.isEmpty {
            _ = try session.run(
                """
                INSERT INTO import_queue (import_id, content)
                SELECT q.id, q.content FROM unnest(\(inserted.map(\.0)), \(inserted.map(\.1))) AS q(id, content)
                """)
        }

        let known = try ImportRows.all(
            session,
            where: """
                (i.digest, i.content) IN (SELECT k.digest, k.content FROM unnest(\(fresh.map { arrivals[$0].digest }),
                    \(fresh.map { arrivals[$0].content.rawValue })) AS k(digest, content))
                """, limit: Int64(fresh.count))
        let byKey = Dictionary(known.map { (ImportKey(named: $0), $0) }, uniquingKeysWith: { first, _ in first })
        let imports = try arrivals.map { arrival in
            guard let row = byKey[ImportKey(hex: arrival)] else { throw LedgerRowMissing() }
            return row
        }
        return (imports, Set(inserted.map(\.0)))
    }
}

/// An import that was just registered is not to be found: the ledger is broken.
struct LedgerRowMissing: Error {}

/// What makes two payloads the same import: the same bytes under the same content (ingest §2.7).
private struct ImportKey: Hashable {
    let content: String
    let digest: String

    init(_ arrival: Arrival) { self.init(hex: arrival) }

    init(hex arrival: Arrival) {
        content = arrival.content.name
        digest = ImportRows.hex(arrival.digest)
    }

    init(content: Int16, digest: [UInt8]) {
        self.content = ImportContent(rawValue: content)?.name ?? ""
        self.digest = ImportRows.hex(digest)
    }

    init(named row: Import) {
        content = row.content
        digest = row.digest
    }
}
