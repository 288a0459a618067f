import Contracts
import Testing

@testable import GatewaySvc

/// The answers of every route: right in themselves, and of the shape that the API document promises.
@Suite struct AnswerTests {
    /// A page with every kind of value there is.
    static let results = AssessmentResultsList.with {
        $0.schoolName = "Demo \"School\"\n"
        $0.notice = .preview
        $0.results = [
            .with {
                $0.assessment = SampleResults.assessment
                $0.examCount = 2
                $0.nextPageToken = "abc"
                $0.overall = .with {
                    $0.results = 7
                    $0.average = 2461.142857
                    $0.averageRounded = 2461
                    $0.levelCounts = [1, 1, 2, 3]
                    $0.levelPercents = [14, 14, 29, 43]
                }
                $0.claims = [.with { $0.code = "1" }]
                $0.exams = [
                    .with {
                        $0.id = 1
                        $0.assessmentID = 11
                        $0.studentID = 99
                        $0.ssid = "1234567890"
                        $0.firstName = "Zoë"
                        $0.lastName = "O'Brien"
                        $0.schoolID = 5
                        $0.schoolYear = 2026
                        // 2026-03-15 02:30 in UTC is still the 14th in California.
                        $0.completedAtUs = 1_773_541_800_000_000
                        $0.completeness = "Partial"
                        $0.condition = "NS"
                        $0.overall = .with {
                            $0.scaleScoreMilli = 2_456_500; $0.standardErrorMilli = 12_000; $0.level = 3
                        }
                        $0.claims = [
                            .with {
                                $0.code = "1"; $0.level = 2
                            }
                        ]
                    },
                    .with {
                        $0.id = 2; $0.assessmentID = 11; $0.studentID = 98; $0.completedAtUs = .max
                    },
                ]
            }
        ]
    }

