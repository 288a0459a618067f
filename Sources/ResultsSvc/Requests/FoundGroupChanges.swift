import Contracts
import Feed
import Postgres

/// One page of the feed of members of groups that results named (ingest §3.13).
struct FoundGroupChanges: Sendable {
    let database: Database

    func callAsFunction(_ ask: ChangesRequest, _ call: Call) async throws -> FoundGroupChangesPage {
        let (page, rows) = try await database.read(call) { session in
            try FeedOwner.page(session, schema: "results", ask) { session, after, limit in
                try session.rows(
                    """
                    SELECT change, school_id, school_year, group_name, student_id FROM found_group_member
                     WHERE change > \(after) ORDER BY change LIMIT \(limit)
                    """, as: (Int64, Int64, Int32, String, Int64).self
                ).map { change, school, year, name, student in
                    (
                        change: change,
                        row: FoundGroupRow.with {
                            $0.change = change
                            $0.schoolID = school
                            $0.schoolYear = year
                            $0.groupName = name
                            $0.studentID = student
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
