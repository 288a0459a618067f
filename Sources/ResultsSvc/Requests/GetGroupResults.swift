import Access
import Audit
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
        let place = try GroupResultsPlace(ask, of: call.person())
        let choice = try pages.choice(
            ask.assessmentIDs, filter: ask.filter, sessions: ask.sessions, pageToken: ask.pageToken, of: place.name)

        let (answer, isWithheld, _) = try await gate.read(
            call, hidesTransfers: ask.hideTransfers, looked: { place.looked(students: $0.page.students) }
        ) { session, view in
            let (group, exams) = try place.exams(session, view, pages.catalogue.content(session))
            let page = try pages.page(session, view, choice, of: exams, recent: exams.condition)
            return (
                group: group, page: page,
                sawEmbargoed: try view.showsEmbargoed(session, years: [place.schoolYear])
            )
        }
        return .with {
            $0.results = answer.page.results
            $0.schoolName = answer.group.schoolName
            $0.group = answer.group
            $0.notice = isWithheld ? .withheld : answer.sawEmbargoed ? .preview : .none
        }
    }
}

/// Where the results of one group in one year are found: on the page and in the file made of it.
struct GroupResultsPlace: Sendable {
    let groupID: Int64
    let schoolYear: Int32
    private let hidesTransfers: Bool
    private let caller: CallerClaims
    private let scope: Scope

    /// - Throws: `Fault` `.malformed` for the year, `.forbidden` without the permission.
    init(_ ask: GetGroupResultsRequest, of caller: CallerClaims) throws {
        groupID = ask.groupID
        schoolYear = try ask.schoolYear.checkedSchoolYear()
        hidesTransfers = ask.hideTransfers
        self.caller = caller
        scope = try caller.requireScope(of: .groupPIIRead)
    }

    var name: String { "group results \(groupID)" }

    func exams(
        _ session: borrowing Session, _ view: Gate.View, _ subjects: SubjectCatalogue.Content
    ) throws -> (group: StudentGroup, place: ResultsPages.Place) {
        let chosen = try ChosenGroup.read(session, view, groupID, of: caller, subjects)
        return (
            chosen.group,
            ResultsPages.Place(
                condition: chosen.exams(in: schoolYear, hidesTransfers: hidesTransfers),
                school: chosen.group.schoolID, scope: scope, name: name, hasSessions: true)
        )
    }

    func looked(students: [Int64]) -> AuditEvent {
        .groupResults(groupID, schoolYear: schoolYear, students: students)
    }
}
