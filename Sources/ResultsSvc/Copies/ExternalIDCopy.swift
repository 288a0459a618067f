import Contracts
import Postgres

/// The federal identifiers of organizations, for the column `NcesId` of exports (access §1.2). A copy of its own beside that of
/// the organizations, with its own position: it could be added to a service that had read them all.
enum ExternalIDCopy {
    static func apply(_ session: borrowing Session, _ rows: [OrganizationRow]) throws {
        let named = rows.filter { !$0.deleted && !$0.externalID.isEmpty }
        try session.run("DELETE FROM external_id WHERE organization_id = ANY(\(rows.map(\.id)))")
        try session.run(
            """
            INSERT INTO external_id (organization_id, external_id)
            SELECT * FROM unnest(\(named.map(\.id)), \(named.map(\.externalID)))
            """)
    }

    static func clear(_ session: borrowing Session) throws {
        try session.run("DELETE FROM external_id")
    }
}
