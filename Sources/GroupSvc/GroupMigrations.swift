import Audit
import Feed
import Ledger
import Postgres
import StateCopies

extension Migrations {
    /// The scripts of schema `groups`, in order.
    static let groups = Migrations(
        schema: "groups",
        scripts: [
            ("V0001_state_copies", StateCopies.sql),
            ("V0002_ledger", LedgerSchema.sql(role: "groups")),
            ("V0003_audit", AuditSchema.sql(writers: ["groups"], sealer: "groups")),
            ("V0004_groups", String(decoding: PackageResources.V0004_groups_sql, as: UTF8.self)),
            ("V0005_feed_home", FeedHome.sql(schema: "groups")),
            ("V0006_payload_months", LedgerSchema.payloadMonths(role: "groups")),
        ])
}
