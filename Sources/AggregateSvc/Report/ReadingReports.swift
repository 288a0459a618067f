import Access
import Contracts
import EmbargoRule
import Feed
import Postgres
import Reports

/// Finished reports, as their maker may see them now: the row filter is applied again at each look, since rights and the
/// embargo may have changed since the report was made. Rule: Aggregate R7 (aggregates §5.3, access §6.6, T35).
struct ReadingReports: Sendable {
    let database: Database
    let store: ReportStore
    let embargo: Lease
    let trail: ReportTrail

    static let onlineOnly = "Reports with embargoed results may only be viewed online, they may not be downloaded."

    /// One look.
    struct Look: Sendable {
        let report: FinishedReport
        let held: HeldBackRows
        /// It holds results that are not released: no file of it leaves, whoever asks.
        let isOnlineOnly: Bool
        /// The reader looks at what is held back from others.
        let isPreview: Bool
        let isWithheld: Bool
    }

    /// Where an answer goes.
    enum Purpose: Sendable {
        case screen
        /// It leaves: refused while results in it are held back. Its first part goes on record.
        case file(_ name: String, isFirstPart: Bool)
    }

    /// - Throws: `Fault` `.notFound` for a report of somebody else; for a file `.forbidden` while it holds results that are not
    ///   released, `.unavailable` while that is not known.
    func read<Answer: Sendable>(
        _ id: Int64, _ call: Call, for purpose: Purpose,
        _ body: @escaping @Sendable (borrowing Session, Look) throws -> Answer
    ) async throws -> Answer {
        let caller = try call.person()
        _ = try caller.requireScope(of: .customAggregateRead)
        let proof = embargo.proof
        let (answer, isSummative) = try await look(id, call, caller, isHeld: proof != nil, purpose, body)
        guard isSummative, let proof, !embargo.isHeld(since: proof) else { return answer }
        // What was read under a lease that has run out meanwhile is read again without summatives (DESIGN §3).
        return try await look(id, call, caller, isHeld: false, purpose, body).answer
    }

    private func look<Answer: Sendable>(
        _ id: Int64, _ call: Call, _ caller: CallerClaims, isHeld: Bool, _ purpose: Purpose,
        _ body: @escaping @Sendable (borrowing Session, Look) throws -> Answer
    ) async throws -> (answer: Answer, isSummative: Bool) {
        guard case .file(let name, true) = purpose else {
            return try await database.read(call) { try look(id, caller, isHeld: isHeld, purpose, $0, body) }
        }
        return try await database.transaction(call) { session in
            try look(id, caller, isHeld: isHeld, purpose, session) { session, look in
                let answer = try body(session, look)
                try trail.downloaded(id, file: name, rows: look.report.stored.rows, call, session)
                return answer
            }
        }
    }

    private func look<Answer: Sendable>(
        _ id: Int64, _ caller: CallerClaims, isHeld: Bool, _ purpose: Purpose, _ session: borrowing Session,
        _ body: (borrowing Session, Look) throws -> Answer
    ) throws -> (answer: Answer, isSummative: Bool) {
        let file = if case .file = purpose { true } else { false }
        let report = try FinishedReport(id, of: caller.userID, in: store, session)
        var held = HeldBackRows(report.layout.heldBack)
        guard report.query.assessmentType == TypeCodes.summative else {
            let look = Look(report: report, held: held, isOnlineOnly: false, isPreview: false, isWithheld: false)
            return (try body(session, look), false)
        }
        guard isHeld else {
            if file {
                throw Fault(
                    .unavailable, "It is not known at the moment which results are released. Try again.",
                    retryAfterMilliseconds: 2_000)
            }
            held.isEverything = true
            let look = Look(report: report, held: held, isOnlineOnly: true, isPreview: false, isWithheld: true)
            return (try body(session, look), true)
        }
        let released = try ReleasedRows(report.layout, session)
        let isOnlineOnly = Self.showsUnreleased(report.layout, held, released)
        if file && isOnlineOnly { throw Fault(.forbidden, Self.onlineOnly) }
        let reader = caller.scope(of: .embargoRead)
        held = held.union(ReleasedRows.heldBack(report.layout) { released.isShown($0, year: $1, to: reader) })
        let look = Look(
            report: report, held: held, isOnlineOnly: isOnlineOnly,
            isPreview: isOnlineOnly && Self.showsUnreleased(report.layout, held, released), isWithheld: false)
        return (try body(session, look), true)
    }

    /// Is there a row, not among `held`, whose results are not released now?
    private static func showsUnreleased(
        _ layout: StoredLayout, _ held: HeldBackRows, _ released: ReleasedRows
    ) -> Bool {
        for year in Set(layout.assessments.map(\.schoolYear)) {
            for (place, organization) in layout.organizations.enumerated()
            where !held.contains(organization: place, year: year) && !released.isReleased(organization, year: year) {
                return true
            }
        }
        return false
    }

    /// Which of these completed reports are online only. Layouts are read only where a year of the report has an embargo.
    func onlineOnly(_ session: borrowing Session, _ reports: [StoredReport]) throws -> Set<Int64> {
        let summative = reports.filter { $0.topic.assessmentType == TypeCodes.summative }
        if summative.isEmpty { return [] }
        guard embargo.isHeld else { return Set(summative.map(\.id)) }
        let years = Set(summative.flatMap(\.topic.schoolYears)).sorted()
        let rule = ReleaseStatusSQL.isReleased(schema: "aggregate", year: "y.year", district: "0", kind: .aggregate)
        let free = Set(
            try session.rows(
                "SELECT y.year FROM unnest(\(years)) AS y(year) WHERE \(raw: rule) AND NOT EXISTS (SELECT FROM aggregate.embargo_setting s WHERE s.school_year = y.year AND s.kind = 2 AND s.value = 1)",
                as: Int32.self))
        var held: Set<Int64> = []
        // A longitudinal report has more years than its topic names.
        for report in summative
        where !Set(report.topic.schoolYears).isSubset(of: free) || report.topic.kind == ReportType.longitudinal.rawValue
        {
            guard let bytes = try store.layout(report.id, session) else { continue }
            let layout = try StoredLayout(decoding: bytes, limit: FinishedReport.sizeLimit)
            let released = try ReleasedRows(layout, session)
            if Self.showsUnreleased(layout, HeldBackRows(layout.heldBack), released) { held.insert(report.id) }
        }
        return held
    }
}
