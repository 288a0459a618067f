import Foundation
import Ledger
import Postgres
import Testing

@testable import ResultsSvc

/// Percentile tables: what is taken, each text of a refusal, and that a refusal stores nothing (ingest §8, §16.7).
struct NormsTests {
    static let headings =
        "assessment_id,start_date,end_date,count,mean,standard_deviation,min_score,max_score,percentile_rank,score"
    static let key = "SUM-LAT-5,2019-03-01,2019-07-31"

    static func file(_ rows: String...) -> [UInt8] { Array(([headings] + rows).joined(separator: "\n").utf8) }

    /// A table that is right, with something done to its rows.
    static func table(_ changes: [(String, String)] = []) -> [UInt8] {
        var text = String(
            decoding: file("\(key),1200,350.5,88.9,100,599,25,200", "\(key),,,,,,50,300", "\(key),,,,,,75,400"),
            as: UTF8.self)
        for (old, new) in changes {
            precondition(text.contains(old), "nothing to change")
            text = text.replacing(old, with: new)
        }
        return Array(text.utf8)
    }

    /// Lends a database that knows the assessment SUM-LAT-5, with scores from 100 to 599.
    private static func withAssessment(_ body: (Database) async throws -> Void) async throws {
        try await DefinitionStoreTests.withDatabase { database async throws in
            _ = try await DefinitionStoreTests.subject(InventedSubject.xml, database)
            _ = try await DefinitionStoreTests.package(.item(), database)
            try await body(database)
        }
    }

    private static func load(
        _ payload: [UInt8], _ database: Database, importID: Int64 = 24
    ) async throws -> ImportOutcome {
        try await database.transaction(.test()) { try NormsStore.load(payload, importID: importID, $0) }
    }

    private static func stored(_ database: Database) async throws -> [String] {
        try await database.read(.test()) { session in
            try session.rows(
                """
                SELECT concat_ws(' ', a.natural_id, start_date, end_date, count, mean, coalesce(standard_deviation::text, '-'),
                                 min_score, max_score, ranks, scores, p.import_id)
                  FROM percentile_table p JOIN assessment a ON a.id = assessment_id ORDER BY start_date
                """, as: String.self)
        }
    }

    private static func refusal(_ payload: [UInt8]) -> ImportRefusal? {
        let lookups = NormsLookups(assessments: ["SUM-LAT-5": .init(id: 1, range: 100...599)])
        do {
            _ = try NormsRules.check(try NormsFile.read(payload), lookups)
            return nil
        } catch {
            return error
        }
    }

