import Access
import Audit
import Clocks
import Contracts
import Jobs
import Logging
import Metrics
import Postgres
import Reports

/// Exports put together: questions, the job, and the files, over the pages' gate and one whose statements may take minutes.
struct Exports: Sendable {
    let create: CreateExport
    let replace: ReplaceExportQuery
    let reports: ReportsServer
    let jobs: Jobs
    let store: ReportStore

    /// - Parameter reading: the gate that the job reads through.
    init(
        database: Database, gate: Gate, reading: Gate, identity: IdentityClient, workers: Int, holder: String,
        clocks: Clocks, metrics: Metrics, log: Logger
    ) {
        let store = ReportStore(schema: "results", owner: .results, clocks: clocks)
        let table = JobTable(schema: "results", clocks: clocks)
        let make = MakeExport(
            database: database, gate: reading, store: store, rights: MakerRights(identity: identity), clocks: clocks)
        let jobs = Jobs(
            [make.kind], table: table, database: database, workers: workers, holder: holder, metrics: metrics, log: log)
        let (file, audit) = (ExportFile(gate: gate, store: store), gate.audit)
        let reports = ReportsServer(
            database: database, store: store, jobs: table,
            rules: .init(
                // My Reports is one page for all kinds (aggregates §4.8).
                permissions: [.customAggregateRead, .individualPIIRead, .groupPIIRead], job: MakeExport.job,
                // The lines of embargoed summatives stay back, not the file (access §6.6).
                onlineOnly: { _, _ in [] }, file: { try await file($0, $1) },
                renamed: { bytes, name in
                    var query = try ExportQuery(decoding: bytes)
                    query.name = name
                    return try query.serialized()
                }, deleted: { session, call, id in try audit.record(session, call, .exportDeleted(id)) }))
        self.store = store
        self.jobs = jobs
        self.reports = reports
        create = CreateExport(
            database: database, store: store, jobs: table, audit: audit, server: reports, wake: { jobs.wake() })
        replace = ReplaceExportQuery(database: database, store: store)
    }

    /// What a sandbox visitor leaves behind (access §7).
    func remove(_ users: [Int64], _ session: borrowing Session) throws {
        try jobs.table.cancel(MakeExport.job, subjects: try store.removeAll(of: users, session), session)
    }
}
