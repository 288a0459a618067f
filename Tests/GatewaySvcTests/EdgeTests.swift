import Contracts
import Testing

@testable import GatewaySvc

@Suite struct EdgeTests {
    /// Method, path, headers, status: what is refused, and how.
    @Test func refusals() async throws {
        try await RunningGateway.with { running in
            running.signIn(["INDIVIDUAL_PII_READ"])
            let cookie = ["Cookie": RunningGateway.cookie]
            let table: [(String, String, [String: String], Int)] = [
                ("GET", "/nothing/here.txt", [:], 404), ("GET", "/api/v1/none", cookie, 404),
                ("GET", "/api/v1/schools/", cookie, 404),
                ("POST", "/api/v1/schools", cookie, 405), ("DELETE", "/api/openapi.json", [:], 405),
                ("TRACE", "/livez", [:], 405),
                ("OPTIONS", "/api/v1/session", [:], 405), ("PUT", "/", [:], 405),
                ("GET", "/api/v1/session", [:], 401), ("GET", "/api/v1/session", ["Cookie": "ers=AAAA"], 401),
                ("GET", "/api/v1/schools", ["Cookie": "ers=AAAAAAAAAAAAAAAAAAAAAAAAAAAA"], 401),
                ("GET", "/api/v1/schools", ["Authorization": "Bearer client"], 401),
                ("GET", "/api/v1/embargo?year=2026", cookie, 403),
                ("GET", "/api/v1/schools?limit=0", cookie, 400), ("GET", "/api/v1/schools?limit=1001", cookie, 400),
                ("GET", "/api/v1/schools?limit=-1", cookie, 400), ("GET", "/api/v1/schools?limit=1e3", cookie, 400),
                ("GET", "/api/v1/schools?limit=NaN", cookie, 400), ("GET", "/api/v1/schools?limit=%D9%A1", cookie, 400),
                ("GET", "/api/v1/schools?limit=99999999999999999999999", cookie, 400),
                ("GET", "/api/v1/schools?limit=", cookie, 400),
                ("GET", "/api/v1/schools?limit=1&limit=2", cookie, 400),
                ("GET", "/api/v1/schools?other=1", cookie, 400),
                ("GET", "/api/v1/schools?search=%00", cookie, 400), ("GET", "/api/v1/schools?search=%ff", cookie, 400),
                ("GET", "/api/v1/schools?search=" + String(repeating: "a", count: 101), cookie, 400),
                ("GET", "/api/v1/schools/0/grades", cookie, 400), ("GET", "/api/v1/schools/-5/grades", cookie, 400),
                ("GET", "/api/v1/schools/9223372036854775808/grades", cookie, 400),
                ("GET", "/api/v1/schools/x/grades", cookie, 400),
                ("GET", "/api/v1/schools/5/results?grade=03", cookie, 400),
                ("GET", "/api/v1/schools/5/results?grade=03&year=1999", cookie, 400),
                ("GET", "/api/v1/schools/5/results?grade=%27--&year=2026", cookie, 400),
                ("GET", "/api/v1/schools/5/results?grade=03&year=2026&pageToken=a", cookie, 400),
                ("GET", "/api/v1/schools/5/results?grade=03&year=2026&assessment=1&pageToken=%3C%3E", cookie, 400),
                (
                    "GET",
                    "/api/v1/schools/5/results?grade=03&year=2026" + String(repeating: "&assessment=1", count: 31),
                    cookie,
                    400
                ),
                ("GET", "/api/v1/schools/5/results?grade=03&year=2026&transfers=maybe", cookie, 400),
                ("GET", "/%", [:], 400), ("GET", "//", cookie, 404), ("GET", "/assets/zz/app.js", [:], 404),
                ("GET", "/assets/../../etc/passwd", [:], 404), ("GET", "/assets/%2e%2e%2fetc/x", [:], 404),
            ]
            for (method, path, headers, status) in table {
                let reply = try await running.client.send(method, path, headers)
                #expect(reply.status == status, "\(method) \(path.prefix(80)): \(reply.text)")
                #expect(reply.header("X-Request-Id")?.utf8.count == 32)
                #expect(reply.header("Content-Security-Policy") == SecurityHeaders.contentSecurityPolicy)
                if status != 405 || method != "HEAD" {
                    #expect(reply.header("Content-Type") == "application/problem+json", "\(path)")
                    #expect(try reply.json["status"] == .integer(Int64(status)))
                }
            }
        }
    }

