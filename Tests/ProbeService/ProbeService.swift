import Contracts
import Foundation
import Messaging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// A service that has nothing of its own but settings, a table and `ers.Health`: the tests of ServiceRuntime start it
/// as a process and treat it badly.
@main
enum ProbeService {
    static func main() async {
        let migrations = Migrations(
            schema: "probe", scripts: [("V0001_note", "CREATE TABLE probe.note (id bigint PRIMARY KEY)")])
        await ServiceProcess.run("results", ProbeConfig.self, migrations: migrations) { config, parts in
            let database = Database(
                DatabaseConfig(parts.databaseURL, connections: 1, applicationName: parts.name), metrics: parts.metrics,
                log: parts.log)
            parts.health.add(database: database)
            if config.needsNeighbour {
                let neighbour = try parts.channel(to: "identity", urls: config.identityURLs)
                _ = try await HealthClient(neighbour).checkHealth(.init(), .starting(budget: .seconds(2)))
            }
            return [database, Slow(config.stopTime), try parts.server(listeningOn: config.listen, [])]
        }
    }
}

struct ProbeConfig: ServiceConfig {
    let listen: [String]
    let identityURLs: [String]
    let needsNeighbour: Bool
    let stopTime: Duration
    let secret: String

    init(_ s: inout SettingsReader) {
        listen = s.list("ERS_LISTEN", "Where this service listens on the bus.")
        identityURLs = s.urls(of: "identity")
        needsNeighbour = s.bool("ERS_PROBE_NEIGHBOUR", default: false, "Starts only with its neighbour.")
        stopTime = s.duration("ERS_PROBE_STOP_TIME", default: .milliseconds(1), "How long stopping takes.")
        secret = s.secret("ERS_PROBE_SECRET", "Something to hide.")
    }
}

/// Takes its time when asked to stop.
struct Slow: Service {
    let time: Duration
    init(_ time: Duration) { self.time = time }
    func run() async throws {
        try? await gracefulShutdown()
        try? await Task.sleep(for: time)
    }
}
