import Contracts
import Testing

@testable import GatewaySvc

@Suite struct ReportRouteTests {
    static let query = """
        {"type":"CustomAggregate","name":"Grade 3","assessmentTypeCode":"sum","subjectCodes":["ELA"],
         "assessmentGradeCodes":["03"],"schoolYears":[2022],"includeState":true,"districtIds":[11],"schoolIds":null,
         "completenessCodes":["Complete"],"administrativeConditionCodes":["Valid"],"dimensionTypes":["Ethnicity"],
         "studentFilters":{"elasCodes":["EL","RFEP"],"genderCodes":[]},"showEmpty":false,"valueDisplayType":"number",
         "achievementLevelDisplayType":"Grouped","columnOrder":["schoolYear"]}
        """

    @Test func aQueryArrivesAsItWasSentAndComesBack() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let reply = try await running.change(
                "POST", "/api/v1/aggregate/reports", json: Self.query, ["Idempotency-Key": "press-1"])
            #expect(reply.status == 201)
            let query = try #require(running.neighbours.aggregateQueries.withLock { $0.first })
            #expect(query.subjects == ["ELA"] && query.schoolYears == [2022] && query.districtIDs == [11])
            #expect(query.filter?.fields.map(\.field) == ["ELAS"])
            #expect(query.filter?.fields.first?.codes == ["EL", "RFEP"])
            #expect(query.hideEmpty && query.showNumbers && query.groupLevels && !query.customized)
            #expect(running.neighbours.asked("createReport").map(\.idempotencyKey) == ["press-1"])
            let json = try reply.json
            #expect(
                json["query"]?["studentFilters"] == .object(["elasCodes": .array([.string("EL"), .string("RFEP")])]))
            #expect(json["query"]?["valueDisplayType"] == .string("Number"))
            #expect(json["query"]?["showEmpty"] == .bool(false))
        }
    }

    @Test func F227_F228_theYearOfALongitudinalQueryAndTheClaimsOfAClaimQuery() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let longitudinal = try await running.change(
                "POST", "/api/v1/aggregate/reports",
                json:
                    #"{"type":"Longitudinal","subjectCodes":["ELA"],"assessmentGradeCodes":["03","04"],"toSchoolYear":2020}"#
            )
            #expect(longitudinal.status == 201)
            let first = try #require(running.neighbours.aggregateQueries.withLock { $0.last })
            #expect(first.type == "Longitudinal" && first.schoolYears == [2020] && first.assessmentType.isEmpty)

            let claims = try await running.change(
                "POST", "/api/v1/aggregate/reports",
                json: #"""
                    {"type":"Claim","assessmentTypeCode":"ica","assessmentGradeCodes":["03"],"schoolYears":[2020],
                     "claimCodesBySubject":{"Math":[],"ELA":["1","2-W"]}}
                    """#)
            #expect(claims.status == 201)
            let second = try #require(running.neighbours.aggregateQueries.withLock { $0.last })
            #expect(
                second.claims.map(\.subject) == ["ELA", "Math"] && second.claims.map(\.codes) == [["1", "2-W"], []])
            for wrong in [
                #"{"type":"Claim","claimCodesBySubject":["ELA"]}"#, #"{"type":"Longitudinal","toSchoolYear":[2020]}"#,
            ] {
                #expect(try await running.change("POST", "/api/v1/aggregate/reports", json: wrong).status == 400)
            }
        }
    }

    @Test func F229_theSubjectAndYearOfATargetQuery() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let reply = try await running.change(
                "POST", "/api/v1/aggregate/reports",
                json: #"""
                    {"type":"Target","subjectCode":"ELA","assessmentGradeCodes":["03"],"schoolYear":2020,"schoolIds":[5]}
                    """#)
            #expect(reply.status == 201)
            let query = try #require(running.neighbours.aggregateQueries.withLock { $0.last })
            #expect(query.type == "Target" && query.subjects == ["ELA"] && query.schoolYears == [2020])
            let json = try reply.json
            #expect(json["query"]?["subjectCode"] == .string("ELA"))
            #expect(json["query"]?["schoolYear"] == .integer(2020))
            for wrong in [#"{"type":"Target","subjectCode":["ELA"]}"#, #"{"type":"Target","schoolYear":"2020"}"#] {
                #expect(try await running.change("POST", "/api/v1/aggregate/reports", json: wrong).status == 400)
            }
        }
    }

    @Test func subgroupsKeepTheirOrderAndSelectTheStrategy() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let groups = (1...11).map { "\"\($0)\":{\"elasCodes\":[\"C\($0)\"]}" }.reversed().joined(separator: ",")
            let json =
                "{\"type\":\"CustomAggregate\",\"assessmentTypeCode\":\"sum\",\"subgroups\":{\(groups)}}"
            #expect(try await running.change("POST", "/api/v1/aggregate/estimate", json: json).status == 200)
            let query = try #require(running.neighbours.aggregateQueries.withLock { $0.first })
            #expect(query.customized)
            #expect(query.subgroups.map { $0.fields[0].codes[0] } == (1...11).map { "C\($0)" })
        }
    }

    @Test(
        arguments: [
            #"{"type":"CustomAggregate","nonsense":1}"#, #"[]"#, #"{"type":7}"#, #"{"schoolYears":["x"]}"#,
            #"{"schoolYears":[1999]}"#, #"{"studentFilters":{"shoeSize":["44"]}}"#, #"{"includeState":"yes"}"#,
            #"{"districtIds":[0]}"#, #"{"subgroups":[]}"#, #"{"valueDisplayType":"Both"}"#,
        ])
    func whatIsNotAQueryIs400(json: String) async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let reply = try await running.change("POST", "/api/v1/aggregate/estimate", json: json)
            #expect(reply.status == 400)
            #expect(running.neighbours.asked("estimateRows").isEmpty)
        }
    }

    @Test func aQueryThatMakesNoSenseIs422AndOneThatIsNotPermitted403() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            running.neighbours.fail(
                "createReport",
                Fault(
                    .malformed, "Please select a school year.",
                    violations: [.init(field: "schoolYears", problem: "Please select a school year.")]))
            let refused = try await running.change("POST", "/api/v1/aggregate/reports", json: Self.query)
            #expect(refused.status == 422)
            #expect(try refused.json["detail"] == .string("Please select a school year."))
            guard case .array(let violations)? = try refused.json["violations"] else {
                throw Fault(.internalError, refused.text)
            }
            #expect(violations[0]["field"] == .string("schoolYears"))
            running.neighbours.fail("createReport", Fault(.forbidden, "user does not have access to district/school"))
            #expect(try await running.change("POST", "/api/v1/aggregate/reports", json: Self.query).status == 403)
        }
        try await RunningGateway.with { running in
            running.signIn(["INDIVIDUAL_PII_READ"])
            let refused = try await running.change("POST", "/api/v1/aggregate/reports", json: Self.query)
            #expect(refused.status == 403)
            #expect(running.neighbours.asked("createReport").isEmpty)
            // My Reports is open to whoever may report at all.
            #expect(try await running.get("/api/v1/reports").status == 200)
        }
    }

    @Test func rowsSayWhatIsHeldBack() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let json = try await running.get("/api/v1/aggregate/reports/12/rows?subject=ELA&empty=show").json
            guard case .array(let rows)? = json["rows"] else { throw Fault(.internalError, "no rows") }
            #expect(rows[0]["measures"]?["avgStdErr"] == .integer(0))
            #expect(rows[0]["suppressed"] == nil)
            #expect(rows[0]["cohortMeasures"]?["studentCount"] == .integer(2))
            #expect(rows[1]["cohortMeasures"] == nil)
            #expect(rows[0]["studentRelativeResidualScoresLevel"] == .string("Above"))
            #expect(rows[0]["standardMetRelativeResidualLevel"] == .string("InsufficientData"))
            #expect(rows[1]["studentRelativeResidualScoresLevel"] == nil)
            #expect(rows[1]["suppressed"] == .string("embargo"))
            #expect(rows[1]["measures"]?["avgScaleScore"] == nil)
            #expect(rows[1]["organization"]?["id"] == nil)
            #expect(json["nextPageToken"] == .string("17"))
        }
    }

    @Test func filesLeaveInPartsAndARefusalKeepsItsStatus() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let file = try await running.get("/api/v1/reports/12/file")
            #expect(file.text == "part \npart 1\npart 2\n")
            #expect(file.header("Content-Disposition")?.contains("Grade_3.csv") == true)
            let table = try await running.get(
                "/api/v1/aggregate/reports/12/table?subject=ELA&columns=schoolYear,organization")
            #expect(table.text == "schoolYear|organization;1schoolYear|organization;")
            running.neighbours.fail("readReport", Fault(.forbidden, "online only"))
            #expect(try await running.get("/api/v1/reports/12/file").status == 403)
        }
    }

    @Test func anIdThatNoServiceGivesIsNotFound() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            for id in [1, 2, 8, 13] {
                let reply = try await running.get("/api/v1/reports/\(id)")
                #expect(reply.status == 404)
            }
            #expect(running.neighbours.asked("getReport").isEmpty)
        }
    }

    /// F280, DESIGN §4.7: the lists of all owners are one; an owner that is down takes only its own rows.
    @Test func F280_anOwnerThatIsDownTakesOnlyItsOwnRows() async throws {
        let all = Neighbours(now: { 0 })
        let down = Neighbours(now: { 0 })
        func owner(_ neighbours: Neighbours, _ bits: Int64, _ ids: [Int64]) -> ReportOwners.Owner {
            .init(
                bits: bits,
                reports: ReportsClient(DirectChannel([SampleReports(all: neighbours, ids: ids).rpcTable])))
        }
        let owners = ReportOwners(all: [owner(all, 4, [28, 12]), owner(down, 3, [35, 19, 11])])
        var call = Call.starting(budget: .seconds(600), service: "gateway")
        call.caller = all.claims(user: 1, session: [], ["CUSTOM_AGGREGATE_READ"], statewide: true)
        let call2 = call
        let (whole, isWhole) = try await owners.askAll {
            try await $0.listReports(.with { $0.limit = 100 }, call2)
        }
        #expect(!isWhole)
        #expect(Set(whole.flatMap(\.reports).map(\.id)) == [35, 28, 19, 12, 11])

        down.fail("listReports", Fault(.unavailable, "down"))
        let (rest, isIncomplete) = try await owners.askAll {
            try await $0.listReports(.with { $0.limit = 100 }, call2)
        }
        #expect(isIncomplete)
        #expect(rest.flatMap(\.reports).map(\.id) == [28, 12])

        all.fail("listReports", Fault(.unavailable, "down"))
        await #expect(throws: Fault.self) {
            try await owners.askAll { try await $0.listReports(.with { $0.limit = 100 }, call2) }
        }
    }

    @Test func pagesOfReportsContinue() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let json = try await running.get("/api/v1/reports?limit=1").json
            #expect(json["nextBeforeId"] == .integer(28))
            #expect(json["nextBeforeCreated"] == .integer(280))
            #expect(try await running.get("/api/v1/reports").json["nextBeforeId"] == .null)
        }
    }
}
