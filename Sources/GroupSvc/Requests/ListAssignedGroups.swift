import Access
import Contracts
import Postgres
import StateCopies

/// The groups that name the caller, of every school year, in the caller's scope: a group outside it opens nothing, so it is
/// not listed (access §4.11).
///
/// - Returns: by name, then year descending; at most `limit`.
/// - Throws: `Fault` `.forbidden` without `GROUP_PII_READ`.
struct ListAssignedGroups: Sendable {
    let database: Database
    /// A coordinator who is named in every group of a large district.
    static let limit = 2_000

    func callAsFunction(_ call: Call) async throws -> AssignedGroupList {
        let caller = try call.person()
        let scope = try caller.requireScope(of: .groupPIIRead)
        guard !caller.groupLogin.isEmpty else { return AssignedGroupList() }
        let rows = try await database.read(call) { session in
            try session.rows(
                """
                SELECT g.id, g.name, c.id, c.name, g.school_year, coalesce(u.code, '')
                  FROM student_group g JOIN school c ON c.id = g.school_id LEFT JOIN subject u ON u.id = g.subject_id
                 WHERE g.logins @> ARRAY[\(caller.groupLogin)] AND g.active AND NOT g.deleted
                   AND \(scope.contains(school: "c"))
                 ORDER BY g.name_key, g.school_year DESC, c.name, g.id LIMIT \(Int64(Self.limit + 1))
                """, as: (Int64, String, Int64, String, Int32, String).self)
        }
        return .with {
            $0.more = rows.count > Self.limit
            $0.groups = rows.prefix(Self.limit).map { row in
                .with {
                    $0.id = row.0
                    $0.name = row.1
                    $0.schoolID = row.2
                    $0.schoolName = row.3
                    $0.schoolYear = row.4
                    $0.subject = row.5
                }
            }
        }
    }
}
