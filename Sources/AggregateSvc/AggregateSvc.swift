import Contracts
import Messaging
import Postgres
import Reports
import ServiceLifecycle
import ServiceRuntime
import StateCopies

/// AggregateSvc: facts, and the custom aggregate reports made of them.
@main
enum AggregateSvc {
    static func main() async {
        await ServiceProcess.run("aggregate", AggregateConfig.self, migrations: .aggregate) { config, parts in
            let database = Database(
                DatabaseConfig(parts.databaseURL, connections: config.connections, applicationName: "aggregate"),
                metrics: parts.metrics, log: parts.log)
            let facts = Database(
                DatabaseConfig(
                    parts.databaseURL, connections: config.reportConnections,
                    statementTimeout: MakeReport.computingBudget, applicationName: "aggregate reports",
                    // A million rows take a while to be read out of libpq's memory.
                    settings: ["idle_in_transaction_session_timeout": "120s"]),
                metrics: parts.metrics, log: parts.log)
            parts.health.add(database: database)
            let identity = IdentityClient(try parts.channel(to: "identity", urls: config.identityURLs))
            let copies = try Copies(config, identity, parts, database)
            let aggregate = try AggregateParts(
                database: database, facts: facts, identity: identity, embargo: copies.embargo.lease,
                rowLimit: config.reportRowLimit, workers: config.reportConnections, holder: parts.replica,
                clocks: parts.clocks, metrics: parts.metrics, log: parts.log)
            let visitors = try VisitorsGone.service(
                of: identity, events: config.identityEventsURLs, in: database, schema: "aggregate", parts,
                remove: { try aggregate.remove($1, $0) })
            let expiry = ReportExpiry(
                store: aggregate.store, database: database, after: .seconds(86_400 * config.reportRetentionDays),
                log: parts.log)
            return [database, facts] + copies.services
                + [
                    visitors, expiry, aggregate.jobs,
                    try parts.server(
                        listeningOn: config.listenURLs, [aggregate.server.rpcTable, aggregate.reports.rpcTable]),
                ]
        }
    }
}
