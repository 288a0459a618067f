import Postgres

extension Migrations {
    /// The scripts of schema `aggregate`, in order.
    static let aggregate = Migrations(
        schema: "aggregate", embedded: [("V0001_aggregate", PackageResources.V0001_aggregate_sql)])
}
