import Contracts
import Feed
import Postgres

/// The ids of the students with these SSIDs; a student that nobody has heard of yet is made with the SSID only, so that
/// later results attach to it (access §4.7). The current school of nobody is touched: a file of groups never moves a
/// student (DESIGN §4.11).
///
/// - Returns: ids in the order of the SSIDs.
/// - Throws: `Fault` `.malformed` for more than 4,000, or an SSID that is empty or longer than 65 characters.
struct EnsureStudents: Sendable {
    let database: Database
    static let limit = 4_000

    func callAsFunction(_ ask: EnsureStudentsRequest, _ call: Call) async throws -> EnsuredStudents {
        guard ask.ssids.count <= Self.limit else { throw Fault(.malformed, "more than \(Self.limit) SSIDs") }
        guard ask.ssids.allSatisfy({ (1...FindStudent.ssidLimit).contains($0.unicodeScalars.count) }) else {
            throw Fault(.malformed, "an SSID has 1 to \(FindStudent.ssidLimit) characters")
        }
        let known = try await database.transaction(call) { session in
            var known = try Self.find(ask.ssids, session)
            let missing = Set(ask.ssids).subtracting(known.keys).sorted()
            if missing.isEmpty { return known }
            // Numbers first, as whoever stores results does: so two who make the same student wait in one order.
            let first = try FeedOwner.stamp(session, schema: "results", count: missing.count)
            try session.run(
                """
                INSERT INTO student (id, ssid, change)
                SELECT nextval('student_id'), m.ssid, \(first) + m.n - 1
                  FROM unnest(\(missing)) WITH ORDINALITY AS m(ssid, n) ORDER BY m.n
                ON CONFLICT (ssid) DO NOTHING
                """)
            known.merge(try Self.find(missing, session)) { _, new in new }
            return known
        }
        return try .with {
            $0.studentIDs = try ask.ssids.map { ssid in
                guard let id = known[ssid] else { throw StudentVanished() }
                return id
            }
        }
    }

    private static func find(_ ssids: [String], _ session: borrowing Session) throws -> [String: Int64] {
        Dictionary(
            try session.rows("SELECT ssid, id FROM student WHERE ssid = ANY(\(ssids))", as: (String, Int64).self),
            uniquingKeysWith: { first, _ in first })
    }
}

/// A student that was made a moment ago is not there: a broken invariant.
private struct StudentVanished: Error {}
