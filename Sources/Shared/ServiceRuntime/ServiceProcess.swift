import Clocks
import Contracts
import Credentials
import Foundation
import Glibc
import Logging
import Metrics
import Postgres
import ServiceLifecycle

/// The life of a service's process, from its arguments to its exit code.
///
/// Without arguments it serves until SIGTERM or SIGINT. `migrate` brings its schema up to date, `--check` prints the
/// settings with secrets masked, `--healthcheck` asks the running process whether it is ready.
///
/// Exit codes: 0 done, 1 failed, 64 wrong arguments, 78 wrong settings.
public enum ServiceProcess {
    /// How long what has begun may take after SIGTERM; then it is cancelled.
    static let grace: Duration = .seconds(10)

    /// - Parameters:
    ///   - migrations: of the process's own schema; nil for a process without one, which then has no database settings.
    ///   - assemble: puts the service together. It may throw `Fault` `.unavailable` when a neighbour is needed and not
    ///     there: it is called again until it is, so listening comes last in it. The services it gives back stop in
    ///     reverse order.
    public static func run<C: ServiceConfig>(
        _ name: String, _ type: C.Type, migrations: Migrations?,
        _ assemble: @escaping @Sendable (C, ServiceParts) async throws -> [any Service]
    ) async -> Never {
        signal(SIGPIPE, SIG_IGN)  // a neighbour that went away is an error of one call, not the end
        var settings = SettingsReader(ProcessInfo.processInfo.environment)
        switch Array(CommandLine.arguments.dropFirst()) {
        case ["--healthcheck"]:
            let (host, port) = adminAddress(&settings)
            finishOrEnd(settings)
            let (ready, text) = HealthCheckCommand(host: host, port: port)()
            print(text.trimmingCharacters(in: .newlines))
            end(ready ? 0 : 1)
        case ["--check"]:
            _ = (CommonSettings(&settings, service: name, hasDatabase: migrations != nil), C(&settings))
            print(settings.table)
            if !settings.unread.isEmpty { print("not read by \(name): \(settings.unread.joined(separator: " "))") }
            finishOrEnd(settings)
            end(0)
        case ["migrate"]:
            let common = CommonSettings(&settings, service: name, hasDatabase: migrations != nil)
            _ = C(&settings)
            finishOrEnd(settings)
            await migrate(name, common, migrations)
        case []:
            let common = CommonSettings(&settings, service: name, hasDatabase: migrations != nil)
            let config = C(&settings)
            finishOrEnd(settings)
            await serve(name, common, migrations) { try await assemble(config, $0) }
        default:
            complain("usage: \(name) [migrate | --check | --healthcheck]")
            end(64)
        }
    }

    private static func migrate(_ name: String, _ common: CommonSettings, _ migrations: Migrations?) async -> Never {
        let log = logger(name, common.logLevel)
        guard let migrations else {
            complain("\(name) has no schema")
            end(64)
        }
        do {
            try migrations.migrate(common.migrationDatabase, log: log)
            log.info("migrated", metadata: ["schema": "\(migrations.schema)"])
            end(0)
        } catch {
            log.critical("migration failed", metadata: ["error": "\(error)"])
            end(1)
        }
    }

    private static func serve(
        _ name: String, _ common: CommonSettings, _ migrations: Migrations?,
        _ assemble: @escaping @Sendable (ServiceParts) async throws -> [any Service]
    ) async -> Never {
        let level = common.logLevel
        // Libraries make loggers of their own; they shall write JSON too.
        LoggingSystem.bootstrap { JSONLogHandler(service: name, label: $0, level: max(level, .info)) }
        let log = logger(name, level)
        do {
            let clocks = Clocks.system
            let metrics = Metrics(service: name)
            addProcessMetrics(to: metrics, clocks: clocks)
            let health = HealthRegistry(service: name)
            health.setObstacle("starting")
            let keyring = try Keyring(directory: common.keysDirectory)
            let key = try SigningKey(id: "service-\(name)", file: common.keyFile)
            guard keyring.publicKey(key.id) == key.publicKey else {
                throw CredentialsMismatch(description: "\(key.id): the private key is not that of the public one")
            }
            let parts = ServiceParts(
                name: name, mode: common.mode, clocks: clocks, log: log, metrics: metrics, health: health,
                identity: ProcessIdentity(service: name, key: key, clocks: clocks), keyring: keyring,
                verifier: TokenVerifier(keyring, service: name, clocks: clocks), busTLS: common.busTLS,
                databaseURL: common.database, keysDirectory: common.keysDirectory)
            let pages = AdminPages(health: health, metrics: metrics)
            let admin = try AdminServer(host: common.adminHost, port: common.adminPort) { await pages($0) }
            log.info("starting", metadata: ["mode": "\(common.mode.rawValue)", "admin_port": "\(admin.port)"])

            let boot = Boot(database: common.database, migrations: migrations, parts: parts, assemble: assemble)
            // The port for operators answers until everything else has stopped.
            var group = ServiceGroupConfiguration(
                services: [
                    .init(service: admin),
                    .init(service: boot, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
            group.maximumGracefulShutdownDuration = grace
            group.maximumCancellationDuration = .seconds(3)
            try await ServiceGroup(configuration: group).run()
            log.info("stopped")
            end(0)
        } catch {
            log.critical("ended", metadata: ["error": "\(error)"])
            end(1)
        }
    }

    private static func logger(_ name: String, _ level: Logger.Level) -> Logger {
        Logger(label: name) { JSONLogHandler(service: name, label: $0, level: level) }
    }

    private static func finishOrEnd(_ settings: SettingsReader) {
        do {
            try settings.finish()
        } catch {
            complain("\(error)")
            end(78)
        }
    }

    private static func complain(_ text: String) {
        writeToStandardError(Array("\(text)\n".utf8))
    }

    /// Ends without running the exit handlers of C libraries whose threads are still there.
    private static func end(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }
}

private struct CredentialsMismatch: Error, CustomStringConvertible {
    let description: String
}
