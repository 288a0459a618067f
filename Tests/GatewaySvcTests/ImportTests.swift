import Contracts
import NIOCore
import Testing

@testable import GatewaySvc

@Suite struct ImportTests {
    private func post(
        _ running: RunningGateway, _ path: String, _ body: String, _ headers: [String: String] = [:]
    ) async throws -> HTTPReply {
        let standard = ["Content-Type": "application/xml"].merging(RunningGateway.bearer) { $1 }
        return try await running.client.send("POST", path, standard.merging(headers) { $1 }, body: Array(body.utf8))
    }

    @Test("Who may import (ingest §2.1, §16.11)")
    func authentication() async throws {
        try await RunningGateway.with { running in
            let path = "/exams/imports?status=ACCEPTED"
            let none = try await running.client.send("GET", path)
            #expect(none.status == 401)
            #expect(none.header("WWW-Authenticate") == "Bearer")
            #expect(try await running.client.send("GET", path, RunningGateway.bearer).status == 401)
            running.letClientIn(statewide: false)
            #expect(try await running.client.send("GET", path, RunningGateway.bearer).status == 403)
            running.letClientIn("other", ["GROUP_WRITE"])
            #expect(try await running.client.send("GET", path, ["Authorization": "Bearer other"]).status == 403)
            #expect(
                try await running.client.send("GET", "/imports/user", ["Authorization": "Bearer other"]).status == 200)
            // Every scope but that of groups needs the permission to load data, /students as well (trap 22).
            for scope in ImportOwners.scopes {
                for (method, path) in [
                    ("GET", "/\(scope)/imports?status=0"), ("POST", "/\(scope)/imports"),
                    ("POST", "/\(scope)/imports/resubmit"),
                ] {
                    let token = ["Authorization": "Bearer other", "Content-Type": "text/csv"]
                    #expect(try await running.client.send(method, path).status == 401, "\(method) \(path)")
                    let answered = try await running.client.send(method, path, token, body: [1]).status
                    #expect(scope == "groups" ? answered < 300 : answered == 403, "\(method) \(path)")
                }
            }
            // A session is no bearer token, and the other way round.
            running.signIn(["DATA_WRITE"])
            #expect(try await running.get(path).status == 401)
        }
    }

    @Test func tokensAreKeptAndForgotten() async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            for _ in 0..<5 {
                #expect(try await running.client.send("GET", "/imports/user", RunningGateway.bearer).status == 200)
            }
            #expect(running.neighbours.asked("resumeAccessToken").count == 1)
            running.clock.advance(.seconds(61))
            #expect(try await running.client.send("GET", "/imports/user", RunningGateway.bearer).status == 200)
            #expect(running.neighbours.asked("resumeAccessToken").count == 2)
            for index in 0..<150 {
                running.letClientIn("t\(index)")
                #expect(
                    try await running.client.send("GET", "/imports/user", ["Authorization": "Bearer t\(index)"]).status
                        == 200)
            }
            #expect(running.gateway.bearers.count == 100)
            running.neighbours.state.withLock {
                $0.accessTokens = [:]
                $0.ended = [
                    .with {
                        $0.change = 1; $0.userID = 50
                    }
                ]
            }
            try await running.gateway.sessionFeed.pull(.starting(budget: .seconds(60)))
            #expect(
                try await running.client.send("GET", "/imports/user", ["Authorization": "Bearer t149"]).status == 401)
        }
    }

    @Test func aRawBodyBecomesAnImport() async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            let reply = try await post(running, "/exams/imports?batch=spring&x=1&x=2&filename=a.xml", "<TDSReport/>")
            #expect(reply.status == 202)
            let json = try reply.json
            #expect(json["id"] == .integer(11))
            #expect(json["content"] == .string("EXAM"))
            #expect(json["status"] == .string("ACCEPTED"))
            #expect(json["created"] == .string("2026-01-01T00:00:00.123456Z"))
            #expect(json["message"] == nil)
            let base = "http://reports.test:\(running.client.port)/imports/11"
            #expect(json["_links"]?["self"]?["href"] == .string(base))
            #expect(json["_links"]?["payload"]?["href"] == .string("\(base)/payload"))
            #expect(json["_links"]?["payload-properties"]?["href"] == .string("\(base)/payload/properties"))

            let asked = try #require(running.neighbours.state.withLock { $0.submitted.first })
            #expect(asked.body == Array("<TDSReport/>".utf8))
            #expect(asked.contentType == "application/xml")
            #expect(asked.batch == "spring")
            let properties = Dictionary(uniqueKeysWithValues: asked.properties.map { ($0.name, $0.value) })
            #expect(
                properties == [
                    "batch": "spring", "x": "1", "filename": "a.xml",
                    "tenancy-chain": "|CA|ASMTDATALOAD|STATE|delivery||||CA|California|||||||||",
                ])
        }
    }

    @Test func parametersNeverOverrideWhatTheServiceKnows() async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            let query =
                "username=root&tenancy-chain=%7CCA%7C&Content-Type=text/html&content-length=1&Username=x&filename=evil"
            let form =
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"good.xml\"\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nroot\r\n--b--"
            let reply = try await post(
                running, "/subjects/imports?\(query)", form, ["Content-Type": "multipart/form-data; boundary=b"])
            #expect(reply.status == 202)
            let asked = try #require(running.neighbours.state.withLock { $0.submitted.first })
            #expect(asked.contentType == "text/xml")
            #expect(asked.properties.map(\.name) == ["tenancy-chain", "filename"])
            #expect(asked.properties.last?.value == "good.xml")
            #expect(asked.properties.first?.value.contains("root") == false)
        }
    }

    @Test(
        "Refused payloads say why",
        arguments: [
            ("/exams/imports", "", "application/xml", 400, "empty body"),
            ("/subjects/imports", "<a/>", "application/xml", 400, "subjects are taken from a form only"),
            ("/norms/imports", "", "text/csv", 400, "empty body"),
            ("/exams/imports", "--b--", "multipart/form-data; boundary=b", 400, "missing multipart file"),
            (
                "/exams/imports", "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--b--",
                "multipart/form-data; boundary=b", 400, "missing multipart file"
            ),
            ("/exams/imports", "x", "multipart/form-data", 400, "the form names no usable boundary"),
            (
                "/exams/imports",
                "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=\"c\"; filename=\"c\"\r\n\r\ny\r\n--b--",
                "multipart/form-data; boundary=b", 400, "several multipart files and none called file"
            ),
            (
                "/exams/imports", "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\nx",
                "multipart/form-data; boundary=b", 400, "the form ends before its last boundary"
            ),
            (
                "/exams/imports?batch=" + String(repeating: "b", count: 251), "x", "text/plain", 400,
                "batch: must have 0 to 250 characters"
            ),
        ])
    func refused(path: String, body: String, contentType: String, status: Int, text: String) async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            let reply = try await post(running, path, body, ["Content-Type": contentType])
            #expect(reply.status == status)
            #expect(reply.text == text)
            #expect(running.neighbours.state.withLock { $0.submitted.isEmpty })
        }
    }

    @Test func aBodyWithoutContentTypeIsRefused() async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            let reply = try await running.client.send("POST", "/exams/imports", RunningGateway.bearer, body: [1])
            #expect(reply.status == 400)
            #expect(reply.text == "missing content type")
        }
    }

    @Test("Of several files the one called file, wherever it stands", arguments: [0, 1, 2])
    func severalFiles(place: Int) async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            var names = ["a", "b"]
            names.insert("file", at: place)
            let parts = names.map {
                "--b\r\nContent-Disposition: form-data; name=\"\($0)\"; filename=\"\($0).xml\"\r\n\r\n<\($0)/>\r\n"
            }
            let reply = try await post(
                running, "/packages/imports", parts.joined() + "--b--",
                ["Content-Type": "multipart/form-data; boundary=b"])
            #expect(reply.status == 202)
            let asked = try #require(running.neighbours.state.withLock { $0.submitted.first })
            #expect(asked.body == Array("<file/>".utf8))
            #expect(asked.properties.last?.value == "file.xml")
        }
    }

    @Test(
        "The content decides the owner, and the id remembers it",
        arguments: [
            ("exams", "EXAM", 3), ("packages", "PACKAGE", 3), ("accommodations", "CODES", 3),
            ("organizations", "ORGANIZATION", 1), ("norms", "NORMS", 3), ("students", "STUDENTS", 3),
        ] as [(String, String, Int64)])
    func owners(scope: String, content: String, owner: Int64) async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            let reply = try await post(running, "/\(scope)/imports", "x")
            guard case .integer(let id)? = try reply.json["id"] else { throw Fault(.internalError, reply.text) }
            #expect(id & 7 == owner)
            #expect(try reply.json["content"] == .string(content))
            for path in ["/imports/\(id)", "/imports/\(id)/payload", "/imports/\(id)/payload/properties"] {
                #expect(try await running.client.send("GET", path, RunningGateway.bearer).status == 200, "\(path)")
            }
            #expect(
                try await running.client.send("GET", "/imports/\(id + 1)", RunningGateway.bearer).text
                    == "no such element")
        }
    }

    @Test(
        "Ids that are none",
        arguments: [
            ("0", 400), ("-1", 400), ("x", 400), ("99999999999999999999", 400), ("9223372036854775807", 404),
            ("8", 404), ("1", 404), ("3", 404),
        ])
    func badIDs(id: String, status: Int) async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            let reply = try await running.client.send("GET", "/imports/\(id)", RunningGateway.bearer)
            #expect(reply.status == status)
            if status == 404 { #expect(reply.text == "no such element") }
        }
    }

    @Test func listsNeedAFilterAndLeaveInPages() async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            for path in ["/exams/imports", "/exams/imports?status=", "/exams/imports?foo=1"] {
                let reply = try await running.client.send("GET", path, RunningGateway.bearer)
                #expect(reply.status == 400)
                #expect(reply.text == "at least one query parameter must be specified")
            }
            #expect(try await running.client.send("GET", "/exams/imports?limit=5", RunningGateway.bearer).text == "[]")
            for index in 0..<25 { _ = try await post(running, "/exams/imports", "\(index)") }
            running.neighbours.state.withLock {
                $0.pageSize = 10; $0.filters = []
            }
            let reply = try await running.client.send(
                "GET", "/exams/imports?status=accepted&after=-PT1H&content=PACKAGE&zzz=1", RunningGateway.bearer)
            guard case .array(let items) = try reply.json else { throw Fault(.internalError, reply.text) }
            #expect(items.count == 25)
            #expect(items.compactMap { $0["id"] } == (1...25).map { .integer(Int64($0) << 3 | 3) })
            let filters = running.neighbours.state.withLock { $0.filters }
            #expect(filters.map(\.content) == ["EXAM", "EXAM", "EXAM"])
            #expect(filters.map(\.pageAfterID) == [0, 83, 163])
            #expect(filters.allSatisfy { $0.status == "accepted" && $0.after == "-PT1H" })
        }
    }

    @Test("Results that arrive together travel together, and each has its own answer (ingest-speed §6)")
    func resultsTravelTogether() async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            let replies = try await withThrowingTaskGroup(of: HTTPReply.self) { group in
                for index in 0..<80 { group.addTask { try await post(running, "/exams/imports", "result \(index)") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.allSatisfy { $0.status == 202 })
            let ids = try replies.compactMap { reply -> Int64? in
                if case .integer(let id)? = try reply.json["id"] { id } else { nil }
            }
            #expect(Set(ids).count == 80)
            let (groups, bodies) = running.neighbours.state.withLock { state in
                (state.groups, Set(state.submitted.map { String(decoding: $0.body, as: UTF8.self) }))
            }
            #expect(groups.reduce(0, +) == 80 && groups.allSatisfy { (1...64).contains($0) })
            #expect(bodies == Set((0..<80).map { "result \($0)" }))

            // What one is refused for, and what all are.
            running.neighbours.fail("submitImport", Fault(.tooMany, "later", retryAfterMilliseconds: 2_000))
            let refused = try await post(running, "/exams/imports", "one more")
            #expect(refused.status == 429 && refused.text == "later" && refused.header("Retry-After") == "2")
            running.neighbours.fail("submitImport", nil)
            running.neighbours.fail("submitImports", Fault(.unavailable, "away"))
            #expect(try await post(running, "/exams/imports", "one more").status == 503)
        }
    }

    @Test("A limit is that of the whole list, not of each page")
    func aLimitEndsTheList() async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            for index in 0..<25 { _ = try await post(running, "/exams/imports", "\(index)") }
            running.neighbours.state.withLock { $0.pageSize = 10 }
            let reply = try await running.client.send("GET", "/exams/imports?limit=13", RunningGateway.bearer)
            guard case .array(let items) = try reply.json else { throw Fault(.internalError, reply.text) }
            #expect(items.count == 13)
            #expect(running.neighbours.state.withLock { $0.filters.map(\.limit) } == ["13", "3"])
        }
    }

    @Test func resubmitAnswersABareNumber() async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            let reply = try await running.client.send(
                "POST", "/exams/imports/resubmit?status=-5&limit=7", RunningGateway.bearer)
            #expect(reply.status == 200)
            #expect(reply.text == "42")
            let filter = try #require(running.neighbours.state.withLock { $0.filters.first })
            #expect((filter.content, filter.status, filter.limit) == ("EXAM", "-5", "7"))
        }
    }

    @Test("The files of a zip, each with its import or its problem (DESIGN §6)")
    func filesOfAZip() async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            running.neighbours.state.withLock { $0.pageSize = 2 }
            _ = try await post(running, "/exams/imports", "a.xml\n!b.xml\nc.xml\n!d.xml\ne.xml")
            let reply = try await running.client.send("GET", "/imports/11/files", RunningGateway.bearer)
            #expect(reply.status == 200)
            guard case .array(let files) = try reply.json else { throw Fault(.internalError, reply.text) }
            #expect(
                files.compactMap { $0["name"] } == ["a.xml", "!b.xml", "c.xml", "!d.xml", "e.xml"].map { .string($0) })
            #expect(files.map { $0["import"]?["id"] == .integer(11) } == [true, false, true, false, true])
            #expect(files.map { $0["problem"] != nil } == [false, true, false, true, false])
            #expect(files.compactMap { $0["knownBefore"] } == [false, true, true, true, true].map { .bool($0) })
            #expect(running.neighbours.asked("listZipFiles").count == 3)
            #expect(try await running.client.send("GET", "/imports/19/files", RunningGateway.bearer).status == 404)
            #expect(try await running.client.send("GET", "/imports/11/files").status == 401)
        }
    }

    @Test func payloadsComeBackAsAttachments() async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            let body = String(repeating: "0123456789", count: 350)
            _ = try await post(running, "/exams/imports?filename=r%C3%A9sum%C3%A9%20%22x%22%25.xml", body)
            let reply = try await running.client.send("GET", "/imports/11/payload", RunningGateway.bearer)
            #expect(reply.status == 200)
            #expect(reply.text == body)
            #expect(reply.header("Content-Type") == "application/xml")
            #expect(
                reply.header("Content-Disposition")
                    == "attachment; filename=\"r_sum_ _x__.xml\"; filename*=UTF-8''r%C3%A9sum%C3%A9%20%22x%22%25.xml")
            _ = try await post(running, "/exams/imports", "x", ["Content-Type": "text/plain"])
            let bare = try await running.client.send("GET", "/imports/19/payload", RunningGateway.bearer)
            #expect(bare.header("Content-Disposition")?.hasPrefix("attachment; filename=\"19.xml\"") == true)
        }
    }

    @Test(
        "Large bodies leave in parts of 1 MiB; exactly 1 MiB travels with the request",
        arguments: [
            (1 << 20, 0), ((1 << 20) + 1, 2), (3 << 20, 3), ((3 << 20) + 7, 4),
        ])
    func largeBodies(size: Int, parts: Int) async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 11) }
            let headers = ["Content-Type": "text/csv"].merging(RunningGateway.bearer) { $1 }
            let reply = try await running.client.send("POST", "/packages/imports", headers, body: body)
            #expect(reply.status == 202, "\(reply.text)")
            let state = running.neighbours.state.withLock { $0 }
            #expect(state.blobs.values.first?.count ?? 0 == parts)
            #expect(state.sealed.count == (parts == 0 ? 0 : 1))
            #expect(state.imports.values.first?.body == body)
            #expect(state.blobs.values.joined().allSatisfy { $0.count <= 1 << 20 })
        }
    }

    @Test func aFormLeavesInPartsToo() async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            let file = (0..<(5 << 20) / 2).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 9) }
            let body =
                Array("--b\r\nContent-Disposition: form-data; name=\"x\"; filename=\"x\"\r\n\r\n".utf8) + file
                + Array("\r\n--b--".utf8)
            let headers = ["Content-Type": "multipart/form-data; boundary=b"].merging(RunningGateway.bearer) { $1 }
            let reply = try await running.client.send("POST", "/packages/imports", headers, body: body)
            #expect(reply.status == 202)
            #expect(running.neighbours.state.withLock { $0.imports.values.first?.body } == file)
        }
    }

    @Test func beyondTheLimit() async throws {
        #expect(GatewayConfig().importLimit == 524_288_000)
        try await RunningGateway.with({ $0.importLimit = 2 << 20 }) { running in
            running.letClientIn()
            // Announced: refused before a byte of it is read.
            let head =
                "POST /exams/imports HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nAuthorization: Bearer client\r\n"
            let announced = try await running.client.stream(head + "Content-Length: 524288001\r\n\r\n") { _ in nil }
            #expect(announced.status == 413)
            #expect(announced.header("Connection") == "close")
            // Not announced: refused when it is too much, and nothing becomes an import.
            let chunk = Array("8000\r\n".utf8) + [UInt8](repeating: 65, count: 0x8000) + Array("\r\n".utf8)
            let chunked = try await running.client.stream(head + "Transfer-Encoding: chunked\r\n\r\n") {
                $0 < 100 ? chunk : nil
            }
            #expect(chunked.status == 413)
            #expect(running.neighbours.state.withLock { $0.submitted.isEmpty && $0.sealed.isEmpty })
            // And the service is still there.
            #expect(try await post(running, "/exams/imports", "x").status == 202)
        }
    }

    @Test("Never more than one part is held, however much comes: 64 MiB through a part of 1 MiB")
    func flatMemory() async throws {
        struct Sink: BlobsService {
            let received = TestCounter()
            func appendBlob(_ ask: AppendBlobRequest, _ call: Call) async throws -> Empty {
                received.add(ask.bytes.count)
                return Empty()
            }
            func sealBlob(_ ask: SealBlobRequest, _ call: Call) async throws -> Empty { Empty() }
        }
        let sink = Sink()
        var upload = PayloadUpload(to: BlobsClient(DirectChannel([sink.rpcTable])), limit: 64 << 20) { Self.call }
        let chunk = ByteBuffer(repeating: 1, count: 64 << 10)
        for _ in 0..<1024 {
            try await upload.append(chunk)
            #expect(upload.total - Int64(sink.received.sum) <= 1 << 20)
        }
        #expect(upload.total == 64 << 20)
        #expect(sink.received.largest == 1 << 20)
        await #expect(throws: PayloadTooLarge.self) { try await overflow() }
    }

    private static var call: Call {
        var call = Call.starting(budget: .seconds(10))
        call.caller = CallerClaims()
        return call
    }

    private func overflow() async throws {
        struct Nowhere: BlobsService {
            func appendBlob(_ ask: AppendBlobRequest, _ call: Call) async throws -> Empty { Empty() }
            func sealBlob(_ ask: SealBlobRequest, _ call: Call) async throws -> Empty { Empty() }
        }
        var upload = PayloadUpload(to: BlobsClient(DirectChannel([Nowhere().rpcTable])), limit: 10) { Self.call }
        try await upload.append(ByteBuffer(repeating: 1, count: 10))
        try await upload.append(ByteBuffer(repeating: 1, count: 1))
    }

    @Test func whoTheTokenIs() async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            let json = try await running.client.send("GET", "/imports/user", RunningGateway.bearer).json
            #expect(json["username"] == .string("user#50"))
            #expect(json["password"] == .string("N/A"))
            #expect(json["authorities"] == .array([.string("ASMTDATALOAD")]))
            #expect(json["enabled"] == .bool(true))
            guard case .array(let grants)? = json["tenancyChain"]?["grants"] else {
                throw Fault(.internalError, "no grants")
            }
            #expect(grants.first?["stateId"] == .string("CA"))
        }
    }

    @Test(
        "Access tokens, and every refusal in the words of RFC 6749",
        arguments: [
            ("grant_type=client_credentials&client_id=delivery&client_secret=s3cret", "", 200, ""),
            (
                "grant_type=password&client_id=delivery&client_secret=s3cret&username=u&password=right&scope=openid",
                "", 200, ""
            ),
            ("grant_type=client_credentials", "Basic ZGVsaXZlcnk6czNjcmV0", 200, ""),
            ("grant_type=client_credentials&scope=embargo.events+x", "Basic ZGVsaXZlcnk6czNjcmV0", 200, ""),
            ("grant_type=client_credentials", "Basic ZGVsaXZlcnk6d3Jvbmc=", 401, "invalid_client"),
            ("grant_type=client_credentials", "Bearer x", 401, "invalid_client"),
            ("grant_type=client_credentials&client_secret=a", "Basic ZGVsaXZlcnk6czNjcmV0", 400, "invalid_request"),
            ("grant_type=client_credentials&client_id=delivery&client_secret=no", "", 401, "invalid_client"),
            ("grant_type=client_credentials", "", 401, "invalid_client"),
            (
                "grant_type=password&client_id=delivery&client_secret=s3cret&username=u&password=wrong", "", 400,
                "invalid_grant"
            ),
            ("grant_type=password&client_id=delivery&client_secret=s3cret", "", 400, "invalid_request"),
            ("grant_type=implicit&client_id=delivery&client_secret=s3cret", "", 400, "unsupported_grant_type"),
            ("", "", 400, "invalid_request"), ("grant_type=password&grant_type=password", "", 400, "invalid_request"),
        ])
    func accessTokens(form: String, authorization: String, status: Int, error: String) async throws {
        try await RunningGateway.with { running in
            var headers = ["Content-Type": "application/x-www-form-urlencoded"]
            if !authorization.isEmpty { headers["Authorization"] = authorization }
            let reply = try await running.client.send("POST", "/oauth2/token", headers, body: Array(form.utf8))
            #expect(reply.status == status, "\(reply.text)")
            #expect(reply.header("Cache-Control") == "no-store")
            if status == 200 {
                #expect(try reply.json["token_type"] == .string("Bearer"))
                #expect(try reply.json["access_token"] == .string("token-1"))
                #expect(try reply.json["scope"] == (form.contains("scope=embargo") ? .string("embargo.events") : nil))
            } else {
                #expect(try reply.json["error"] == .string(error))
            }
            if status == 401, authorization.hasPrefix("Basic") { #expect(reply.header("WWW-Authenticate") != nil) }
        }
    }
}
