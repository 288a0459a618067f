/// A role at an organization: what an account, an import client or a tenancy chain gives.
struct Grant: Hashable, Sendable {
    /// A role of the role table, or the name of a function itself, as the tenancy chain gives it.
    var role: String
    var level: OrganizationLevel
    /// Natural id of the organization, as text: leading zeros count.
    var naturalID: String
}
