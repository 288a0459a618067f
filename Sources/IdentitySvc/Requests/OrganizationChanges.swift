import Contracts
import Feed
import Postgres

/// One page of the feed of organizations. Organizations are never deleted (access §1.3 rule 4).
///
/// - Rule: Identity R10.
struct OrganizationChanges: Sendable {
    let database: Database
    let holders: Holders

    func callAsFunction(_ ask: ChangesRequest, _ call: Call) async throws -> OrganizationChangesPage {
        try await holders.asked(ask, call)
        let (page, rows) = try await database.read(call) { session in
            try FeedOwner.page(session, schema: "identity", ask) { session, after, limit in
                try session.rows(
                    """
                    SELECT change, id, kind, natural_id, name, external_id, coalesce(district_group_id, 0),
                           coalesce(district_id, 0), coalesce(school_group_id, 0)
                      FROM identity.organization
                     WHERE change > \(after)
                     ORDER BY change
                     LIMIT \(limit)
                    """, as: (Int64, Int64, String, String, String, String, Int64, Int64, Int64).self
                ).map { row in (change: row.0, row: Self.row(row)) }
            }
        }
        return .with {
            $0.page = page
            $0.rows = rows
        }
    }

    private static func row(
        _ row: (Int64, Int64, String, String, String, String, Int64, Int64, Int64)
    ) -> OrganizationRow {
        .with {
            ($0.change, $0.id, $0.kind, $0.naturalID, $0.name) = (row.0, row.1, row.2, row.3, row.4)
            ($0.externalID, $0.districtGroupID, $0.districtID, $0.schoolGroupID) = (row.5, row.6, row.7, row.8)
        }
    }
}
