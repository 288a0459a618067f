import Contracts
import Feed
import Postgres

/// One page of the feed of subject definitions, whole as the screens know them, with their targets (DESIGN §3).
struct SubjectChanges: Sendable {
    let database: Database
    let catalogue: SubjectCatalogue

    func callAsFunction(_ ask: ChangesRequest, _ call: Call) async throws -> SubjectChangesPage {
        let (page, rows) = try await database.read(call) { session in
            let subjects = try catalogue.content(session).subjects
            return try FeedOwner.page(session, schema: "results", ask) { session, after, limit in
                let changed = try session.rows(
                    "SELECT change, id FROM subject WHERE change > \(after) ORDER BY change LIMIT \(limit)",
                    as: (Int64, Int32).self)
                let targets = Dictionary(
                    grouping: try session.rows(
                        """
                        SELECT c.subject_id, t.id, c.code, c.name, t.code, t.name FROM target t JOIN claim c ON c.id = t.claim_id
                         WHERE c.subject_id = ANY(\(changed.map(\.1))) ORDER BY t.id
                        """, as: (Int32, Int32, String, String, String, String).self), by: \.0)
                return changed.map { change, id in
                    (
                        change: change,
                        row: SubjectChange.with {
                            $0.change = change
                            $0.subject = subjects.first { $0.id == Int64(id) }
                            $0.targets = targets[id, default: []].map { target in
                                .with {
                                    $0.id = target.1
                                    $0.claim = target.2
                                    $0.claimName = target.3
                                    $0.code = target.4
                                    $0.name = target.5
                                }
                            }
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
