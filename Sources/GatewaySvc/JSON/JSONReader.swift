import Contracts

/// The parser behind `JSONValue(parsing:)`: one pass, recursion bounded by `depthLimit`.
struct JSONReader {
    private let bytes: [UInt8]
    private let depthLimit: Int
    private let valueLimit: Int
    private var at = 0
    private var depth = 0
    private var values = 0

    init(_ bytes: [UInt8], depthLimit: Int, valueLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        self.valueLimit = valueLimit
    }

    mutating func readText() throws(JSONProblem) -> JSONValue {
        let value = try readValue()
        skipBlanks()
        guard at == bytes.count else { throw problem("text after the end") }
        return value
    }

    private mutating func readValue() throws(JSONProblem) -> JSONValue {
        skipBlanks()
        values += 1
        guard values <= valueLimit else { throw problem("too many values") }
        guard at < bytes.count else { throw problem("unexpected end") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try nested { reader throws(JSONProblem) in try reader.readObject() }
        case UInt8(ascii: "["): return try nested { reader throws(JSONProblem) in try reader.readArray() }
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        default: return try readNumber()
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(JSONProblem) -> JSONValue
    ) throws(JSONProblem) -> JSONValue {
        guard depth < depthLimit else { throw problem("nested too deeply") }
        depth += 1
        at += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func readObject() throws(JSONProblem) -> JSONValue {
        var members: [String: JSONValue] = [:]
        skipBlanks()
        if take("}") { return .object(members) }
        while true {
            skipBlanks()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw problem("a member's name is missing") }
            let begin = at
            let name = try readString()
            skipBlanks()
            guard take(":") else { throw problem("a colon is missing") }
            let value = try readValue()
            guard members.updateValue(value, forKey: name) == nil else {
                throw JSONProblem(what: "a member stands there twice", offset: begin)
            }
            skipBlanks()
            if take("}") { return .object(members) }
            guard take(",") else { throw problem("a comma or closing brace is missing") }
        }
    }

    private mutating func readArray() throws(JSONProblem) -> JSONValue {
        var elements: [JSONValue] = []
        skipBlanks()
        if take("]") { return .array(elements) }
        while true {
            elements.append(try readValue())
            skipBlanks()
            if take("]") { return .array(elements) }
            guard take(",") else { throw problem("a comma or closing bracket is missing") }
        }
    }

    private mutating func readString() throws(JSONProblem) -> String {
        at += 1
        var out: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: out, as: UTF8.self) else { throw problem("not UTF-8") }
                return text
            case UInt8(ascii: "\\"):
                try readEscape(into: &out)
            case 0..<0x20:
                throw problem("a control character in a string")
            default:
                out.append(byte)
            }
        }
        throw problem("a string without end")
    }

    private mutating func readEscape(into out: inout [UInt8]) throws(JSONProblem) {
        guard at < bytes.count else { throw problem("unexpected end") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            var code = UInt32(try readHex4())
            if (0xD800..<0xDC00).contains(code) {
                guard take("\\"), take("u") else { throw problem("half a character") }
                let low = UInt32(try readHex4())
                guard (0xDC00..<0xE000).contains(low) else { throw problem("half a character") }
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            }
            guard code != 0, let scalar = Unicode.Scalar(code) else { throw problem("an impossible character") }
            out.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
        default:
            throw problem("an unknown escape")
        }
    }

    private mutating func readHex4() throws(JSONProblem) -> UInt16 {
        var code: UInt16 = 0
        for _ in 0..<4 {
            guard at < bytes.count, let digit = Hex.digit(bytes[at]) else {
                throw problem("four hex digits are missing")
            }
            code = code << 4 | UInt16(digit)
            at += 1
        }
        return code
    }

    private mutating func readWord(_ word: StaticString, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
        for offset in 0..<word.utf8CodeUnitCount {
            guard at < bytes.count, bytes[at] == word.utf8Start[offset] else { throw problem("an unknown word") }
            at += 1
        }
        return value
    }

    private mutating func readNumber() throws(JSONProblem) -> JSONValue {
        let begin = at
        _ = take("-")
        let digits = countDigits()
        guard digits > 0, digits <= 32 else { throw problem("not a value") }
        if digits > 1, bytes[at - digits] == UInt8(ascii: "0") { throw problem("a leading zero") }
        var whole = true
        if take(".") {
            whole = false
            guard (1...32).contains(countDigits()) else { throw problem("not a number") }
        }
        if take("e") || take("E") {
            whole = false
            if !take("+") { _ = take("-") }
            guard (1...3).contains(countDigits()) else { throw problem("not a number") }
        }
        let text = String(decoding: bytes[begin..<at], as: UTF8.self)
        if whole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw problem("a number too large") }
        return .number(number)
    }

    private mutating func countDigits() -> Int {
        let begin = at
        while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) { at += 1 }
        return at - begin
    }

    private mutating func skipBlanks() {
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private func problem(_ what: String) -> JSONProblem { JSONProblem(what: what, offset: at) }
}
