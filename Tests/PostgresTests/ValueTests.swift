import Contracts
import Postgres
import Support
import Testing

/// Every value type, there and back, its extremes and NULL included.
@Suite struct ValueTests {
    private func echo<C: Column & Equatable>(_ values: [C], _ type: String, at line: SourceLocation = #_sourceLocation)
        async throws
    {
        try await withTemporaryDatabase(connections: 1) { database in
            try await database.transaction(.test()) { session in
                try session.script("CREATE TABLE t (id bigint PRIMARY KEY, value \(type))")
                for (id, value) in values.enumerated() { try session.run("INSERT INTO t VALUES (\(id), \(value))") }
            }
            let back = try await database.read(.test()) { session in
                try session.rows("SELECT value FROM t ORDER BY id", as: C.self)
            }
            #expect(back == values, sourceLocation: line)
        }
    }

    @Test func integers() async throws {
        try await echo([Int16.min, -1, 0, 1, .max], "smallint")
        try await echo([Int32.min, -1, 0, 1, .max], "integer")
        try await echo([Int64.min, -1, 0, 1, .max], "bigint")
        try await echo([Int.min, -1, 0, 1, .max], "bigint")
    }

    @Test func smallerColumnsAreReadByLargerTypes() async throws {
        try await withTemporaryDatabase { database in
            let row = try await database.read(.test()) { session in
                try session.row(
                    "SELECT 7::int2, -8::int2, 9::int4, 1.5::float4, ARRAY[1, 2]::int4[]",
                    as: (Int32, Int64, Int64, Double, [Int64]).self)
            }
            #expect(row?.0 == 7 && row?.1 == -8 && row?.2 == 9 && row?.3 == 1.5 && row?.4 == [1, 2])
        }
    }

    @Test func doubles() async throws {
        try await echo(
            [0, -0.0, 1.1, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, -.infinity], "double precision")
        try await withTemporaryDatabase { database in
            let value = try await database.read(.test()) { try $0.row("SELECT \(Double.nan)", as: Double.self) }
            #expect(value?.isNaN == true)
        }
    }

    @Test func texts() async throws {
        try await echo(["", "a", "Ünï😀\n'\"\\%$1", String(repeating: "x", count: 100_000)], "text")
        try await echo(["abc", ""], "varchar(10)")
    }

    @Test func booleansAndBytes() async throws {
        try await echo([true, false], "boolean")
        try await echo([[], [0], [UInt8](0...255), [UInt8](repeating: 7, count: 300_000)], "bytea")
    }

    @Test func instantsAndDays() async throws {
        let instants: [Int64] = [0, -1, 946_684_800_000_000, 1_767_225_600_123_456, .max, .min]
        try await echo(instants.map(Timestamp.init(microseconds:)), "timestamptz")
        try await echo([0, -1, 10_957, 20_000, .max, .min].map(Day.init(daysSince1970:)), "date")
        try await withTemporaryDatabase { database in
            let row = try await database.read(.test()) { session in
                try session.row(
                    "SELECT timestamptz '1970-01-01 00:00:01Z', date '1970-01-02', \(Day(daysSince1970: 1))::text",
                    as: (Timestamp, Day, String).self)
            }
            #expect(row?.0.microseconds == 1_000_000 && row?.1.daysSince1970 == 1 && row?.2 == "1970-01-02")
        }
    }

    @Test(arguments: [Int64.min + 1, Int64.min + 946_684_800_000_000, -300_000_000_000_000_000])
    func anInstantOutOfRangeIsRefusedNotTrapped(microseconds: Int64) async throws {
        try await withTemporaryDatabase { database in
            await #expect(throws: DatabaseError.self) {
                try await database.read(.test()) { session in
                    try session.row("SELECT \(Timestamp(microseconds: microseconds))", as: Timestamp.self)
                }
            }
        }
    }

