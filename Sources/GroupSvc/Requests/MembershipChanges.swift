import Contracts
import Feed
import Postgres

/// One page of the feed of memberships, a row for each group as it is now. A holder's request is remembered first.
///
/// - Throws: `Fault` `.malformed` for a page that makes no sense.
/// - Rule: Group R5.
struct MembershipChanges: Sendable {
    let database: Database
    let holders: Holders
    /// A holder has told how far it is: an upload may have reached everybody.
    let confirmed: @Sendable () -> Void

    /// Members of some thousand students; a page is never beyond 1 MiB for more than one group.
    private static let pageBytes: Int64 = 1 << 20

    func callAsFunction(_ ask: ChangesRequest, _ call: Call) async throws -> MembershipChangesPage {
        try await holders.asked(ask, call)
        if !ask.holder.isEmpty { confirmed() }
        let (page, rows) = try await database.read(call) { session in
            var bounded = ask
            if ask.limit > 0 { bounded.limit = max(1, min(ask.limit, try Self.fitting(ask, session))) }
            return try FeedOwner.page(session, schema: "groups", bounded) { session, after, limit in
                try session.rows(
                    """
                    SELECT change, id, name, school_id, school_year, coalesce(subject_id, 0), active AND NOT deleted,
                           student_ids, logins
                      FROM student_group WHERE change > \(after) ORDER BY change LIMIT \(limit)
                    """, as: (Int64, Int64, String, Int64, Int32, Int32, Bool, [Int64], [String]).self
                ).map { row in (change: row.0, row: Self.row(row)) }
            }
        }
        return .with {
            $0.page = page
            $0.rows = rows
        }
    }

    /// How many of the next groups fit into a page.
    private static func fitting(_ ask: ChangesRequest, _ session: borrowing Session) throws -> Int32 {
        let count = try session.row(
            """
            SELECT count(*) FROM (
                SELECT sum(size) OVER (ORDER BY change) - size AS before FROM (
                    SELECT change, 1100 + 10 * cardinality(student_ids) + octet_length(logins::text) AS size
                      FROM student_group WHERE change > \(ask.after) ORDER BY change LIMIT \(Int64(ask.limit))) AS g
            ) AS w WHERE before < \(pageBytes)
            """, as: Int64.self)
        return Int32(clamping: count ?? 0)
    }

    private static func row(
        _ row: (Int64, Int64, String, Int64, Int32, Int32, Bool, [Int64], [String])
    ) -> MembershipRow {
        .with {
            $0.change = row.0
            $0.groupID = row.1
            guard row.6 else {
                $0.deleted = true
                return
            }
            $0.name = row.2
            $0.schoolID = row.3
            $0.schoolYear = row.4
            $0.subjectID = Int64(row.5)
            $0.studentIDs = row.7
            $0.logins = row.8
        }
    }
}
