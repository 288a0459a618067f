import Contracts
import Feed
import Postgres

/// One page of the feed of sessions that ended.
///
/// - Rule: Identity R10.
struct SessionChanges: Sendable {
    let database: Database

    func callAsFunction(_ ask: ChangesRequest, _ call: Call) async throws -> SessionChangesPage {
        let (page, rows) = try await database.read(call) { session in
            try FeedOwner.page(session, schema: "identity", ask) { session, after, limit in
                try session.rows(
                    """
                    SELECT change, session_id, user_id, sandbox, login
                      FROM identity.session_end
                     WHERE change > \(after)
                     ORDER BY change
                     LIMIT \(limit)
                    """, as: (Int64, [UInt8], Int64, Bool, String).self
                ).map { change, sessionID, userID, sandbox, login in
                    (
                        change: change,
                        row: SessionEndRow.with {
                            $0.change = change
                            $0.sessionID = sessionID
                            $0.userID = userID
                            $0.sandbox = sandbox
                            $0.login = login
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
