import Contracts
import Testing

@testable import GatewaySvc

/// The routes of groups, their uploads and their results: who may, what is asked, what is answered.
@Suite struct GroupRouteTests {
    static let file = "group_name,school_natural_id\r\n"

    static func form(_ text: String = file, name: String = "file", filename: String = "my groups.csv") -> String {
        """
        --b\r\nContent-Disposition: form-data; name="\(name)"; filename="\(filename)"\r\nContent-Type: text/csv\r\n\r\n\
        \(text)\r\n--b--\r\n
        """
    }

    static let multipart = ["Content-Type": "multipart/form-data; boundary=b"]

    static func upload(
        _ running: RunningGateway, _ body: String = form(), _ headers: [String: String] = multipart
    ) async throws -> HTTPReply {
        try await running.change("POST", "/api/v1/group-uploads", json: body, headers)
    }

    @Test(
        "T10 T15 each route needs the permission of its page and no other",
        arguments: [
            ("GET", "/api/v1/groups", "GROUP_PII_READ", 200), ("GET", "/api/v1/groups", "GROUP_WRITE", 403),
            ("GET", "/api/v1/groups/70/results?year=2026", "GROUP_PII_READ", 200),
            ("GET", "/api/v1/groups/70/results?year=2026", "INDIVIDUAL_PII_READ", 403),
            ("GET", "/api/v1/groups/70/assessments", "GROUP_READ", 403),
            ("GET", "/api/v1/groups/70/dashboard", "GROUP_WRITE", 403),
            ("GET", "/api/v1/managed-groups?schoolId=5&year=2026", "GROUP_WRITE", 200),
            ("GET", "/api/v1/managed-groups?schoolId=5&year=2026", "GROUP_PII_READ", 403),
            ("GET", "/api/v1/group-schools", "GROUP_WRITE", 200),
            ("GET", "/api/v1/group-schools", "INDIVIDUAL_PII_READ", 403),
            ("GET", "/api/v1/group-filters", "GROUP_READ", 403),
            ("GET", "/api/v1/group-uploads", "GROUP_PII_READ", 403),
            ("GET", "/api/v1/group-uploads/template", "GROUP_WRITE", 200),
            ("DELETE", "/api/v1/managed-groups/70", "GROUP_READ", 403),
        ])
    func permissions(method: String, path: String, permission: String, status: Int) async throws {
        try await RunningGateway.with { running in
            running.signIn([permission])
            let reply = try await running.client.send(
                method, path, ["Cookie": RunningGateway.cookie, "X-CSRF": RunningGateway.csrf])
            #expect(reply.status == status)
        }
    }

    @Test("every answer about groups is as the document says")
    func answersAreDocumented() async throws {
        try await RunningGateway.with { running in
            running.signIn(["GROUP_PII_READ", "GROUP_WRITE"])
            running.neighbours.state.withLock { $0.schoolResults = AnswerTests.results }
            let document = try APIDocument(try await running.client.send("GET", "/api/openapi.json").json)
            let asked = [
                ("/api/v1/groups", "/api/v1/groups"),
                ("/api/v1/groups/70/assessments?year=2026", "/api/v1/groups/{groupID}/assessments"),
                ("/api/v1/groups/70/assessments", "/api/v1/groups/{groupID}/assessments"),
                ("/api/v1/groups/71/assessments", "/api/v1/groups/{groupID}/assessments"),
                ("/api/v1/groups/70/results?year=2026", "/api/v1/groups/{groupID}/results"),
                ("/api/v1/groups/70/dashboard?subject=ELA", "/api/v1/groups/{groupID}/dashboard"),
                ("/api/v1/managed-groups?schoolId=5&year=2026&subject=Math", "/api/v1/managed-groups"),
                ("/api/v1/managed-groups?schoolId=6&year=2026", "/api/v1/managed-groups"),
                ("/api/v1/group-filters", "/api/v1/group-filters"),
                ("/api/v1/group-schools?search=x&limit=3", "/api/v1/group-schools"),
                ("/api/v1/group-uploads", "/api/v1/group-uploads"),
                ("/api/v1/group-uploads?id=82&id=90", "/api/v1/group-uploads"),
                ("/api/v1/group-uploads/template", "/api/v1/group-uploads/template"),
            ]
            for (path, pattern) in asked {
                let reply = try await running.get(path)
                #expect(reply.status == 200 || reply.status == 404, "\(path)")
                #expect(try document.problems(of: reply, "get", pattern) == [], "\(path)")
            }
            let kept = try await Self.upload(running)
            #expect(kept.status == 202)
            #expect(try document.problems(of: kept, "post", "/api/v1/group-uploads") == [])
        }
    }

    @Test("T10 a subject of all and a year without results are null")
    func values() async throws {
        try await RunningGateway.with { running in
            running.signIn(["GROUP_PII_READ"])
            let list = try await running.get("/api/v1/groups").json
            guard case .array(let groups)? = list["groups"] else { throw Fault(.internalError, "no groups") }
            #expect(groups.map { $0["subject"] } == [.string("Math"), .null])
            #expect(groups[0]["school"]?["name"] == .string("Demo School"))
            let empty = try await running.get("/api/v1/groups/70/assessments").json
            #expect(empty["schoolYear"] == .null)
            let dashboard = try await running.get("/api/v1/groups/70/dashboard").json
            guard case .array(let cards)? = dashboard["cards"] else { throw Fault(.internalError, "no cards") }
            #expect(cards.map { $0["standardErrorRounded"] } == [.null, .integer(12)])
        }
    }

