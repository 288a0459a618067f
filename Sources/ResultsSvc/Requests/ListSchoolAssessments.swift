import Access
import Contracts
import Postgres

/// The assessments that were taken at one school in one grade and year, and the most recent one among them
/// (results §2.12, §4.3). Transfers are not counted here (results trap 16).
///
/// - Returns: by label; `mostRecentID` is 0 when there is none.
/// - Throws: `Fault` `.malformed` for a grade or year that cannot be, `.notFound` for the school.
struct ListSchoolAssessments: Sendable {
    let gate: Gate
    let catalogue: SubjectCatalogue

    func callAsFunction(_ ask: SchoolGradeRequest, _ call: Call) async throws -> AssessmentList {
        let scope = try call.caller.individualScope()
        let grade = try ask.grade.checkedGrade()
        let year = try ask.schoolYear.checkedSchoolYear()
        let (list, isWithheld, _) = try await gate.read(
            call, looked: { _ in .schoolAssessments(ask.schoolID, grade: grade, schoolYear: year) }
        ) { session, view in
            _ = try ChosenSchool.name(session, ask.schoolID, in: scope)
            let subjects = try catalogue.content(session)
            let place: SQL = "e.school_id = \(ask.schoolID) AND a.grade = \(grade) AND e.school_year = \(year)"
            let mostRecent = try ResultsPages.mostRecent(session, view, where: place)
            let taken = try session.rows(
                "SELECT DISTINCT e.assessment_id FROM \(ExamRow.tables) WHERE \(place) AND \(view.visible)",
                as: (Int32).self)
            let assessments = try AssessmentRows.byID(session, taken, subjects)
            return (assessments, mostRecent)
        }
        return .with {
            $0.assessments = list.0
            $0.mostRecentID = Int64(list.1 ?? 0)
            $0.notice = isWithheld ? .withheld : .none
        }
    }
}
