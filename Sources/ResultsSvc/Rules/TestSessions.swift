import Contracts

/// The sessions in which an interim assessment was taken, to choose from (results §4.4.2).
enum TestSessions {
    /// Sessions named in one question.
    static let limit = 500

    /// One for each session of the exams, whatever a filter leaves out of them; without a session is one as well. The
    /// newest first; of two with the same last moment the lesser id.
    ///
    /// - Parameter chosen: what the asker chose; nil: the newest alone.
    static func of(_ exams: [Exam], chosen: Set<String>?) -> [TestSession] {
        let latest = Dictionary(exams.map { ($0.sessionID, $0.completedAtUs) }, uniquingKeysWith: max)
        let order = latest.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let chosen = chosen ?? Set(order.prefix(1).map(\.key))
        return order.map { id, moment in
            .with {
                $0.sessionID = id
                $0.latestUs = moment
                $0.chosen = chosen.contains(id)
            }
        }
    }

    /// - Throws: `Fault` `.malformed` for an id that cannot be, an assessment named twice or too many sessions.
    static func chosen(_ choices: [SessionChoice]) throws -> [Int32: Set<String>] {
        guard choices.reduce(0, { $0 + $1.sessionIDs.count + 1 }) <= limit else {
            throw Fault(.malformed, "more than \(limit) sessions")
        }
        var chosen: [Int32: Set<String>] = [:]
        for choice in choices {
            guard let id = Int32(exactly: choice.assessmentID), id > 0, chosen[id] == nil else {
                throw Fault(.malformed, "sessions of assessment \(choice.assessmentID)")
            }
            chosen[id] = Set(choice.sessionIDs)
        }
        return chosen
    }
}
