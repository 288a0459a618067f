import Contracts
import Testing

@testable import GatewaySvc

@Suite struct ExportRouteTests {
    static let query =
        #"{"name":"All of spring","schoolYear":2022,"disableTransferAccess":true,"districtIds":[3],"schoolIds":[5,6]}"#

    @Test func F271_F272_F273_F274_F278_anExportArrivesAsItWasSentAndComesBack() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let reply = try await running.change(
                "POST", "/api/v1/exports", json: Self.query, ["Idempotency-Key": "press-1"])
            #expect(reply.status == 201)
            let query = try #require(running.neighbours.exportQueries.withLock { $0.first })
            #expect(query.name == "All of spring" && query.schoolYear == 2022 && query.hideTransfers)
            #expect(query.districtIDs == [3] && query.schoolIDs == [5, 6] && !query.everything)
            #expect(running.neighbours.asked("createExport").map(\.idempotencyKey) == ["press-1"])
            let json = try reply.json
            #expect(json["type"] == .string("DistrictSchoolExport"))
            #expect(json["query"]?["schoolIds"] == .array([.integer(5), .integer(6)]))
            #expect(json["query"]?["disableTransferAccess"] == .bool(true))
            // What is sent back unchanged, as [Run again] does, is understood.
            let again = try await running.change(
                "PUT", "/api/v1/exports/queries/19",
                json: #"""
                    {"type":"DistrictSchoolExport","name":"n","schoolYear":2022,"disableTransferAccess":false,"everything":true,
                     "districtGroupIds":[],"districtIds":[],"schoolGroupIds":[],"schoolIds":[]}
                    """#)
            #expect(again.status == 200)
            #expect(running.neighbours.exportQueries.withLock { $0.last?.everything } == true)
        }
    }

    @Test(
        arguments: [
            "[]", #"{"schoolYear":2022}"#, #"{"name":"","schoolYear":2022}"#, #"{"name":"n"}"#,
            #"{"name":"n","schoolYear":1999}"#, #"{"name":"n","schoolYear":"2022"}"#,
            #"{"name":"n","schoolYear":2022,"schoolIds":[0]}"#, #"{"name":"n","schoolYear":2022,"schoolIds":5}"#,
            #"{"name":"n","schoolYear":2022,"everything":"yes"}"#, #"{"name":"n","schoolYear":2022,"stateIds":[1]}"#,
            #"{"name":"n","schoolYear":2022,"type":"Student"}"#, #"{"name":"a\u0007b","schoolYear":2022}"#,
        ])
    func whatIsNoExportIs400(json: String) async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let reply = try await running.change("POST", "/api/v1/exports", json: json)
            #expect(reply.status == 400)
            #expect(running.neighbours.asked("createExport").isEmpty)
        }
    }

    @Test func withoutIndividualResultsThereIsNoExport() async throws {
        try await RunningGateway.with { running in
            running.signIn(["GROUP_PII_READ", "CUSTOM_AGGREGATE_READ"])
            let reply = try await running.change("POST", "/api/v1/exports", json: Self.query)
            #expect(reply.status == 403)
            #expect(try await running.get("/api/v1/exports/organizations").status == 403)
            #expect(running.neighbours.asked("findOrganizations").isEmpty)
        }
    }

    @Test func F275_organizationsAreThoseOfIndividualResults() async throws {
        try await RunningGateway.with { running in
            running.signIn()
            let json = try await running.get("/api/v1/exports/organizations?search=demo&id=5").json
            guard case .array(let found)? = json["organizations"] else { throw Fault(.internalError, "no list") }
            #expect(found[0]["organizationType"] == .string("District") && found[0]["districtName"] == nil)
            #expect(found[1]["name"] == .string("INDIVIDUAL_PII_READ|demo|20|[5]"))
            #expect(json["districts"] == .integer(1) && json["onlySchool"] == .null)
            let one = try await running.get("/api/v1/exports/organizations?search=only").json
            #expect(one["onlySchool"]?["id"] == .integer(5))
        }
    }
}
