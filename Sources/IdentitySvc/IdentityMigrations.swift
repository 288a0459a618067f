import Postgres

extension Migrations {
    /// The scripts of schema `identity`, in order.
    static let identity = Migrations(
        schema: "identity",
        embedded: [
            ("V0001_identity", PackageResources.V0001_identity_sql),
            ("V0003_roles", PackageResources.V0003_roles_sql),
        ])
}
