import Testing

@testable import GatewaySvc

@Suite struct JSONTests {
    @Test(
        "Hostile JSON is refused, never a crash",
        arguments: [
            "", " ", "{", "[", "\"", "\"\\", "\"\\u12", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "nul",
            "tru",
            "+1", "01", "1.", ".5", "1e", "1e9999", "-", "--1", "NaN", "Infinity", "1x", "{} {}", "{\"a\":1,\"a\":2}",
            "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\u0000\"", "\"\u{01}\"", "\"\\x\"", "{a:1}", "'a'",
            "\u{feff}{}", String(repeating: "9", count: 400), String(repeating: "[", count: 100_000),
            String(repeating: "{\"a\":", count: 50_000), "[" + String(repeating: "0,", count: 20_000) + "0]",
        ])
    func refusesHostileJSON(text: String) {
        #expect(throws: JSONProblem.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test(
        "Bytes that are not UTF-8 are refused",
        arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]])
    func refusesBadUTF8(bytes: [UInt8]) {
        #expect(throws: JSONProblem.self) { try JSONValue(parsing: bytes) }
    }

    @Test func readsWhatIsJSON() throws {
        let text = #" {"a":[1,-0,2.5,1e2,true,false,null,"\u00e9\ud83d\ude00\n"],"b":{"":9223372036854775807}} "#
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(
            value["a"]
                == .array([
                    .integer(1), .integer(0), .number(2.5), .number(100), .bool(true), .bool(false), .null,
                    .string("é😀\n"),
                ]))
        #expect(value["b"]?[""] == .integer(.max))
        #expect(try JSONValue(parsing: Array("9223372036854775808".utf8)) == .number(9223372036854775808))
        #expect(
            try JSONValue(parsing: Array((String(repeating: "[", count: 16) + String(repeating: "]", count: 16)).utf8))
                != .null)
    }

    @Test("What is written is read back the same", arguments: 0..<200)
    func roundTrip(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func next(_ bound: Int) -> Int {
            state = state &* 6364136223846793005 &+ 1442695040888963407
            return Int(state >> 33) % bound
        }
        let alphabet: [Character] = [
            "a", "\"", "\\", "\n", "\t", "\r", "\u{1}", "\u{7f}", "é", "😀", "/", "<", "\u{2028}", " ",
        ]
        let texts = (0..<5).map { _ in String((0..<next(12)).map { _ in alphabet[next(alphabet.count)] }) }
        let numbers = (0..<5).map { _ in Int64(next(2_000_000)) * (next(2) == 0 ? 1 : -1) }
        let bytes = jsonText(capacity: 1) { json in
            json.object {
                $0.array("texts", texts) { $0.write($1) }
                $0.array("numbers", numbers) { $0.write($1) }
                $0.field("none", String?.none)
                $0.field("nan", Double.nan)
                $0.field("flag", true)
                $0.field(named: texts[0], numbers[0])
            }
        }
        let value = try JSONValue(parsing: Array(bytes.readableBytesView))
        #expect(value["texts"] == .array(texts.map(JSONValue.string)))
        #expect(value["numbers"] == .array(numbers.map(JSONValue.integer)))
        #expect(value["none"] == .null)
        #expect(value["nan"] == .null)
        #expect(value["flag"] == .bool(true))
        #expect(value[texts[0]] == .integer(numbers[0]))
    }

    @Test(
        "Thousandths become points",
        arguments: [
            (2_456_500, "2456.5"), (0, "0"), (-1, "-0.001"), (1, "0.001"), (-1500, "-1.5"), (12_340, "12.34"),
            (1000, "1"),
            (Int64.min, "-9223372036854775.808"), (Int64.max, "9223372036854775.807"),
        ] as [(Int64, String)])
    func thousandths(value: Int64, text: String) {
        #expect(JSONWriter.points(fromThousandths: value) == text)
    }

    @Test func numbersKeepTheirValue() throws {
        for number in [0.1, 2461.142857142857, 1e-7, -3, 1e300, 5e-324] {
            let bytes = jsonText { $0.write(number) }
            let text = String(buffer: bytes)
            #expect(Double(text) == number, "\(text)")
        }
    }
}
