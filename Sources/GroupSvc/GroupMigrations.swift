import Postgres

extension Migrations {
    /// The scripts of schema `groups`, in order; `group` is a word of SQL.
    static let groups = Migrations(
        schema: "groups", embedded: [("V0001_groups", PackageResources.V0001_groups_sql)])
}
