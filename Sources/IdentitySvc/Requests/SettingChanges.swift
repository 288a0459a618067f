import Contracts
import Feed
import Postgres

/// One page of the feed of settings and school years.
///
/// - Rule: Identity R10.
struct SettingChanges: Sendable {
    let database: Database

    func callAsFunction(_ ask: ChangesRequest, _ call: Call) async throws -> SettingChangesPage {
        let (page, rows) = try await database.read(call) { session in
            try FeedOwner.page(session, schema: "identity", ask) { session, after, limit in
                try session.rows(
                    """
                    SELECT change, key, value, year, embargoed
                      FROM (SELECT change, key, value, 0 AS year, false AS embargoed
                              FROM identity.setting WHERE change > \(after)
                            UNION ALL
                            SELECT change, '', '', year, embargoed_by_default
                              FROM identity.school_year WHERE change > \(after)) AS row
                     ORDER BY change
                     LIMIT \(limit)
                    """, as: (Int64, String, String, Int32, Bool).self
                ).map { change, key, value, year, embargoed in
                    (
                        change: change,
                        row: SettingRow.with {
                            $0.change = change
                            $0.key = key
                            $0.value = value
                            $0.schoolYear = year
                            $0.embargoedByDefault = embargoed
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
