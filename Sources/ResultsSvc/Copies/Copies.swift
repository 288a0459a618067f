import Contracts
import Feed
import Messaging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// What this service copies from others, each kept equal by its feed (DESIGN §3).
struct Copies: Sendable {
    let organizations: FeedCopy<OrganizationRow>
    let settings: FeedCopy<SettingRow>
    let embargo: FeedCopy<EmbargoSettingRow>

    init(_ config: ResultsConfig, _ parts: ServiceParts, _ database: Database) throws {
        let identity = IdentityClient(try parts.channel(to: "identity", urls: config.identityURLs))
        let embargoes = EmbargoClient(try parts.channel(to: "embargo", urls: config.embargoURLs))
        organizations = FeedCopy(
            "organizations", database: database, schema: "results", clocks: parts.clocks,
            hints: try Self.hints(config.identityEventsURLs, "organizations", parts), holder: parts.replica,
            metrics: parts.metrics, log: parts.log,
            fetch: { ask, call in
                let page = try await identity.organizationChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: OrganizationCopy.apply, clear: OrganizationCopy.clear)
        settings = FeedCopy(
            "settings", database: database, schema: "results", clocks: parts.clocks,
            hints: try Self.hints(config.identityEventsURLs, "settings", parts), holder: parts.replica,
            metrics: parts.metrics, log: parts.log,
            fetch: { ask, call in
                let page = try await identity.settingChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: SettingCopy.apply, clear: SettingCopy.clear)
        embargo = FeedCopy(
            "embargo", database: database, schema: "results", clocks: parts.clocks,
            hints: try Self.hints(config.embargoEventsURLs, "embargo", parts), holder: parts.replica,
            metrics: parts.metrics, log: parts.log,
            fetch: { ask, call in
                let page = try await embargoes.embargoChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            }, apply: EmbargoCopy.apply, clear: EmbargoCopy.clear)
    }

    var services: [any Service] { [organizations, settings, embargo] }

    private static func hints(_ urls: [String], _ topic: String, _ parts: ServiceParts) throws -> AsyncStream<Void>? {
        if urls.isEmpty { return nil }
        let subscriber = try Subscriber(urls: urls, topics: [topic], tls: parts.busTLS)
        return AsyncStream { continuation in
            let following = Task {
                for await _ in subscriber.events { continuation.yield() }
                continuation.finish()
            }
            continuation.onTermination = { _ in
                following.cancel()
                subscriber.close()
            }
        }
    }
}
