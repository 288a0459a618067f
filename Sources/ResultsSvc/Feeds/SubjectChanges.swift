import Contracts
import Feed
import Postgres

/// One page of the feed of subject definitions, whole as the screens know them (DESIGN §3).
struct SubjectChanges: Sendable {
    let database: Database
    let catalogue: SubjectCatalogue

    func callAsFunction(_ ask: ChangesRequest, _ call: Call) async throws -> SubjectChangesPage {
        let (page, rows) = try await database.read(call) { session in
            let subjects = try catalogue.content(session).subjects
            return try FeedOwner.page(session, schema: "results", ask) { session, after, limit in
                try session.rows(
                    "SELECT change, id FROM subject WHERE change > \(after) ORDER BY change LIMIT \(limit)",
                    as: (Int64, Int32).self
                ).map { change, id in
                    (
                        change: change,
                        row: SubjectChange.with {
                            $0.change = change
                            $0.subject = subjects.first { $0.id == Int64(id) }
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
