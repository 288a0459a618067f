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
    /// As received, for a worker of this process; nil for what is too large to be kept in memory.
    var original: [UInt8]?

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
    private let handOver: HandOver
    private let accepted: @Sendable (Set<ImportContent>) -> Void
    private var waiting: [Waiting] = []
    /// Blobs: one takes as long as its parts, and holds up nothing that is small.
    private var large: [Waiting] = []
    private var isRunning = false

    /// One payload of those that came with one question.
    private struct Waiting {
        let arrival: Arrival
        let call: Call
        let place: Int
        let group: Group
    }

    /// Answers together what came together.
    private final class Group {
        private var answers: [Result<Import, any Error>?]
        private var left: Int
        private let whole: CheckedContinuation<[Result<Import, any Error>], Never>

        init(_ count: Int, _ whole: CheckedContinuation<[Result<Import, any Error>], Never>) {
            answers = Array(repeating: nil, count: count)
            left = count
            self.whole = whole
        }

        func answer(_ place: Int, _ answer: Result<Import, any Error>) {
            answers[place] = answer
            left -= 1
            if left == 0 { whole.resume(returning: answers.compactMap(\.self)) }
        }
    }

    static let batchLimit = 128
    static let batchBytes = 4 << 20
    /// 50 clients need 50; beyond this the sender is asked to come back.
    static let waitingLimit = 2_048

    /// - Parameter accepted: told which contents have been queued.
    init(
        database: Database, owner: ImportOwner, handOver: HandOver,
        accepted: @escaping @Sendable (Set<ImportContent>) -> Void
    ) {
        self.database = database
        self.owner = owner
        self.handOver = handOver
        self.accepted = accepted
    }

    /// The import of each of these payloads: a new one, or the one that the same bytes made before (ingest §2.7).
    ///
    /// - Returns: an answer for each, in order.
    /// - Throws: `Fault` `.tooMany` when the queue in front of the database is full.
    func accept(_ arrivals: [Arrival], _ call: Call) async throws -> [Result<Import, any Error>] {
        if arrivals.isEmpty { return [] }
        guard waiting.count + arrivals.count <= Self.waitingLimit else {
            throw Fault(.tooMany, "too many payloads are arriving at once", retryAfterMilliseconds: 1_000)
        }
        return await withCheckedContinuation { whole in
            let group = Group(arrivals.count, whole)
            if arrivals.count == 1, case .blob = arrivals[0].bytes {
                large.append(Waiting(arrival: arrivals[0], call: call, place: 0, group: group))
                Task { await self.commitLarge() }
                return
            }
            for (place, arrival) in arrivals.enumerated() {
                waiting.append(Waiting(arrival: arrival, call: call, place: place, group: group))
            }
            guard !isRunning else { return }
            isRunning = true
            Task { await self.drain() }
        }
    }

    private func commitLarge() async {
        if let entry = large.popLast() { await commit([entry]) }
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

    private func commit(_ batch: [Waiting]) async {
        let arrivals = batch.map(\.arrival)
        let owner = owner
        // The longest budget of the batch: one caller's short deadline must not fail the others.
        let call = batch.map(\.call).max { $0.deadline < $1.deadline } ?? batch[0].call
        do {
            let (imports, new) = try await database.transaction(call) { session in
                try Self.register(arrivals, owner: owner, session)
            }
            handOver.put(
                zip(imports, arrivals).compactMap { item, arrival in
                    new.contains(item.id) ? arrival.original.map { (item.id, $0) } : nil
                })
            accepted(Set(arrivals.map(\.content)))
            for (entry, item) in zip(batch, imports) { entry.group.answer(entry.place, .success(item)) }
        } catch  where batch.count > 1 && !(error is Fault) {
            // One of them is poisoned: each alone, so that it fails alone.
            for entry in batch { await commit([entry]) }
        } catch {
            for entry in batch { entry.group.answer(entry.place, .failure(error)) }
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
        let reserved = try fresh.map { try numberOfBlob(arrivals[$0], session) }
        let inserted = try session.rows(
            """
            INSERT INTO import (id, content, status, digest, content_type, batch, creator, properties)
            SELECT CASE a.reserved WHEN 0 THEN nextval('import_number') * 8 + \(owner.rawValue) ELSE a.reserved END,
                   a.content, 0, a.digest, a.content_type, nullif(a.batch, ''), a.creator, a.properties
              FROM unnest(\(reserved), \(fresh.map { arrivals[$0].content.rawValue }), \(fresh.map { arrivals[$0].digest }),
                          \(fresh.map { arrivals[$0].contentType }), \(fresh.map { arrivals[$0].batch }),
                          \(fresh.map { arrivals[$0].creator }), \(fresh.map { arrivals[$0].properties }))
                   WITH ORDINALITY AS a(reserved, content, digest, content_type, batch, creator, properties, ordinal)
             ORDER BY a.ordinal
            ON CONFLICT (digest, content) DO NOTHING
            RETURNING id, content, digest, created, updated
            """, as: (Int64, Int16, [UInt8], Timestamp, Timestamp).self)

        var byKey: [ImportKey: Import] = [:]
        var archived: (ids: [Int64], encodings: [Int16], lengths: [Int32], bodies: [[UInt8]]) = ([], [], [], [])
        // In bytes as received; 0 for what lies there in parts.
        var sizes: [Int64] = []
        for (id, content, digest, created, updated) in inserted {
            let key = ImportKey(content: content, digest: digest)
            guard let index = firstOfKey[key] else { throw LedgerRowMissing() }
            byKey[key] = arrivals[index].accepted(as: id, created: created, updated: updated)
            switch arrivals[index].bytes {
            case .archived(let bytes):
                archived.ids.append(id)
                archived.encodings.append(bytes.encoding)
                archived.lengths.append(bytes.length)
                archived.bodies.append(bytes.body)
                sizes.append(Int64(bytes.length))
            case .blob:
                _ = try session.run("DELETE FROM blob WHERE import_id = \(id)")
                sizes.append(0)
            }
        }
        if !inserted.isEmpty {
            _ = try session.run(
                """
                WITH queued AS (
                    INSERT INTO import_queue (import_id, content, size)
                    SELECT q.id, q.content, nullif(q.size, 0)
                      FROM unnest(\(inserted.map(\.0)), \(inserted.map(\.1)), \(sizes)) AS q(id, content, size))
                INSERT INTO payload (import_id, part, encoding, length, body)
                SELECT p.id, 0, p.encoding, p.length, p.body
                  FROM unnest(\(archived.ids), \(archived.encodings), \(archived.lengths), \(archived.bodies))
                       AS p(id, encoding, length, body)
                """)
        }
        if inserted.count < fresh.count {
            let known = fresh.filter { byKey[ImportKey(arrivals[$0])] == nil }
            for row in try ImportRows.all(
                session,
                where: """
                    (i.digest, i.content) IN (SELECT k.digest, k.content
                        FROM unnest(\(known.map { arrivals[$0].digest }), \(known.map { arrivals[$0].content.rawValue }))
                             AS k(digest, content))
                    """, limit: Int64(known.count))
            {
                byKey[ImportKey(row)] = row
            }
        }
        let imports = try arrivals.map { arrival in
            guard let row = byKey[ImportKey(arrival)] else { throw LedgerRowMissing() }
            return row
        }
        return (imports, Set(inserted.map(\.0)))
    }

    /// The number that was drawn for a blob's import, 0 for other payloads. The blob is held: it cannot be dropped meanwhile.
    private static func numberOfBlob(_ arrival: Arrival, _ session: borrowing Session) throws -> Int64 {
        guard case .blob(let id) = arrival.bytes else { return 0 }
        let number = try session.row(
            "SELECT import_id FROM blob WHERE id = \(id) AND sealed FOR UPDATE", as: Int64.self)
        guard let number else { throw Fault(.notFound, "no such sealed blob") }
        return number
    }
}

extension Arrival {
    /// The import that has just been made of it.
    fileprivate func accepted(as id: Int64, created: Timestamp, updated: Timestamp) -> Import {
        .with {
            $0.id = id
            $0.content = content.name
            $0.contentType = contentType
            $0.digest = Hex.upper(digest)
            $0.status = ImportStatus.accepted.name
            $0.batch = batch
            $0.creator = creator
            $0.createdAtUs = created.microseconds
            $0.updatedAtUs = updated.microseconds
        }
    }
}

/// An import that was just registered is not to be found: the ledger is broken.
struct LedgerRowMissing: Error {}

/// What makes two payloads the same import: the same bytes under the same content (ingest §2.7).
struct ImportKey: Hashable {
    let content: Int16
    let digest: [UInt8]

    init(_ arrival: Arrival) {
        content = arrival.content.rawValue
        digest = arrival.digest
    }

    init(content: Int16, digest: [UInt8]) {
        self.content = content
        self.digest = digest
    }

    /// Of an import as it is told.
    init(_ item: Import) {
        content = ImportContent(name: item.content)?.rawValue ?? 0
        digest = Hex.bytes(item.digest) ?? []
    }
}
