import Access
import Contracts
import Postgres
import Support
import Testing

@testable import IdentitySvc

@Suite struct AccessTokenTests {
    static let client = IdentityConfig.ImportIdentity(
        login: "client:loader", clientID: "loader", secret: "a long client secret",
        roles: ["ASMTDATALOAD", "GROUP_ADMIN"])
    static let user = IdentityConfig.ImportIdentity(
        login: "import@example.org", clientID: nil, secret: "a long user password",
        roles: ["ASMTDATALOAD", "GROUP_ADMIN"])

    static func with(_ body: @Sendable (World) async throws -> Void) async throws {
        try await World.with { world in
            try await world.start(world.config(importing: [client, user]))
            try await body(world)
        }
    }

    static func ask(
        _ grantType: String = "password", client: String = "loader", secret: String = "a long client secret",
        user: String = "import@example.org", password: String = "a long user password", address: String = "192.0.2.1"
    ) -> AccessTokenRequest {
        .with {
            $0.grantType = grantType
            $0.clientID = client
            $0.clientSecret = secret
            $0.username = user
            $0.password = password
            $0.address = address
        }
    }

    static func issue(_ world: World, _ ask: AccessTokenRequest) async throws -> AccessToken {
        try await IssueAccessToken(
            database: world.database, passwords: world.passwords, throttle: world.throttle, tokens: world.tokens,
            trail: world.trail)(ask, World.call())
    }

    static func resume(_ world: World, _ token: String) async throws -> AccessTokenView {
        try await ResumeAccessToken(tokens: world.tokens)(.with { $0.token = token }, World.call())
    }

    @Test("a client is given those of its own scopes that it asks for, and nobody else's; a scope is no permission")
    func scopes() async throws {
        let subscriber = IdentityConfig.ImportIdentity(
            login: "client:subscriber", clientID: "subscriber", secret: "a long events secret", roles: [],
            scopes: IdentityConfig.eventScopes)
        try await World.with { world in
            try await world.start(world.config(importing: [Self.client, Self.user, subscriber]))
            func token(_ client: String, _ secret: String, scope: String, byPassword: Bool = false) async throws
                -> AccessToken
            {
                var ask = Self.ask(byPassword ? "password" : "client_credentials", client: client, secret: secret)
                ask.scope = scope
                return try await Self.issue(world, ask)
            }
            for (scope, granted) in [
                ("", ["embargo.events"]), ("embargo.events", ["embargo.events"]),
                ("other embargo.events", ["embargo.events"]), ("other", []), ("embargo.event", []),
            ] {
                let token = try await token("subscriber", "a long events secret", scope: scope)
                #expect(token.scopes == granted, "\(scope)")
                let view = try await Self.resume(world, token.token)
                #expect(view.scopes == granted && view.claims?.permissions.isEmpty == true, "\(scope)")
            }
            let loader = try await token("loader", "a long client secret", scope: "embargo.events")
            #expect(loader.scopes.isEmpty)
            let user = try await token(
                "subscriber", "a long events secret", scope: "embargo.events", byPassword: true)
            #expect(user.scopes.isEmpty, "a user's token has no scope of the client's own")
        }
    }

