import Contracts
import Feed
import Postgres

/// One page of the feed of subject codes. Subjects are never deleted.
struct SubjectCodeChanges: Sendable {
    let database: Database

    func callAsFunction(_ ask: ChangesRequest, _ call: Call) async throws -> SubjectCodeChangesPage {
        let (page, rows) = try await database.read(call) { session in
            try FeedOwner.page(session, schema: "results", ask) { session, after, limit in
                try session.rows(
                    "SELECT change, id, code FROM subject WHERE change > \(after) ORDER BY change LIMIT \(limit)",
                    as: (Int64, Int32, String).self
                ).map { change, id, code in
                    (
                        change: change,
                        row: SubjectCodeRow.with {
                            $0.change = change
                            $0.id = Int64(id)
                            $0.code = code
                        }
                    )
                }
            }
        }
        return .with {
            $0.page = page
            $0.rows = rows
        }
    }
}
