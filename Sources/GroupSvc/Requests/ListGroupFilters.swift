import Access
import Contracts
import Postgres
import StateCopies

/// What the list of managed groups may be filtered by: the years of groups that are not deleted, newest first, or the
/// current one when there are none; all subjects (access §4.3).
///
/// - Throws: `Fault` `.forbidden` without `GROUP_WRITE`.
struct ListGroupFilters: Sendable {
    let database: Database

    func callAsFunction(_ call: Call) async throws -> GroupFilters {
        let scope = try call.person().requireScope(of: .groupWrite)
        return try await database.read(call) { session in
            var years = try session.rows(
                """
                SELECT DISTINCT g.school_year FROM student_group g JOIN school c ON c.id = g.school_id
                 WHERE NOT g.deleted AND \(scope.contains(school: "c")) ORDER BY 1 DESC
                """, as: Int32.self)
            if years.isEmpty {
                let current = try session.row(
                    "SELECT value FROM setting WHERE key = 'schoolYear.current'", as: String.self)
                years = current.flatMap(Int32.init).map { [$0] } ?? []
            }
            let subjects = try session.rows("SELECT code FROM subject ORDER BY lower(code)", as: String.self)
            return .with {
                $0.schoolYears = years
                $0.subjects = subjects
            }
        }
    }
}
