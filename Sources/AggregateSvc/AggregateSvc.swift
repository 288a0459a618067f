import Audit
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
            let (engine, upkeep) = Self.engine(config, parts)
            let aggregate = try AggregateParts(
                database: database, facts: facts, engine: engine, identity: identity, embargo: copies.embargo.lease,
                rowLimit: config.reportRowLimit, workers: config.reportConnections, holder: parts.replica,
                clocks: parts.clocks, metrics: parts.metrics, log: parts.log)
            let visitors = try VisitorsGone.service(
                of: identity, events: config.identityEventsURLs, in: database, schema: "aggregate", parts,
                remove: { try aggregate.remove($1, $0) })
            let expiry = ReportExpiry(
                store: aggregate.store, database: database, after: .seconds(86_400 * config.reportRetentionDays),
                log: parts.log)
            return [database, facts] + upkeep + copies.services
                + [
                    AuditSealer(database: database, schema: "aggregate", log: parts.log), visitors, expiry,
                    aggregate.jobs,
                    try parts.server(
                        listeningOn: config.listenURLs, [aggregate.server.rpcTable, aggregate.reports.rpcTable]),
                ]
        }
    }

    /// The engine that the settings choose, with what it needs in the background. Where the folder cannot be used SQL
    /// answers, and the log says why.
    private static func engine(
        _ config: AggregateConfig, _ parts: ServiceParts
    ) -> (engine: ReportEngine, services: [any Service]) {
        let database = Database(
            DatabaseConfig(
                parts.databaseURL, connections: 1, statementTimeout: .seconds(600),
                applicationName: "aggregate segments",
                // Packing a reading of facts takes a while.
                settings: ["idle_in_transaction_session_timeout": "120s"]),
            metrics: parts.metrics, log: parts.log)
        let pruning: [any Service] = [database, FactLogPruning(database: database, log: parts.log)]
        guard config.engine == .column else { return (.sql(SQLEngine()), pruning) }
        do {
            let store = ColumnStore(try SegmentFolder(config.segmentFolder), metrics: parts.metrics)
            let engine = ColumnEngine(
                store: store, threads: ScanThreads(helpers: config.scanThreads - 1), metrics: parts.metrics)
            let upkeep = SegmentUpkeep(store, database: database, clocks: parts.clocks, log: parts.log)
            return (.column(engine), [database, upkeep])
        } catch {
            parts.log.warning("no segments are kept, reports take longer", metadata: ["cause": "\(error)"])
            return (.sql(SQLEngine()), pruning)
        }
    }
}
