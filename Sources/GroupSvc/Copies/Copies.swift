import Contracts
import Feed
import Postgres
import ServiceLifecycle
import ServiceRuntime
import StateCopies

/// What this service copies from others, each kept equal by its feed (DESIGN §3).
struct Copies: Sendable {
    let state: StateCopies
    let subjects: FeedCopy<SubjectCodeRow>
    let foundGroups: FeedCopy<FoundGroupRow>

    /// - Parameter changed: the feed of memberships has moved.
    init(
        _ config: GroupConfig, _ parts: ServiceParts, _ database: Database, _ results: ResultsClient,
        changed: @escaping @Sendable () -> Void
    ) throws {
        state = try StateCopies(
            of: IdentityClient(try parts.channel(to: "identity", urls: config.identityURLs)),
            events: config.identityEventsURLs, in: database, schema: "groups", parts)
        subjects = FeedCopy(
            "subject codes", database: database, schema: "groups", clocks: parts.clocks, metrics: parts.metrics,
            log: parts.log,
            fetch: { ask, call in
                let page = try await results.subjectCodeChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: SubjectCodeCopy.apply, clear: SubjectCodeCopy.clear)
        foundGroups = FeedCopy(
            "found groups", database: database, schema: "groups", clocks: parts.clocks, metrics: parts.metrics,
            log: parts.log,
            fetch: { ask, call in
                let page = try await results.foundGroupChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            },
            apply: { session, rows in
                try FoundGroups.apply(session, rows)
                changed()
            },
            // What was taken over once stays taken over.
            clear: { _ in })
    }

    var services: [any Service] { state.services + [subjects, foundGroups] }
}

/// This service's copy of the codes of subjects.
enum SubjectCodeCopy {
    static func apply(_ session: borrowing Session, _ rows: [SubjectCodeRow]) throws {
        try session.run(
            """
            INSERT INTO subject (id, code)
            SELECT id::int, code FROM unnest(\(rows.map(\.id)), \(rows.map(\.code))) AS s(id, code)
            ON CONFLICT (id) DO UPDATE SET code = excluded.code
            """)
    }

    static func clear(_ session: borrowing Session) throws { try session.run("DELETE FROM subject") }
}
