/// Walks through any JSON document and gives back, for each object in it, those members that a reader asked for.
///
/// Strict RFC 8259, with a bound on nesting; nothing but the wanted members is kept, so a hostile document costs no
/// more than its own size. Objects come in the order in which they end.
struct JSONObjects {
    /// A member that is there: its text for a string, number or truth value, nil for `null`, an array or an object.
    typealias Object = [String: String?]

    /// Real files nest four levels.
    static let depthLimit = 64
    /// The largest state has twenty thousand organizations.
    static let objectLimit = 500_000

    struct Malformed: Error, Equatable {
        var offset: Int
    }

    private let bytes: [UInt8]
    private let members: Set<String>
    private var position = 0
    private var objects: [Object] = []

    /// - Throws: `Malformed` for what is not JSON, or not an array or object at the top.
    static func read(_ payload: [UInt8], members: Set<String>) throws(Malformed) -> [Object] {
        var walk = JSONObjects(bytes: payload, members: members)
        if payload.starts(with: [0xEF, 0xBB, 0xBF]) { walk.position = 3 }
        walk.skipBlanks()
        guard walk.peek == UInt8(ascii: "{") || walk.peek == UInt8(ascii: "[") else { throw walk.malformed }
        _ = try walk.value(depth: 0)
        walk.skipBlanks()
        guard walk.position == payload.count else { throw walk.malformed }
        return walk.objects
    }

    private init(bytes: [UInt8], members: Set<String>) {
        self.bytes = bytes
        self.members = members
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private var malformed: Malformed { Malformed(offset: position) }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    private mutating func require(_ byte: Unicode.Scalar) throws(Malformed) {
        guard take(byte) else { throw malformed }
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    /// Reads a value. - Returns: its text if it has one.
    private mutating func value(depth: Int) throws(Malformed) -> String? {
        guard depth < Self.depthLimit else { throw malformed }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"):
            try object(depth: depth)
            return nil
        case UInt8(ascii: "["):
            try array(depth: depth)
            return nil
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "t"): return try word("true")
        case UInt8(ascii: "f"): return try word("false")
        case UInt8(ascii: "n"):
            _ = try word("null")
            return nil
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(Malformed) {
        try require("{")
        var object: Object = [:]
        skipBlanks()
        if !take("}") {
            repeat {
                skipBlanks()
                let name = try string()
                skipBlanks()
                try require(":")
                let text = try value(depth: depth + 1)
                // Of a repeated member the last one counts.
                if members.contains(name) { object.updateValue(text, forKey: name) }
                skipBlanks()
            } while take(",")
            try require("}")
        }
        if object.isEmpty { return }
        guard objects.count < Self.objectLimit else { throw malformed }
        objects.append(object)
    }

    private mutating func array(depth: Int) throws(Malformed) {
        try require("[")
        skipBlanks()
        if take("]") { return }
        repeat {
            _ = try value(depth: depth + 1)
            skipBlanks()
        } while take(",")
        try require("]")
    }

    private mutating func word(_ word: String) throws(Malformed) -> String {
        guard bytes[position...].starts(with: word.utf8) else { throw malformed }
        position += word.utf8.count
        return word
    }

    private mutating func number() throws(Malformed) -> String {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(Malformed) {
        let start = position
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        guard position > start else { throw malformed }
    }

    private mutating func string() throws(Malformed) -> String {
        try require("\"")
        var text: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: text, as: UTF8.self) else { throw malformed }
                return text
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape().utf8)
            case 0..<0x20: throw malformed
            default: text.append(byte)
            }
        }
        throw malformed
    }

    private mutating func escape() throws(Malformed) -> String {
        guard let byte = peek else { throw malformed }
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return String(Character(try scalar()))
        default: throw malformed
        }
    }

    /// Half a surrogate pair is no character, and U+0000 none that a database could hold.
    private mutating func scalar() throws(Malformed) -> Unicode.Scalar {
        var code = try fourHexDigits()
        if (0xD800..<0xDC00).contains(code) {
            try require("\\")
            try require("u")
            let low = try fourHexDigits()
            guard (0xDC00..<0xE000).contains(low) else { throw malformed }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard code != 0, let scalar = Unicode.Scalar(code) else { throw malformed }
        return scalar
    }

    private mutating func fourHexDigits() throws(Malformed) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw malformed
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