    @Test func aPageOfResults() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            running.neighbours.state.withLock { $0.schoolResults = Self.results }
            let reply = try await running.get(
                "/api/v1/schools/5/results?grade=03&year=2026&assessment=11&assessment=12&transfers=hide")
            #expect(reply.status == 200)
            #expect(reply.header("Cache-Control") == "no-store")
            let ask = try #require(running.neighbours.state.withLock { $0.schoolAsks.first })
            #expect(
                (ask.schoolID, ask.grade, ask.schoolYear, ask.assessmentIDs, ask.hideTransfers) == (
                    5, "03", 2026, [11, 12], true
                ))
            let json = try reply.json
            #expect(json["schoolName"] == .string("Demo \"School\"\n"))
            #expect(json["notice"] == .string("preview"))
            guard case .array(let results)? = json["results"], case .array(let exams)? = results.first?["exams"] else {
                throw Fault(.internalError, reply.text)
            }
            #expect(exams[0]["completedAt"] == .string("2026-03-15T02:30:00Z"))
            #expect(exams[0]["date"] == .string("2026-03-14"))
            #expect(exams[0]["status"] == .string("Nonstandardized Partial"))
            #expect(exams[0]["overall"]?["scaleScore"] == .number(2456.5))
            #expect(exams[0]["overall"]?["standardError"] == .integer(12))
            #expect(exams[0]["session"] == .null)
            #expect(exams[1]["overall"]?["scaleScore"] == .null)
            #expect(exams[1]["date"] == .null)
            #expect(results[0]["overall"]?["average"] == .number(2461.142857))
            guard case .array(let claims)? = results[0]["claims"] else { throw Fault(.internalError, reply.text) }
            #expect(claims[0]["average"] == .null)
        }
    }

    @Test(
        "R02, access §6.11: the history of the embargoes as a file, page after page, names that look like formulas as texts"
    )
    func theHistoryOfTheEmbargoesAsAFile() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let reply = try await running.get("/api/v1/embargo/history.csv?year=2026")
            #expect(reply.status == 200 && reply.header("Cache-Control") == "no-store")
            #expect(
                reply.header("Content-Disposition")?.hasPrefix("attachment; filename=\"embargo-changes-2026-") == true)
            let lines = reply.text.split(separator: "\r\n")
            #expect(lines.count == 3)
            let rest =
                #""0012","Demo, ""D""","Individual Test Results","Released","Not set","Embargoed","'=admin""#
            #expect(lines[1] == #""2026-01-01 00:00:00 UTC","2025-26","District","# + rest)
            #expect(lines[2] == #""2026-01-01 00:00:00 UTC","2025-26","State","# + rest)
            #expect(running.neighbours.asked("readEmbargoHistory").count == 2)
            running.neighbours.fail("readEmbargoHistory", Fault(.forbidden, "not you"))
            #expect(try await running.get("/api/v1/embargo/history.csv").status == 403)
        }
        try await RunningGateway.with { running in
            running.signIn(["INDIVIDUAL_PII_READ"])
            let refused = try await running.get("/api/v1/embargo/history.csv")
            #expect(refused.status == 403)
            #expect(running.neighbours.asked("readEmbargoHistory").isEmpty)
        }
    }

    @Test(
        "G4 status texts (results §1.14)",
        arguments: [
            ("Complete", "SD", "Standardized"), ("Partial", "NS", "Nonstandardized Partial"), ("Complete", "Valid", ""),
            ("Partial", "Valid", "Partial"), ("", "IN", "Invalid"), ("", "", ""),
        ])
    func G4_status(completeness: String, condition: String, text: String) {
        #expect(ExamStatus.text(completeness: completeness, condition: condition) == text)
    }

    @Test func theEmbargoPageAddsNumbers() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let json = try await running.get("/api/v1/embargo?year=2026").json
            #expect(json["state"]?["districtId"] == .null)
            #expect(json["state"]?["counts"] == .object(["ELA": .integer(130), "Math": .integer(1)]))
            guard case .array(let districts)? = json["districts"] else { throw Fault(.internalError, "no districts") }
            #expect(
                districts.map { $0["counts"] } == [
                    .object(["ELA": .integer(100), "Math": .integer(0)]),
                    .object(["ELA": .integer(20), "Math": .integer(1)]),
                ])
            #expect(json["state"]?["cells"]?["individual"]?["effective"] == .string("embargoed"))
        }
    }

    @Test(
        "Changing an embargo",
        arguments: [
            ("2026/state/individual", #"{"value":"released","version":3}"#, 200),
            ("2026/3/aggregate", #"{"value":"embargoed","version":0}"#, 200),
            ("2026/03/aggregate", #"{"value":"embargoed","version":0}"#, 400),
            ("2026/0/aggregate", #"{"value":"embargoed","version":0}"#, 400),
            ("2026/-3/aggregate", #"{"value":"embargoed","version":0}"#, 400),
            ("2026/State/individual", #"{"value":"released","version":0}"#, 400),
            ("1999/state/individual", #"{"value":"released","version":0}"#, 400),
            ("2026/state/other", #"{"value":"released","version":0}"#, 404),
            ("2026/state/individual", #"{"value":"unset","version":0}"#, 400),
            ("2026/state/individual", #"{"value":"released","version":-1}"#, 400),
            ("2026/state/individual", #"{"value":"released","version":1.5}"#, 400),
            ("2026/state/individual", #"{"value":"released"}"#, 400),
        ])
    func settingAnEmbargo(path: String, json: String, status: Int) async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let reply = try await running.change("PUT", "/api/v1/embargo/\(path)", json: json)
            #expect(reply.status == status, "\(reply.text)")
            let asked = running.neighbours.state.withLock { $0.embargoAsks }
            #expect(asked.count == (status == 200 ? 1 : 0))
            if path == "2026/state/individual", status == 200 {
                #expect(
                    (asked[0].districtID, asked[0].kind, asked[0].value, asked[0].version) == (
                        0, .individual, .released, 3
                    ))
                #expect(running.neighbours.asked("setEmbargo").first?.idempotencyKey.isEmpty == false)
            }
        }
    }

    @Test("R34: ready only when all six are", .timeLimit(.minutes(10))) func readyOnlyWhenAllSixAre() async throws {
        try await RunningGateway.with { running in
            var ready = try await running.client.send("GET", "/readyz")
            // On a busy machine a neighbour may answer later than the page waits.
            while ready.status != 200 { ready = try await running.client.send("GET", "/readyz") }
            guard case .array(let services)? = try ready.json["services"] else {
                throw Fault(.internalError, ready.text)
            }
            #expect(services.count == 6)
            for name in ["identity", "group", "results", "aggregate", "embargo"] {
                running.neighbours.state.withLock { $0.unready = [name] }
                let reply = try await running.client.send("GET", "/readyz")
                #expect(reply.status == 503)
                #expect(try reply.json["ready"] == .bool(false))
            }
            running.neighbours.state.withLock { $0.unready = [] }
            running.gateway.settings.clear()
            #expect(try await running.client.send("GET", "/readyz").status == 503)
        }
    }

    /// Every route of the table asked once with success; what comes back must be what the document says.
    @Test func everyAnswerHasTheShapeOfTheDocument() async throws {
        try await RunningGateway.with { running in
            running.signIn(RunningGateway.everything + ["GROUP_WRITE", "DATA_WRITE"])
            running.letClientIn()
            running.neighbours.state.withLock { $0.schoolResults = Self.results }
            let document = try APIDocument(try await running.client.send("GET", "/api/openapi.json").json)
            _ = try await running.client.send(
                "POST", "/exams/imports", ["Content-Type": "text/xml"].merging(RunningGateway.bearer) { $1 }, body: [65]
            )

            var seen: Set<String> = []
            // Ending the session would end the test; the stream of events ends by itself after minutes (EmbargoEventsTests).
            let leftOut = ["DELETE /api/v1/session", "GET /api/v1/embargo/events"]
            let routes = running.gateway.table.routes.filter { !leftOut.contains("\($0.method.rawValue) \($0.path)") }
            for route in routes {
                let reply = try await ask(route, running)
                let key = "\(route.method.rawValue) \(route.path)"
                seen.insert(key)
                #expect([200, 201, 202, 204].contains(reply.status), "\(key): \(reply.text)")
                let problems = try document.problems(of: reply, route.method.rawValue.lowercased(), route.path)
                #expect(problems == [], "\(key)")
            }
            #expect(seen.count == running.gateway.table.routes.count - leftOut.count)

            let refusal = try await running.get("/api/v1/schools/0/grades")
            #expect(try document.problems(of: refusal, "get", "/api/v1/schools/{schoolID}/grades") == [])
            let unknown = try await running.get("/api/v1/schools?limit=0")
            #expect(try document.problems(of: unknown, "get", "/api/v1/schools") == [])
        }
    }

    private func ask(_ route: Route, _ running: RunningGateway) async throws -> HTTPReply {
        var path = route.path
        let ids = ["/api/v1/imports/{id}/file": "11", "/api/v1/reconciliations/{id}/file": "5"]
        for (name, value) in [
            "schoolID": "5", "studentID": "99", "year": "2026", "organization": "state", "kind": "individual",
            // Reports and queries of Aggregate end in 4, imports of Results in 3.
            "scope": "exams", "groupID": "70", "id": ids[route.path] ?? (route.path.hasPrefix("/api/") ? "12" : "11"),
        ] { path = path.replacing("{\(name)}", with: value) }
        if route.method == .get {
            let query =
                [
                    "/api/v1/schools/{schoolID}/assessments": "?grade=03&year=2026",
                    "/api/v1/schools/{schoolID}/results": "?grade=03&year=2026",
                    "/api/v1/schools/{schoolID}/results.csv": "?grade=03&year=2026",
                    "/api/v1/groups/{groupID}/results": "?year=2026",
                    "/api/v1/groups/{groupID}/results.csv": "?year=2026",
                    "/api/v1/managed-groups": "?schoolId=5&year=2026", "/api/v1/embargo": "?year=2026",
                    "/api/v1/embargo/history": "?year=2026", "/{scope}/imports": "?limit=1",
                    "/api/v1/aggregate/reports/{id}/rows": "?subject=ELA",
                    "/api/v1/exam-removals/count": "?year=2026",
                    "/api/v1/aggregate/reports/{id}/table": "?subject=ELA",
                ][route.path] ?? ""
            return try await running.get(path + query, RunningGateway.bearer)
        }
        switch route.path {
        case "/api/v1/imports/resubmit":
            return try await running.change("POST", path + "?status=UNKNOWN_SCHOOL", json: "")
        case "/api/v1/exam-removals":
            return try await running.change("POST", path + "?year=2026&expected=3", json: "")
        case "/api/v1/managed-groups/{groupID}":
            return try await running.change("DELETE", path, json: "")
        case "/api/v1/group-uploads":
            return try await GroupRouteTests.upload(running)
        case "/oauth2/token":
            return try await running.client.send(
                "POST", path, ["Content-Type": "application/x-www-form-urlencoded"],
                body: Array("grant_type=client_credentials&client_id=delivery&client_secret=s3cret".utf8))
        case "/{scope}/imports", "/{scope}/imports/resubmit":
            return try await running.client.send(
                "POST", path, ["Content-Type": "text/xml"].merging(RunningGateway.bearer) { $1 }, body: [66])
        default:
            let bodies = [
                "/api/v1/students/search": #"{"ssid":"1234567890"}"#,
                "/api/v1/sandbox/sessions": #"{"entry":"district"}"#,
                "/api/v1/exports": ExportRouteTests.query,
                "/api/v1/exports/queries/{id}": ExportRouteTests.query,
                "/api/v1/embargo/{year}/{organization}/{kind}": #"{"value":"released","version":0}"#,
            ]
            let json = path.hasPrefix("/api/v1/aggregate/") ? ReportRouteTests.query : bodies[route.path] ?? ""
            return try await running.change(route.method.rawValue, path, json: json)
        }
    }
}
