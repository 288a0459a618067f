import Contracts
import Postgres
import Support
import Testing

@Suite struct CopyTests {
    private struct GivenUp: Error {}

    private func withTable(_ body: (Database) async throws -> Void) async throws {
        try await withTemporaryDatabase(connections: 1) { database in
            try await database.transaction(.test()) { session in
                try session.script(
                    "CREATE TABLE t (id bigint PRIMARY KEY, name text, score double precision, tags bigint[])")
            }
            try await body(database)
        }
    }

    private static let statement = "COPY t (id, name, score, tags) FROM STDIN (FORMAT binary)"

    @Test func manyRowsThereAndBack() async throws {
        try await withTable { database in
            let copied = try await database.transaction(.test()) { session in
                try session.copyIn(Self.statement) { writer in
                    for id in Int64(0)..<20_000 {
                        let name: String? = id % 3 == 0 ? nil : "name \(id)"
                        try writer.row(id, name, Double(id) / 4, [id, -id])
                    }
                }
            }
            #expect(copied == 20_000)
            let sums = try await database.read(.test()) { session in
                var sum: Int64 = 0, nulls = 0, wrong = 0
                let count = try session.copyOut(
                    "COPY (SELECT id, name, score, tags FROM t ORDER BY id) TO STDOUT (FORMAT binary)",
                    as: (Int64, String?, Double, [Int64]).self
                ) { id, name, score, tags in
                    sum += id
                    if name == nil { nulls += 1 }
                    if score != Double(id) / 4 || tags != [id, -id] { wrong += 1 }
                }
                return [Int64(count), sum, Int64(nulls), Int64(wrong)]
            }
            #expect(sums == [20_000, 199_990_000, 6_667, 0])
        }
    }

    @Test func aRowIsReadCellByCell() async throws {
        try await withTable { database in
            let read = try await database.read(.test()) { session in
                var read: [String] = []
                var list: [Int32] = []
                try session.copyOut(
                    """
                    COPY (SELECT n::smallint, -n, n::bigint << 40, CASE n WHEN 2 THEN '' ELSE int4send(n) || int4send(-n) END
                            FROM generate_series(1, 3) n) TO STDOUT (FORMAT binary)
                    """
                ) { row in
                    let (small, middle, large) = (try row.int16(), try row.int32(), try row.int64() >> 40)
                    try row.packedInt32s(into: &list)
                    read.append("\(small) \(middle) \(large) \(list)")
                }
                return read
            }
            #expect(read == ["1 -1 1 [1, -1]", "2 -2 2 []", "3 -3 3 [3, -3]"])
        }
    }

    @Test(arguments: [
        "NULL::bytea", "'\\x010203'::bytea", "'\\x0102030405'::bytea", "'\\x00000001'::bytea, 2",
    ])
    func whatAreNoPackedNumbersIsRefused(value: String) async throws {
        try await withTable { database in
            await #expect {
                try await database.read(.test()) { session in
                    var list: [Int32] = []
                    try session.copyOut("COPY (SELECT \(value)) TO STDOUT (FORMAT binary)") {
                        try $0.packedInt32s(into: &list)
                    }
                }
            } throws: { "\($0)".contains("COPY sent what its types do not say") }
        }
    }

    @Test func noRowsAtAll() async throws {
        try await withTable { database in
            let counts = try await database.transaction(.test()) { session in
                let copied = try session.copyIn(Self.statement) { _ in }
                let read = try session.copyOut("COPY t (id) TO STDOUT (FORMAT binary)", as: Int64.self) { _ in }
                return [copied, read]
            }
            #expect(counts == [0, 0])
        }
    }

    @Test func aWriterThatGivesUpCopiesNothingAndTheConnectionGoesOn() async throws {
        try await withTable { database in
            await #expect(throws: GivenUp.self) {
                try await database.transaction(.test()) { session in
                    try session.copyIn(Self.statement) { writer in
                        for id in Int64(0)..<5_000 { try writer.row(id, "x", 0.5, [id]) }
                        throw GivenUp()
                    }
                }
            }
            let count = try await database.read(.test()) { try $0.row("SELECT count(*) FROM t", as: Int64.self) }
            #expect(count == 0)
        }
    }

    @Test func aRefusedRowIsPostgresError() async throws {
        try await withTable { database in
            await #expect {
                try await database.transaction(.test()) { session in
                    try session.copyIn(Self.statement) { writer in
                        for _ in 0..<2 { try writer.row(Int64(1), "x", 0.5, [] as [Int64]) }
                    }
                }
            } throws: { ($0 as? DatabaseError)?.sqlState == "23505" && ($0 as? DatabaseError)?.constraint == "t_pkey" }
            await #expect {
                try await database.transaction(.test()) { session in
                    try session.copyIn(Self.statement) { try $0.row(Int64(1), "x") }
                }
            } throws: { ($0 as? DatabaseError)?.sqlState == "42804" }
        }
    }

    @Test func aReaderThatGivesUpDoesNotSpoilTheNextCall() async throws {
        try await withTable { database in
            await #expect(throws: GivenUp.self) {
                try await database.read(.test()) { session in
                    try session.copyOut(
                        "COPY (SELECT generate_series(1, 1000000)::bigint) TO STDOUT (FORMAT binary)", as: Int64.self
                    ) { if $0 == 10 { throw GivenUp() } }
                }
            }
            let one = try await database.read(.test()) { try $0.row("SELECT 1", as: Int32.self) }
            #expect(one == 1)
        }
    }

    @Test func textFormatIsRefused() async throws {
        try await withTable { database in
            await #expect(throws: DatabaseError.self) {
                try await database.transaction(.test()) { try $0.copyIn("COPY t FROM STDIN") { _ in } }
            }
            await #expect(throws: DatabaseError.self) {
                try await database.read(.test()) { try $0.copyOut("COPY t (id) TO STDOUT", as: Int64.self) { _ in } }
            }
        }
    }

    @Test func pipelines() async throws {
        try await withTable { database in
            let affected = try await database.transaction(.test()) { session in
                try session.pipeline((0..<200).map { "INSERT INTO t (id) VALUES (\(Int64($0)))" })
            }
            #expect(affected == [Int](repeating: 1, count: 200))
            await #expect {
                try await database.transaction(.test()) { session in
                    try session.pipeline([
                        "INSERT INTO t (id) VALUES (\(Int64(1_000)))", "INSERT INTO t (id) VALUES (\(Int64(5)))",
                        "INSERT INTO t (id) VALUES (\(Int64(1_001)))",
                    ])
                }
            } throws: { ($0 as? DatabaseError)?.sqlState == "23505" }
            let count = try await database.read(.test()) { try $0.row("SELECT count(*) FROM t", as: Int64.self) }
            #expect(count == 200)
        }
    }
}
