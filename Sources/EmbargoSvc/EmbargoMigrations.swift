import Postgres

extension Migrations {
    /// The scripts of schema `embargo`, in order.
    static let embargo = Migrations(
        schema: "embargo",
        embedded: [
            ("V0001_embargo", PackageResources.V0001_embargo_sql)
        ])
}
