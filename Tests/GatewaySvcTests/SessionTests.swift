import Contracts
import Testing

@testable import GatewaySvc

@Suite struct SessionTests {
    @Test func enteringTheSandbox() async throws {
        try await RunningGateway.with { running in
            let reply = try await running.client.send(
                "POST", "/api/v1/sandbox/sessions", ["Content-Type": "application/json"],
                body: Array(#"{"entry":"district"}"#.utf8))
            #expect(reply.status == 201)
            let cookie = try #require(reply.header("Set-Cookie"))
            #expect(cookie.hasPrefix("ers=") && cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Lax"))
            #expect(try reply.json["stateName"] == .string("California"))
            #expect(try reply.json["schoolYears"] == .array([.integer(2026), .integer(2025)]))

            let pair = String(cookie.prefix { $0 != ";" })
            let session = try await running.client.send("GET", "/api/v1/session", ["Cookie": pair])
            #expect(session.status == 200)
            #expect(try session.json["csrf"] == reply.json["csrf"])
            #expect(session.header("Cache-Control") == "no-store")
            #expect(session.header("Content-Encoding") == nil)

            let unknown = try await running.client.send(
                "POST", "/api/v1/sandbox/sessions", ["Content-Type": "application/json"],
                body: Array(#"{"entry":"x"}"#.utf8))
            #expect(unknown.status == 400)
            #expect(unknown.header("Set-Cookie") == nil)
        }
    }

    @Test func productionHasNoSandbox() async throws {
        try await RunningGateway.with({
            $0.mode = .production; $0.secureCookies = true
        }) { running in
            let reply = try await running.client.send(
                "POST", "/api/v1/sandbox/sessions", ["Content-Type": "application/json"],
                body: Array(#"{"entry":"district"}"#.utf8))
            #expect(reply.status == 404)
            let context = try await running.client.send("GET", "/api/v1/context").json
            #expect(context["mode"] == .string("production"))
            #expect(context["sandboxEntries"] == .array([]))
            #expect(running.neighbours.asked("enterSandbox").isEmpty)
            // The cookie of a development set-up is worth nothing here.
            running.signIn()
            #expect(try await running.get("/api/v1/session").status == 401)
            let secure = "__Host-ers=\(Base64URL.encode(RunningGateway.secret))"
            #expect(try await running.client.send("GET", "/api/v1/session", ["Cookie": secure]).status == 200)
        }
    }

    @Test func askingAboutTheSessionIsNoUse() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            _ = try await running.get("/api/v1/session")
            #expect(running.neighbours.state.withLock { $0.touched } == 0)
            _ = try await running.get("/api/v1/schools/5/grades")
            #expect(running.neighbours.state.withLock { $0.touched } == 1)
            // Within five seconds the token that is kept serves.
            _ = try await running.get("/api/v1/schools/5/grades")
            #expect(running.neighbours.state.withLock { $0.touched } == 1)
            running.clock.advance(.seconds(6))
            _ = try await running.get("/api/v1/schools/5/grades")
            #expect(running.neighbours.state.withLock { $0.touched } == 2)
            running.clock.advance(.seconds(20))
            #expect(try await running.get("/api/v1/session").json["idleSecondsLeft"] == .integer(1180))
            let reply = try await running.change("POST", "/api/v1/session/keep-alive", json: "")
            #expect(reply.status == 200)
            #expect(try reply.json["idleSecondsLeft"] == .integer(1200))
            #expect(running.neighbours.state.withLock { $0.touched } == 3)
        }
    }

    @Test func identityUnreachable() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            #expect(try await running.get("/api/v1/schools/5/grades").status == 200)
            running.neighbours.fail("resumeSession", Fault(.unavailable, "down"))
            running.clock.advance(.seconds(50))
            #expect(try await running.get("/api/v1/schools/5/grades").status == 200)
            running.clock.advance(.seconds(9))
            let late = try await running.get("/api/v1/schools/5/grades")
            #expect(late.status == 503)
            #expect(late.header("Set-Cookie") == nil)
            running.neighbours.fail("resumeSession", nil)
            #expect(try await running.get("/api/v1/schools/5/grades").status == 200)
        }
    }

    /// Other processes would take what is kept for ended or for made in the future, and refuse it.
    @Test(
        "What is kept of sessions and bearers is not used after the clock was set",
        arguments: [3 * 3600, -3 * 3600, -20])
    func theClockIsSet(seconds: Int64) async throws {
        try await RunningGateway.with { running in
            running.signIn()
            running.letClientIn()
            func ask() async throws {
                #expect(try await running.get("/api/v1/session").status == 200)
                #expect(try await running.client.send("GET", "/imports/user", RunningGateway.bearer).status == 200)
            }
            try await ask()
            running.clock.setWall(microseconds: running.clock.clocks.wallMicroseconds() + seconds * 1_000_000)
            func asked() -> Int {
                running.neighbours.state.withLock { $0.asked.count { $0.method.hasPrefix("resume") } }
            }
            let before = asked()
            try await ask()
            try await ask()
            // Clocks of two machines may differ by half a minute.
            #expect(asked() - before == (abs(seconds) > 30 ? 2 : 0))
        }
    }

    @Test func aSessionThatEndedElsewhereIsDroppedByTheFeed() async throws {
        try await RunningGateway.with({ $0.mode = .production }) { running in
            running.signIn()
            #expect(try await running.get("/api/v1/schools/5/grades").status == 200)
            running.neighbours.state.withLock {
                $0.sessions = [:]
                $0.ended = [
                    .with {
                        $0.change = 1; $0.sessionID = Array(RunningGateway.secret.reversed()); $0.userID = 7
                    }
                ]
            }
            // The token that is kept would still serve.
            #expect(try await running.get("/api/v1/schools/5/grades").status == 200)
            try await running.gateway.sessionFeed.pull(.starting(budget: .seconds(60)))
            let after = try await running.get("/api/v1/schools/5/grades")
            #expect(after.status == 401)
            #expect(after.header("Set-Cookie")?.contains("Max-Age=0") == true)
        }
    }

    @Test("T111, access §3.3: the cookie of a sandbox session that timed out says who goes on, if it is asked for")
    func goingOn() async throws {
        try await RunningGateway.with { running in
            // Nobody knows its session any more.
            let timedOut = try await running.get("/api/v1/session")
            #expect(timedOut.status == 401 && timedOut.header("Set-Cookie") == nil)
            for (body, expected) in [
                (#"{"entry":"district"}"#, []), (#"{"entry":"district","goOn":false}"#, []),
                (#"{"entry":"district","goOn":true}"#, RunningGateway.secret),
            ] {
                let entered = try await running.change("POST", "/api/v1/sandbox/sessions", json: body)
                #expect(entered.status == 201)
                #expect(running.neighbours.state.withLock { $0.previousSecret } == expected)
            }
            let refused = try await running.change(
                "POST", "/api/v1/sandbox/sessions", json: #"{"entry":"district","goOn":1}"#)
            #expect(refused.status == 400)
        }
    }

    @Test func grantsThatEndedDropAllSessionsOfTheUser() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            #expect(try await running.get("/api/v1/schools/5/grades").status == 200)
            running.signIn(["GROUP_PII_READ"])
            running.neighbours.state.withLock {
                $0.ended = [
                    .with {
                        $0.change = 9; $0.userID = 7
                    }
                ]
            }
            try await running.gateway.sessionFeed.pull(.starting(budget: .seconds(60)))
            #expect(try await running.get("/api/v1/schools/5/grades").status == 403)
        }
    }

    @Test func signingOut() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let reply = try await running.change("DELETE", "/api/v1/session", json: "")
            #expect(reply.status == 204)
            #expect(reply.header("Set-Cookie") == "ers=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
            #expect(try await running.get("/api/v1/session").status == 401)
        }
    }

    @Test func onlyPermissionsOfTheTableOpen() async throws {
        try await RunningGateway.with { running in
            let all = running.gateway.table.routes.filter { $0.method == .get && $0.admission.usesSession }
            running.signIn([])
            for route in all {
                guard case .anyOf = route.admission else { continue }
                let path = route.path.replacing("{schoolID}", with: "5").replacing("{studentID}", with: "99")
                let reply = try await running.get(path)
                #expect(reply.status == 403, "\(path)")
            }
        }
    }

    @Test func searchIsLimitedMoreStrictly() async throws {
        try await RunningGateway.with({ $0.studentSearchRate = 3 }) { running in
            running.signIn()
            var statuses: [Int] = []
            for _ in 0..<5 {
                let reply = try await running.change("POST", "/api/v1/students/search", json: #"{"ssid":"1234567890"}"#)
                statuses.append(reply.status)
                if reply.status == 429 { #expect(reply.header("Retry-After") != nil) }
            }
            #expect(statuses == [200, 200, 200, 429, 429])
            #expect(try await running.get("/api/v1/schools/5/grades").status == 200)
            running.clock.advance(.seconds(20))
            let reply = try await running.change("POST", "/api/v1/students/search", json: #"{"ssid":"1234567890"}"#)
            #expect(reply.status == 200)
        }
    }

    @Test func guessingSecretsCostsTheAddress() async throws {
        try await RunningGateway.with({ $0.addressRate = 5 }) { running in
            for index in 0..<5 {
                let cookie = "ers=\(Base64URL.encode(Array(repeating: UInt8(index), count: 32)))"
                let reply = try await running.client.send("GET", "/api/v1/session", ["Cookie": cookie])
                #expect(reply.status == 401)
            }
            let cookie = "ers=\(Base64URL.encode(Array(repeating: 100, count: 32)))"
            let refused = try await running.client.send("GET", "/api/v1/session", ["Cookie": cookie])
            #expect(refused.status == 429)
            running.signIn()
            #expect(try await running.get("/api/v1/session").status == 200)
        }
    }

    @Test func entriesAreLimited() async throws {
        try await RunningGateway.with({
            $0.sandboxEntryRate = 2; $0.tokenRate = 2
        }) { running in
            var statuses: [Int] = []
            for _ in 0..<3 {
                statuses.append(
                    try await running.client.send(
                        "POST", "/api/v1/sandbox/sessions", ["Content-Type": "application/json"],
                        body: Array(#"{"entry":"district"}"#.utf8)
                    ).status)
            }
            #expect(statuses == [201, 201, 429])
            statuses = []
            for _ in 0..<3 {
                statuses.append(
                    try await running.client.send(
                        "POST", "/oauth2/token", ["Content-Type": "application/x-www-form-urlencoded"],
                        body: Array("a=b".utf8)
                    ).status)
            }
            #expect(statuses == [400, 400, 429])
        }
    }
}
