import Audit
import Contracts
import Feed
import Ledger
import Messaging
import Postgres
import Reports
import ServiceLifecycle
import ServiceRuntime
import StateCopies

@main
enum ResultsSvc {
    static func main() async {
        await ServiceProcess.run("results", ResultsConfig.self, migrations: .results) { config, parts in
            let database = Database(
                DatabaseConfig(
                    parts.databaseURL, connections: config.connections, applicationName: "results",
                    settings: DefinitionLane.sessionSettings.merging(ExamLane.sessionSettings) { first, _ in first }),
                metrics: parts.metrics, log: parts.log)
            let readers = Database(
                DatabaseConfig(
                    config.readerDatabase, connections: config.readerConnections, applicationName: "results reader",
                    settings: Gate.sessionSettings),
                metrics: parts.metrics, log: parts.log)
            parts.health.add(database: database)
            parts.health.add(database: readers, as: "readers' database")

            let home = FeedHome(database: database, schema: "results", log: parts.log)
            try await home.settle()
            let identity = IdentityClient(try parts.channel(to: "identity", urls: config.identityURLs))
            let copies = try Copies(config, identity, parts, database)
            let catalogue = SubjectCatalogue()
            let pages = ResultsPages(
                catalogue: catalogue, tokens: PageTokens(secret: Array(config.cursorSecret.utf8)))
            let gate = Gate(
                database: readers, embargo: copies.embargo.lease, memberships: copies.memberships.lease,
                audit: AuditTrail(schema: "results"))
            let exportReaders = Database(
                DatabaseConfig(
                    config.readerDatabase, connections: config.exportConnections,
                    statementTimeout: MakeExport.readingBudget, applicationName: "results exports"),
                metrics: parts.metrics, log: parts.log)
            let exports = Exports(
                database: database, gate: gate,
                reading: Gate(
                    database: exportReaders, embargo: gate.embargo, memberships: gate.memberships, audit: gate.audit),
                identity: identity, workers: config.exportConnections, holder: parts.replica, clocks: parts.clocks,
                metrics: parts.metrics, log: parts.log)
            let server = ResultsServer(
                subjects: ListSubjects(database: readers, catalogue: catalogue), grades: ListGrades(gate: gate),
                assessments: ListSchoolAssessments(gate: gate, catalogue: catalogue),
                schoolResults: GetSchoolResults(gate: gate, pages: pages),
                filters: ListFilters(database: readers), export: ExportExams(gate: gate, pages: pages),
                createExport: exports.create, replaceExportQuery: exports.replace,
                student: FindStudent(gate: gate), history: GetStudentHistory(gate: gate, catalogue: catalogue),
                groupAssessments: ListGroupAssessments(gate: gate, catalogue: catalogue),
                groupResults: GetGroupResults(gate: gate, pages: pages),
                groupDashboard: GetGroupDashboard(gate: gate, catalogue: catalogue),
                summatives: CountSummatives(database: database), ensureStudents: EnsureStudents(database: database),
                subjectCodes: SubjectCodeChanges(database: database),
                foundGroups: FoundGroupChanges(database: database),
                feeds: ResultsFeeds(database: database, catalogue: catalogue))
            let trail = IntakeTrail(audit: AuditTrail(schema: "results"))
            let ledger = Ledger(
                owner: .results, database: database,
                lanes: [
                    DefinitionLane.lane(), EnrolmentLane.lane(copies: copies, log: parts.log),
                    ExamLane.lane(workers: config.examWorkers, copies: copies),
                ],
                zips: ExamLane.zips, looked: { session, call, id in try trail.readPayload(id, call, session) },
                clocks: parts.clocks, metrics: parts.metrics, log: parts.log)
            let intake = IntakeServer(
                database: database, trail: trail, nowMicroseconds: parts.clocks.wallMicroseconds)
            let daily = config.reconciliationMinute.map { minute in
                DailyReconciliation(make: intake.reconciliation, minute: minute, clocks: parts.clocks, log: parts.log)
            }
            let sealer = AuditSealer(database: database, schema: "results", log: parts.log)
            let visitors = try VisitorsGone.service(
                of: identity, events: config.identityEventsURLs, in: database, schema: "results", parts,
                remove: { try exports.remove($1, $0) })
            let expiry = ReportExpiry(
                store: exports.store, database: database, after: .seconds(86_400 * config.reportRetentionDays),
                log: parts.log)
            return [database, readers, exportReaders, home] + copies.services + [daily].compactMap(\.self)
                + [
                    sealer, ledger, WaitingResults(database: database, log: parts.log), visitors, expiry, exports.jobs,
                    try parts.server(
                        listeningOn: config.listenURLs,
                        [server.rpcTable, intake.rpcTable, exports.reports.rpcTable] + ledger.rpcTables),
                ]
        }
    }
}
