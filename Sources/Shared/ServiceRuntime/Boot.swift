import Clocks
import Contracts
import Logging
import Metrics
import Postgres
import ServiceLifecycle

/// From a started process to a serving one: waits for the schema, puts the service together, runs it.
///
/// Processes start in any order. Whoever is missing a neighbour or the database waits here, says so in its health
/// answer, and goes on when it is there.
struct Boot: Service {
    let database: String
    let migrations: Migrations?
    let parts: ServiceParts
    let assemble: @Sendable (ServiceParts) async throws -> [any Service]
    /// Between two tries.
    var pause: Duration = .milliseconds(500)

    func run() async throws {
        defer { parts.health.setObstacle("stopping") }
        let services = try await cancelWhenGracefulShutdown { () -> [any Service]? in
            do {
                if let migrations { try await waitForSchema(migrations) }
                return try await assembled()
            } catch  where Task.isCancelled {
                return nil  // asked to stop before there was anything to stop
            }
        }
        guard let services else { return }
        parts.health.setObstacle(nil)
        parts.log.info("serving")
        let health = parts.health
        try await withGracefulShutdownHandler {
            try await ServiceGroup(services: services, logger: parts.log).run()
        } onGracefulShutdown: {
            health.setObstacle("stopping")
        }
    }

    private func waitForSchema(_ migrations: Migrations) async throws {
        let probe = Database(
            DatabaseConfig(database, connections: 1, applicationName: "\(parts.name) start"),
            metrics: Metrics(service: parts.name), log: parts.log)
        do {
            try await patiently("database") { try await migrations.requireApplied(to: probe) }
        } catch {
            await probe.close()
            throw error
        }
        await probe.close()
    }

    private func assembled() async throws -> [any Service] {
        try await patiently("assembly") { try await assemble(parts) }
    }

    /// Tries until it works. Only what time can mend is tried again.
    private func patiently<T>(_ what: String, _ body: () async throws -> T) async throws -> T {
        var last = ""
        while true {
            try Task.checkCancellation()
            do {
                return try await body()
            } catch let error where canPass(error) {
                let text = "\((error as? Fault)?.detail ?? "\(error)")"
                parts.health.setObstacle("starting: \(text)")
                // Once for each reason, not twice a second for hours.
                if text != last { parts.log.warning("waiting", metadata: ["for": "\(what)", "reason": "\(text)"]) }
                last = text
            }
            try await Task.sleep(for: pause)
        }
    }

    private func canPass(_ error: any Error) -> Bool {
        if let fault = error as? Fault {
            return [.unavailable, .deadlinePassed, .tooMany].contains(fault.code)
        }
        // Somebody may be migrating this minute. Changed scripts, however, stay changed.
        if case .notApplied? = error as? MigrationError { return true }
        return false
    }
}
