import Contracts
import Postgres
import Support
import Testing

@testable import Ledger
@testable import ResultsSvc

/// Results that come before their school or assessment (ingest §3.4, §16.5), through the lane as the workers run it.
struct WaitingResultsTests {
    private struct Bench: Sendable {
        let database: Database
        let waiting: WaitingResults
        let templates = ExamTemplates()

        func send(_ documents: [[UInt8]], firstID: Int64 = 3) async throws -> [ImportOutcome] {
            let batch = documents.enumerated().map { index, body in
                QueuedImport(id: firstID + Int64(index) * 8, content: .exam, creator: "x", body: body)
            }
            return try await database.transaction(.test()) { session in
                for queued in batch {
                    try session.run(
                        """
                        INSERT INTO import (id, content, status, digest, content_type, creator, properties)
                        VALUES (\(queued.id), 1, 0, decode(lpad(\(String(queued.id)), 32, '0'), 'hex'), 'x', 'x', '{}')
                        ON CONFLICT (id) DO NOTHING
                        """)
                }
                // As the worker that claims them.
                try session.run("DELETE FROM import_queue WHERE import_id = ANY(\(batch.map(\.id)))")
                return try ExamLane.carryOut(session, batch, copiesAreFresh: true, templates)
            }
        }

        func waits() async throws -> [String] {
            try await database.read(.test()) {
                try $0.rows(
                    "SELECT concat_ws(' ', import_id, reason, wanted) FROM import_waiting ORDER BY import_id",
                    as: String.self)
            }
        }

        func queued() async throws -> [Int64] {
            try await database.read(.test()) {
                try $0.rows("SELECT import_id FROM import_queue ORDER BY import_id", as: Int64.self)
            }
        }

        func run(_ sql: SQL) async throws { _ = try await database.transaction(.test()) { try $0.run(sql) } }
    }

    /// An assessment of the invented subject, and the year that results name.
    private static func withBench(_ body: (Bench) async throws -> Void) async throws {
        try await DefinitionStoreTests.withDatabase { database async throws in
            _ = try await DefinitionStoreTests.subject(InventedSubject.xml, database)
            try await database.transaction(.test()) { session in
                try session.run("INSERT INTO school_year VALUES (2019, false)")
            }
            try await body(Bench(database: database, waiting: WaitingResults(database: database, log: .quiet)))
        }
    }

    private static func result(_ opportunity: String, school: String, assessment: String = "SUM-LAT-5") -> [UInt8] {
        var transmission = Transmission(ssid: "S-\(opportunity)")
        transmission.test["name"] = assessment
        transmission.test["subject"] = "Latin"
        transmission.test["grade"] = "5"
        transmission.opportunity["oppId"] = opportunity
        transmission.relationship("SchoolId", school)
        transmission.scores = []
        transmission.items = []
        return transmission.bytes
    }

    @Test("ingest §3.4: waits under its status, is taken up when school and assessment have come, one after the other")
    func isTakenUp() async throws {
        try await Self.withBench { bench async throws in
            let results = [
                Self.result("a", school: "school-1"), Self.result("b", school: "school-2"),
                Self.result("c", school: "school-1"), Self.result("d", school: " "),
                Self.result("e", school: String(repeating: "s", count: 251)),
            ]
            let first = try await bench.send(results)
            #expect(first.map(\.status) == Array(repeating: .unknownSchool, count: 5))
            #expect(try await bench.waits() == ["3 -6 school-1", "11 -6 school-2", "19 -6 school-1"])
            #expect(try await bench.waiting.takeUp(.test()) == 0)

            try await bench.run(
                "INSERT INTO school (id, natural_id, name, district_id) VALUES (1, 'school-1', 'One', 1)")
            #expect(try await bench.waiting.takeUp(.test()) == 2)
            #expect(try await bench.queued() == [3, 19])
            #expect(try await bench.waits() == ["11 -6 school-2"])
            #expect(try await bench.waiting.takeUp(.test()) == 0)

            // Now they wait for their assessment.
            let second = try await bench.send([results[0], results[0], results[2]])
            #expect(second.map(\.status) == Array(repeating: .unknownAssessment, count: 3))
            #expect(second[0].message == "Unable to find an assessment by natural id [SUM-LAT-5]")
            #expect(try await bench.waits() == ["3 -5 SUM-LAT-5", "11 -5 SUM-LAT-5", "19 -5 SUM-LAT-5"])
            _ = try await DefinitionStoreTests.package(.item(), bench.database)
            #expect(try await bench.waiting.takeUp(.test()) == 3)

            let third = try await bench.send([results[0], results[0], results[2]])
            #expect(third.map(\.status) == [.processed, .noUpdate, .processed])
            #expect(try await bench.waits() == [])
        }
    }

    @Test("what was resubmitted by hand and is refused for another reason waits no more") func forgets() async throws {
        try await Self.withBench { bench async throws in
            _ = try await bench.send([Self.result("a", school: "school-1")])
            #expect(try await bench.waits() == ["3 -6 school-1"])
            _ = try await bench.send([Array("no result".utf8)])
            #expect(try await bench.waits() == [])
        }
    }

    @Test("in groups, whatever number waits, and never twice") func takesUpInGroups() async throws {
        try await Self.withBench { bench async throws in
            let count = WaitingResults.atOnce + 5
            try await bench.run(
                """
                INSERT INTO import (id, content, status, digest, content_type, creator, properties)
                SELECT n * 8 + 3, 1, -6, decode(lpad(n::text, 32, '0'), 'hex'), 'x', 'x', '{}'
                  FROM generate_series(1, \(count)) AS n
                """)
            try await bench.run(
                """
                INSERT INTO import_waiting (import_id, reason, wanted)
                SELECT n * 8 + 3, -6, CASE WHEN n % 1000 = 0 THEN 'school-' || n ELSE 'school-1' END
                  FROM generate_series(1, \(count)) AS n
                """)
            try await bench.run(
                "INSERT INTO school (id, natural_id, name, district_id) VALUES (1, 'school-1', 'One', 1)")
            // Two replicas look at once.
            async let one = bench.waiting.takeUp(.test())
            async let two = bench.waiting.takeUp(.test())
            var taken = try await one + two
            while case let more = try await bench.waiting.takeUp(.test()), more > 0 { taken += more }
            #expect(taken == Int(count) - 10)
            #expect(try await bench.queued().count == Int(count) - 10)
            #expect(try await bench.waits().count == 10)
        }
    }
}
