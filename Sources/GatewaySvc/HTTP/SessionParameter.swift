import Contracts

/// Which sessions of which assessments are looked at (results §4.4.2): `{assessment}:{session}` for each; the session is
/// empty for results without one; an assessment alone stands for none of its sessions.
enum SessionParameter {
    static let about = Parameter.optional(
        "session", .texts(length: 1...150, .any, atMost: 80),
        "A session of an assessment, as 12:ABC; 12: for results without a session, 12 for none of its sessions. "
            + "An assessment that is not named shows its newest session.")

    /// - Throws: `Fault` `.malformed` for what does not begin with the id of an assessment.
    static func choices(_ ask: Ask) throws -> [SessionChoice] {
        var sessions: [Int64: [String]] = [:]
        for text in ask.texts("session") {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let id = boundedInteger(parts[0]), id > 0 else {
                throw Ask.violation("session", "must begin with the id of an assessment")
            }
            sessions[id, default: []] += parts.dropFirst().map(String.init)
        }
        return sessions.sorted { $0.key < $1.key }.map { id, ids in
            .with {
                $0.assessmentID = id
                $0.sessionIDs = ids
            }
        }
    }
}
