import Access
import Contracts
import Postgres

/// Statistics and rows of the results of one school, grade and year, for chosen assessments or for the most recent one
/// (results §4.3, §4.4). Results of students who have come to the school are among them unless hidden (access §2.8).
///
/// - Returns: by grade and label, in pages (`ResultsPages`). No entry when there is nothing to show.
/// - Throws: `Fault` `.malformed` for grade, year, more than 30 assessments or a foreign page token; `.notFound` for the
///   school; `.tooMany` when one choice holds too many results.
struct GetSchoolResults: Sendable {
    let gate: Gate
    let pages: ResultsPages

    func callAsFunction(_ ask: GetSchoolResultsRequest, _ call: Call) async throws -> AssessmentResultsList {
        let scope = try call.caller.individualScope()
        let grade = try ask.grade.checkedGrade()
        let year = try ask.schoolYear.checkedSchoolYear()
        let name = "school results \(ask.schoolID)"
        let choice = try pages.choice(ask.assessmentIDs, pageToken: ask.pageToken, of: name)

        let (answer, isWithheld, _) = try await gate.read(
            call, hidesTransfers: ask.hideTransfers,
            looked: { .schoolResults(ask.schoolID, grade: grade, schoolYear: year, students: $0.page.students) }
        ) { session, view in
            let schoolName = try ChosenSchool.name(session, ask.schoolID, in: scope)
            let here: SQL = "e.school_id = \(ask.schoolID)"
            let place: SQL = view.transfer ? "(\(here) OR s.school_id = \(ask.schoolID))" : here
            let when: SQL = "a.grade = \(grade) AND e.school_year = \(year)"
            let page = try pages.page(
                session, view, choice,
                of: ResultsPages.Place(
                    condition: "\(place) AND \(when)", school: ask.schoolID, scope: scope, name: name),
                recent: "\(here) AND \(when)")
            return (
                schoolName: schoolName, page: page, sawEmbargoed: try view.showsEmbargoed(session, years: [year])
            )
        }
        return .with {
            $0.results = answer.page.results
            $0.schoolName = answer.schoolName
            $0.notice = isWithheld ? .withheld : answer.sawEmbargoed ? .preview : .none
        }
    }
}
