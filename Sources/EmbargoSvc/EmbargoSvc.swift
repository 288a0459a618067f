import Audit
import Contracts
import Messaging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// EmbargoSvc: which summative results are held back, their history, and who has heard of it.
@main
enum EmbargoSvc {
    static func main() async {
        await ServiceProcess.run("embargo", EmbargoConfig.self, migrations: .embargo, assemble)
    }

    static func assemble(_ config: EmbargoConfig, _ parts: ServiceParts) async throws -> [any Service] {
        let database = Database(
            DatabaseConfig(parts.databaseURL, connections: config.connections, applicationName: parts.name),
            metrics: parts.metrics, log: parts.log)
        parts.health.add(database: database)
        parts.health.add(database: database)
        let identity = IdentityClient(try parts.channel(to: "identity", urls: config.identityURLs))
        let copies = IdentityCopies(
            in: database,
            organizations: { ask, call in
                let answer = try await identity.organizationChanges(ask, call)
                return (answer.page ?? FeedPage(), answer.rows)
            },
            settings: { ask, call in
                let answer = try await identity.settingChanges(ask, call)
                return (answer.page ?? FeedPage(), answer.rows)
            },
            hints: (
                try parts.hints(of: "organizations", at: config.identityEventsURLs),
                try parts.hints(of: "settings", at: config.identityEventsURLs)
            ), clocks: parts.clocks, metrics: parts.metrics, log: parts.log)
        let publisher = try config.eventsURL.map { try Publisher(listeningOn: $0, tls: parts.busTLS) }
        let server = EmbargoServer(
            database: database, copies: copies, trail: EmbargoTrail(audit: AuditTrail(schema: "embargo")),
            clocks: parts.clocks, announce: { publisher?.publish(topic: "embargo", Array("\($0)".utf8)) })
        return [
            database, AuditSealer(database: database, schema: "embargo", log: parts.log), copies.organizations,
            copies.settings, try parts.server(listeningOn: config.listen, [server.rpcTable]),
        ]
    }
}
