import Audit
import Feed
import Ledger
import Postgres

extension Migrations {
    /// The scripts of schema `identity`, in order.
    static let identity = Migrations(
        schema: "identity",
        scripts: [
            ("V0001_identity", text(PackageResources.V0001_identity_sql)),
            ("V0003_roles", text(PackageResources.V0003_roles_sql)),
            ("V0004_audit", AuditSchema.sql(writers: ["identity"], sealer: "identity")),
            ("V0005_ledger", LedgerSchema.sql(role: "identity")),
            ("V0006_feed_home", FeedHome.sql(schema: "identity")),
            ("V0007_promises", LedgerSchema.promises(role: "identity")),
            ("V0010_client_scopes", text(PackageResources.V0010_client_scopes_sql)),
            ("V0011_sandbox_data_load", text(PackageResources.V0011_sandbox_data_load_sql)),
            ("V0014_holders", text(PackageResources.V0014_holders_sql)),
            ("V0015_payload_months", LedgerSchema.payloadMonths(role: "identity")),
        ])

    private static func text(_ file: [UInt8]) -> String { String(decoding: file, as: UTF8.self) }
}
