import Access
import Contracts
import Postgres
import Support
import Testing

@testable import IdentitySvc

@Suite struct SandboxTests {
    @Test("in production every sandbox rpc fails, whatever is asked")
    func production() async throws {
        try await World.with { world in
            let list = ListSandboxEntries(database: world.database, doors: world.doors(.production))
            #expect(await fault { try await list(Empty(), World.call()) } == .preconditionFailed)
            #expect(await fault { try await world.enter("state", .production) } == .preconditionFailed)
            #expect(await fault { try await world.enter("nonsense", .production) } == .preconditionFailed)
        }
    }

    @Test("an entry that is unknown, or whose organization is not loaded, does not exist")
    func unknown() async throws {
        try await World.with { world in
            #expect(await fault { try await world.enter("nonsense") } == .notFound)
            #expect(await fault { try await world.enter("") } == .notFound)
            #expect(await fault { try await world.enter("absent") } == .notFound)
        }
    }

    @Test("a role that gives nothing at its organization opens no session")
    func emptyRights() async throws {
        try await World.with { world in
            let door = SandboxDoor(
                key: "odd", label: "Odd", role: "SandboxSchoolAdmin", kind: "District", naturalId: "88800120000000")
            let enter = EnterSandbox(
                database: world.database, doors: world.doors(.sandbox, [door]), sessions: world.sessions,
                trail: world.trail)
            #expect(await fault { try await enter(.with { $0.entry = "odd" }, World.call()) } == .preconditionFailed)
            let sessions = try await world.database.read(World.call()) {
                try $0.row("SELECT count(*) FROM identity.session", as: Int64.self)
            }
            #expect(sessions == 0)
        }
    }

    @Test("F335: entries in the order of the file, without those whose organization is not loaded")
    func list() async throws {
        try await World.with { world in
            let list = ListSandboxEntries(database: world.database, doors: world.doors())
            let entries = try await list(Empty(), World.call()).entries
            #expect(entries.map(\.key) == ["elementary", "teacher", "district", "state"])
            #expect(entries.first?.label == "School Admin: Demo Elementary School")
        }
    }

    @Test("F341 T108: two visitors with the same role are two users")
    func distinct() async throws {
        try await World.with { world in
            let a = try await world.enter("elementary")
            let b = try await world.enter("elementary")
            #expect(a.sessionSecret != b.sessionSecret && a.sessionSecret.count == 16)
            #expect(a.session?.claims?.userID != b.session?.claims?.userID)
            #expect(a.session?.claims?.login != b.session?.claims?.login)
        }
    }

    @Test("F337: what each entry may do, where, and the name shown")
    func rights() async throws {
        try await World.with { world in
            let school = try #require(try await world.enter("elementary").session)
            #expect(school.displayName == "School Admin" && school.organizationName == "Demo Elementary School")
            let schoolClaims = try world.verifier.verifyCaller(school.callerToken)
            #expect(schoolClaims == school.claims)
            #expect(schoolClaims.sandbox && schoolClaims.role == "SandboxSchoolAdmin" && schoolClaims.purpose == "")
            #expect(schoolClaims.scope(of: .individualPIIRead) == .with { $0.schoolIDs = [4] })
            #expect(!schoolClaims.has(.embargoWrite) && !schoolClaims.has(.groupWrite) && !schoolClaims.has(.dataWrite))

            let district = try #require(try await world.enter("district").session)
            #expect(district.displayName == "District Admin" && district.organizationName == "Demo District")
            let districtClaims = try world.verifier.verifyCaller(district.callerToken)
            #expect(districtClaims.scope(of: .embargoWrite) == .with { $0.districtIDs = [2] })
            #expect(districtClaims.has(.instructionalResourceWrite) && districtClaims.has(.groupWrite))

            let state = try #require(try await world.enter("state").session)
            #expect(state.displayName == "State Admin" && state.organizationName == "California")
            let stateClaims = try world.verifier.verifyCaller(state.callerToken)
            for permission in [
                Permission.individualPIIRead, .groupPIIRead, .groupWrite, .customAggregateRead,
                .instructionalResourceWrite, .embargoRead, .embargoWrite,
            ] {
                #expect(stateClaims.scope(of: permission) == .with { $0.statewide = true }, "\(permission)")
            }
            #expect(!stateClaims.has(.dataWrite))
        }
    }

