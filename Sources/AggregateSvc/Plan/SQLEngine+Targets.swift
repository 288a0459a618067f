import Postgres

extension SQLEngine {
    /// - Returns: a row for each slice and target with at least one result, in no order.
    func targets(_ plan: TargetPlan, _ session: borrowing Session) throws -> [TargetRow] {
        let parts = SliceParts(plan.facts.slices)
        let language: SQL = parts.needsLanguage ? "f.language" : "0::smallint"
        let members = try Self.members(of: plan.facts, session)
        let columns: SQL = "g.a, g.y, g.target, g.n, g.s, g.q, g.student, g.student2, g.standard, g.standard2"
        return try session.rows(
            """
            WITH g AS MATERIALIZED (
                SELECT f.assessment_id AS a, f.school_year AS y, r.target,
                       (f.attributes & \(parts.word)) | \(Attributes.everybody) AS word, \(language) AS language,
                       count(*) AS n, sum(f.score) AS s, sum(f.score::bigint * f.score) AS q,
                       sum(r.student) AS student, sum(r.student::bigint * r.student) AS student2,
                       sum(r.standard) AS standard, sum(r.standard::bigint * r.standard) AS standard2
                  FROM fact f JOIN fact_target t ON t.exam_id = f.exam_id,
                       unpacked_residuals(t.residuals) AS r
                 WHERE \(Self.conditions(plan.facts, only: members).joined(separator: " AND "))
                   AND f.counted AND r.target = ANY(\(plan.targets))
                 GROUP BY 1, 2, 3, 4, 5
            ), sliced AS (\(parts.selection(columns: columns, from: "")))
            SELECT a, y, slice, target, sum(n)::bigint, sum(s)::bigint, sum(q)::text, sum(student)::bigint,
                   sum(student2)::text, sum(standard)::bigint, sum(standard2)::text
              FROM sliced GROUP BY a, y, slice, target
            """,
            as: (Int32, Int16, Int32, Int32, Int64, Int64, String, Int64, String, Int64, String).self
        ).map { row in
            guard let squares = Int128(row.6), let student = Int128(row.8), let standard = Int128(row.10) else {
                throw EngineProblem.notWhole
            }
            return TargetRow(
                assessment: row.0, year: row.1, slice: Int(row.2), target: row.3,
                sums: Sums(count: row.4, score: row.5, squares: squares),
                student: ResidualSums(sum: row.7, squares: student),
                standard: ResidualSums(sum: row.9, squares: standard))
        }
    }
}
