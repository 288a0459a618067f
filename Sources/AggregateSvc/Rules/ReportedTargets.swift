import Contracts
import Postgres

/// The targets of a report: of the items of its assessments, in the claims that are reported, by claim and name
/// (aggregates §2.4). Rule: Aggregate R15.
struct ReportedTarget: Sendable {
    var id: Int32
    var claim: String
    var claimName: String
    var code: String
    var name: String
    /// The assessments that have it, and those of them that exclude it.
    var assessments: Set<Int64>
    var excludedIn: Set<Int64>

    var isExcluded: Bool { excludedIn == assessments }

    /// - Parameter assessments: of one subject.
    static func of(
        _ assessments: [ReportAssessment], subject: Subject, _ session: borrowing Session
    ) throws -> [ReportedTarget] {
        let claims = try claims(of: subject.code, session)
        let rows = try session.rows(
            """
            SELECT a.id, t.id, t.claim, t.claim_name, t.code, t.name,
                   -- A list of claims and codes, with commas between them.
                   coalesce((SELECT t.claim || '|' || t.code = ANY(regexp_split_to_array(btrim(s.value), '\\s*,\\s*'))
                               FROM aggregate.setting s WHERE s.key = 'target.excluded.' || a.natural_id), false)
              FROM aggregate.assessment a JOIN aggregate.target t ON t.id = ANY(a.targets)
             WHERE a.id = ANY(\(assessments.map { Int32(clamping: $0.id) }))
             ORDER BY a.id, t.id
            """, as: (Int32, Int32, String, String, String, String, Bool).self)
        var found: [Int32: ReportedTarget] = [:]
        for (assessment, id, claim, claimName, code, name, isExcluded) in rows
        where claims?.contains(claim) ?? true {
            found[
                id,
                default: ReportedTarget(
                    id: id, claim: claim, claimName: claimName, code: code, name: name, assessments: [], excludedIn: [])
            ].assessments.insert(Int64(assessment))
            if isExcluded { found[id]?.excludedIn.insert(Int64(assessment)) }
        }
        return found.values.sorted { a, b in
            if a.claim != b.claim {
                let order = claims ?? []
                let (x, y) = (
                    order.firstIndex(of: a.claim) ?? order.count, order.firstIndex(of: b.claim) ?? order.count
                )
                return x == y ? a.claim < b.claim : x < y
            }
            if a.name != b.name { return TargetNames.isBefore(a.name, b.name) }
            return a.code == b.code ? a.id < b.id : a.code < b.code
        }
    }

    /// The claims that a subject's target reports have, in order; nil: all of them.
    private static func claims(of subject: String, _ session: borrowing Session) throws -> [String]? {
        let key = "target.claims.\(subject)"
        if let text = try session.row("SELECT value FROM aggregate.setting WHERE key = \(key)", as: String.self) {
            return text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        }
        return try session.row(
            "SELECT claims FROM aggregate.target_claims WHERE subject = \(subject)", as: [String].self)
    }
}

/// Names of targets: numbers by their value, before all others, which are in alphabetical order (aggregates §2.4).
enum TargetNames {
    static func isBefore(_ a: String, _ b: String) -> Bool {
        let (x, y) = (Int(a) ?? .max, Int(b) ?? .max)
        return x == y ? a < b : x < y
    }
}