    @Test(
        "Bytes that are no decent HTTP",
        arguments: [
            "GET /livez HTTP/1.1\r\n\r\n", "GET http:// HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http://a:99999999999999999999/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET foo://x?y HTTP/1.1\r\nHost: a\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /\u{00ff} HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n", "GET", "\u{0}\u{1}\u{2}\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            "POST /api/v1/students/search HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "POST /oauth2/token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /livez HTTP/1.1\r\nHost: \u{7}\r\n\r\n",
            "GET /livez HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "y", count: 200_000) + "\r\n\r\n",
            "GET /livez HTTP/1.1\r\nHost: a\r\n" + String(repeating: "A: b\r\n", count: 2000) + "\r\n",
            "GET /livez HTTP/1.1\r\nHost: a\r\nCookie: " + String(repeating: "ers=;", count: 1000) + "\r\n\r\n",
            "FOO /livez HTTP/1.1\r\nHost: a\r\n\r\n", "G\u{0}T / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\n: x\r\n\r\n",
            "GET / HTTP/1.1\r\nA\u{0}b: x\r\n\r\n",
        ])
    func wildBytes(text: String) async throws {
        try await RunningGateway.with({ $0.idleTimeout = .seconds(1) }) { running in
            let answer = try await running.client.raw(Array(text.utf8))
            if !answer.isEmpty { #expect(answer.starts(with: "HTTP/1.1 ".utf8)) }
            #expect(try await running.client.send("GET", "/livez").status == 200)
        }
    }

    @Test("Random bytes never end the process", arguments: 0..<20)
    func randomBytes(seed: UInt64) async throws {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6364136223846793005 &+ 1442695040888963407
            return Int(state >> 33) % bound
        }
        let start = Array(
            "GET /api/v1/schools?search=a HTTP/1.1\r\nHost: a\r\nCookie: \(RunningGateway.cookie)\r\nAccept-Encoding: gzip;q=0.5\r\n\r\n"
                .utf8)
        var requests: [[UInt8]] = []
        for _ in 0..<20 {
            var bytes = start
            for _ in 0..<(1 + next(5)) { bytes[next(bytes.count)] = UInt8(next(256)) }
            requests.append(bytes)
        }
        try await RunningGateway.with({ $0.idleTimeout = .milliseconds(300) }) { running in
            running.signIn()
            for request in requests { _ = try await running.client.raw(request) }
            #expect(try await running.client.send("GET", "/livez").status == 200)
        }
    }

