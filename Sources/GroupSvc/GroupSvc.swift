import Contracts
import Postgres
import ServiceLifecycle
import ServiceRuntime
import StateCopies

@main
enum GroupSvc {
    static func main() async {
        await ServiceProcess.run("group", GroupConfig.self, migrations: .groups) { config, parts in
            let database = Database(
                DatabaseConfig(parts.databaseURL, connections: config.connections, applicationName: "group"),
                metrics: parts.metrics, log: parts.log)
            parts.health.add(database: database)
            let identity = IdentityClient(try parts.channel(to: "identity", urls: config.identityURLs))
            let copies = try StateCopies(
                of: identity, events: config.identityEventsURLs, in: database, schema: "groups", parts)
            return [database] + copies.services + [try parts.server(listeningOn: config.listenURLs, [])]
        }
    }
}

extension Migrations {
    /// The scripts of schema `groups`, in order.
    static let groups = Migrations(schema: "groups", scripts: [("V0001_state_copies", StateCopies.sql)])
}
