import Access
import Contracts
import Postgres

/// The assessments that students of one group took in one year, those taken at other schools included (results §4.3).
///
/// - Returns: by grade and label. For year 0 those of the year of the newest result; the year is 0 when there is none.
/// - Throws: `Fault` `.malformed` for a year that cannot be; `.notFound` for the group; `.unavailable` while memberships
///   cannot be proved fresh.
struct ListGroupAssessments: Sendable {
    let gate: Gate
    let catalogue: SubjectCatalogue

    func callAsFunction(_ ask: GroupYearRequest, _ call: Call) async throws -> GroupAssessmentList {
        let caller = try call.person()
        let asked = ask.schoolYear == 0 ? 0 : try ask.schoolYear.checkedSchoolYear()
        let (list, isWithheld, _) = try await gate.read(
            call, looked: { .groupAssessments(ask.groupID, schoolYear: $0.schoolYear) }
        ) { session, view in
            let subjects = try catalogue.content(session)
            let chosen = try ChosenGroup.read(session, view, ask.groupID, of: caller, subjects)
            let year = asked == 0 ? try Self.newestYear(session, view, chosen) : asked
            let taken = try session.rows(
                """
                SELECT DISTINCT e.assessment_id FROM \(ExamRow.tables)
                 WHERE \(chosen.exams(in: year)) AND \(view.visible)
                """, as: (Int32).self)
            let assessments = try AssessmentRows.byID(session, taken, subjects)
            return GroupAssessmentList.with {
                $0.group = chosen.group
                $0.schoolYear = year
                $0.assessments = assessments
            }
        }
        var answer = list
        answer.notice = isWithheld ? .withheld : .none
        return answer
    }

    static func newestYear(_ session: borrowing Session, _ view: Gate.View, _ chosen: ChosenGroup) throws -> Int32 {
        try session.row(
            """
            SELECT e.school_year FROM \(ExamRow.tables) WHERE \(chosen.exams) AND \(view.visible)
             ORDER BY e.completed_at DESC, e.id DESC LIMIT 1
            """, as: (Int32).self) ?? 0
    }
}