    @Test func methodsAreListed() async throws {
        try await RunningGateway.with { running in
            #expect(try await running.client.send("PUT", "/api/v1/session").header("Allow") == "DELETE, GET, HEAD")
            let head = try await running.client.send("HEAD", "/livez")
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.header("Content-Length") == "13")
        }
    }

    @Test func forgedRequestsAreRefused() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let path = "/api/v1/students/search"
            let json = #"{"ssid":"1234567890"}"#
            for (headers, status) in [
                (["X-CSRF": "wrong"], 403), (["X-CSRF": ""], 403), (["Sec-Fetch-Site": "cross-site"], 403),
                (["Sec-Fetch-Site": "same-site"], 403), (["Sec-Fetch-Site": "same-origin"], 200),
                (["Sec-Fetch-Site": "none"], 200),
                ([:], 200), (["X-CSRF": SessionCookie.csrfToken(of: [1])], 403),
            ] as [([String: String], Int)] {
                #expect(try await running.change("POST", path, json: json, headers).status == status, "\(headers)")
            }
            let bare = try await running.client.send(
                "POST", path, ["Cookie": RunningGateway.cookie, "Content-Type": "application/json"],
                body: Array(json.utf8))
            #expect(bare.status == 403)
            let entry = try await running.client.send(
                "POST", "/api/v1/sandbox/sessions",
                ["Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"],
                body: Array(#"{"entry":"district"}"#.utf8))
            #expect(entry.status == 403)
        }
    }

    @Test(
        "Bodies that are refused",
        arguments: [
            ("", 400), ("[]", 400), ("null", 400), ("{}", 400), (#"{"ssid":1}"#, 400), (#"{"ssid":""}"#, 400),
            (#"{"ssid":"a","x":1}"#, 400),
            (#"{"ssid":"a","ssid":"b"}"#, 400), (#"{"ssid":"a\u0000"}"#, 400), (#"{"ssid":"\u0001"}"#, 400),
            (#"{"ssid":""# + String(repeating: "9", count: 66) + #""}"#, 400),
            (String(repeating: "[", count: 10_000), 400),
            (#"{"ssid":""# + String(repeating: "9", count: 20_000) + #""}"#, 413), (#"{"ssid":"nobody"}"#, 404),
            (#"{"ssid":" 1234567890 "}"#, 200),
        ])
    func bodies(json: String, status: Int) async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let reply = try await running.change("POST", "/api/v1/students/search", json: json)
            #expect(reply.status == status, "\(reply.text)")
            if status == 404 {
                #expect(try reply.json["detail"] == .string("Student does not exist or has no available test results."))
            }
        }
    }

    @Test func contentTypesAreChecked() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            for type in ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"] {
                let reply = try await running.change(
                    "POST", "/api/v1/students/search", json: "{}", ["Content-Type": type])
                #expect(reply.status == 415, "\(type)")
            }
            let charset = try await running.change(
                "POST", "/api/v1/students/search", json: #"{"ssid":"1234567890"}"#,
                ["Content-Type": "application/json; charset=utf-8"])
            #expect(charset.status == 200)
        }
    }

    @Test func faultsOfNeighboursBecomeProblems() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            for (code, status) in [
                (Fault.Code.unavailable, 503), (.deadlinePassed, 504), (.notFound, 404), (.internalError, 500),
                (.tooMany, 429),
            ] {
                running.neighbours.fail("listGrades", Fault(code, "words"))
                let reply = try await running.get("/api/v1/schools/5/grades")
                #expect(reply.status == status)
                #expect((reply.header("Retry-After") != nil) == [429, 503].contains(status))
                #expect(try reply.json["requestId"] == .string(reply.header("X-Request-Id") ?? ""))
            }
        }
    }

    @Test func theCallCarriesPersonDeadlineAndTrace() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            #expect(try await running.get("/api/v1/schools/5/grades", ["traceparent": trace]).status == 200)
            let call = try #require(running.neighbours.asked("listGrades").first)
            #expect(call.caller?.userID == 7)
            #expect(call.callerToken == [1, 2, 3])
            #expect(call.traceparent == trace)
            #expect(call.remaining > .zero && call.remaining <= .seconds(10))
        }
    }

    @Test func securityHeadersStandOnEverything() async throws {
        try await RunningGateway.with({ $0.secureCookies = true }) { running in
            for path in ["/", "/livez", "/assets/\(running.gateway.edge.web.hash)/app.js", "/none.x"] {
                let reply = try await running.client.send("GET", path)
                #expect(reply.header("X-Content-Type-Options") == "nosniff")
                #expect(reply.header("X-Frame-Options") == "DENY")
                #expect(reply.header("Strict-Transport-Security") != nil)
                #expect(reply.header("Referrer-Policy") == "no-referrer")
                #expect(reply.header("Content-Security-Policy")?.contains("unsafe") == false)
                #expect(reply.header("Cache-Control") != nil)
            }
        }
    }

    @Test func requestsAreCountedByPattern() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            _ = try await running.get("/api/v1/schools/5/grades")
            _ = try await running.get("/api/v1/schools/5/grades?x=SSID12345")
            let text = running.metrics.render()
            #expect(text.contains(#"route="/api/v1/schools/{schoolID}/grades",status="2xx"} 1"#))
            #expect(text.contains(#"route="/api/v1/schools/{schoolID}/grades",status="4xx"} 1"#))
            #expect(!text.contains("SSID12345"))
        }
    }
}
