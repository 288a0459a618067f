import Contracts
import Feed
import Postgres

/// One page of the feed of assessments (DESIGN §3).
struct AssessmentChanges: Sendable {
    let database: Database
    let catalogue: SubjectCatalogue

    func callAsFunction(_ ask: ChangesRequest, _ call: Call) async throws -> AssessmentChangesPage {
        let (page, rows) = try await database.read(call) { session in
            let subjects = try catalogue.content(session)
            return try FeedOwner.page(session, schema: "results", ask) { session, after, limit in
                try session.rows(
                    """
                    SELECT change, id, natural_id, label, grade, type, subject_id, school_year,
                           CASE WHEN type = 3 THEN ARRAY(
                               SELECT DISTINCT t.id FROM item i, unnest(i.target_id || i.other_target_ids) AS t (id)
                                WHERE i.assessment_id = assessment.id AND t.id IS NOT NULL ORDER BY t.id)
                           ELSE '{}' END
                      FROM assessment
                     WHERE change > \(after) ORDER BY change LIMIT \(limit)
                    """, as: (Int64, Int32, String, String, String, Int16, Int32, Int32, [Int32]).self
                ).map { row in
                    (
                        change: row.0,
                        row: AssessmentChange.with {
                            $0.change = row.0
                            $0.assessment = AssessmentRows.assessment(
                                (row.1, row.2, row.3, row.4, row.5, row.6, row.7), subjects)
                            $0.subjectID = Int64(row.6)
                            $0.targetIDs = row.8
                        }
                    )
                }
            }
        }
        return .with {
            $0.page = page
            $0.rows = rows
        }
    }
}
