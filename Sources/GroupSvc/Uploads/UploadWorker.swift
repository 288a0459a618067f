import Contracts
import Feed
import Ledger
import Logging
import Metrics
import Postgres
import ServiceLifecycle

/// Carries out accepted uploads, one after the other over all replicas, the oldest first (access §4.7, §4.10).
///
/// Three steps, each of which may be repeated: students get ids from ResultsSvc; all groups of the file change in one
/// transaction; and when everybody who uses memberships has followed, the upload is *Processed*. A crash between two steps
/// loses nothing, since the queue still has the upload. Rules: Group R3, R5.
struct UploadWorker: Service {
    let database: Database
    let check: UploadCheck
    let ensureStudents: @Sendable (EnsureStudentsRequest, Call) async throws -> EnsuredStudents
    let trail: GroupTrail
    let blobs: BlobStore
    let signals: AsyncStream<Void>
    /// The feed of memberships has moved.
    let changed: @Sendable () -> Void
    let metrics: Metrics
    let log: Logger

    /// For one upload of the largest kind.
    static let budget: Duration = .seconds(120)
    /// SSIDs in one question: about 100 KB, at most 1 MiB.
    static let studentsAtOnce = 4_000
    /// How long work may lie when nothing wakes the worker.
    static let poll: Duration = .milliseconds(500)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        wake.yield()
                        guard (try? await Task.sleep(for: Self.poll)) != nil else { break }
                    }
                    wake.finish()
                }
                group.addTask { for await _ in signals { wake.yield() } }
                group.addTask { await keepHouse() }
                for await _ in wakes {
                    do {
                        while try await step() {}
                    } catch {
                        if Task.isCancelled { break }
                        log.warning("uploads wait", metadata: ["cause": "\(String(describing: error).prefix(300))"])
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// Ends what has reached everybody, then carries out the oldest upload.
    ///
    /// - Returns: whether there was one.
    /// - Throws: what a later try may not meet again.
    func step() async throws -> Bool {
        try await finish()
        let call = Call.starting(budget: Self.budget)
        let next = try await database.read(call) { session -> Work? in
            let row = try session.row(
                """
                SELECT u.import_id, u.file_name FROM import_queue q JOIN upload u ON u.import_id = q.import_id
                 WHERE u.applied IS NULL ORDER BY u.import_id LIMIT 1
                """, as: (Int64, String).self)
            guard let (id, fileName) = row, let uploader = try Uploader(ofUpload: id, session) else { return nil }
            return Work(
                id: id, fileName: fileName, uploader: uploader, payload: try ArchivedPayload(import: id, session))
        }
        guard let next else { return false }
        do {
            try await carryOut(next, call)
        } catch let error where Self.isHopeless(error) {
            log.error(
                "upload failed unforeseen",
                metadata: ["import": "\(next.id)", "cause": "\(String(describing: error).prefix(500))"])
            try await end(
                next.id, .pipelineFailure, "The groups could not be stored. Give the upload id to the operator.", call)
        }
        return true
    }

    private struct Work: Sendable {
        let id: Int64
        let fileName: String
        let uploader: Uploader
        let payload: ArchivedPayload
    }

    private func carryOut(_ work: Work, _ call: Call) async throws {
        let file = try await check(work.payload, fileName: work.fileName, scope: work.uploader.scope, call)
        guard file.isAccepted else { return try await end(work.id, .badData, file.message, call) }
        let students = try await students(of: file.groups, call)
        let isApplied = try await database.transaction(call) { session in
            // One after the other over all replicas; what another has carried out meanwhile is not done again.
            try session.run("SELECT pg_advisory_xact_lock(7219, \(Int32(ImportContent.groups.rawValue)))")
            let waits = try session.row(
                """
                SELECT u.applied IS NULL FROM import_queue q JOIN upload u ON u.import_id = q.import_id
                 WHERE q.import_id = \(work.id) FOR UPDATE OF q
                """, as: Bool.self)
            guard waits == true else { return false }
            let written = try GroupWriter.write(
                file.groups, students: students, importID: work.id, by: work.uploader, session)
            try session.run("UPDATE upload SET applied = \(written.change) WHERE import_id = \(work.id)")
            try session.run("UPDATE import SET message = \(file.message) WHERE id = \(work.id)")
            try trail.applied(
                work.id, by: work.uploader, groups: written.groups, added: written.studentsAdded,
                removed: written.studentsRemoved, call, session)
            return true
        }
        if isApplied { changed() }
    }

    private func students(of groups: [GroupDraft], _ call: Call) async throws -> [String: Int64] {
        let ssids = Set(groups.flatMap(\.ssids)).sorted()
        var ids: [String: Int64] = [:]
        ids.reserveCapacity(ssids.count)
        for start in stride(from: 0, to: ssids.count, by: Self.studentsAtOnce) {
            let some = Array(ssids[start..<min(start + Self.studentsAtOnce, ssids.count)])
            let answer = try await ensureStudents(.with { $0.ssids = some }, call)
            guard answer.studentIDs.count == some.count else {
                throw Fault(.internalError, "ResultsSvc answered for other students")
            }
            for (ssid, id) in zip(some, answer.studentIDs) { ids[ssid] = id }
        }
        return ids
    }

    /// *Processed* is what has been carried out and is known wherever memberships are used (DESIGN §3).
    private func finish() async throws {
        let done = try await database.transaction(.starting(budget: .seconds(10))) { session in
            let waiting = try session.rows(
                """
                SELECT u.import_id, u.applied FROM import_queue q JOIN upload u ON u.import_id = q.import_id
                 WHERE u.applied IS NOT NULL ORDER BY u.import_id FOR UPDATE OF q SKIP LOCKED
                """, as: (Int64, Int64).self)
            if waiting.isEmpty { return 0 }
            let reached = try Holders.reached(session, schema: "groups")
            let ids = waiting.filter { $0.1 <= reached }.map(\.0)
            try Self.end(ids, .processed, session)
            try Holders.forget(session, schema: "groups")
            return ids.count
        }
        count(.processed, done)
    }

    private func end(_ id: Int64, _ status: ImportStatus, _ message: String, _ call: Call) async throws {
        try await database.transaction(call) { session in
            try session.run("UPDATE import SET message = \(message) WHERE id = \(id)")
            try Self.end([id], status, session)
        }
        count(status, 1)
    }

    private static func end(_ ids: [Int64], _ status: ImportStatus, _ session: borrowing Session) throws {
        try session.run("DELETE FROM import_queue WHERE import_id = ANY(\(ids))")
        try session.run(
            "UPDATE import SET status = \(status.rawValue), updated = clock_timestamp() WHERE id = ANY(\(ids))")
    }

    private func count(_ status: ImportStatus, _ number: Int) {
        if number == 0 { return }
        let counter = metrics.counter(
            "ers_imports_processed_total", "Imports carried out, by content and status.",
            [("content", ImportContent.groups.name), ("status", status.name)])
        for _ in 0..<number { counter.increment() }
    }

    /// Nothing is gained by trying the same upload again.
    private static func isHopeless(_ error: any Error) -> Bool {
        switch error {
        case let error as DatabaseError: !error.isTransient
        case let fault as Fault:
            [.malformed, .notFound, .preconditionFailed, .unimplemented, .internalError].contains(fault.code)
        case is CancellationError: false
        default: true
        }
    }

    private func keepHouse() async {
        while !Task.isCancelled {
            do {
                try await blobs.keepHouse(.starting(budget: .seconds(30)))
            } catch {
                log.info(
                    "the archive's housekeeping waits", metadata: ["cause": "\(String(describing: error).prefix(300))"])
            }
            try? await Task.sleep(for: .seconds(600))
        }
    }
}
