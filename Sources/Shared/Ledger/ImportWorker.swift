import Contracts
import Foundation
import Logging
import Metrics
import Postgres

/// Takes queued payloads of one lane and carries them out: claim, process, outcome in one transaction, so that a crash
/// leaves either all of it or nothing (ingest §12).
struct ImportWorker: Sendable {
    let lane: ImportLane
    let database: Database
    let handOver: HandOver
    let log: Logger
    /// Wakes another worker of the lane: there is more than this one can take at once.
    let callForHelp: @Sendable () -> Void
    let processed: @Sendable (_ content: ImportContent, _ status: ImportStatus) -> Void

    /// A long batch of large payloads; also the limit of what one crash makes undone.
    static let budget: Duration = .seconds(120)
    /// Between two looks at whether an effect has arrived everywhere.
    private static let shortestPause: Duration = .milliseconds(20)
    /// Bytes of payload in one batch.
    static let batchBytes: Int64 = 32 << 20

    /// Works as long as batches come half full; what is left then lingers with what arrives meanwhile, as small batches cost
    /// several times as much a payload (engineering/ingest-speed §5.3). Throws only what the next try may not meet again, such as a lost database.
    func drain() async throws {
        var pause = Self.shortestPause
        while !Task.isCancelled {
            let isAwaited = try await keepPromises()
            do {
                let taken = try await runBatch(limit: lane.batchLimit)
                if taken.isWorthGoingOn {
                    pause = Self.shortestPause
                    continue
                }
            } catch let failure as BatchFailure {
                try await isolate(failure)
                continue
            }
            guard isAwaited else { return }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, Ledger.poll)
        }
    }

    /// Gives imports whose effect has arrived everywhere the status that they were promised.
    ///
    /// - Returns: whether any still waits for that.
    private func keepPromises() async throws -> Bool {
        guard let followed = lane.followed else { return false }
        let contents = lane.contents.map(\.rawValue)
        return try await database.transaction(.starting(budget: Self.budget)) { session in
            let reached = try followed(session)
            try session.run(
                """
                WITH kept AS (
                    DELETE FROM import_promise p USING import i
                     WHERE i.id = p.import_id AND i.content = ANY(\(contents)) AND p.change <= \(reached)
                    RETURNING p.import_id, p.status
                )
                UPDATE import i SET status = k.status, updated = clock_timestamp() FROM kept k WHERE i.id = k.import_id
                """)
            return try session.row("SELECT EXISTS (SELECT FROM import_promise)", as: Bool.self) == true
        }
    }

    /// One of the batch cannot be stored for a reason that no check foresaw. Each alone; what still fails is refused, so
    /// that one payload never holds up the others.
    private func isolate(_ failure: BatchFailure) async throws {
        if failure.ids.count == 1 {
            try await refuse(failure)
            return
        }
        for _ in failure.ids {
            do {
                try await runBatch(limit: 1)
            } catch let failure as BatchFailure {
                try await refuse(failure)
            }
        }
    }

    private func refuse(_ failure: BatchFailure) async throws {
        log.error(
            "import failed unforeseen",
            metadata: ["imports": "\(failure.ids)", "cause": "\(String(describing: failure.cause).prefix(500))"])
        let ids = failure.ids
        try await database.transaction(.starting(budget: Self.budget)) { session in
            _ = try session.run("DELETE FROM import_queue WHERE import_id = ANY(\(ids))")
            _ = try session.run(
                """
                UPDATE import SET status = \(ImportStatus.badData.rawValue), updated = now(),
                       message = 'The payload could not be stored. Give the import id to the operator.'
                 WHERE id = ANY(\(ids))
                """)
        }
    }

    private struct Taken: Sendable {
        var done: [(ImportContent, ImportStatus)] = []
        /// Half a batch, by number or by bytes; of a lane that takes one at a time any.
        var isWorthGoingOn = false
        var isFull = false
    }

    @discardableResult
    private func runBatch(limit: Int) async throws -> Taken {
        let call = Call.starting(budget: Self.budget)
        let taken: Taken
        do {
            taken = try await transaction(limit: limit, copiesAreFresh: false, call)
        } catch is NeedsFreshCopies {
            try await lane.refreshCopies(call)
            taken = try await transaction(limit: limit, copiesAreFresh: true, call)
        }
        for (content, status) in taken.done { processed(content, status) }
        if taken.done.contains(where: { $0.1 == .processed }) { lane.committed() }
        return taken
    }

    private func transaction(
        limit: Int, copiesAreFresh: Bool, _ call: Call
    ) async throws -> Taken {
        let (lane, handOver, callForHelp) = (lane, handOver, callForHelp)
        return try await database.transaction(call) { session in
            if lane.exclusive {
                let key = Int64(lane.contents.map(\.rawValue).min() ?? 0)
                let free = try session.row("SELECT pg_try_advisory_xact_lock(7219, \(Int32(key)))", as: (Bool).self)
                if free != true { return Taken() }
            }
            let (batch, oversize) = try Self.claim(lane, limit: limit, handOver, session)
            if batch.isEmpty && oversize.isEmpty { return Taken() }
            var taken = Taken()
            let bytes = batch.reduce(0) { $0 + Int64($1.body.count) }
            taken.isFull = batch.count + oversize.count >= limit || bytes >= Self.batchBytes
            taken.isWorthGoingOn = taken.isFull || (batch.count + oversize.count) * 2 >= limit || !oversize.isEmpty
            if taken.isFull { callForHelp() }
            var outcomes: [ImportOutcome] = []
            if !batch.isEmpty {
                outcomes = try lane.outcomes(of: batch, copiesAreFresh: copiesAreFresh, session)
            }
            let ids = batch.map(\.id) + oversize.map(\.0)
            let limitText = "the payload is larger than the limit of \(lane.payloadLimit) bytes"
            let all = outcomes + oversize.map { _ in ImportOutcome(.badFormat, limitText) }
            _ = try session.run(
                """
                UPDATE import i SET status = o.status, message = o.message, updated = clock_timestamp()
                  FROM unnest(\(ids), \(all.map(\.toldStatus.rawValue)), \(all.map(\.message))) AS o(id, status, message)
                 WHERE i.id = o.id
                """)
            let promised = zip(ids, all).filter { $0.1.promises != nil }
            if !promised.isEmpty {
                _ = try session.run(
                    """
                    INSERT INTO import_promise (import_id, change, status)
                    SELECT * FROM unnest(\(promised.map(\.0)), \(promised.compactMap(\.1.promises)),
                                         \(promised.map(\.1.status.rawValue)))
                    ON CONFLICT (import_id) DO UPDATE SET change = excluded.change, status = excluded.status
                    """)
            }
            taken.done = zip(batch.map(\.content) + oversize.map(\.1), all.map(\.status)).map { ($0, $1) }
            return taken
        }
    }

    /// Takes the oldest free payloads from the queue. What is over the lane's limit comes apart, unread.
    private static func claim(
        _ lane: ImportLane, limit: Int, _ handOver: HandOver, _ session: borrowing Session
    ) throws -> ([QueuedImport], [(Int64, ImportContent)]) {
        let contents = lane.contents.map(\.rawValue)
        let claimed = try session.rows(
            """
            WITH candidates AS (
                SELECT q.import_id, q.size FROM import_queue q WHERE q.content = ANY(\(contents))
                 ORDER BY q.import_id LIMIT \(Int64(limit)) FOR UPDATE SKIP LOCKED
            ), sized AS (
                SELECT c.import_id,
                       coalesce(c.size, (SELECT sum(p.length) FROM payload p WHERE p.import_id = c.import_id)) AS size
                  FROM candidates c
            ), taken AS (
                SELECT import_id, size FROM (
                    SELECT s.import_id, s.size, sum(s.size) OVER (ORDER BY s.import_id) - s.size AS before FROM sized s
                ) w WHERE before < \(batchBytes)
            ), gone AS (
                DELETE FROM import_queue q USING taken t WHERE q.import_id = t.import_id RETURNING q.import_id, t.size
            )
            SELECT g.import_id, i.content, i.creator, g.size::bigint FROM gone g JOIN import i ON i.id = g.import_id
             ORDER BY g.import_id
            """, as: (Int64, Int16, String, Int64).self)
        var oversize: [(Int64, ImportContent)] = []
        var whole: [(id: Int64, content: ImportContent, creator: String)] = []
        for (id, number, creator, size) in claimed {
            guard let content = ImportContent(rawValue: number) else { continue }
            if size > Int64(lane.payloadLimit) {
                oversize.append((id, content))
            } else {
                whole.append((id, content, creator))
            }
        }
        // A body that was handed over and whose transaction fails is read from the archive the next time.
        var bodies = handOver.take(whole.map(\.id))
        let others = whole.map(\.id).filter { bodies[$0] == nil }
        bodies.merge(try ImportPayload.whole(of: others, session)) { handed, _ in handed }
        return (
            try whole.map { entry in
                guard let body = bodies[entry.id] else { throw ArchiveDamaged() }
                return QueuedImport(id: entry.id, content: entry.content, creator: entry.creator, body: body)
            }, oversize
        )
    }
}

