import Audit
import Contracts
import Logging
import Postgres
import Support
import Testing

@Suite struct AuditTests {
    private static let migrations = Migrations(
        schema: "trail",
        scripts: [("V0001_audit", AuditSchema.sql(writers: ["trail", "trail_reader"], sealer: "trail"))])
    private let trail = AuditTrail(schema: "trail")

    private static func call(_ login: String = "a@example.org") -> Call {
        var claims = CallerClaims()
        claims.userID = 7
        claims.login = login
        claims.role = "School Admin"
        claims.sessionID = [1, 2, 3]
        return .test(claims)
    }

    private func withTrail(
        _ body: (_ database: Database, _ sealer: AuditSealer, _ asSuperuser: (String) throws -> Void) async throws ->
            Void
    ) async throws {
        try await withTemporaryServer([Self.migrations]) { temporary in
            let database = temporary.open(as: "trail", connections: 4)
            let url = temporary.connectionString()
            try await body(database, AuditSealer(database: database, schema: "trail", log: .quiet)) { sql in
                // What somebody could do who owns the whole server.
                try Administration.run("SET session_replication_role = replica; \(sql)", on: url)
            }
            await database.close()
        }
    }

    private func record(_ database: Database, _ students: [Int64], login: String = "a@example.org") async throws {
        let event = AuditEvent("results.school", studentIDs: students, details: ["school": "12", "grade": "\"0|3\""])
        try await database.transaction(Self.call()) { session in try trail.record(session, Self.call(login), event) }
    }

    private func count(_ database: Database, _ table: String) async throws -> Int64? {
        try await database.read(.test()) { try $0.row("SELECT count(*) FROM trail.\(raw: table)", as: Int64.self) }
    }

    @Test func aRecordSaysWhoAndWhat() async throws {
        try await withTrail { database, sealer, _ in
            try await record(database, [5, 6])
            let row = try await database.read(.test()) { session in
                try session.row(
                    "SELECT event, user_id, login, role, student_ids, details->>'grade' FROM trail.audit",
                    as: (String, Int64, String, String, [Int64], String).self)
            }
            #expect(row?.0 == "results.school" && row?.1 == 7 && row?.2 == "a@example.org" && row?.3 == "School Admin")
            #expect(row?.4 == [5, 6] && row?.5 == "\"0|3\"")
            #expect(try await sealer.seal(.test()) == 1)
            #expect(try await sealer.seal(.test()) == 0)
        }
    }

