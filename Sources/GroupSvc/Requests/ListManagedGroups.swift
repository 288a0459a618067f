import Access
import Contracts
import Postgres
import StateCopies

/// The groups of one school and year that the caller may manage, those without students too (access §4.3).
///
/// - Returns: by name; at most `limit`. A subject lists its groups and those of all subjects.
/// - Throws: `Fault` `.forbidden` without `GROUP_WRITE`, `.notFound` for a school that is unknown or out of scope.
struct ListManagedGroups: Sendable {
    let database: Database
    static let limit = 2_000

    func callAsFunction(_ ask: ListManagedGroupsRequest, _ call: Call) async throws -> ManagedGroupList {
        let scope = try call.person().requireScope(of: .groupWrite)
        let rows = try await database.read(call) { session in
            let school = try session.row(
                "SELECT c.id FROM school c WHERE c.id = \(ask.schoolID) AND \(scope.contains(school: "c"))",
                as: Int64.self)
            guard school != nil else { throw Fault(.notFound, "there is no such school") }
            return try session.rows(
                """
                SELECT g.id, g.name, c.name, g.school_year, coalesce(u.code, ''), cardinality(g.student_ids)
                  FROM student_group g JOIN school c ON c.id = g.school_id LEFT JOIN subject u ON u.id = g.subject_id
                 WHERE g.school_id = \(ask.schoolID) AND g.school_year = \(ask.schoolYear) AND NOT g.deleted
                   AND (\(ask.subject) = '' OR g.subject_id IS NULL OR lower(u.code) = \(ask.subject.lowercased()))
                 ORDER BY g.name_key LIMIT \(Int64(Self.limit + 1))
                """, as: (Int64, String, String, Int32, String, Int32).self)
        }
        return .with {
            $0.more = rows.count > Self.limit
            $0.groups = rows.prefix(Self.limit).map { row in
                .with {
                    $0.id = row.0
                    $0.name = row.1
                    $0.schoolName = row.2
                    $0.schoolYear = row.3
                    $0.subject = row.4
                    $0.students = row.5
                }
            }
        }
    }
}