    @Test func theLastInstantOfPostgresIsRefusedNotTrapped() async throws {
        try await withTemporaryDatabase { database in
            await #expect(throws: DatabaseError.self) {
                try await database.read(.test()) { session in
                    try session.row("SELECT timestamptz '294276-12-31 23:59:59Z'", as: Timestamp.self)
                }
            }
        }
    }

    @Test func nulls() async throws {
        try await echo([nil, 1, nil] as [Int64?], "bigint")
        try await echo([nil, "", "x"] as [String?], "text")
        try await echo([nil, [1], []] as [[UInt8]?], "bytea")
        try await echo([nil, true] as [Bool?], "boolean")
        try await echo([nil, Timestamp(microseconds: 5)], "timestamptz")
    }

    @Test func arrays() async throws {
        try await echo([[], [1], [Int16.min, .max]] as [[Int16]], "smallint[]")
        try await echo([[], [1], [Int32.min, .max]] as [[Int32]], "integer[]")
        try await echo([[], [1], [Int64.min, .max], [Int64](0..<50_000)] as [[Int64]], "bigint[]")
        try await echo([[], ["", "a,b", "{\"\\}", "NULL"]] as [[String]], "text[]")
        try await echo([[], [[], [0, 255]]] as [[[UInt8]]], "bytea[]")
        try await echo([[1.5, -.infinity]], "double precision[]")
        try await echo([[true, false]], "boolean[]")
        try await echo([[Timestamp(microseconds: 1)]], "timestamptz[]")
        try await echo([[Day(daysSince1970: 1)]], "date[]")
        try await echo([[nil, 3], [nil]] as [[Int64?]], "bigint[]")
        try await echo([nil, ["a", nil]] as [[String?]?], "text[]")
    }

    @Test func textualTypes() async throws {
        try await withTemporaryDatabase { database in
            let row = try await database.transaction(.test()) { session in
                try session.script("CREATE TYPE mood AS ENUM ('sad', 'ok')")
                return try session.row(
                    """
                    SELECT 'ok'::mood, \("{\"a\": 1}")::jsonb, 'x'::char(3), 'n'::name, '{}'::json,
                           \("00112233-4455-6677-8899-aabbccddeeff")::uuid
                    """, as: (String, String, String, String, String, [UInt8]).self)
            }
            #expect(row?.0 == "ok" && row?.1 == "{\"a\": 1}" && row?.2 == "x  " && row?.3 == "n" && row?.4 == "{}")
            #expect(
                row?.5 == [0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF])
        }
    }

    @Test func whatDoesNotFitIsAnError() async throws {
        try await withTemporaryDatabase { database in
            func read<each C: Column>(_ sql: SQL, as types: (repeat each C).Type) async -> DatabaseError? {
                do {
                    _ = try await database.read(.test()) { session in _ = try session.rows(sql, as: types) }
                    return nil
                } catch {
                    return error as? DatabaseError
                }
            }
            #expect(await read("SELECT NULL::bigint AS age", as: Int64.self)?.message == "column age is null for Int64")
            #expect(await read("SELECT 1::bigint", as: Int32.self)?.sqlState == "42804")
            #expect(await read("SELECT 'a'", as: Int32.self)?.sqlState == "42804")
            #expect(await read("SELECT 1, 2", as: Int32.self)?.sqlState == "42804")
            #expect(await read("SELECT 1", as: (Int32, Int32).self)?.sqlState == "42804")
            #expect(await read("SELECT ARRAY[[1]]", as: [Int32].self)?.sqlState == "42804")
            #expect(await read("SELECT 1.5::numeric", as: Double.self)?.sqlState == "42804")
            #expect(await read("SELECT ARRAY[NULL::bigint]", as: [Int64].self)?.sqlState == "42804")
        }
    }

    @Test func aValueIsNeverText() async throws {
        let hostile = "'; DROP TABLE t; --"
        try await withTemporaryDatabase { database in
            let filter: SQL = "value = \(hostile) AND id < \(Int64(5))"
            let rows = try await database.transaction(.test()) { session in
                try session.script("CREATE TABLE t (id bigint, value text)")
                try session.run("INSERT INTO t VALUES (\(Int64(1)), \(hostile))")
                let columns = ["id", "value"].map { SQL(stringLiteral: $0) }.joined(separator: ", ")
                return try session.rows(
                    "SELECT \(columns) FROM \(raw: "t") WHERE id > \(Int64(0)) AND \(filter)", as: (Int64, String).self)
            }
            #expect(rows.count == 1 && rows.first?.1 == hostile)
            #expect(filter.text == "value = $1 AND id < $2")
        }
    }

    @Test func aTextWithNULIsMalformed() async throws {
        try await withTemporaryDatabase { database in
            await #expect(throws: Fault(.malformed, "a text holds a character that cannot be stored")) {
                try await database.read(.test()) { session in try session.row("SELECT \("a\0b")", as: String.self) }
            }
        }
    }

    @Test func errorsNeverQuoteValues() async throws {
        try await withTemporaryDatabase { database in
            do {
                _ = try await database.read(.test()) { session in
                    try session.row("SELECT \("SECRET")::integer", as: Int32.self)
                }
                Issue.record("text became a number")
            } catch {
                #expect(!"\(error)".contains("SECRET"))
            }
        }
    }
}