    @Test("unknown and wrong answer alike, to the letter")
    func refusals() async throws {
        try await Self.with { world in
            let clients = [
                Self.ask(client: "nobody"), Self.ask(secret: "wrong"), Self.ask(secret: ""),
                Self.ask("client_credentials", secret: "wrong", user: "", password: ""),
                Self.ask("client_credentials", client: "nobody", user: "", password: ""),
                Self.ask(client: "import@example.org", secret: "a long user password"),
            ]
            for (number, ask) in clients.enumerated() {
                var ask = ask
                ask.address = "192.0.2.\(number)"
                await #expect(throws: Fault(.unauthenticated, "invalid_client"), "\(number)") {
                    try await Self.issue(world, ask)
                }
            }
            let users = [
                Self.ask(user: "nobody@example.org"), Self.ask(password: "wrong"), Self.ask(password: ""),
                Self.ask(password: String(repeating: "x", count: 2_000)),
                // The secret of a client is nobody's password.
                Self.ask(user: "client:loader", password: "a long client secret"),
            ]
            for (number, ask) in users.enumerated() {
                var ask = ask
                ask.address = "198.51.100.\(number)"
                await #expect(throws: Fault(.malformed, "invalid_grant"), "\(number)") {
                    try await Self.issue(world, ask)
                }
            }
        }
    }

    @Test(
        "requests that make no sense",
        arguments: [
            (ask("implicit"), "unsupported_grant_type"), (ask(""), "unsupported_grant_type"),
            (ask(client: ""), "invalid_request"), (ask(user: ""), "invalid_request"),
            (ask(user: "  "), "invalid_request"),
            (ask(client: String(repeating: "c", count: 201)), "invalid_request"),
        ])
    func senseless(_ ask: AccessTokenRequest, _ detail: String) async throws {
        try await Self.with { world in
            await #expect(throws: Fault(.malformed, detail)) { try await Self.issue(world, ask) }
        }
    }

    @Test("five failures close the door to this account from this address for fifteen minutes, and to nobody else")
    func throttle() async throws {
        try await Self.with { world in
            for _ in 0..<5 {
                #expect(await fault { try await Self.issue(world, Self.ask(password: "wrong")) } == .malformed)
            }
            #expect(await fault { try await Self.issue(world, Self.ask()) } == .tooMany, "also with the right password")
            _ = try await Self.issue(world, Self.ask(address: "203.0.113.9"))
            _ = try await Self.issue(world, Self.ask("client_credentials", user: ""))
            for _ in 0..<5 {
                #expect(await fault { try await Self.issue(world, Self.ask(user: "nobody@example.org")) } == .malformed)
            }
            #expect(
                await fault { try await Self.issue(world, Self.ask(user: "nobody@example.org")) } == .tooMany,
                "an unknown account is throttled like a known one")
            world.clock.advance(.seconds(15 * 60))
            _ = try await Self.issue(world, Self.ask())
        }
    }

    @Test("a success forgets the failures before it")
    func forgives() async throws {
        try await Self.with { world in
            for _ in 0..<3 {
                for _ in 0..<4 { _ = await fault { try await Self.issue(world, Self.ask(password: "wrong")) } }
                _ = try await Self.issue(world, Self.ask())
            }
        }
    }

    @Test("both grants give DATA_WRITE and GROUP_WRITE at the State, and nothing that a browser session has")
    func rights() async throws {
        try await Self.with { world in
            for ask in [Self.ask(user: " Import@Example.ORG "), Self.ask("client_credentials", user: "", password: "")]
            {
                let token = try await Self.issue(world, ask)
                #expect(token.expiresInSeconds == 3600 && token.token.utf8.count == 43)
                let view = try await Self.resume(world, token.token)
                #expect(view.clientID == "loader" && view.secondsLeft == 3600)
                let claims = try world.verifier.verifyCaller(view.callerToken)
                #expect(claims == view.claims && claims.purpose == "import" && !claims.sandbox)
                #expect(claims.scope(of: .dataWrite)?.statewide == true)
                #expect(claims.scope(of: .groupWrite)?.statewide == true)
                #expect(!claims.has(.individualPIIRead) && !claims.has(.embargoRead))
                #expect(view.grants.map(\.role) == ["ASMTDATALOAD", "GROUP_ADMIN"])
                #expect(
                    view.grants.allSatisfy {
                        $0.level == "STATE" && $0.entityID == "CA" && $0.entityName == "California"
                    })
            }
        }
    }

    @Test("an import token carries only what an import client may use, whatever the account's roles are (access §3.5)")
    func limited() async throws {
        try await Self.with { world in
            try await world.database.transaction(World.call()) { session in
                try session.run(
                    """
                    INSERT INTO identity.granted (account_id, role, level, natural_id)
                    SELECT id, 'LEA CAASPP Coordinator', 'DISTRICT', '88800120000000' FROM identity.account
                     WHERE login = 'import@example.org'
                    """)
                try session.run(
                    "DELETE FROM identity.granted WHERE role = 'GROUP_ADMIN'")
            }
            let view = try await Self.resume(world, try await Self.issue(world, Self.ask()).token)
            let claims = try #require(view.claims)
            #expect(claims.scope(of: .groupWrite) == .with { $0.districtIDs = [2] })
            #expect(!claims.has(.individualPIIRead) && !claims.has(.customAggregateRead))
            #expect(view.grants.contains { $0.entityName == "Demo District" })
        }
    }

    @Test("a token that is unknown, expired, or of somebody disabled is no token")
    func noToken() async throws {
        try await Self.with { world in
            let token = try await Self.issue(world, Self.ask()).token
            for wrong in ["", "x", String(token.dropLast()), token + "A", token.lowercased() + "!"] {
                #expect(await fault { try await Self.resume(world, wrong) } == .unauthenticated)
            }
            try await world.database.transaction(World.call()) {
                try $0.run("UPDATE identity.account SET status = 'disabled' WHERE login = 'import@example.org'")
            }
            #expect(await fault { try await Self.resume(world, token) } == .unauthenticated)
            await #expect(throws: Fault(.malformed, "invalid_grant")) { try await Self.issue(world, Self.ask()) }
            try await world.database.transaction(World.call()) {
                try $0.run("UPDATE identity.account SET status = 'active'")
            }
            #expect(await fault { try await Self.resume(world, token) } == nil)
            world.clock.advance(.seconds(3600))
            #expect(await fault { try await Self.resume(world, token) } == .unauthenticated)
        }
    }

    @Test("a token's text is not stored, and neither are secrets")
    func onlyHashes() async throws {
        try await Self.with { world in
            let token = try await Self.issue(world, Self.ask()).token
            let text = try await world.database.read(World.call()) {
                try $0.row(
                    """
                    SELECT (SELECT string_agg(a::text, ' ') FROM identity.account a)
                        || (SELECT string_agg(c::text, ' ') FROM identity.import_client c)
                        || (SELECT string_agg(t::text, ' ') FROM identity.access_token t)
                    """, as: String.self)
            }
            let stored = try #require(text)
            #expect(stored.contains("$argon2id$v=19$m=19456,t=2,p=1$"))
            for secret in [token, "a long client secret", "a long user password"] { #expect(!stored.contains(secret)) }
        }
    }

    @Test("starting again changes nothing; a changed secret file changes the password and ends the tokens")
    func rotation() async throws {
        try await Self.with { world in
            let token = try await Self.issue(world, Self.ask()).token
            try await world.start(world.config(importing: [Self.client, Self.user]))
            _ = try await Self.resume(world, token)
            var changed = Self.user
            changed.secret = "another long password"
            try await world.start(world.config(importing: [Self.client, changed]))
            #expect(await fault { try await Self.resume(world, token) } == .unauthenticated)
            #expect(await fault { try await Self.issue(world, Self.ask()) } == .malformed)
            _ = try await Self.issue(world, Self.ask(password: "another long password"))
        }
    }
}
