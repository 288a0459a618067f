import Contracts
import Feed
import Postgres
import ServiceLifecycle
import ServiceRuntime
import StateCopies

/// What this service copies from others, each kept equal by its feed (DESIGN §3).
struct Copies: Sendable {
    let state: StateCopies
    let externalIDs: FeedCopy<OrganizationRow>
    /// Used only under its lease.
    let embargo: FeedCopy<EmbargoSettingRow>
    /// Used only under its lease.
    let memberships: FeedCopy<MembershipRow>

    init(
        _ config: ResultsConfig, _ identity: IdentityClient, _ parts: ServiceParts, _ database: Database
    ) throws {
        state = try StateCopies(
            of: identity, events: config.identityEventsURLs, in: database, schema: "results", parts)
        externalIDs = FeedCopy(
            "external ids", database: database, schema: "results", clocks: parts.clocks,
            hints: try parts.hints(of: "organizations", at: config.identityEventsURLs), poll: .seconds(5),
            metrics: parts.metrics, log: parts.log,
            fetch: { ask, call in
                let page = try await identity.organizationChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: ExternalIDCopy.apply, clear: ExternalIDCopy.clear)
        let owner = EmbargoClient(try parts.channel(to: "embargo", urls: config.embargoURLs))
        embargo = FeedCopy(
            "embargo", database: database, schema: "results", clocks: parts.clocks,
            hints: try parts.hints(of: "embargo", at: config.embargoEventsURLs), holder: parts.replica,
            metrics: parts.metrics, log: parts.log,
            fetch: { ask, call in
                let page = try await owner.embargoChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: EmbargoCopy.apply, clear: EmbargoCopy.clear)
        let groups = GroupsClient(try parts.channel(to: "group", urls: config.groupURLs))
        memberships = FeedCopy(
            "memberships", database: database, schema: "results", clocks: parts.clocks,
            hints: try parts.hints(of: "memberships", at: config.groupEventsURLs), holder: parts.replica,
            metrics: parts.metrics, log: parts.log,
            fetch: { ask, call in
                let page = try await groups.membershipChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: MembershipCopy.apply, clear: MembershipCopy.clear)
    }

    var services: [any Service] { state.services + [externalIDs, embargo, memberships] }
}
