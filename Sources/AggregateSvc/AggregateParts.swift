import Access
import Clocks
import Contracts
import Feed
import Jobs
import Logging
import Metrics
import Postgres
import Reports
import Texts

/// Questions, jobs and reports put together over two pools and a lease; `AggregateSvc` adds the feeds.
struct AggregateParts: Sendable {
    let server: AggregateServer
    let reports: ReportsServer
    let jobs: Jobs
    let store: ReportStore

    /// - Parameter facts: connections whose statements may take minutes.
    init(
        database: Database, facts: Database, engine: ReportEngine, identity: IdentityClient, embargo: Lease,
        rowLimit: Int, workers: Int, holder: String, clocks: Clocks, metrics: Metrics, log: Logger
    ) throws {
        let texts = try Texts()
        let judge = QueryJudge(texts: texts, rowLimit: Int64(rowLimit))
        let store = ReportStore(schema: "aggregate", owner: .aggregate, clocks: clocks)
        let table = JobTable(schema: "aggregate", clocks: clocks)
        let trail = ReportTrail()
        let reading = ReadingReports(database: database, store: store, embargo: embargo, trail: trail)
        let file = StoredDataFile(reading: reading)
        let make = MakeReport(
            database: database, facts: facts, store: store, trail: trail, rights: MakerRights(identity: identity),
            embargo: embargo,
            judge: judge, engine: engine,
            planning: metrics.histogram("aggregate_plan_seconds", "Carrying out the plans of reports."), clocks: clocks)
        let jobs = Jobs(
            make.kinds, table: table, database: database, workers: workers, holder: holder, metrics: metrics, log: log)
        let reports = ReportsServer(
            database: database, store: store, jobs: table,
            rules: .init(
                // Whoever may report at all: My Reports is one page for all kinds (aggregates §4.8).
                permissions: [.customAggregateRead, .individualPIIRead, .groupPIIRead], job: MakeReport.job,
                bulkJob: MakeReport.bulkJob,
                onlineOnly: { try reading.onlineOnly($0, $1) }, file: { try await file($0, $1) },
                renamed: { bytes, name in
                    var query = try AggregateQuery(decoding: bytes)
                    query.name = name
                    return try query.serialized()
                }, deleted: { session, call, id in try trail.deleted(id, call, session) }))
        self.store = store
        self.jobs = jobs
        self.reports = reports
        server = AggregateServer(
            options: GetReportOptions(database: database, embargo: embargo),
            organizations: FindReportOrganizations(database: database),
            estimate: EstimateRows(database: database, judge: judge),
            create: CreateReport(
                database: database, judge: judge, store: store, jobs: table, server: reports, trail: trail,
                wake: { jobs.wake() }),
            view: GetReportView(reading: reading, server: reports), rows: ReadReportRows(reading: reading),
            export: ExportReportTable(reading: reading, texts: texts),
            save: SaveAggregateQuery(database: database, judge: judge, store: store))
    }

    /// What a sandbox visitor leaves behind (access §7).
    func remove(_ users: [Int64], _ session: borrowing Session) throws {
        let reports = try store.removeAll(of: users, session)
        for job in [MakeReport.job, MakeReport.bulkJob] { try jobs.table.cancel(job, subjects: reports, session) }
    }
}
