import Contracts
import Logging
import Postgres
import Support
import Testing

@Suite struct MigrationTests {
    private static let first = (
        name: "V0001_school",
        sql:
            "CREATE TABLE alpha.school (id bigint PRIMARY KEY, name text NOT NULL); INSERT INTO alpha.school VALUES (1, 'a');"
    )
    private static let second = (name: "V0002_size", sql: "ALTER TABLE alpha.school ADD COLUMN size integer;")
    private static let alpha = Migrations(schema: "alpha", scripts: [first, second])
    private static let beta = Migrations(
        schema: "beta", scripts: [(name: "V0001_thing", sql: "CREATE TABLE beta.thing (id bigint);")])

    @Test func appliesEachScriptOnce() async throws {
        try await withTemporaryServer([Self.alpha]) { temporary in
            try Self.alpha.migrate(temporary.connectionString(as: "alpha_owner"), log: .quiet)
            let database = temporary.open()
            try await Self.alpha.requireApplied(to: database)
            let names = try await database.read(.test()) { session in
                try session.rows("SELECT name FROM alpha.migration ORDER BY name", as: String.self)
            }
            #expect(names == ["V0001_school", "V0002_size"])
            await database.close()
        }
    }

    @Test func severalProcessesMigrateAtOnce() async throws {
        try await withTemporaryServer([]) { temporary in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask { try Self.alpha.migrate(temporary.connectionString(), log: .quiet) }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func aChangedScriptIsRefused() async throws {
        try await withTemporaryServer([Self.alpha]) { temporary in
            let edited = Migrations(schema: "alpha", scripts: [(Self.first.name, Self.first.sql + " "), Self.second])
            let expected = MigrationError.changed(schema: "alpha", script: "V0001_school")
            #expect(throws: expected) {
                try edited.migrate(temporary.connectionString(as: "alpha_owner"), log: .quiet)
            }
            let database = temporary.open()
            await #expect(throws: expected) { try await edited.requireApplied(to: database) }
            await database.close()
        }
    }

    @Test func aScriptThatComesTooLateIsRefused() async throws {
        try await withTemporaryServer([Self.alpha]) { temporary in
            let between = (name: "V0001_zone", sql: "SELECT 1;")
            let late = Migrations(schema: "alpha", scripts: [Self.first, between, Self.second])
            #expect(throws: MigrationError.outOfOrder(schema: "alpha", script: "V0001_zone", before: "V0002_size")) {
                try late.migrate(temporary.connectionString(as: "alpha_owner"), log: .quiet)
            }
        }
    }

    @Test func aServiceDoesNotStartOnAnOlderSchema() async throws {
        try await withTemporaryServer([Migrations(schema: "alpha", scripts: [Self.first])]) { temporary in
            let database = temporary.open(as: "alpha")
            await #expect(throws: MigrationError.notApplied(schema: "alpha", scripts: ["V0002_size"])) {
                try await Self.alpha.requireApplied(to: database)
            }
            // An older program on a newer schema is fine.
            try await Migrations(schema: "alpha", scripts: []).requireApplied(to: database)
            await database.close()
        }
    }

    @Test func aFailedScriptLeavesNothing() async throws {
        try await withTemporaryServer([Self.alpha]) { temporary in
            let third = (name: "V0003_bad", sql: "CREATE TABLE alpha.half (id bigint); SELECT 1 / 0;")
            let broken = Migrations(schema: "alpha", scripts: [Self.first, Self.second, third])
            #expect {
                try broken.migrate(temporary.connectionString(as: "alpha_owner"), log: .quiet)
            } throws: { error in
                if case .failed(_, "V0003_bad", let cause)? = error as? MigrationError {
                    return cause.sqlState == "22012"
                }
                return false
            }
            let database = temporary.open()
            let half = try await database.read(.test()) { session in
                try session.row("SELECT to_regclass('alpha.half')::text", as: String?.self)
            }
            #expect(half == .some(nil))
            await database.close()
        }
    }

    @Test func aServiceHasRightsOnItsOwnRowsOnly() async throws {
        try await withTemporaryServer([Self.alpha, Self.beta]) { temporary in
            func state(as role: String, _ sql: SQL) async -> String {
                let database = temporary.open(as: role, connections: 1)
                var state = "allowed"
                do {
                    try await database.transaction(.test()) { session in _ = try session.run(sql) }
                } catch {
                    state = (error as? DatabaseError)?.sqlState ?? "\(error)"
                }
                await database.close()
                return state
            }
            let denied = "42501"
            #expect(await state(as: "alpha", "SELECT name FROM alpha.school") == "allowed")
            #expect(await state(as: "alpha", "INSERT INTO alpha.school VALUES (2, 'b')") == "allowed")
            #expect(await state(as: "alpha", "UPDATE alpha.school SET name = 'c'") == "allowed")
            #expect(await state(as: "alpha", "DELETE FROM alpha.school") == "allowed")
            #expect(await state(as: "alpha", "SELECT id FROM beta.thing") == denied)
            #expect(await state(as: "beta", "SELECT id FROM alpha.school") == denied)
            #expect(await state(as: "beta", "INSERT INTO alpha.school VALUES (3, 'x')") == denied)
            #expect(await state(as: "beta_owner", "SELECT id FROM alpha.school") == denied)
            #expect(await state(as: "alpha", "CREATE TABLE alpha.mine (id bigint)") == denied)
            #expect(await state(as: "alpha", "CREATE TABLE public.mine (id bigint)") == denied)
            #expect(await state(as: "alpha", "CREATE SCHEMA mine") == denied)
            #expect(await state(as: "alpha", "DROP TABLE alpha.school") == denied)
            #expect(await state(as: "alpha", "TRUNCATE alpha.school") == denied)
            #expect(await state(as: "alpha", "SET ROLE alpha_owner") == denied)
        }
    }
}
