import Access
import Contracts
import Postgres
import Support
import Testing

@testable import IdentitySvc

@Suite struct ActForTests {
    func actFor(_ world: World, _ user: Int64, role: String, session: [UInt8] = [1], purpose: String = "report")
        async throws -> ActingToken
    {
        let act = ActFor(database: world.database, sessions: world.sessions, trail: world.trail)
        var call = World.call()
        call.service = "aggregate"
        return try await act(
            .with {
                $0.userID = user
                $0.role = role
                $0.sessionID = session
                $0.purpose = purpose
            }, call)
    }

    func records(_ world: World) async throws -> [String] {
        try await world.database.read(World.call()) {
            try $0.rows(
                "SELECT login || ' ' || (details->>'service') || ' ' || (details->>'purpose') FROM identity.audit WHERE event = 'session.actFor'",
                as: String.self)
        }
    }

    @Test("DESIGN §3 for a sandbox visitor: the rights of the session while it lives, signed for a minute, on record")
    func visitor() async throws {
        try await World.with { world in
            let entered = try await world.enter("district")
            let claims = try #require(entered.session?.claims)
            let token = try await actFor(world, claims.userID, role: claims.role, session: claims.sessionID)
            let verified = try world.verifier.verifyCaller(token.callerToken)
            #expect(verified.permissions == claims.permissions)
            #expect(verified.purpose == "report" && verified.userID == claims.userID && verified.sandbox)
            #expect(verified.expiresAtUs - verified.issuedAtUs <= 60_000_000)
            #expect(try await records(world) == ["\(claims.login) aggregate report"])

            // Another person's session, and one that has ended, give nothing.
            #expect(
                await fault { try await actFor(world, claims.userID + 1, role: claims.role, session: claims.sessionID) }
                    == .forbidden)
            world.clock.advance(.seconds(21 * 60))
            #expect(
                await fault { try await actFor(world, claims.userID, role: claims.role, session: claims.sessionID) }
                    == .forbidden)
            #expect(try await records(world).count == 1)
        }
    }

    @Test("DESIGN §3 for an account: what its grants of the role give now, not what they gave when it was asked for")
    func account() async throws {
        try await World.with { world in
            func run(_ sql: SQL) async throws {
                try await world.database.transaction(World.call()) { _ = try $0.run(sql) }
            }
            try await run("INSERT INTO identity.account (id, login, verifier) VALUES (50, 'lea@x.org', '-')")
            try await run(
                """
                INSERT INTO identity.granted (account_id, role, level, natural_id)
                VALUES (50, 'SandboxDistrictAdmin', 'DISTRICT', '88800120000000'), (50, 'SandboxStateAdmin', 'STATE', 'CA')
                """)
            let token = try await actFor(world, 50, role: "SandboxDistrictAdmin")
            let claims = try world.verifier.verifyCaller(token.callerToken)
            #expect(claims.scope(of: .customAggregateRead)?.districtIDs == [2])
            // The other role of the same person counts for nothing.
            #expect(claims.scope(of: .customAggregateRead)?.statewide == false)

            try await run("DELETE FROM identity.granted WHERE role = 'SandboxDistrictAdmin'")
            #expect(await fault { try await actFor(world, 50, role: "SandboxDistrictAdmin") } == .forbidden)
            try await run("UPDATE identity.account SET status = 'disabled'")
            #expect(await fault { try await actFor(world, 50, role: "SandboxStateAdmin") } == .forbidden)
            #expect(await fault { try await actFor(world, 51, role: "SandboxStateAdmin") } == .forbidden)
        }
    }

    @Test("only services that work in the background may ask, and with a purpose")
    func callers() async throws {
        #expect(IdentityMethods.actFor.callers == ["results", "aggregate", "group"])
        try await World.with { world in
            #expect(await fault { try await actFor(world, 1, role: "x", purpose: "") } == .malformed)
        }
    }
}
