import Audit
import Feed
import Jobs
import Ledger
import Postgres
import Reports

extension Migrations {
    /// The scripts of schema `results`, in order.
    static let results = Migrations(
        schema: "results",
        scripts: [
            ("V0001_results", String(decoding: PackageResources.V0001_results_sql, as: UTF8.self)),
            ("V0002_ledger", LedgerSchema.sql(role: "results")),
            ("V0003_audit", AuditSchema.sql(writers: ["results", "results_reader"], sealer: "results")),
            ("V0004_memberships", String(decoding: PackageResources.V0004_memberships_sql, as: UTF8.self)),
            (
                "V0005_norms_and_enrolment",
                String(decoding: PackageResources.V0005_norms_and_enrolment_sql, as: UTF8.self)
            ),
            ("V0006_zips", LedgerSchema.zips(role: "results")),
            ("V0007_waiting_results", String(decoding: PackageResources.V0007_waiting_results_sql, as: UTF8.self)),
            ("V0008_intake", String(decoding: PackageResources.V0008_intake_sql, as: UTF8.self)),
            ("V0013_pages", String(decoding: PackageResources.V0013_pages_sql, as: UTF8.self)),
            ("V0014_feed_home", FeedHome.sql(schema: "results")),
            ("V0015_rows_stay_whole", String(decoding: PackageResources.V0015_rows_stay_whole_sql, as: UTF8.self)),
            ("V0023_jobs", JobSchema.sql(role: "results")),
            ("V0024_reports", ReportSchema.sql(role: "results")),
            ("V0025_exports", String(decoding: PackageResources.V0025_exports_sql, as: UTF8.self)),
            ("V0026_direct_imports", LedgerSchema.directImports),
            ("V0027_fewer_look_ups", String(decoding: PackageResources.V0027_fewer_look_ups_sql, as: UTF8.self)),
            ("V0028_payload_months", LedgerSchema.payloadMonths(role: "results")),
        ])
}