    @Test func noRecordNoAnswer() async throws {
        try await withTrail { database, _, asSuperuser in
            // Nobody to be named.
            await #expect { () async throws -> Void in
                try await database.transaction(.test()) { session in
                    try trail.record(session, .test(), AuditEvent("results.school"))
                }
            } throws: { ($0 as? Fault)?.code == .unauthenticated }
            // What goes with a record that cannot be written does not happen either.
            try asSuperuser(
                "CREATE TABLE trail.work (n bigint); GRANT ALL ON trail.work TO trail; DROP TABLE trail.audit_unsealed")
            await #expect(throws: DatabaseError.self) {
                try await database.transaction(Self.call()) { session in
                    try session.run("INSERT INTO trail.work VALUES (1)")
                    try trail.record(session, Self.call(), AuditEvent("results.school"))
                }
            }
            #expect(try await count(database, "work") == 0)
        }
    }

    @Test func recordsAreOnlyEverAdded() async throws {
        try await withTemporaryServer([Self.migrations]) { temporary in
            let database = temporary.open(as: "trail")
            try await record(database, [1])
            for role in ["trail", "trail_reader", "trail_owner", nil] {
                for statement in [
                    "UPDATE trail.audit SET login = 'b'", "DELETE FROM trail.audit", "TRUNCATE trail.audit",
                    "UPDATE trail.audit_seal SET records = 9", "DELETE FROM trail.audit_seal",
                    "TRUNCATE trail.audit_seal",
                ] {
                    #expect(throws: DatabaseError.self, "\(role ?? "superuser"): \(statement)") {
                        try Administration.run(statement, on: temporary.connectionString(as: role))
                    }
                }
            }
            // Who answers people can add to the trail and not read it, nor hide a record from the sealer.
            let reader = temporary.open(as: "trail_reader")
            try await record(reader, [2])
            for statement: SQL in ["SELECT id FROM trail.audit", "DELETE FROM trail.audit_unsealed"] {
                await #expect { try await reader.transaction(.test()) { try $0.run(statement) } } throws: {
                    ($0 as? DatabaseError)?.sqlState == "42501"
                }
            }
            #expect(try await count(database, "audit_unsealed") == 2)
            await reader.close()
            await database.close()
        }
    }

    @Test(arguments: [
        "UPDATE trail.audit SET login = 'b@example.org' WHERE id = 4",
        "UPDATE trail.audit SET student_ids = '{9}' WHERE id = 4",
        "UPDATE trail.audit SET at = at + interval '1 microsecond' WHERE id = 4",
        "UPDATE trail.audit SET details = '{}' WHERE id = 4",
        "UPDATE trail.audit SET login = 'a@example.org\", \"School', role = 'Admin' WHERE id = 4",
        "DELETE FROM trail.audit WHERE id = 4",
        "DELETE FROM trail.audit_seal WHERE number = 1",
        "UPDATE trail.audit_seal SET hash = sha256('x') WHERE number = 2",
        "UPDATE trail.audit_seal SET ids = '{[5,7)}', records = 2 WHERE number = 2",
    ])
    func tamperingShows(statement: String) async throws {
        try await withTrail { database, sealer, asSuperuser in
            for batch in Int64(0)..<4 {
                for student in Int64(0)..<3 { try await record(database, [batch, student]) }
                #expect(try await sealer.seal(.test()) == 3)
            }
            #expect(try await sealer.broken(.test()) == [])
            #expect(try await sealer.strays(.test()) == [])
            try asSuperuser(statement)
            #expect(try await sealer.broken(.test()).contains(2) == true)
        }
    }

    @Test func aRecordSlippedInShows() async throws {
        try await withTrail { database, sealer, asSuperuser in
            for student in Int64(0)..<3 { try await record(database, [student]) }
            try await sealer.seal(.test())
            try asSuperuser(
                """
                INSERT INTO trail.audit (event, user_id, login, role, session_id, request_id, student_ids, details)
                VALUES ('results.school', 8, 'b', 'r', '', '', '{}', '{}')
                """)
            #expect(try await sealer.strays(.test()) == [4])
        }
    }

    @Test func theEndOfTheTrailCutOffShowsAgainstTheLog() async throws {
        try await withTrail { database, sealer, asSuperuser in
            for student in Int64(0)..<3 {
                try await record(database, [student])
                try await sealer.seal(.test())
            }
            let logged = try #require(try await sealer.head(.test()))
            #expect(logged.number == 3)
            try asSuperuser("DELETE FROM trail.audit WHERE id = 3; DELETE FROM trail.audit_seal WHERE number = 3")
            #expect(try await sealer.head(.test()) != logged)
        }
    }

    @Test func writersNeverWaitAndTheirOrderDoesNotMatter() async throws {
        try await withTrail { database, sealer, _ in
            // The first record stays uncommitted until later ones are sealed.
            try await database.transaction(Self.call()) { session in
                try trail.record(session, Self.call(), AuditEvent("results.school", studentIDs: [1]))
                let others = Task {
                    for student in Int64(2)...4 { try await record(database, [student]) }
                    try await sealer.seal(.test())
                }
                try waitFor(others)
            }
            #expect(try await sealer.head(.test())?.records == 3)
            #expect(try await sealer.seal(.test()) == 1)
            #expect(try await sealer.broken(.test()) == [])
            #expect(try await sealer.strays(.test()) == [])
        }
    }

    /// Blocks the connection's thread, which a transaction may, until others are done.
    private func waitFor(_ task: Task<Void, any Error>) throws {
        let gate = TaskGate()
        Task { gate.finish(await task.result) }
        try gate.wait()
    }

    @Test func manyWritersAndSealersAtOnce() async throws {
        try await withTrail { database, sealer, _ in
            let sealed = Tally()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in Int64(0)..<4 {
                    group.addTask { for turn in Int64(0)..<50 { try await record(database, [writer, turn]) } }
                }
                for _ in 0..<3 {
                    group.addTask {
                        for _ in 0..<30 { for _ in 0..<(try await sealer.seal(.test())) { sealed.next() } }
                    }
                }
                try await group.waitForAll()
            }
            for _ in 0..<(try await sealer.seal(.test())) { sealed.next() }
            #expect(sealed.value == 200)
            #expect(try await count(database, "audit_unsealed") == 0)
            #expect(try await sealer.broken(.test()) == [])
            #expect(try await sealer.strays(.test()) == [])
        }
    }
}
