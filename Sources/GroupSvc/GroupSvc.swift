import Contracts
import Messaging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// GroupSvc: so far its copies of organizations, settings and school years, and its health; questions come with later issues.
@main
enum GroupSvc {
    static func main() async {
        await ServiceProcess.run("group", GroupConfig.self, migrations: .groups, assemble)
    }

    static func assemble(_ config: GroupConfig, _ parts: ServiceParts) async throws -> [any Service] {
        let database = Database(
            DatabaseConfig(parts.databaseURL, connections: config.connections, applicationName: parts.name),
            metrics: parts.metrics, log: parts.log)
        func hints(_ topic: String) throws -> AsyncStream<Void>? {
            guard !config.identityEventsURLs.isEmpty else { return nil }
            return try Subscriber(urls: config.identityEventsURLs, topics: [topic], tls: parts.busTLS).hints
        }
        let copies = IdentityCopies(
            of: IdentityClient(try parts.channel(to: "identity", urls: config.identityURLs)), in: database,
            hints: (try hints("organizations"), try hints("settings")), clocks: parts.clocks, metrics: parts.metrics,
            log: parts.log)
        return [database, copies.organizations, copies.settings, try parts.server(listeningOn: config.listen, [])]
    }
}
