import Postgres

/// Looks up organizations by their natural ids. Writing them is the import's business.
enum OrganizationTable {
    struct Found: Sendable {
        var id: Int64
        var name: String
    }

    /// The organizations that the grants name, by level and natural id. Grants at the State and above name none.
    static func find(
        _ grants: [Grant], _ session: borrowing Session
    ) throws -> [OrganizationLevel: [String: Found]] {
        let named = grants.filter { !$0.level.isStatewide }
        guard !named.isEmpty else { return [:] }
        let rows = try session.rows(
            """
            SELECT o.id, o.kind, o.natural_id, o.name
              FROM unnest(\(named.map { $0.level.kind ?? "" }), \(named.map(\.naturalID))) AS wanted (kind, natural_id)
              JOIN identity.organization o USING (kind, natural_id)
            """, as: (Int64, String, String, String).self)
        var found: [OrganizationLevel: [String: Found]] = [:]
        for (id, kind, naturalID, name) in rows {
            guard let level = OrganizationLevel(kind: kind) else { continue }
            found[level, default: [:]][naturalID] = Found(id: id, name: name)
        }
        return found
    }
}
