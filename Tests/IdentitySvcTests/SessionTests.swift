import Access
import Contracts
import Postgres
import Support
import Testing

@testable import IdentitySvc

@Suite struct SessionTests {
    static func resume(_ world: World, _ secret: [UInt8], touch: Bool = true) async throws -> SessionView {
        try await ResumeSession(sessions: world.sessions)(
            .with {
                $0.sessionSecret = secret
                $0.touch = touch
            }, World.call())
    }

    static func end(_ world: World, _ secret: [UInt8], _ reason: String = "") async throws {
        _ = try await EndSession(database: world.database, sessions: world.sessions, trail: world.trail)(
            .with {
                $0.sessionSecret = secret
                $0.reason = reason
            }, World.call())
    }

    @Test("an unknown, empty or shortened secret is nobody")
    func unknown() async throws {
        try await World.with { world in
            let secret = try await world.enter("state").sessionSecret
            for wrong in [[], [0], Array(secret.dropLast()), secret + [0], secret.map { $0 ^ 1 }] {
                #expect(await fault { try await Self.resume(world, wrong) } == .unauthenticated)
            }
        }
    }

    @Test("only the hash of the secret is stored")
    func onlyTheHash() async throws {
        try await World.with { world in
            let secret = try await world.enter("state").sessionSecret
            let stored = try await world.database.read(World.call()) {
                try $0.row("SELECT hash, claims, login FROM identity.session", as: ([UInt8], [UInt8], String).self)
            }
            let (hash, claims, _) = try #require(stored)
            #expect(hash == Secret.hash(of: secret) && hash != secret)
            #expect(!claims.indices.contains { claims[$0...].starts(with: secret) })
        }
    }

    @Test("F343 T111: idle for twenty minutes, and it is over; a touch begins the time anew")
    func idle() async throws {
        try await World.with { world in
            let entered = try await world.enter("state")
            #expect(entered.session?.idleSeconds == 1200 && entered.session?.idleSecondsLeft == 1200)
            world.clock.advance(.seconds(1199))
            let touched = try await Self.resume(world, entered.sessionSecret)
            #expect(touched.idleSecondsLeft == 1200)
            #expect(touched.claims?.userID == entered.session?.claims?.userID)
            world.clock.advance(.seconds(1199))
            #expect(try await Self.resume(world, entered.sessionSecret, touch: false).idleSecondsLeft == 1)
            world.clock.advance(.seconds(1))
            #expect(await fault { try await Self.resume(world, entered.sessionSecret) } == .unauthenticated)
            #expect(
                await fault { try await Self.resume(world, entered.sessionSecret, touch: false) } == .unauthenticated)
        }
    }

    @Test("however often it is used, a session ends after twelve hours")
    func absolute() async throws {
        try await World.with { world in
            let secret = try await world.enter("state").sessionSecret
            for _ in 0..<47 {
                world.clock.advance(.seconds(15 * 60))
                _ = try await Self.resume(world, secret)
            }
            world.clock.advance(.seconds(15 * 60 - 1))
            let last = try await Self.resume(world, secret)
            #expect(last.idleSecondsLeft == 1)
            let claims = try #require(last.claims)
            #expect(claims.expiresAtUs - claims.issuedAtUs == 1_000_000, "no token outlives its session")
            world.clock.advance(.seconds(1))
            #expect(await fault { try await Self.resume(world, secret) } == .unauthenticated)
        }
    }

    @Test("a caller token lives sixty seconds and not longer")
    func callerToken() async throws {
        try await World.with { world in
            let secret = try await world.enter("state").sessionSecret
            let token = try await Self.resume(world, secret).callerToken
            #expect(throws: Never.self) { try world.verifier.verifyCaller(token) }
            world.clock.advance(.seconds(61))
            #expect(await fault { try world.verifier.verifyCaller(token) } == .unauthenticated)
            let next = try await Self.resume(world, secret).callerToken
            #expect(try world.verifier.verifyCaller(next).sessionID == Secret.hash(of: secret))
        }
    }

    @Test("F342 T109: an ended session is nobody, and the feed says so once")
    func end() async throws {
        try await World.with { world in
            let entered = try await world.enter("district")
            let other = try await world.enter("district")
            try await Self.end(world, entered.sessionSecret)
            try await Self.end(world, entered.sessionSecret)
            try await Self.end(world, [1, 2, 3])
            #expect(await fault { try await Self.resume(world, entered.sessionSecret) } == .unauthenticated)
            #expect(world.announced.count == 1)
            let ends = try await world.database.read(World.call()) {
                try $0.rows(
                    "SELECT session_id, user_id, sandbox, login FROM identity.session_end",
                    as: ([UInt8], Int64, Bool, String).self)
            }
            #expect(ends.count == 1)
            #expect(ends.first?.0 == entered.session?.claims?.sessionID && ends.first?.2 == true)
            #expect(ends.first?.1 == entered.session?.claims?.userID)
            _ = try await Self.resume(world, other.sessionSecret)
        }
    }

    @Test("a reason that nobody knows is refused and ends nothing")
    func unknownReason() async throws {
        try await World.with { world in
            let secret = try await world.enter("state").sessionSecret
            #expect(await fault { try await Self.end(world, secret, "because; DROP") } == .malformed)
            _ = try await Self.resume(world, secret)
        }
    }

    @Test("T109, trap 51: what timed out is swept and told to the copies, and nothing else")
    func sweep() async throws {
        try await World.with { world in
            let old = try await world.enter("state")
            world.clock.advance(.seconds(600))
            let young = try await world.enter("state")
            // The idle time, and the half hour in which a visitor may come back.
            world.clock.advance(.seconds(600 + 30 * 60))
            let sweep = Sweep(
                database: world.database, sessions: world.sessions, clocks: world.clock.clocks, log: .quiet)
            try await sweep.once()
            try await sweep.once()
            #expect(try await world.ended() == [try #require(old.session?.claims?.userID)])
            world.clock.advance(.seconds(600))
            try await sweep.once()
            #expect(try await world.ended().last == young.session?.claims?.userID)
        }
    }

    @Test("outside the sandbox nobody comes back: a session that timed out is swept at once")
    func sweepAtOnce() async throws {
        try await World.with { world in
            _ = try await world.database.transaction(World.call()) { session in
                try world.sessions.begin(
                    Sessions.Beginning(
                        claims: .with {
                            $0.userID = 5
                            $0.login = "lea@x.org"
                        }, displayName: "LEA CAASPP Coordinator", organizationName: "Demo District"), session)
            }
            world.clock.advance(.seconds(20 * 60))
            try await Sweep(
                database: world.database, sessions: world.sessions, clocks: world.clock.clocks, log: .quiet
            ).once()
            #expect(try await world.ended() == [5])
        }
    }

    @Test("changes are numbered one after another, without a gap and without a number twice")
    func numbers() async throws {
        try await World.with { world in
            var secrets: [[UInt8]] = []
            for _ in 0..<6 { secrets.append(try await world.enter("state").sessionSecret) }
            try await Self.end(world, secrets[0])
            world.clock.advance(.seconds(3600))
            #expect(try await world.sessions.endExpired(World.call()) == 5)
            let changes = try await world.database.read(World.call()) {
                try $0.rows("SELECT change FROM identity.session_end ORDER BY change", as: Int64.self)
            }
            #expect(changes == Array(8...13))
        }
    }
}