    @Test("F336, access §7: a teacher has the groups of the entry's login, and a name of their own")
    func teacher() async throws {
        try await World.with { world in
            let session = try #require(try await world.enter("teacher").session)
            #expect(session.displayName == "Teacher" && session.organizationName == "Demo Elementary School")
            let claims = try world.verifier.verifyCaller(session.callerToken)
            #expect(claims.groupLogin == "teacher.elementary@sandbox.example")
            #expect(claims.login.hasPrefix("SandboxTeacher#"))
            for permission in [Permission.groupPIIRead, .groupRead, .teacherGroupRead, .teacherGroupWrite] {
                #expect(claims.scope(of: permission) == .with { $0.schoolIDs = [4] }, "\(permission)")
            }
            #expect(!claims.has(.individualPIIRead) && !claims.has(.groupWrite) && !claims.has(.customAggregateRead))
            // Without a login in the entry, nobody's assignments count.
            let admin = try #require(try await world.enter("elementary").session?.claims)
            #expect(admin.groupLogin == admin.login.lowercased())
        }
    }

    @Test("T111, access §3.3: after a time-out the same visitor may go on, by the same entry and for half an hour")
    func goesOn() async throws {
        try await World.with { world in
            let sweep = Sweep(
                database: world.database, sessions: world.sessions, clocks: world.clock.clocks, log: .quiet)
            let first = try await world.enter("teacher")
            let user = try #require(first.session?.claims?.userID)
            // Still alive: whoever enters is somebody else.
            #expect(try await world.enter("teacher", previous: first.sessionSecret).session?.claims?.userID != user)

            world.clock.advance(.seconds(20 * 60 + 29 * 60))
            try await sweep.once()
            let ends = try await world.ended()
            #expect(ends.isEmpty)
            #expect(try await world.enter("state", previous: first.sessionSecret).session?.claims?.userID != user)
            let second = try await world.enter("teacher", previous: first.sessionSecret)
            #expect(second.session?.claims?.userID == user)
            #expect(second.session?.claims?.login == first.session?.claims?.login)
            #expect(second.sessionSecret != first.sessionSecret)
            // The old secret is worth nothing any more.
            #expect(try await world.enter("teacher", previous: first.sessionSecret).session?.claims?.userID != user)
            _ = try await SessionTests.resume(world, second.sessionSecret)

            world.clock.advance(.seconds(20 * 60 + 30 * 60))
            try await sweep.once()
            #expect(try await world.ended().contains(user))
            #expect(try await world.enter("teacher", previous: second.sessionSecret).session?.claims?.userID != user)
        }
    }

    @Test("T109: whoever logged off does not go on")
    func loggedOff() async throws {
        try await World.with { world in
            let first = try await world.enter("teacher")
            try await SessionTests.end(world, first.sessionSecret)
            world.clock.advance(.seconds(20 * 60))
            let second = try await world.enter("teacher", previous: first.sessionSecret)
            #expect(second.session?.claims?.userID != first.session?.claims?.userID)
        }
    }

    @Test(
        "the file of entries: every refusal says what is wrong",
        arguments: [
            ("", "is not a JSON array"),
            ("{}", "is not a JSON array"),
            (#"[{"key":"a"}]"#, "is not a JSON array"),
            (#"[{"key":"","label":"A","role":"R","kind":"School","naturalId":"1"}]"#, "empty field"),
            (#"[{"key":"a","label":"A","role":"R","kind":"Planet","naturalId":"1"}]"#, "unknown kind"),
            (
                #"[{"key":"a","label":"A","role":"R","kind":"School","naturalId":"1"},{"key":"a","label":"B","role":"R","kind":"School","naturalId":"2"}]"#,
                "key twice"
            ),
        ])
    func file(_ json: String, _ problem: String) {
        #expect { try SandboxDoor.read(.init(json.utf8)) } throws: { "\($0)".contains(problem) }
    }
}
