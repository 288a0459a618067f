import Contracts
import Feed
import Postgres
import ServiceLifecycle
import ServiceRuntime
import StateCopies

/// What this service copies from others, each kept equal by its feed (DESIGN §3).
struct Copies: Sendable {
    let state: StateCopies
    /// Used only under its lease.
    let embargo: FeedCopy<EmbargoSettingRow>
    let subjects: FeedCopy<SubjectChange>
    let assessments: FeedCopy<AssessmentChange>
    let students: FeedCopy<StudentChange>
    let exams: FeedCopy<ExamChange>

    init(_ config: AggregateConfig, _ identity: IdentityClient, _ parts: ServiceParts, _ database: Database) throws {
        state = try StateCopies(
            of: identity, events: config.identityEventsURLs, in: database, schema: "aggregate", parts)
        let embargo = EmbargoClient(try parts.channel(to: "embargo", urls: config.embargoURLs))
        self.embargo = FeedCopy(
            "embargo", database: database, schema: "aggregate", clocks: parts.clocks,
            hints: try parts.hints(of: "embargo", at: config.embargoEventsURLs), holder: parts.replica,
            metrics: parts.metrics, log: parts.log,
            fetch: { ask, call in
                let page = try await embargo.embargoChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: EmbargoCopy.apply, clear: EmbargoCopy.clear)

        let results = ResultsClient(try parts.channel(to: "results", urls: config.resultsURLs))
        func copy<Row: Sendable>(
            _ name: String, limit: Int32, fetch: @escaping FeedCopy<Row>.Fetch, apply: @escaping FeedCopy<Row>.Apply,
            clear: @escaping FeedCopy<Row>.Clear
        ) -> FeedCopy<Row> {
            FeedCopy(
                name, database: database, schema: "aggregate", clocks: parts.clocks, limit: limit,
                metrics: parts.metrics, log: parts.log, fetch: fetch, apply: apply, clear: clear)
        }
        // A subject with its targets is up to 80 KiB, a result with residuals some 350 bytes: pages stay below 1 MiB. The second
        // and third positions: with migrations V0006 and V0013 more was read, by copies that begin anew.
        subjects = copy(
            "subjects-3", limit: 10,
            fetch: { ask, call in
                let page = try await results.subjectChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: DefinitionCopy.subjects, clear: DefinitionCopy.clearSubjects)
        assessments = copy(
            "assessments-2", limit: 1_000,
            fetch: { ask, call in
                let page = try await results.assessmentChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: DefinitionCopy.assessments, clear: DefinitionCopy.clearAssessments)
        students = copy(
            "students", limit: 3_000,
            fetch: { ask, call in
                let page = try await results.studentChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: StudentCopy.apply, clear: StudentCopy.clear)
        exams = copy(
            "exams-3", limit: 2_500,
            fetch: { ask, call in
                let page = try await results.examChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: FactCopy.apply, clear: FactCopy.clear)
    }

    var services: [any Service] { state.services + [embargo, subjects, assessments, students, exams] }
}