/// Processing threw for a reason that may be one of these payloads; their transaction is to be rolled back.
struct BatchFailure: Error {
    let ids: [Int64]
    let cause: any Error
}

extension ImportLane {
    /// What becomes of each payload, in order.
    ///
    /// - Throws: `NeedsFreshCopies`; what the next try may not meet again; `BatchFailure` for everything else.
    func outcomes(
        of batch: [QueuedImport], copiesAreFresh: Bool, _ session: borrowing Session
    ) throws -> [ImportOutcome] {
        let outcomes: [ImportOutcome]
        do {
            outcomes = try process(session, batch, copiesAreFresh)
        } catch let error as NeedsFreshCopies {
            throw error
        } catch let error where isTransient(error) {
            throw error
        } catch {
            throw BatchFailure(ids: batch.map(\.id), cause: error)
        }
        precondition(outcomes.count == batch.count, "a lane answers for every payload")
        return outcomes
    }
}

/// Is it worth trying the same batch again later? Then nothing is wrong with the payloads.
func isTransient(_ error: any Error) -> Bool {
    switch error {
    case let error as DatabaseError: error.isTransient
    case let fault as Fault: [.unavailable, .deadlinePassed, .cancelled, .conflict].contains(fault.code)
    default: error is CancellationError
    }
}
