import Contracts
import Ledger
import Logging
import Postgres
import ServiceLifecycle

/// Results that wait for their school or their assessment, taken up by themselves when that has come.
///
/// Meanwhile such an import shows `UNKNOWN_SCHOOL` or `UNKNOWN_ASMT` with its message, as ever; it may also be resubmitted
/// by hand. Whoever stores a result decides and remembers in one transaction; this looks at everything that waits, again
/// and again, so that nothing is missed that arrives in between. Rule: ingest §3.4, R15.
struct WaitingResults: Service {
    let database: Database
    let log: Logger

    /// What comes together with a district's schools; more follows at the next look.
    static let atOnce: Int64 = 10_000
    private static let poll: Duration = .seconds(1)
    private static let budget: Duration = .seconds(30)
    /// Looking costs the more the more different things are waited for; it never takes more than a twentieth of a core.
    private static let rest = 20

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let clock = ContinuousClock()
            while !Task.isCancelled {
                let began = clock.now
                do {
                    let count = try await takeUp(.starting(budget: Self.budget))
                    if count > 0 { log.info("waiting results taken up", metadata: ["count": "\(count)"]) }
                } catch {
                    log.info("waiting results wait", metadata: ["cause": "\(String(describing: error).prefix(300))"])
                }
                try? await Task.sleep(for: max(Self.poll, (clock.now - began) * Self.rest))
            }
        }
    }

    /// Queues what waits for something that is there now.
    ///
    /// - Returns: how many.
    func takeUp(_ call: Call) async throws -> Int {
        try await database.transaction(call) { session in
            // Each thing that is waited for once, whatever number of results waits for it.
            try session.run(
                """
                WITH RECURSIVE wanted AS (
                    (SELECT reason, wanted FROM import_waiting ORDER BY reason, wanted LIMIT 1)
                    UNION ALL
                    SELECT n.reason, n.wanted FROM wanted k CROSS JOIN LATERAL (
                        SELECT w.reason, w.wanted FROM import_waiting w
                         WHERE (w.reason, w.wanted) > (k.reason, k.wanted) ORDER BY w.reason, w.wanted LIMIT 1) n
                ), arrived AS (
                    SELECT k.reason, k.wanted FROM wanted k
                     WHERE CASE k.reason
                           WHEN \(ImportStatus.unknownSchool.rawValue) THEN
                               EXISTS (SELECT FROM school c WHERE c.natural_id = k.wanted)
                           ELSE EXISTS (SELECT FROM assessment a WHERE a.natural_id = k.wanted) END
                ), chosen AS (
                    SELECT w.import_id FROM arrived a JOIN import_waiting w USING (reason, wanted)
                     ORDER BY w.import_id LIMIT \(Self.atOnce) FOR UPDATE OF w SKIP LOCKED
                ), taken AS (
                    DELETE FROM import_waiting w USING chosen c WHERE w.import_id = c.import_id RETURNING w.import_id
                )
                INSERT INTO import_queue (import_id, content)
                SELECT import_id, \(ImportContent.exam.rawValue) FROM taken ON CONFLICT (import_id) DO NOTHING
                """)
        }
    }

    /// Remembers what those of a batch wait for that ended so; forgets what the others of it waited for.
    static func remember(
        _ batch: [QueuedImport], waiting: [(importID: Int64, reason: ImportStatus, wanted: String)],
        _ session: borrowing Session
    ) throws {
        try session.run("DELETE FROM import_waiting WHERE import_id = ANY(\(batch.map(\.id)))")
        if waiting.isEmpty { return }
        try session.run(
            """
            INSERT INTO import_waiting (import_id, reason, wanted)
            SELECT * FROM unnest(\(waiting.map(\.importID)), \(waiting.map(\.reason.rawValue)), \(waiting.map(\.wanted)))
            """)
    }
}

extension TRTDocument {
    /// The natural id that a refusal with this status waits for; nil when it waits for nothing that could come.
    func wanted(by status: ImportStatus) -> String? {
        let wanted =
            switch status {
            case .unknownSchool: examinee?[.schoolID]?.nonBlank
            case .unknownAssessment: test.name
            default: String?.none
            }
        // Nothing with a longer id can be loaded.
        return wanted.flatMap { $0.unicodeScalars.count <= 250 ? $0 : nil }
    }
}
