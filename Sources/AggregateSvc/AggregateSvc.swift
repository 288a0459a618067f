import Contracts
import Messaging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// AggregateSvc: so far its copies of organizations, settings and school years, and its health; questions come with later issues.
@main
enum AggregateSvc {
    static func main() async {
        await ServiceProcess.run("aggregate", AggregateConfig.self, migrations: .aggregate, assemble)
    }

    static func assemble(_ config: AggregateConfig, _ parts: ServiceParts) async throws -> [any Service] {
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
