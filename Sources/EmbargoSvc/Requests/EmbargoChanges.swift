import Contracts
import Feed
import Postgres

/// One page of the feed of embargo settings. A holder's request is remembered first: what it was told, and when.
///
/// - Throws: `Fault` `.malformed` for a page that makes no sense or the name of a holder that is too long.
/// - Rule: Embargo R4.
struct EmbargoChanges: Sendable {
    let database: Database
    let holders: Holders

    func callAsFunction(_ ask: ChangesRequest, _ call: Call) async throws -> EmbargoChangesPage {
        try await holders.asked(ask, call)
        let (page, rows) = try await database.read(call) { session in
            try FeedOwner.page(session, schema: "embargo", ask) { session, after, limit in
                try session.rows(
                    """
                    SELECT change, school_year, district_id, kind, value
                      FROM embargo.embargo_setting
                     WHERE change > \(after)
                     ORDER BY change
                     LIMIT \(limit)
                    """, as: (Int64, Int32, Int64, Int16, Int16).self
                ).map { change, year, districtID, kind, value in
                    (
                        change: change,
                        row: EmbargoSettingRow.with {
                            $0.change = change
                            $0.schoolYear = year
                            $0.districtID = districtID
                            $0.kind = EmbargoKind(rawValue: Int32(kind))
                            $0.value = EmbargoValue(rawValue: Int32(value))
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
