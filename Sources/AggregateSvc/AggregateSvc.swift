import Contracts
import Postgres
import ServiceLifecycle
import ServiceRuntime
import StateCopies

@main
enum AggregateSvc {
    static func main() async {
        await ServiceProcess.run("aggregate", AggregateConfig.self, migrations: .aggregate) { config, parts in
            let database = Database(
                DatabaseConfig(parts.databaseURL, connections: config.connections, applicationName: "aggregate"),
                metrics: parts.metrics, log: parts.log)
            parts.health.add(database: database)
            let identity = IdentityClient(try parts.channel(to: "identity", urls: config.identityURLs))
            let copies = try StateCopies(
                of: identity, events: config.identityEventsURLs, in: database, schema: "aggregate", parts)
            return [database] + copies.services + [try parts.server(listeningOn: config.listenURLs, [])]
        }
    }
}

extension Migrations {
    /// The scripts of schema `aggregate`, in order.
    static let aggregate = Migrations(schema: "aggregate", scripts: [("V0001_state_copies", StateCopies.sql)])
}
