import Foundation
import Postgres

/// Makes the databases of a test run and limits how many there are at a time.
actor DatabaseLender {
    /// Fails, rather than skips, when there is no server.
    static let shared = Result<DatabaseLender, any Error> {
        guard let server = ProcessInfo.processInfo.environment["TEST_DATABASE_URL"], !server.isEmpty else {
            throw SupportError.noServer
        }
        return try DatabaseLender(server)
    }

    private let server: String
    private let roles: String
    /// Names of this process do not meet those of another on the same server.
    private let prefix = "t\(ProcessInfo.processInfo.processIdentifier)"
    private var templates: [String: Task<String, any Error>] = [:]
    private var made = 0
    private var free = 8
    private var queue: [CheckedContinuation<Void, Never>] = []

    private init(_ server: String) throws {
        self.server = server
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let path = here.deletingLastPathComponent().deletingLastPathComponent().appending(path: "compose/roles.sql")
            .path
        roles = try String(contentsOfFile: path, encoding: .utf8)
    }

    func lend(_ migrations: [Migrations]) async throws -> TemporaryDatabase {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { queue.append($0) }
        }
        do {
            let template = try await template(for: migrations)
            made += 1
            let name = "\(prefix)_\(made)"
            try await run("CREATE DATABASE \(name) TEMPLATE \(template) STRATEGY file_copy")
            return TemporaryDatabase(name: name, server: server)
        } catch {
            free(1)
            throw error
        }
    }

    func takeBack(_ temporary: TemporaryDatabase) async {
        // A database that stays behind is no failure of the test: the server goes with the run.
        try? await run("DROP DATABASE IF EXISTS \(temporary.name) WITH (FORCE)")
        free(1)
    }

    private func run(_ statement: String) async throws {
        let server = server
        try await onThread { try Administration.run(statement, on: server) }
    }

    private func free(_ count: Int) {
        if queue.isEmpty { free += count } else { queue.removeFirst().resume() }
    }

    private func template(for migrations: [Migrations]) async throws -> String {
        let key = migrations.map { set in
            set.schema + "\u{1}" + set.scripts.map { $0.name + "\u{2}" + $0.sql }.joined(separator: "\u{3}")
        }.joined(separator: "\u{4}")
        if let known = templates[key] { return try await known.value }
        let name = "\(prefix)_template_\(templates.count + 1)"
        let task = Task { [server, roles] in
            try await onThread {
                try Administration.run("CREATE DATABASE \(name)", on: server)
                let database = TemporaryDatabase(name: name, server: server)
                for set in migrations {
                    let script = "SET ers.service = '\(set.schema)'; \(roles)"
                    try Administration.run(script, on: database.connectionString())
                    try set.migrate(database.connectionString(as: "\(set.schema)_owner"), log: .quiet)
                }
                return name
            }
        }
        templates[key] = task
        return try await task.value
    }
}

/// Runs blocking work on a thread of its own.
private func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result { try body() }) }.start()
    }
}