    @Test("what is asked of a group's results")
    func asks() async throws {
        try await RunningGateway.with { running in
            running.signIn(["GROUP_PII_READ"])
            _ = try await running.get("/api/v1/groups/70/results?year=2026&assessment=3&assessment=4&transfers=hide")
            let ask = try #require(running.neighbours.state.withLock { $0.groupAsks.first })
            #expect(ask.groupID == 70 && ask.schoolYear == 2026 && ask.assessmentIDs == [3, 4] && ask.hideTransfers)
            #expect(
                try await running.get("/api/v1/groups/70/results?year=2026&pageToken=abc").status == 400,
                "a page token continues exactly one assessment")
        }
    }

    @Test("T7 F298 deleting needs the token of the page; unknown and foreign groups are 404")
    func deleting() async throws {
        try await RunningGateway.with { running in
            running.signIn(["GROUP_WRITE"])
            let cookie = ["Cookie": RunningGateway.cookie]
            let headers = cookie.merging(["X-CSRF": RunningGateway.csrf]) { $1 }
            func status(_ id: String, _ headers: [String: String]) async throws -> Int {
                try await running.client.send("DELETE", "/api/v1/managed-groups/\(id)", headers).status
            }
            let answers = [
                try await status("70", cookie), try await status("70", headers), try await status("71", headers),
                try await status("abc", headers),
            ]
            #expect(answers == [403, 204, 404, 400])
        }
    }

    @Test("F300 a file from the page goes on with its name, whatever else the form holds")
    func uploading() async throws {
        try await RunningGateway.with { running in
            running.signIn(["GROUP_WRITE"])
            let reply = try await Self.upload(running)
            #expect(reply.status == 202, "also for a bad file: the status tells")
            #expect(try reply.json["status"] == .string("BAD_DATA"))
            #expect(try reply.json["message"] == .string("Row: 0 Failure: Empty file"))
            #expect(try reply.json["uploader"] == .null)
            let ask = try #require(running.neighbours.state.withLock { $0.groupUploads.first })
            #expect(ask.fileName == "my groups.csv" && ask.contentType == "text/csv")
            #expect(ask.body == Array(Self.file.utf8))
        }
    }

    @Test(
        "uploads that are none",
        arguments: [
            (form(), ["Content-Type": "text/csv"], 400), (form(), ["Content-Type": "multipart/form-data"], 400),
            ("--b--\r\n", multipart, 400), ("--b\r\n", multipart, 400),
            (form(), ["X-CSRF": "wrong", "Content-Type": "multipart/form-data; boundary=b"], 403),
        ])
    func refused(body: String, headers: [String: String], status: Int) async throws {
        try await RunningGateway.with { running in
            running.signIn(["GROUP_WRITE"])
            let reply = try await Self.upload(running, body, headers)
            #expect(reply.status == status)
            #expect(running.neighbours.state.withLock { $0.groupUploads.isEmpty })
        }
    }

    @Test("a large file travels in parts to the service that keeps groups")
    func largeFile() async throws {
        try await RunningGateway.with { running in
            running.signIn(["GROUP_WRITE"])
            let text = String(repeating: Self.file, count: 60_000)
            let reply = try await Self.upload(running, Self.form(text))
            #expect(reply.status == 202)
            let (ask, blob) = running.neighbours.state.withLock { state in
                (state.groupUploads.first, state.blobs[state.groupUploads.first?.blobID ?? []])
            }
            #expect(ask?.body == [])
            #expect(blob.map { Array($0.joined()) } == Array(text.utf8))
        }
    }

    @Test(
        "R13 the import API: groups need the right to manage groups, anywhere; all else the data load right",
        arguments: [
            ("/groups/imports", ["GROUP_WRITE"], false, 202), ("/groups/imports", ["GROUP_WRITE"], true, 202),
            ("/groups/imports", ["DATA_WRITE"], true, 403), ("/exams/imports", ["GROUP_WRITE"], true, 403),
            ("/exams/imports", ["DATA_WRITE"], false, 403), ("/exams/imports", ["DATA_WRITE"], true, 202),
        ])
    func importRights(path: String, permissions: [String], statewide: Bool, status: Int) async throws {
        try await RunningGateway.with { running in
            running.letClientIn("client", permissions, statewide: statewide)
            let headers = RunningGateway.bearer.merging(["Content-Type": "text/csv"]) { $1 }
            let reply = try await running.client.send("POST", path, headers, body: Array("a".utf8))
            #expect(reply.status == status)
        }
    }

    @Test(
        "ingest §2.3: the batch of groups is the file's name: always of a form, of a raw body unless it names one",
        arguments: [
            ("?batch=mine", "multipart/form-data; boundary=b", "my groups.csv"),
            ("?filename=raw.csv", "text/csv", "raw.csv"), ("?batch=mine&filename=raw.csv", "text/csv", "mine"),
            ("", "text/csv", ""),
        ])
    func batch(query: String, contentType: String, batch: String) async throws {
        try await RunningGateway.with { running in
            running.letClientIn("client", ["GROUP_WRITE"])
            let headers = RunningGateway.bearer.merging(["Content-Type": contentType]) { $1 }
            let reply = try await running.client.send(
                "POST", "/groups/imports" + query, headers, body: Array(Self.form().utf8))
            #expect(reply.status == 202)
            let ask = try #require(running.neighbours.state.withLock { $0.submitted.first })
            #expect(ask.content == "GROUPS" && ask.batch == batch)
            // The id names the owner, so that reading it back finds the way.
            guard case .integer(let id)? = try reply.json["id"] else { throw Fault(.internalError, "no id") }
            #expect(id & 7 == 2)
        }
    }
}
