import Contracts
import Logging

/// The scripts that make and change one service's schema, oldest first.
///
/// Forward only. A script that was applied is never edited: its hash is kept in `<schema>.migration` and compared.
/// Each script runs in a transaction of its own, together with its line in that table.
public struct Migrations: Sendable {
    public let schema: String
    public let scripts: [(name: String, sql: String)]

    public init(schema: String, scripts: [(name: String, sql: String)]) {
        precondition(Self.isIdentifier(schema), "a schema's name is lower-case letters, digits and _")
        precondition(
            zip(scripts, scripts.dropFirst()).allSatisfy { $0.name < $1.name },
            "scripts are in the order of their names")
        self.schema = schema
        self.scripts = scripts
    }

    /// From files embedded in the program: `[("V0001_school", PackageResources.V0001_school_sql)]`.
    public init(schema: String, embedded: [(name: String, sql: [UInt8])]) {
        self.init(schema: schema, scripts: embedded.map { ($0.name, String(decoding: $0.sql, as: UTF8.self)) })
    }

    private static func isIdentifier(_ name: String) -> Bool {
        name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
            && !name.isEmpty && name.utf8.count <= 40
    }

    /// Applies what is missing, one process at a time; needs the rights of the schema's owner.
    ///
    /// Blocks its thread: for the `migrate` command and tests.
    public func migrate(_ connectionString: String, log: Logger) throws {
        let connection = try Connection(
            connectionString, applicationName: "migrate \(schema)",
            settings: [
                "TimeZone": "UTC", "client_min_messages": "error", "lock_timeout": "60s", "search_path": schema,
            ])
        let lock: SQL = "SELECT pg_advisory_lock(hashtextextended(\("migrate \(schema)"), 0))"
        _ = try connection.execute(lock)  // freed when the connection ends
        // The owner of a schema that the operator made may not make schemas, so CREATE … IF NOT EXISTS would fail.
        let present = try connection.execute("SELECT to_regnamespace(\(schema)) IS NOT NULL").rows(as: Bool.self)
        if present != [true] { try connection.script("CREATE SCHEMA \(schema)") }
        try connection.script(
            """
            CREATE TABLE IF NOT EXISTS \(schema).migration (
                name text PRIMARY KEY,
                sha256 bytea NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now());
            """)
        let missing = try check(try applied(connection))
        for script in missing {
            do {
                try connection.script("BEGIN")
                try connection.script(script.sql)
                _ = try connection.execute(
                    """
                    INSERT INTO \(raw: schema).migration (name, sha256)
                    VALUES (\(script.name), sha256(\([UInt8](script.sql.utf8))))
                    """)
                try connection.commit()
            } catch let error as DatabaseError {
                throw MigrationError.failed(schema: schema, script: script.name, error)
            }
            log.info("applied", metadata: ["schema": "\(schema)", "script": "\(script.name)"])
        }
    }

    /// Whether everything here has been applied, unchanged. Scripts of a newer program may be there too.
    ///
    /// - Throws: `MigrationError`, or `Fault.unavailable` when the database cannot be asked.
    public func requireApplied(to database: Database) async throws {
        let expected = self
        let missing = try await database.read(.starting(budget: .seconds(10))) { session in
            let exists = try session.row(
                "SELECT to_regclass(\("\(expected.schema).migration")) IS NOT NULL", as: Bool.self)
            return try expected.check(exists == true ? try expected.applied(session.connection) : [:])
        }
        guard missing.isEmpty else {
            throw MigrationError.notApplied(schema: schema, scripts: missing.map(\.name))
        }
    }

    /// Per applied script whether its text is still the same; nil for scripts that are not ours.
    private func applied(_ connection: Connection) throws -> [String: Bool?] {
        let names = scripts.map(\.name)
        let texts = scripts.map { [UInt8]($0.sql.utf8) }
        let rows = try connection.execute(
            """
            SELECT m.name, m.sha256 = sha256(s.text)
              FROM \(raw: schema).migration m
              LEFT JOIN unnest(\(names), \(texts)) AS s (name, text) USING (name)
            """
        ).rows(as: (String, Bool?).self)
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }

    /// The scripts still to be applied.
    private func check(_ applied: [String: Bool?]) throws -> [(name: String, sql: String)] {
        var missing: [(name: String, sql: String)] = []
        for script in scripts {
            switch applied[script.name] {
            case .none:
                missing.append(script)
            case .some(let same):
                guard same == true else { throw MigrationError.changed(schema: schema, script: script.name) }
                if let first = missing.first {
                    throw MigrationError.outOfOrder(schema: schema, script: first.name, before: script.name)
                }
            }
        }
        return missing
    }
}

/// Why a schema cannot be used or brought up to date.
public enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Applied once, and edited since.
    case changed(schema: String, script: String)
    /// A script came in before one that was already applied.
    case outOfOrder(schema: String, script: String, before: String)
    case notApplied(schema: String, scripts: [String])
    case failed(schema: String, script: String, DatabaseError)

    public var description: String {
        switch self {
        case .changed(let schema, let script):
            "\(schema): \(script) was changed after it was applied; write a new script instead"
        case .outOfOrder(let schema, let script, let before):
            "\(schema): \(script) comes before \(before), which is already applied; give it a later name"
        case .notApplied(let schema, let scripts):
            "\(schema): not applied: \(scripts.joined(separator: ", ")); run this program with `migrate`"
        case .failed(let schema, let script, let error):
            "\(schema): \(script): \(error)"
        }
    }
}
