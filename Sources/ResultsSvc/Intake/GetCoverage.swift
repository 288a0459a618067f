import Contracts
import Postgres

/// What is there: how many results each assessment has, by school year, and when the last one was loaded (F051).
///
/// Numbers of the whole state, for those who load its data: no student is looked at, and the embargo does not hide from
/// them what they sent. An assessment without a result is there too.
/// - Returns: at most `limit` rows, by year, the newest first, subject, grade and label.
struct GetCoverage: Sendable {
    let database: Database
    /// Ten years of all subjects are two thousand.
    static let limit: Int64 = 5_000

    func callAsFunction(_ call: Call) async throws -> Coverage {
        let rows = try await database.read(call) { session in
            try session.rows(
                """
                SELECT a.natural_id, a.label, s.code, a.grade, a.type, coalesce(c.school_year, a.school_year),
                       coalesce(c.results, 0), c.last_load
                  FROM assessment a JOIN subject s ON s.id = a.subject_id
                  LEFT JOIN (SELECT assessment_id, school_year, count(*) AS results, max(updated) AS last_load
                               FROM exam WHERE NOT deleted GROUP BY 1, 2) c ON c.assessment_id = a.id
                 ORDER BY 6 DESC, lower(s.code), array_position(\(CodeLists.grades), a.grade), a.label, a.id
                 LIMIT \(Self.limit + 1)
                """, as: (String, String, String, String, Int16, Int32, Int64, Timestamp?).self)
        }
        return .with {
            $0.more = rows.count > Int(Self.limit)
            $0.rows = rows.prefix(Int(Self.limit)).map { row in
                .with {
                    $0.assessment = row.0
                    $0.label = row.1
                    $0.subject = row.2
                    $0.grade = row.3
                    $0.type = ExamCode.types[row.4] ?? ""
                    $0.schoolYear = row.5
                    $0.results = row.6
                    $0.lastLoadUs = row.7?.microseconds ?? 0
                }
            }
        }
    }
}
