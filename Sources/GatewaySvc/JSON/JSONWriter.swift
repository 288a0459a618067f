import NIOCore

/// JSON written straight into a buffer: keys in the order of the calls, nothing in between is built.
///
/// Result pages have thousands of small members; a writer costs a fraction of an encoder over a tree of values.
struct JSONWriter: ~Copyable {
    private(set) var buffer: ByteBuffer
    /// True after a value: the next one in the same object or array begins with a comma.
    private var followsValue = false

    init(capacity: Int = 1024) {
        buffer = ByteBuffer()
        buffer.reserveCapacity(capacity)
    }

    /// `{…}` as a value.
    mutating func object(_ fill: (inout JSONWriter) throws -> Void) rethrows {
        open(UInt8(ascii: "{"))
        try fill(&self)
        close(UInt8(ascii: "}"))
    }

    /// `[…]` as a value, an element per member of `values`.
    mutating func array<Values: Sequence>(
        _ values: Values, _ element: (inout JSONWriter, Values.Element) throws -> Void
    ) rethrows {
        open(UInt8(ascii: "["))
        for value in values { try element(&self, value) }
        close(UInt8(ascii: "]"))
    }

    // MARK: Members of an object

    mutating func object(_ name: StaticString, _ fill: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try object(fill)
    }

    mutating func array<Values: Sequence>(
        _ name: StaticString, _ values: Values, _ element: (inout JSONWriter, Values.Element) throws -> Void
    ) rethrows {
        key(name)
        try array(values, element)
    }

    mutating func field(_ name: StaticString, _ value: String?) {
        key(name)
        write(value)
    }

    mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        write(value)
    }

    mutating func field<Number: FixedWidthInteger>(_ name: StaticString, _ value: Number?) {
        key(name)
        write(value)
    }

    mutating func field(_ name: StaticString, _ value: Double?) {
        key(name)
        write(value)
    }

    /// Thousandths as a number with at most three decimals: 2,456,500 is `2456.5`.
    mutating func field(_ name: StaticString, thousandths value: Int64?) {
        key(name)
        separate()
        if let value {
            buffer.writeString(Self.points(fromThousandths: value))
        } else {
            buffer.writeStaticString("null")
        }
        followsValue = true
    }

    /// A member whose name is data, such as a subject's code.
    mutating func field<Number: FixedWidthInteger>(named name: String, _ value: Number) {
        key(named: name)
        write(value)
    }

    mutating func field(named name: String, _ value: String) {
        key(named: name)
        write(value)
    }

    mutating func key(named name: String) {
        separate()
        quote(name)
        buffer.writeInteger(UInt8(ascii: ":"))
        followsValue = false
    }

    mutating func key(_ name: StaticString) {
        separate()
        buffer.writeInteger(UInt8(ascii: "\""))
        buffer.writeStaticString(name)
        buffer.writeStaticString("\":")
        followsValue = false
    }

    // MARK: Values

    mutating func write(_ value: String?) {
        separate()
        if let value { quote(value) } else { buffer.writeStaticString("null") }
        followsValue = true
    }

    mutating func write(_ value: Bool) {
        separate()
        buffer.writeStaticString(value ? "true" : "false")
        followsValue = true
    }

    mutating func write<Number: FixedWidthInteger>(_ value: Number?) {
        separate()
        if let value { buffer.writeString(String(value)) } else { buffer.writeStaticString("null") }
        followsValue = true
    }

    /// JSON knows no infinity and no NaN: they become null.
    mutating func write(_ value: Double?) {
        separate()
        if let value, value.isFinite {
            if let whole = Int64(exactly: value) {
                buffer.writeString(String(whole))
            } else {
                buffer.writeString("\(value)")
            }
        } else {
            buffer.writeStaticString("null")
        }
        followsValue = true
    }

    // MARK: Parts

    private mutating func open(_ bracket: UInt8) {
        separate()
        buffer.writeInteger(bracket)
        followsValue = false
    }

    private mutating func close(_ bracket: UInt8) {
        buffer.writeInteger(bracket)
        followsValue = true
    }

    private mutating func separate() {
        if followsValue { buffer.writeInteger(UInt8(ascii: ",")) }
    }

    private mutating func quote(_ text: String) {
        buffer.writeInteger(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var begin = 0
            for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F {
                buffer.writeBytes(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[begin..<index])))
                escape(byte)
                begin = index + 1
            }
            buffer.writeBytes(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[begin...])))
        }
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22: buffer.writeStaticString("\\\"")
        case 0x5C: buffer.writeStaticString("\\\\")
        case 0x0A: buffer.writeStaticString("\\n")
        case 0x0D: buffer.writeStaticString("\\r")
        case 0x09: buffer.writeStaticString("\\t")
        default:
            let digits = Array("0123456789abcdef".utf8)
            buffer.writeStaticString("\\u00")
            buffer.writeInteger(digits[Int(byte >> 4)])
            buffer.writeInteger(digits[Int(byte & 15)])
        }
    }

    static func points(fromThousandths value: Int64) -> String {
        let (whole, rest) = value.quotientAndRemainder(dividingBy: 1000)
        if rest == 0 { return String(whole) }
        var decimals = String(rest.magnitude)
        decimals = String(repeating: "0", count: 3 - decimals.count) + decimals
        while decimals.last == "0" { decimals.removeLast() }
        return (value < 0 ? "-" : "") + "\(whole.magnitude).\(decimals)"
    }
}

/// A whole JSON text.
func jsonText(capacity: Int = 1024, _ fill: (inout JSONWriter) throws -> Void) rethrows -> ByteBuffer {
    var writer = JSONWriter(capacity: capacity)
    try fill(&writer)
    return writer.buffer
}
