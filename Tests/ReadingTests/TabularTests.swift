import Tabular
import Testing

/// What a table file says, whatever its line ends, quotes, comments and pieces are (ingest §4.1, §6.2).
struct TabularTests {
    static func rows(_ text: String, _ format: TableFormat = .commas) throws -> [[String]] {
        try rows(Array(text.utf8), format)
    }

    static func rows(_ bytes: [UInt8], _ format: TableFormat = .commas) throws -> [[String]] {
        var reader = TableReader(format, bytes)
        var rows: [[String]] = []
        while let row = try reader.next() { rows.append((0..<row.count).map { row[$0] }) }
        return rows
    }

    static func problem(_ text: String, _ format: TableFormat = .commas) -> TableError? {
        do {
            _ = try rows(text, format)
            return nil
        } catch {
            return error as? TableError
        }
    }

    @Test(arguments: [
        ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
        ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
        ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]),
        ("\u{FEFF}a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ("\u{FEFF}#x,y,z\n\na,b\n\n\n#\nc,d\n#end", [["a", "b"], ["c", "d"]]),
        ("a,\"b,\"\"c\"\"\"\n", [["a", "b,\"c\""]]),
        ("\"a\nb\",c", [["a\nb", "c"]]),
        ("\"#a\",#b", [["#a", "#b"]]),
        ("  a\t, \"b\" ,\"c\t\"\t\n", [["a", "\"b\"", "c"]]),
        ("a b,c\"d\"", [["a b", "c\"d\""]]),
        (",,\n", [["", "", ""]]),
        ("a,", [["a", ""]]),
        ("é,日本", [["é", "日本"]]),
        ("", []),
        ("\u{FEFF}", []),
        ("\n\r\n\r", []),
    ])
    func readsWhatItSays(text: String, rows: [[String]]) throws {
        #expect(try Self.rows(text) == rows)
    }

    @Test func readsCaretsWithAndWithoutQuotes() throws {
        #expect(try Self.rows("a^\"b^c\"^d,e", .carets) == [["a", "b^c", "d,e"]])
        let plain = TableFormat(separator: UInt8(ascii: "^"), quoted: false)
        #expect(try Self.rows("a^\"b^c\"", plain) == [["a", "\"b", "c\""]])
    }

    @Test func givesTheSameForEveryCut() throws {
        let text = "\u{FEFF}# é\r\na,\"b\r\n\"\"ü\"\"\",c\r\n\r\n\"\",x,\r\n"
        let bytes = Array(text.utf8)
        let whole = try Self.rows(bytes)
        #expect(whole == [["a", "b\n\"ü\"", "c"], ["", "x", ""]])
        for size in 1...bytes.count {
            var pieces = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            pieces.insert([], at: pieces.count / 2)
            var next = pieces.makeIterator()
            var reader = TableReader(.commas) { next.next() }
            var rows: [[String]] = []
            while let row = try reader.next() { rows.append((0..<row.count).map { row[$0] }) }
            #expect(rows == whole, "pieces of \(size) bytes")
        }
    }

    @Test func countsRecordsAndLinesAsMessagesDo() throws {
        var reader = TableReader(.commas, Array("#c\nh\n\nx\n,\n\"y\n\ny\"\n#c\nz".utf8))
        var places: [[Int]] = []
        while let row = try reader.next() { places.append([row.record, row.line, row.isBlank ? 1 : 0]) }
        #expect(places == [[0, 2, 0], [1, 4, 0], [2, 5, 1], [3, 8, 0], [4, 10, 0]])
    }

    @Test(arguments: [
        ("a\n\"b\nc", TableError(line: 3, problem: .openQuote)),
        ("a\n\"b\"c\n", TableError(line: 2, problem: .textAfterQuote)),
    ])
    func refusesBrokenQuotes(text: String, error: TableError) {
        #expect(Self.problem(text) == error)
    }

    @Test(arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0xAF]] as [[UInt8]])
    func refusesWhatIsNotUTF8(bytes: [UInt8]) {
        #expect(throws: TableError(line: 2, problem: .invalidUTF8)) { try Self.rows(Array("a\nb,".utf8) + bytes) }
    }

    @Test func refusesWhatADatabaseCannotHold() {
        #expect(Self.problem("a\nb\u{0}c") == TableError(line: 2, problem: .nul))
    }

    @Test func holdsItsLimits() throws {
        let narrow = TableFormat(separator: UInt8(ascii: ","), recordLimit: 10, columnLimit: 3)
        #expect(try Self.rows("a,b,c\n0123456789", narrow).count == 2)
        #expect(Self.problem("a\n01234567890", narrow) == TableError(line: 2, problem: .recordTooLong(limit: 10)))
        #expect(Self.problem("\"\n\n\n\n\n\n\n\n\n\n\n\"", narrow)?.problem == .recordTooLong(limit: 10))
        #expect(Self.problem("\"a\"             ", narrow)?.problem == .recordTooLong(limit: 10))
        #expect(Self.problem("a,b,c,d", narrow) == TableError(line: 1, problem: .tooManyColumns(limit: 3)))
    }

    @Test func findsColumnsByName() throws {
        var reader = TableReader(.commas, Array("b, a ,,\n1,2\n".utf8))
        let first = try #require(try reader.next())
        let headings = try TableHeadings(first)
        let row = try #require(try reader.next())
        #expect(row[headings["a"]] == "2")
        #expect(row[headings["b"]] == "1")
        #expect(headings["A"] == nil)
        #expect(row[headings["A"]] == "")
        #expect(row[7] == "" && row[-1] == "")
        #expect(headings.missing(["x", "a", "y"]) == ["x", "y"])

        var twice = TableReader(.commas, Array("#c\na,b,a\n".utf8))
        let doubled = try #require(try twice.next())
        #expect(throws: TableError(line: 2, problem: .duplicateHeading("a"))) { try TableHeadings(doubled) }
    }
}
