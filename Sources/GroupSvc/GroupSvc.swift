import Audit
import Contracts
import Feed
import Ledger
import Messaging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// GroupSvc: assigned student groups, their members, and the files that change them.
@main
enum GroupSvc {
    static func main() async {
        await ServiceProcess.run("group", GroupConfig.self, migrations: .groups, assemble)
    }

    static func assemble(_ config: GroupConfig, _ parts: ServiceParts) async throws -> [any Service] {
        let database = Database(
            DatabaseConfig(parts.databaseURL, connections: config.connections, applicationName: "group"),
            metrics: parts.metrics, log: parts.log)
        parts.health.add(database: database)
        let home = FeedHome(database: database, schema: "groups", log: parts.log)
        try await home.settle()
        let results = ResultsClient(try parts.channel(to: "results", urls: config.resultsURLs))
        let publisher = try config.eventsURL.map { try Publisher(listeningOn: $0, tls: parts.busTLS) }
        let changed: @Sendable () -> Void = { publisher?.publish(topic: "memberships") }
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let wake: @Sendable () -> Void = { signal.yield() }

        let copies = try Copies(config, parts, database, results, changed: changed)
        let trail = GroupTrail(audit: AuditTrail(schema: "groups"))
        let check = UploadCheck(database: database) { unknown, call in
            if unknown.contains(.school) { try await copies.state.organizations.pull(call) }
            if unknown.contains(.schoolYear) { try await copies.state.settings.pull(call) }
            if unknown.contains(.subject) { try await copies.subjects.pull(call) }
        }
        let blobs = BlobStore(database: database, owner: .group)
        let uploads = Uploads(database: database, check: check, trail: trail, queued: wake)
        let worker = UploadWorker(
            database: database, check: check, ensureStudents: { try await results.ensureStudents($0, $1) },
            trail: trail, blobs: blobs, signals: signals, changed: changed, metrics: parts.metrics, log: parts.log)
        let server = GroupServer(
            database: database, uploads: uploads, trail: trail, clocks: parts.clocks, changed: changed, confirmed: wake)
        let imports = GroupImports(
            database: database, uploads: uploads, nowMicroseconds: parts.clocks.wallMicroseconds)
        return [database, home, AuditSealer(database: database, schema: "groups", log: parts.log)] + copies.services
            + [
                worker,
                try parts.server(
                    listeningOn: config.listenURLs, [server.rpcTable, imports.rpcTable, blobs.rpcTable]),
            ]
    }
}
