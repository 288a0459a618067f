import Contracts
import Foundation
import Logging
import Metrics
import Postgres

/// A database of its own for one test, on the server that `scripts/with-postgres` started.
public struct TemporaryDatabase: Sendable {
    public let name: String
    private let server: String

    init(name: String, server: String) {
        self.name = name
        self.server = server
    }

    /// As superuser, or as a role such as `results` or `results_owner` of `compose/roles.sql`.
    public func connectionString(as role: String? = nil) -> String {
        "\(server) dbname=\(name)" + (role.map { " user=\($0)" } ?? "")
    }

    /// With many suites on few processors a transaction may wait for its thread longer than PostgreSQL would let it.
    private static let patient = ["idle_in_transaction_session_timeout": "120s"]

    /// A `Database` on it; the caller closes it.
    public func open(
        as role: String? = nil, connections: Int = 3, metrics: Metrics = Metrics(service: "test"),
        settings: [String: String] = [:], queueLimit: Int = 256
    ) -> Database {
        Database(
            DatabaseConfig(
                connectionString(as: role), connections: connections, queueLimit: queueLimit, applicationName: "test",
                settings: Self.patient.merging(settings) { _, given in given }),
            metrics: metrics, log: .quiet)
    }
}

extension Logger {
    /// Says nothing.
    public static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// What is wrong with the surroundings of a test run.
public enum SupportError: Error, CustomStringConvertible {
    case noServer
    public var description: String {
        "TEST_DATABASE_URL is not set: run the tests through scripts/with-postgres"
    }
}

/// Lends `body` a new database in which `migrations` are applied, as their owners would apply them.
///
/// It is a clone of a template made once per set of migrations and dropped afterwards. At most eight are lent at a
/// time; the next test waits. `database` connects as superuser: use `TemporaryDatabase.open(as:)` where rights matter.
@discardableResult
public func withTemporaryDatabase<R: Sendable>(
    _ migrations: Migrations..., connections: Int = 3, _ body: (_ database: Database) async throws -> R
) async throws -> R {
    try await withTemporaryServer(migrations) { temporary in
        let database = temporary.open(connections: connections)
        do {
            let result = try await body(database)
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }
}

/// As above, for tests that open connections of their own.
@discardableResult
public func withTemporaryServer<R: Sendable>(
    _ migrations: [Migrations], _ body: (_ temporary: TemporaryDatabase) async throws -> R
) async throws -> R {
    let lender = try DatabaseLender.shared.get()
    let temporary = try await lender.lend(migrations)
    do {
        let result = try await body(temporary)
        await lender.takeBack(temporary)
        return result
    } catch {
        await lender.takeBack(temporary)
        throw error
    }
}
