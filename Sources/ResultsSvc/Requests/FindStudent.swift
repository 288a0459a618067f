import Access
import Audit
import Contracts
import Crypto
import Foundation
import Postgres

/// The id of the student with this SSID, if the caller may see at least one of the student's exams (access §2.8).
///
/// - Throws: `Fault` `.notFound` with one text for unknown, forbidden and empty alike, so that nobody learns whether a
///   student exists; `.unavailable` for somebody with group rights while memberships cannot be proved fresh.
struct FindStudent: Sendable {
    let gate: Gate
    /// *Exact* text of access §2.8.
    static let notFound = Fault(.notFound, "Student does not exist or has no available test results.")
    static let ssidLimit = 65

    func callAsFunction(_ ask: FindStudentRequest, _ call: Call) async throws -> StudentFound {
        let ssid = ask.ssid.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !ssid.isEmpty else {
            throw Fault(.malformed, "an SSID is needed", violations: [.init(field: "ssid", problem: "empty")])
        }
        guard ssid.unicodeScalars.count <= Self.ssidLimit else { throw Self.notFound }
        let digest = SHA256.hash(data: Data(ssid.utf8)).prefix(8).map { String(format: "%02x", $0) }.joined()
        let (id, _, groupsAreOff) = try await gate.read(call, looked: { .studentSearch(ssidDigest: digest, found: $0) })
        {
            session, view in
            try session.row(
                """
                SELECT s.id FROM student s WHERE s.ssid = \(ssid)
                   AND EXISTS (SELECT 1 FROM exam e JOIN school c ON c.id = e.school_id
                                WHERE e.student_id = s.id AND \(view.visible))
                """, as: (Int64).self)
        }
        guard let id else { throw groupsAreOff ? Gate.groupsOff : Self.notFound }
        return .with { $0.studentID = id }
    }
}
