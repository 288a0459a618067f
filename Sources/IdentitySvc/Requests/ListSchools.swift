import Access
import Contracts
import Postgres

/// The schools that the caller may pick for a screen: those in the scope of the screen's permission (access §1.4).
///
/// With a search text, the shortest names come first, so that an exact match is never cut off; without one, by district,
/// then by name. `total` counts all that match, whatever the limit.
///
/// - Throws: `Fault` `.malformed` for an unknown permission, a limit outside 1…1000 or a long search text; `.forbidden`
///   without the permission.
/// - Rule: Identity R9.
struct ListSchools: Sendable {
    let database: Database

    static let limits: ClosedRange<Int32> = 1...1_000
    static let longestSearch = 100

    func callAsFunction(_ ask: ListSchoolsRequest, _ call: Call) async throws -> SchoolList {
        guard let permission = Permission(rawValue: ask.permission) else {
            throw Fault(.malformed, "unknown permission", violations: [.init(field: "permission", problem: "unknown")])
        }
        guard Self.limits.contains(ask.limit) else {
            throw Fault(
                .malformed, "limit is out of range", violations: [.init(field: "limit", problem: "must be 1 to 1000")])
        }
        let search = ask.search.trimmed
        guard search.utf8.count <= Self.longestSearch else {
            throw Fault(.malformed, "search is too long", violations: [.init(field: "search", problem: "too long")])
        }
        let scope = try call.person().requireScope(of: permission)
        let order: SQL =
            search.isEmpty
            ? "lower(d.name), d.id, lower(s.name), s.id" : "char_length(s.name), lower(s.name), s.id"
        let rows = try await database.read(call) { session in
            try session.rows(
                """
                SELECT s.id, s.natural_id, s.name, d.id, d.name, d.natural_id, count(*) OVER ()
                  FROM identity.organization s
                  JOIN identity.organization d ON d.id = s.district_id
                 WHERE s.kind = 'School'
                   AND (\(scope.statewide)
                        OR s.district_group_id = ANY (\(scope.districtGroupIDs))
                        OR s.district_id = ANY (\(scope.districtIDs))
                        OR s.school_group_id = ANY (\(scope.schoolGroupIDs))
                        OR s.id = ANY (\(scope.schoolIDs)))
                   AND strpos(lower(s.name), lower(\(search))) > 0
                 ORDER BY \(order)
                 LIMIT \(ask.limit)
                """, as: (Int64, String, String, Int64, String, String, Int64).self)
        }
        return .with {
            $0.schools = rows.map { id, naturalID, name, districtID, districtName, districtNaturalID, _ in
                .with {
                    $0.id = id
                    $0.naturalID = naturalID
                    $0.name = name
                    $0.districtID = districtID
                    $0.districtName = districtName
                    $0.districtNaturalID = districtNaturalID
                }
            }
            $0.total = Int32(clamping: rows.first?.6 ?? 0)
        }
    }
}
