/// Writes the packed columns: whole numbers in as few bytes as they need, nothing aligned.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    mutating func unsigned(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Small magnitudes of either sign are short.
    mutating func signed(_ number: Int64) {
        unsigned(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    mutating func signed(_ number: some FixedWidthInteger & SignedInteger) { signed(Int64(number)) }

    mutating func optional(_ number: Int64?) {
        bytes.append(number == nil ? 0 : 1)
        if let number { signed(number) }
    }

    mutating func optional(_ number: (some FixedWidthInteger & SignedInteger)?) { optional(number.map { Int64($0) }) }

    mutating func double(_ number: Double) {
        // Zero has two signs but is one value.
        let bits = (number == 0 ? 0 : number).bitPattern
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
    }

    mutating func optional(_ number: Double?) {
        bytes.append(number == nil ? 0 : 1)
        if let number { double(number) }
    }

    mutating func optional(_ flag: Bool?) {
        bytes.append(flag.map { $0 ? 2 : 1 } ?? 0)
    }

    mutating func text(_ text: String) {
        var text = text
        text.withUTF8 {
            unsigned(UInt64($0.count))
            bytes.append(contentsOf: $0)
        }
    }

    mutating func optional(_ text: String?) {
        bytes.append(text == nil ? 0 : 1)
        if let text { self.text(text) }
    }

    mutating func block(_ block: [UInt8]) {
        unsigned(UInt64(block.count))
        bytes.append(contentsOf: block)
    }
}

/// Packed bytes that are not what `ByteWriter` wrote.
struct PackingDamaged: Error {}

/// Reads what `ByteWriter` wrote; every length is checked, as the bytes may come from a damaged disk.
struct ByteReader {
    private let bytes: [UInt8]
    private var next = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func byte() throws -> UInt8 {
        guard next < bytes.count else { throw PackingDamaged() }
        defer { next += 1 }
        return bytes[next]
    }

    mutating func unsigned() throws -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let byte = try byte()
            number |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return number }
        }
        throw PackingDamaged()
    }

    mutating func signed() throws -> Int64 {
        let number = try unsigned()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func whole<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        guard let number = Number(exactly: try signed()) else { throw PackingDamaged() }
        return number
    }

    mutating func count<Number: FixedWidthInteger>(_ type: Number.Type, limit: Number = .max) throws -> Number {
        guard let number = Number(exactly: try unsigned()), number <= limit else { throw PackingDamaged() }
        return number
    }

    mutating func isThere() throws -> Bool { try byte() != 0 }

    mutating func optional<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number? {
        try isThere() ? try whole(type) : nil
    }

    mutating func double() throws -> Double {
        var bits: UInt64 = 0
        for _ in 0..<8 { bits = bits << 8 | UInt64(try byte()) }
        return Double(bitPattern: bits)
    }

    mutating func optionalDouble() throws -> Double? { try isThere() ? try double() : nil }

    mutating func optionalFlag() throws -> Bool? {
        switch try byte() {
        case 0: nil
        case 1: false
        default: true
        }
    }

    mutating func text() throws -> String {
        let count = try count(Int.self)
        guard count <= bytes.count - next else { throw PackingDamaged() }
        defer { next += count }
        return String(decoding: bytes[next..<next + count], as: UTF8.self)
    }

    mutating func optionalText() throws -> String? { try isThere() ? try text() : nil }

    /// Throws unless everything has been read.
    func requireEnd() throws {
        guard next == bytes.count else { throw PackingDamaged() }
    }
}
