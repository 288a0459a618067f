import Contracts
import Ledger
import Postgres

/// What results wait for, and how many for each: schools and assessments that are not loaded (ingest §3.4, R15).
///
/// - Returns: at most `limit` of them, those with the most results first.
struct ListWaiting: Sendable {
    let database: Database
    static let limit: Int64 = 200

    func callAsFunction(_ call: Call) async throws -> WaitingList {
        let rows = try await database.read(call) { session in
            try session.rows(
                """
                SELECT reason, wanted, count(*), min(since) FROM import_waiting GROUP BY reason, wanted
                 ORDER BY count(*) DESC, wanted LIMIT \(Self.limit + 1)
                """, as: (Int16, String, Int64, Timestamp).self)
        }
        return .with {
            $0.more = rows.count > Int(Self.limit)
            $0.waiting = rows.prefix(Int(Self.limit)).map { reason, wanted, results, since in
                .with {
                    $0.reason = ImportStatus(rawValue: reason)?.name ?? ""
                    $0.wanted = wanted
                    $0.results = results
                    $0.sinceUs = since.microseconds
                }
            }
        }
    }
}
