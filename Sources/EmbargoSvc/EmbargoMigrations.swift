import Audit
import Postgres

extension Migrations {
    /// The scripts of schema `embargo`, in order.
    static let embargo = Migrations(
        schema: "embargo",
        scripts: [
            ("V0001_embargo", String(decoding: PackageResources.V0001_embargo_sql, as: UTF8.self)),
            ("V0002_audit", AuditSchema.sql(writers: ["embargo"], sealer: "embargo")),
            ("V0003_notifications", String(decoding: PackageResources.V0003_notifications_sql, as: UTF8.self)),
            ("V0004_webhooks", String(decoding: PackageResources.V0004_webhooks_sql, as: UTF8.self)),
        ])
}
