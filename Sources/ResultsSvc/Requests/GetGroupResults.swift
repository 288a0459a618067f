import Access
import Contracts
import Postgres

/// Statistics and rows of the results of one group's students in one year, for chosen assessments or for the most recent
/// one (results §2.12, §4.3, §4.4).
///
/// - Returns: by grade and label, in pages (`ResultsPages`). No entry when there is nothing to show.
/// - Throws: `Fault` `.malformed` for year, more than 30 assessments or a foreign page token; `.notFound` for the group;
///   `.unavailable` while memberships cannot be proved fresh.
struct GetGroupResults: Sendable {
    let gate: Gate
    let pages: ResultsPages

    func callAsFunction(_ ask: GetGroupResultsRequest, _ call: Call) async throws -> AssessmentResultsList {
        let caller = try call.person()
        let scope = try caller.requireScope(of: .groupPIIRead)
        let year = try ask.schoolYear.checkedSchoolYear()
        let name = "group results \(ask.groupID)"
        let choice = try pages.choice(ask.assessmentIDs, pageToken: ask.pageToken, of: name)

        let (answer, isWithheld, _) = try await gate.read(
            call, hidesTransfers: ask.hideTransfers,
            looked: { .groupResults(ask.groupID, schoolYear: year, students: $0.page.students) }
        ) { session, view in
            let subjects = try pages.catalogue.content(session)
            let chosen = try ChosenGroup.read(session, view, ask.groupID, of: caller, subjects)
            let place = chosen.exams(in: year, hidesTransfers: ask.hideTransfers)
            let page = try pages.page(
                session, view, choice,
                of: ResultsPages.Place(condition: place, school: chosen.group.schoolID, scope: scope, name: name),
                recent: place)
            return (group: chosen.group, page: page, sawEmbargoed: try view.showsEmbargoed(session, years: [year]))
        }
        return .with {
            $0.results = answer.page.results
            $0.schoolName = answer.group.schoolName
            $0.group = answer.group
            $0.notice = isWithheld ? .withheld : answer.sawEmbargoed ? .preview : .none
        }
    }
}
