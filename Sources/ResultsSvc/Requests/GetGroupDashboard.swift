import Access
import Contracts
import Postgres

/// Who of a group has taken which interim block, and how that went: a card for each (results §2.11, §4.6).
///
/// Counted is each student's latest exam of a block with score, error and level; nonstandardized and partial exams too.
/// The embargo holds back no interims, so it has no notice here.
/// - Returns: by grade and label. For year 0 the year of the newest result.
/// - Throws: `Fault` `.malformed` for a year that cannot be; `.notFound` for the group; `.unavailable` while memberships
///   cannot be proved fresh.
struct GetGroupDashboard: Sendable {
    let gate: Gate
    let catalogue: SubjectCatalogue

    func callAsFunction(_ ask: GroupYearRequest, _ call: Call) async throws -> GroupDashboard {
        let caller = try call.person()
        let asked = ask.schoolYear == 0 ? 0 : try ask.schoolYear.checkedSchoolYear()
        let (dashboard, _, _) = try await gate.read(
            call, looked: { .groupDashboard(ask.groupID, schoolYear: $0.schoolYear) }
        ) { session, view in
            let subjects = try catalogue.content(session)
            let chosen = try ChosenGroup.read(session, view, ask.groupID, of: caller, subjects)
            let year = asked == 0 ? try ListGroupAssessments.newestYear(session, view, chosen) : asked
            let latest = try session.rows(
                """
                SELECT DISTINCT ON (e.assessment_id, e.student_id) e.assessment_id, e.scale_score_milli, e.level
                  FROM \(ExamRow.tables)
                 WHERE \(chosen.exams(in: year)) AND e.type = 2 AND e.scale_score_milli IS NOT NULL
                   AND e.standard_error_milli IS NOT NULL AND e.level IS NOT NULL AND \(view.visible)
                 ORDER BY e.assessment_id, e.student_id, e.completed_at DESC, e.id DESC
                """, as: (Int32, Int64, Int16).self)
            let byAssessment = Dictionary(grouping: latest, by: \.0)
            let assessments = try AssessmentRows.byID(session, Array(byAssessment.keys), subjects)
            return GroupDashboard.with {
                $0.group = chosen.group
                $0.schoolYear = year
                $0.cards = assessments.compactMap { assessment in
                    guard ask.subject.isEmpty || assessment.subject == ask.subject else { return nil }
                    let rows = byAssessment[Int32(clamping: assessment.id)] ?? []
                    let levels = subjects.overallLevels(of: assessment)
                    return Self.card(
                        assessment, rows.map { ($0.1, Int($0.2)) }, levels: levels, students: chosen.group.students)
                }
            }
        }
        return dashboard
    }

    /// Percentages are rounded each for itself, unlike those of a distribution (results §2.11, trap 1).
    static func card(
        _ assessment: Assessment, _ scores: [(milli: Int64?, level: Int)], levels: Int, students: Int32
    ) -> DashboardCard {
        let summary = ScoreSummary(scores: scores, levels: levels)
        func percent(_ part: Int, of whole: Int) -> Int32 {
            whole > 0 ? Int32(clamping: (200 * part + whole) / (2 * whole)) : 0
        }
        return .with {
            $0.assessment = assessment
            $0.tested = Int32(clamping: summary.results)
            $0.averageRounded = Int32(clamping: roundHalfUp(summary.average ?? 0))
            if summary.results > 1, let error = summary.standardErrorOfMean {
                $0.standardErrorRounded = Int32(clamping: roundHalfUp(error))
            }
            $0.levelCounts = summary.levelCounts.map { Int32(clamping: $0) }
            $0.levelPercents = summary.levelCounts.map { percent($0, of: summary.results) }
            $0.participationPercent = min(100, percent(summary.results, of: Int(students)))
        }
    }
}
