import Contracts
import Feed
import Postgres

/// One page of the feed of students: nothing but what counts as it is now in reports, gender and ethnicity (DESIGN §3).
struct StudentChanges: Sendable {
    let database: Database

    func callAsFunction(_ ask: ChangesRequest, _ call: Call) async throws -> StudentChangesPage {
        let (page, rows) = try await database.read(call) { session in
            // A plan made while the table was empty would scan it for ever.
            try session.script("SET LOCAL enable_seqscan = off")
            return try FeedOwner.page(session, schema: "results", ask) { session, after, limit in
                try session.rows(
                    """
                    SELECT change, id, gender, ethnicities FROM student WHERE change > \(after) ORDER BY change LIMIT \(limit)
                    """, as: (Int64, Int64, Int16?, Int16).self
                ).map { change, id, gender, ethnicities in
                    (
                        change: change,
                        row: StudentChange.with {
                            $0.change = change
                            $0.id = id
                            $0.gender = gender.flatMap(ExamCodes.genders.code) ?? ""
                            $0.ethnicities = zip(ExamCodes.ethnicities.codes, 0...).compactMap { code, bit in
                                ethnicities & (1 << bit) == 0 ? nil : code
                            }
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
