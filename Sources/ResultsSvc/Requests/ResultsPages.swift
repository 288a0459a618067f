import Contracts
import Postgres

/// What the results page of a school and that of a group have in common: chosen assessments or the most recent one, their
/// statistics and their rows, page by page (results §2.12, §4.3, §4.4).
///
/// Statistics are always over all rows; at most `pageLimit` rows over all assessments come at once, the rest by page token.
struct ResultsPages: Sendable {
    let catalogue: SubjectCatalogue
    let tokens: PageTokens

    static let assessmentLimit = 30
    /// Rows in one answer: about 600 KiB.
    static let pageLimit = 2_000
    /// The largest school tests 1,500 students a grade; 30 assessments at once stay below this.
    static let rowLimit = 50_000

    /// Where the exams of a page come from.
    struct Place: Sendable {
        /// A condition over the tables of `ExamRow`: school and grade, or the members of a group; with the year.
        let condition: SQL
        /// The context of the page: exams of other schools are from a previous one (access §2.8).
        let school: Int64
        /// The scope that the page is seen from.
        let scope: Scope
        /// What a page token belongs to.
        let name: String
        /// Whether the sessions of interims are chosen on the page (results §4.4.2): a group's, never a school's.
        var hasSessions = false
    }

    /// What the caller asked for, checked.
    struct Choice: Sendable {
        /// None: the most recent one.
        let assessments: [Int32]
        /// The exam after which to go on.
        let after: Int64?
        let filter: ExamFilter?
        /// By assessment; one that is missing shows its newest session.
        var sessions: [Int32: Set<String>] = [:]
    }

    struct Page: Sendable {
        let results: [AssessmentResults]
        let students: [Int64]
    }

    /// - Throws: `Fault` `.malformed` for more than 30 assessments, an id that cannot be, or a foreign page token.
    func choice(
        _ ids: [Int64], filter: ExamFilter?, sessions: [SessionChoice] = [], pageToken: String, of place: String
    ) throws -> Choice {
        guard ids.count <= Self.assessmentLimit else {
            throw Fault(.malformed, "more than \(Self.assessmentLimit) assessments")
        }
        let chosen = try ids.map { id in
            guard let id = Int32(exactly: id), id > 0 else { throw Fault(.malformed, "assessment id \(id)") }
            return id
        }
        let after = try tokens.open(pageToken, scope: place)
        if after != nil, chosen.count != 1 { throw Fault(.malformed, "a page token continues exactly one assessment") }
        return Choice(
            assessments: chosen, after: after, filter: filter, sessions: try TestSessions.chosen(sessions))
    }

    /// - Parameter recent: where the most recent assessment is looked for; transfers may not count there (results trap 16).
    /// - Throws: `Fault` `.tooMany` when the choice holds more than `rowLimit` results.
    func page(
        _ session: borrowing Session, _ view: Gate.View, _ choice: Choice, of place: Place, recent: SQL
    ) throws -> Page {
        let subjects = try catalogue.content(session)
        let filter = try FilterFields.condition(choice.filter, session, view)
        let ids = try Self.assessments(session, view, choice, recent: recent)
        let rows = try ExamRow.read(
            session, view, scope: place.scope, subjects: subjects,
            where: "\(place.condition) AND e.assessment_id = ANY(\(ids))", fitting: filter,
            limit: Int64(Self.rowLimit + 1))
        guard rows.count <= Self.rowLimit else {
            throw Fault(.tooMany, "more than \(Self.rowLimit) results: choose fewer assessments")
        }
        let assessments = try AssessmentRows.byID(session, ids, subjects)
        let panels = panels(rows, assessments, subjects, choice, of: place)
        return Page(
            results: results(panels, subjects, of: place, after: choice.after),
            students: Array(Set(panels.flatMap { $0.rows.map(\.exam.studentID) })).sorted())
    }

    /// Those chosen, or the most recent one.
    static func assessments(
        _ session: borrowing Session, _ view: Gate.View, _ choice: Choice, recent: SQL
    ) throws -> [Int32] {
        guard choice.assessments.isEmpty else { return choice.assessments }
        return try mostRecent(session, view, where: recent).map { [$0] } ?? []
    }

    /// The assessment of the exam that was completed last; of two at the same moment the larger exam id (results §2.12).
    static func mostRecent(_ session: borrowing Session, _ view: Gate.View, where condition: SQL) throws -> Int32? {
        try session.row(
            """
            SELECT e.assessment_id FROM \(ExamRow.tables) WHERE \(condition) AND \(view.visible)
             ORDER BY e.completed_at DESC, e.id DESC LIMIT 1
            """, as: (Int32).self)
    }

    /// What one assessment's panel is made of.
    private struct Panel {
        let assessment: Assessment
        /// The exams that are counted and listed.
        let rows: [ExamRow]
        /// Those that there would be without the filter.
        let unfiltered: Int
        let sessions: [TestSession]
        let key: SubjectCatalogue.ScoreKey
    }

    private func panels(
        _ rows: [ExamRow], _ assessments: [Assessment], _ subjects: SubjectCatalogue.Content, _ choice: Choice,
        of place: Place
    ) -> [Panel] {
        let byAssessment = Dictionary(grouping: rows, by: \.exam.assessmentID)
        return assessments.compactMap { assessment in
            guard let all = byAssessment[assessment.id], let first = all.first else { return nil }
            // Summatives never have session cards (results trap 18).
            let sessions =
                place.hasSessions && assessment.type != "sum"
                ? TestSessions.of(
                    all.map(\.exam), chosen: Int32(exactly: assessment.id).flatMap { choice.sessions[$0] })
                : []
            let chosen = Set(sessions.filter(\.chosen).map(\.sessionID))
            let present = sessions.isEmpty ? all : all.filter { chosen.contains($0.exam.sessionID) }
            return Panel(
                assessment: assessment, rows: present.filter(\.fits), unfiltered: present.count, sessions: sessions,
                key: .init(subjectID: first.subjectID, type: first.type))
        }
    }

    private func results(
        _ panels: [Panel], _ subjects: SubjectCatalogue.Content, of place: Place, after: Int64?
    ) -> [AssessmentResults] {
        var room = Self.pageLimit
        return panels.map { panel in
            let rows = panel.rows
            let start = after.map { last in (rows.firstIndex { $0.exam.id == last } ?? -1) + 1 } ?? 0
            let page = rows[start...].prefix(room)
            room -= page.count
            return .with {
                $0.assessment = panel.assessment
                $0.examCount = Int32(rows.count)
                $0.unfilteredCount = Int32(panel.unfiltered)
                $0.embargoedCount = Int32(rows.count { $0.exam.embargoed })
                $0.sessions = panel.sessions
                ExamStatistics.fill(&$0, rows.map(\.exam), subjects.scores[panel.key])
                $0.exams = page.map { row in
                    var exam = row.exam
                    exam.fromPreviousSchool = exam.schoolID != place.school
                    return exam
                }
                if start + page.count < rows.count, let last = page.last {
                    $0.nextPageToken = tokens.seal(last.exam.id, scope: place.name)
                }
            }
        }
    }
}