    @Test func storesTablesAndReplacesThemWhole() async throws {
        try await Self.withAssessment { database async throws in
            #expect(
                try await Self.load(Self.table(), database)
                    == ImportOutcome(.processed, "Percentiles created: 1 updated: 0"))
            let first = "SUM-LAT-5 2019-03-01 2019-07-31 1200 350.5 88.9 100 599 {25,50,75} {200,300,400} 24"
            #expect(try await Self.stored(database) == [first])
            // The same key with fewer of some and more of other things; beside it a new table, apart by a day.
            let next = "SUM-LAT-5,2019-08-01,2019-08-01"
            let payload = Self.file(
                "\(Self.key),7,300,,,,,", ",,,,,,,,,", "\(Self.key),,,,,,10,100", "\(Self.key),,,,,,,",
                "\(Self.key),,,,,,20,100", "\(Self.key),,,,,,30,599", "\(Self.key),,,,,,90,599",
                "\(next),1,150,0,100,200,1,100", "\(next),,,,,,2,150", "\(next),,,,,,3,200")
            #expect(
                try await Self.load(payload, database, importID: 32)
                    == ImportOutcome(.processed, "Percentiles created: 1 updated: 1"))
            #expect(
                try await Self.stored(database) == [
                    "SUM-LAT-5 2019-03-01 2019-07-31 7 300 - 100 599 {10,20,30,90} {100,100,599,599} 32",
                    "SUM-LAT-5 2019-08-01 2019-08-01 1 150 0 100 200 {1,2,3} {100,150,200} 32",
                ])
        }
    }

    @Test func refusesWhatOverlapsAStoredTableAndStoresNothingOfTheFile() async throws {
        try await Self.withAssessment { database async throws in
            _ = try await Self.load(Self.table(), database)
            let before = try await Self.stored(database)
            let later = Self.table([("2019-03-01,2019-07-31", "2019-07-31,2019-09-30")])
            let both =
                Self.table([("2019-03-01,2019-07-31", "2020-03-01,2020-07-31")])
                + [UInt8(ascii: "\n")] + later.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
            var messages = ImportMessages()
            messages.add(
                "[row:4][SUM-LAT-5,2019-07-31,2019-09-30], assessment_id", "SUM-LAT-5",
                "start_date and end_date overlap 1 existing percentile(s) for the same assessment")
            #expect(try await Self.load(both, database) == ImportOutcome(.badData, messages.collectedText()))
            #expect(try await Self.stored(database) == before)
        }
    }

    @Test(
        "ingest §8: each refusal of a cell",
        arguments: [
            ("SUM-LAT-5", "NONE", 1, "assessment_id", "NONE", "Missing assessment with natural id of NONE"),
            ("SUM-LAT-5", " ", 1, "assessment_id", "", "value may not be blank"),
            ("2019-03-01", "", 1, "start_date", "", "value may not be blank"),
            (
                "2019-07-31", "7/31/2019", 1, "end_date", "7/31/2019",
                "invalid date [7/31/2019], use format YYYY-MM-DD"
            ),
            ("2019-07-31", "2019-02-28", 1, "end_date", "2019-02-28", "end_date must not be before start_date"),
            (",1200,", ",,", 1, "count", "", "value may not be blank"),
            (",1200,", ",1.5,", 1, "count", "1.5", "For input string: \"1.5\""),
            (",1200,", ",-1,", 1, "count", "-1", "value must be in range 0 - 2147483647"),
            (",1200,", ",99999999999,", 1, "count", "99999999999", "value must be in range 0 - 2147483647"),
            ("350.5", "", 1, "mean", "", "value may not be blank"),
            ("350.5", "99.5", 1, "mean", "99.5", "value must be in range 100 - 599"),
            ("350.5", "nan", 1, "mean", "nan", "For input string: \"nan\""),
            ("88.9", "wide", 1, "standard_deviation", "wide", "For input string: \"wide\""),
            (",100,599,", ",300,300,", 1, "min/max_score", "300", "min score 300 must be less than max score 300"),
            (",50,300", ",,300", 2, "percentile_rank", "", "value may not be blank"),
            (",50,300", ",50,", 2, "score", "", "value may not be blank"),
            (",50,300", ",101,300", 2, "percentile_rank", "101", "value must be in range 0 - 100"),
            (",50,300", ",50,600", 2, "score", "600", "value must be in range 100 - 599"),
            (",50,300", ",25,300", 2, "min/max_score", "25", "rank 25 must be greater than previous rank 25"),
            (
                ",50,300", ",50,199.5", 2, "min/max_score", "199.5",
                "score 199.5 must not be less than previous score 200"
            ),
        ] as [(String, String, Int, String, String, String)])
    func refuses(old: String, new: String, row: Int, column: String, value: String, error: String) throws {
        let refusal = try #require(Self.refusal(Self.table([(old, new)])))
        let key = (old.contains("SUM") || old.contains("2019-") ? Self.key.replacing(old, with: new) : Self.key)
            .replacing(" ", with: "")
        var messages = ImportMessages()
        messages.add("[row:\(row)][\(key)], \(column)", value, error)
        #expect(refusal.status == .badData)
        // A bad cell may have other consequences, but it is named first.
        let entry = messages.collectedText().dropFirst(#"{"messages":["#.count).dropLast(2)
        #expect(refusal.message.dropFirst(#"{"messages":["#.count).hasPrefix(entry), "\(refusal.message)")
    }

    @Test(
        "ingest §8: tables that are too short, twice there, or apart",
        arguments: [
            (
                [key + ",1,350,,,,25,200", key + ",,,,,,50,300"],
                ["2-rank(s) provided not equal to or greater than 3"]
            ),
            ([key + ",1,350,,,,,"], ["0-rank(s) provided not equal to or greater than 3"]),
            (
                [
                    key + ",1,350,,,,1,200", key + ",,,,,,2,300", key + ",,,,,,3,300",
                    "SUM-LAT-5,2019-07-31,2019-08-31,1,350,,,,1,200", "SUM-LAT-5,2019-07-31,2019-08-31,,,,,,2,300",
                    "SUM-LAT-5,2019-07-31,2019-08-31,,,,,,3,300",
                ], ["start_date and end_date overlap 1 existing percentile(s) for the same assessment"]
            ),
        ] as [([String], [String])])
    func refusesTables(rows: [String], errors: [String]) throws {
        let refusal = try #require(Self.refusal(Array(([Self.headings] + rows).joined(separator: "\r\n").utf8)))
        #expect(refusal.status == .badData)
        #expect(refusal.message.components(separatedBy: "\"error\":").count == errors.count + 1, "\(refusal.message)")
        for error in errors { #expect(refusal.message.contains(error)) }
    }

    @Test func refusesFilesThatAreNoTables() {
        #expect(Self.refusal(Self.file()) == ImportRefusal(.badData, "Empty payload"))
        #expect(Self.refusal(Self.file(",,,", "# only words")) == ImportRefusal(.badData, "Empty payload"))
        #expect(
            Self.refusal(Array("assessment_id,start_date,end_date,count,mean,min_score,max_score,score".utf8))
                == ImportRefusal(.badData, "Missing required columns: [standard_deviation, percentile_rank]"))
        #expect(Self.refusal([])?.message.hasPrefix("Missing required columns: [assessment_id, ") == true)
        #expect(
            Self.refusal(Self.file("\"open"))
                == ImportRefusal(.badFormat, "Unable to read norms: line 2: a quoted cell does not end"))
    }

    @Test("every error is collected, in the order of the file") func collects() throws {
        let refusal = try #require(Self.refusal(Self.file("NONE,x,y,z,,,5,4,9,a", "NONE,x,y,,,,,,8,")))
        let columns = refusal.message.components(separatedBy: "[NONE,x,y], ").dropFirst().map {
            String($0.prefix { $0 != "\"" })
        }
        #expect(
            columns == [
                "assessment_id", "start_date", "end_date", "count", "min/max_score", "mean", "score", "score",
                "min/max_score", "assessment_id",
            ])
    }

    @Test(.enabled(if: DefinitionCorpus.isThere)) func readsTheRealFile() throws {
        let tables = try NormsFile.read(DefinitionCorpus.bytes("norms.csv"))
        #expect(tables.count == 3)
        #expect(tables.allSatisfy { $0.ranks.count == 9 })
    }
}
