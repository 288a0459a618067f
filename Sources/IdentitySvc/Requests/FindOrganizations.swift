import Access
import Contracts
import Postgres

/// Organizations of every kind that the caller may pick for a screen: those in the scope of the screen's permission
/// (access §1.4). The shortest names come first, so that an exact match is never cut off.
///
/// - Returns: at most `limit`, how many match in all, and what of the scope does not depend on the search.
/// - Throws: `Fault` `.malformed` for an unknown permission, a limit outside 1…1000, too many ids or a long search text;
///   `.forbidden` without the permission.
/// - Rule: Identity R9.
struct FindOrganizations: Sendable {
    let database: Database

    func callAsFunction(_ ask: FindOrganizationsRequest, _ call: Call) async throws -> FoundOrganizations {
        guard let permission = Permission(rawValue: ask.permission) else { throw Self.wrong("permission", "unknown") }
        guard ListSchools.limits.contains(ask.limit) else { throw Self.wrong("limit", "must be 1 to 1000") }
        guard ask.ids.count <= Int(ListSchools.limits.upperBound) else { throw Self.wrong("ids", "at most 1000") }
        let search = ask.search.trimmed
        guard search.utf8.count <= ListSchools.longestSearch else { throw Self.wrong("search", "too long") }
        let scope = try call.person().requireScope(of: permission)
        let chosen: SQL = ask.ids.isEmpty ? "true" : "o.id = ANY (\(ask.ids))"
        return try await database.read(call) { session in
            let rows = try session.rows(
                """
                SELECT o.id, o.kind, o.natural_id, o.name, coalesce(d.name, ''), count(*) OVER ()
                  FROM identity.organization o LEFT JOIN identity.organization d ON d.id = o.district_id
                 WHERE \(Self.isInside(scope)) AND \(chosen) AND strpos(lower(o.name), lower(\(search))) > 0
                 ORDER BY char_length(o.name), lower(o.name), o.id
                 LIMIT \(ask.limit)
                """, as: (Int64, String, String, String, String, Int64).self)
            let districts = try session.row(
                """
                SELECT count(DISTINCT o.district_id) FROM identity.organization o
                 WHERE o.kind = 'School' AND \(Self.isInside(scope))
                """, as: Int64.self)
            let schools = try session.rows(
                """
                SELECT o.id, o.kind, o.natural_id, o.name, coalesce(d.name, ''), 0::bigint
                  FROM identity.organization o LEFT JOIN identity.organization d ON d.id = o.district_id
                 WHERE o.kind = 'School' AND \(Self.isInside(scope)) LIMIT 2
                """, as: (Int64, String, String, String, String, Int64).self)
            return .with {
                $0.organizations = rows.map(Self.found)
                $0.total = Int32(clamping: rows.first?.5 ?? 0)
                $0.districts = Int32(clamping: districts ?? 0)
                $0.onlySchool = schools.count == 1 ? schools.first.map(Self.found) : nil
            }
        }
    }

    /// Itself or one above it is in the scope; never one below it.
    private static func isInside(_ scope: Scope) -> SQL {
        """
        (\(scope.statewide)
         OR o.id = ANY (\(scope.districtGroupIDs + scope.districtIDs + scope.schoolGroupIDs + scope.schoolIDs))
         OR o.district_group_id = ANY (\(scope.districtGroupIDs))
         OR o.district_id = ANY (\(scope.districtIDs))
         OR o.school_group_id = ANY (\(scope.schoolGroupIDs)))
        """
    }

    private static func found(_ row: (Int64, String, String, String, String, Int64)) -> FoundOrganization {
        .with { ($0.id, $0.kind, $0.naturalID, $0.name, $0.districtName) = (row.0, row.1, row.2, row.3, row.4) }
    }

    private static func wrong(_ field: String, _ problem: String) -> Fault {
        Fault(.malformed, "\(field) \(problem)", violations: [.init(field: field, problem: problem)])
    }
}
