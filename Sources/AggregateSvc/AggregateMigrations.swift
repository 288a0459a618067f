import Audit
import Jobs
import Postgres
import Reports
import StateCopies

extension Migrations {
    /// The scripts of schema `aggregate`, in order.
    static let aggregate = Migrations(
        schema: "aggregate",
        scripts: [
            ("V0001_state_copies", StateCopies.sql),
            ("V0002_facts", String(decoding: PackageResources.V0002_facts_sql, as: UTF8.self)),
            ("V0003_jobs", JobSchema.sql(role: "aggregate")),
            ("V0004_reports", ReportSchema.sql(role: "aggregate")),
            ("V0005_fact_log", String(decoding: PackageResources.V0005_fact_log_sql, as: UTF8.self)),
            (
                "V0006_cohorts_and_claims",
                String(decoding: PackageResources.V0006_cohorts_and_claims_sql, as: UTF8.self)
            ),
            (
                "V0010_cohorts_by_windows",
                String(decoding: PackageResources.V0010_cohorts_by_windows_sql, as: UTF8.self)
            ),
            ("V0013_targets", String(decoding: PackageResources.V0013_targets_sql, as: UTF8.self)),
            ("V0014_packed_reports", String(decoding: PackageResources.V0014_packed_reports_sql, as: UTF8.self)),
            ("V0015_packed_residuals", String(decoding: PackageResources.V0015_packed_residuals_sql, as: UTF8.self)),
            ("V0016_audit", AuditSchema.sql(writers: ["aggregate"], sealer: "aggregate")),
            ("V0017_pieces_in_pages", String(decoding: PackageResources.V0017_pieces_in_pages_sql, as: UTF8.self)),
        ])
}
