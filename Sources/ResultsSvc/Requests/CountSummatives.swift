import Access
import Contracts
import Postgres

/// How many summative exams a year has, by district and subject, for the Manage Embargo page (access §6.8).
///
/// Numbers only: no student is looked at, and the embargo does not hide how much it holds back from those who manage it.
/// - Returns: the districts in the caller's `EMBARGO_WRITE` scope, and district 0 for the whole state.
/// - Throws: `Fault` `.forbidden` without `EMBARGO_WRITE`.
struct CountSummatives: Sendable {
    /// Not the readers' pool: row-level security there asks for individual rights, which an embargo administrator need
    /// not have.
    let database: Database

    func callAsFunction(_ ask: CountSummativesRequest, _ call: Call) async throws -> SummativeCounts {
        guard let caller = call.caller else { throw Fault(.unauthenticated, "a session is needed") }
        let scope = try caller.requireScope(of: .embargoWrite)
        let year = try ask.schoolYear.checkedSchoolYear()
        let (rows, subjects) = try await database.read(call) { session in
            let counts = try session.rows(
                """
                SELECT c.district_id, coalesce(c.district_group_id, 0), u.code, count(*)
                  FROM exam e JOIN school c ON c.id = e.school_id JOIN subject u ON u.id = e.subject_id
                 WHERE e.school_year = \(year) AND e.type = 3 AND NOT e.deleted GROUP BY 1, 2, 3 ORDER BY 1, 3
                """, as: (Int64, Int64, String, Int64).self)
            let subjects = try session.rows(
                "SELECT u.code FROM subject u JOIN subject_type t ON t.subject_id = u.id AND t.type = 3 ORDER BY lower(u.code)",
                as: (String).self)
            return (counts, subjects)
        }
        let mine = rows.filter { scope.containsDistrict(id: $0.0, groupID: $0.1 == 0 ? nil : $0.1) }
        let totals = Dictionary(grouping: rows, by: \.2).mapValues { $0.reduce(0) { $0 + $1.3 } }
        return .with {
            $0.subjects = subjects
            $0.counts =
                totals.sorted { $0.key < $1.key }.map { Self.count(0, $0.key, $0.value) }
                + mine.map { Self.count($0.0, $0.2, $0.3) }
        }
    }

    private static func count(_ district: Int64, _ subject: String, _ exams: Int64) -> SummativeCount {
        .with {
            $0.districtID = district
            $0.subject = subject
            $0.exams = exams
        }
    }
}
