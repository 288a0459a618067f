import Contracts
import Testing

@testable import GatewaySvc

/// The pages of those who load data: who may, what they ask for, what they get.
@Suite struct ImportOfficeTests {
    @Test(
        "only with the permission to load data",
        arguments: [
            ("GET", "/api/v1/imports"), ("GET", "/api/v1/imports/summary"),
            ("POST", "/api/v1/imports/resubmit?status=-6"),
            ("GET", "/api/v1/imports/11/file"), ("GET", "/api/v1/coverage"), ("GET", "/api/v1/reconciliations"),
            ("POST", "/api/v1/reconciliations"), ("GET", "/api/v1/reconciliations/5/file"),
            ("GET", "/api/v1/exam-removals/count?year=2026"), ("POST", "/api/v1/exam-removals?year=2026&expected=3"),
        ])
    func admission(method: String, path: String) async throws {
        try await RunningGateway.with { running async throws in
            #expect(try await running.client.send(method, path).status == 401)
            running.signIn()
            #expect(try await running.change(method, path, json: "").status == 403)
        }
    }

    private static func withImports(_ count: Int, _ body: (RunningGateway) async throws -> Void) async throws {
        try await RunningGateway.with { running in
            running.letClientIn()
            for index in 0..<count {
                let headers = ["Content-Type": "application/xml"].merging(RunningGateway.bearer) { $1 }
                let scope = index.isMultiple(of: 5) ? "organizations" : "exams"
                _ = try await running.client.send("POST", "/\(scope)/imports", headers, body: Array("\(index)".utf8))
            }
            running.signIn(["DATA_WRITE"])
            try await body(running)
        }
    }

    @Test func aPageIsAskedForWithItsFilters() async throws {
        try await Self.withImports(3) { running async throws in
            let query = "scope=packages&status=BAD_DATA&batch=b&creator=c&after=-PT1H&before=now&beforeId=99"
            let reply = try await running.get("/api/v1/imports?\(query)")
            #expect(reply.status == 200)
            #expect(try reply.json["more"] == .bool(false))
            let filter = try #require(running.neighbours.state.withLock { $0.filters.last })
            #expect(
                filter
                    == .with {
                        $0.content = "PACKAGE"
                        $0.status = "BAD_DATA"
                        $0.batch = "b"
                        $0.creator = "c"
                        $0.after = "-PT1H"
                        $0.before = "now"
                        $0.newestFirst = true
                        $0.pageBeforeID = 99
                        $0.pageSize = 50
                    })
            #expect(try await running.get("/api/v1/imports?scope=groups").status == 400)
            #expect(try await running.get("/api/v1/imports?scope=nonsense").status == 400)
        }
    }

    @Test func numbersComeFromBothOwners() async throws {
        try await Self.withImports(6) { running async throws in
            let json = try await running.get("/api/v1/imports/summary").json
            guard case .array(let counts)? = json["counts"] else { throw Fault(.internalError, "no counts") }
            #expect(counts.compactMap { $0["scope"] } == [.string("exams"), .string("organizations")])
            #expect(counts.compactMap { $0["imports"] } == [.integer(4), .integer(2)])
            #expect(json["incomplete"] == .bool(false))
            guard case .array(let waiting)? = json["waiting"] else { throw Fault(.internalError, "nothing waits") }
            #expect(waiting.first?["wanted"] == .string("88100110110009"))
            #expect(waiting.first?["since"] == .string("2026-01-01T00:00:00Z"))
        }
    }

    @Test func resubmitNeedsAStatus() async throws {
        try await Self.withImports(1) { running async throws in
            #expect(try await running.change("POST", "/api/v1/imports/resubmit", json: "").status == 400)
            let reply = try await running.change("POST", "/api/v1/imports/resubmit?status=UNKNOWN_SCHOOL", json: "")
            #expect(reply.text == #"{"queued":42}"#)
            let filter = try #require(running.neighbours.state.withLock { $0.filters.last })
            #expect((filter.content, filter.status, filter.limit) == ("EXAM", "UNKNOWN_SCHOOL", ""))
        }
    }

    @Test("F051: what there is, by assessment and year") func coverage() async throws {
        try await Self.withImports(0) { running async throws in
            let json = try await running.get("/api/v1/coverage").json
            guard case .array(let rows)? = json["rows"] else { throw Fault(.internalError, "no rows") }
            #expect(rows.map { $0["results"] } == [.integer(7), .integer(0)])
            #expect(rows.map { $0["lastLoad"] } == [.string("2026-01-01T00:00:00Z"), .null])
        }
    }

    @Test("R17: reports are made, listed and taken away part by part") func reconciliation() async throws {
        try await Self.withImports(0) { running async throws in
            let made = try await running.change("POST", "/api/v1/reconciliations?hours=24", json: "")
            #expect(try made.json["report"]?["name"] == .string("reconciliation_20260102030405.csv"))
            #expect(try made.json["report"]?["creator"] == .null)
            let none = try await running.change("POST", "/api/v1/reconciliations?hours=1", json: "")
            #expect(none.text == #"{"report":null}"#)
            let list = try await running.get("/api/v1/reconciliations").json
            #expect(list["reports"] != nil)
            let file = try await running.get("/api/v1/reconciliations/5/file")
            #expect(file.text == "part 0\r\npart 1\r\npart 2\r\n")
            #expect(file.header("Content-Type") == "text/csv; charset=utf-8")
            #expect(
                file.header("Content-Disposition")?.hasPrefix(
                    "attachment; filename=\"reconciliation_20260102030405.csv\"")
                    == true)
            #expect(try await running.get("/api/v1/reconciliations/6/file").status == 404)
        }
    }

    @Test("removing asks for the number that was seen") func removal() async throws {
        try await Self.withImports(0) { running async throws in
            let count = try await running.get("/api/v1/exam-removals/count?assessment=ICA-3&year=2026")
            #expect(count.text == #"{"results":5,"students":2026,"limit":5000}"#)
            let path = "/api/v1/exam-removals?assessment=ICA-3"
            #expect(try await running.change("POST", path, json: "").status == 400)
            #expect(try await running.change("POST", "\(path)&expected=4", json: "").status == 409)
            let done = try await running.change("POST", "\(path)&expected=3&reason=wrong%20form", json: "")
            #expect(done.text == #"{"importId":11,"removed":3}"#)
        }
    }
}
