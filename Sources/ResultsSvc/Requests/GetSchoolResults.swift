import Access
import Audit
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
        let place = try SchoolResultsPlace(ask, call.caller.individualScope())
        let choice = try pages.choice(
            ask.assessmentIDs, filter: ask.filter, pageToken: ask.pageToken, of: place.name)

        let (answer, isWithheld, _) = try await gate.read(
            call, hidesTransfers: ask.hideTransfers, looked: { place.looked(students: $0.page.students) }
        ) { session, view in
            let schoolName = try ChosenSchool.name(session, ask.schoolID, in: place.scope)
            let page = try pages.page(session, view, choice, of: place.exams(view), recent: place.recent)
            return (
                schoolName: schoolName, page: page,
                sawEmbargoed: try view.showsEmbargoed(session, years: [place.schoolYear])
            )
        }
        return .with {
            $0.results = answer.page.results
            $0.schoolName = answer.schoolName
            $0.notice = isWithheld ? .withheld : answer.sawEmbargoed ? .preview : .none
        }
    }
}

/// Where the results of one school, grade and year are found: on the page and in the file made of it.
struct SchoolResultsPlace: Sendable {
    let schoolID: Int64
    let grade: String
    let schoolYear: Int32
    let scope: Scope

    /// - Throws: `Fault` `.malformed` for grade and year.
    init(_ ask: GetSchoolResultsRequest, _ scope: Scope) throws {
        schoolID = ask.schoolID
        grade = try ask.grade.checkedGrade()
        schoolYear = try ask.schoolYear.checkedSchoolYear()
        self.scope = scope
    }

    var name: String { "school results \(schoolID)" }

    private var here: SQL { "e.school_id = \(schoolID)" }
    private var when: SQL { "a.grade = \(grade) AND e.school_year = \(schoolYear)" }

    /// The most recent assessment is one that was taken here (results trap 16).
    var recent: SQL { "\(here) AND \(when)" }

    func exams(_ view: Gate.View) -> ResultsPages.Place {
        // A list of ids instead of a condition on the student, so that both sides of the OR have an index.
        let arrived: SQL = "e.student_id = ANY(ARRAY(SELECT now.id FROM student now WHERE now.school_id = \(schoolID)))"
        let place: SQL = view.transfer ? "(\(here) OR \(arrived))" : here
        return ResultsPages.Place(condition: "\(place) AND \(when)", school: schoolID, scope: scope, name: name)
    }

    func looked(students: [Int64]) -> AuditEvent {
        .schoolResults(schoolID, grade: grade, schoolYear: schoolYear, students: students)
    }
}
