/// A statement whose interpolated values are bound parameters, never text.
///
/// `"SELECT name FROM org.school WHERE id = \(id)"` becomes `… WHERE id = $1`. Another `SQL` is spliced in with its own
/// parameters; `\(raw:)` splices text that this program wrote itself, such as a schema's name, never anything from
/// outside. `Optional` values are NULL when nil.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// One more than there are values; a value stands between two neighbours.
    private var texts: [String]
    private(set) var types: [ColumnType]
    /// Per value its number of bytes, -1 for NULL.
    private(set) var lengths: [Int32]
    /// The values one after another, behind one byte that is nobody's: so the buffer always has an address.
    private(set) var bytes: [UInt8]

    public init(stringLiteral text: String) {
        texts = [text]
        types = []
        lengths = []
        bytes = [0]
    }

    public init(stringInterpolation: StringInterpolation) { self = stringInterpolation.sql }

    /// The text with `$1`, `$2` … in place of the values.
    public var text: String {
        guard texts.count > 1 else { return texts[0] }
        var result = texts[0]
        for (index, piece) in texts.dropFirst().enumerated() {
            result += "$\(index + 1)"
            result += piece
        }
        return result
    }

    public mutating func append(_ other: SQL) {
        texts[texts.count - 1] += other.texts[0]
        texts.append(contentsOf: other.texts.dropFirst())
        types.append(contentsOf: other.types)
        lengths.append(contentsOf: other.lengths)
        bytes.append(contentsOf: other.bytes.dropFirst())
    }

    fileprivate mutating func append(text: String) { texts[texts.count - 1] += text }

    fileprivate mutating func append<C: Column>(value: C) {
        let before = bytes.count
        let present = value.write(to: &bytes)
        lengths.append(present ? Int32(clamping: bytes.count - before) : -1)
        types.append(C.type)
        texts.append("")
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql = SQL(stringLiteral: "")

        public init(literalCapacity: Int, interpolationCount: Int) {}
        public mutating func appendLiteral(_ literal: String) { sql.append(text: literal) }
        public mutating func appendInterpolation<C: Column>(_ value: C) { sql.append(value: value) }
        public mutating func appendInterpolation(_ other: SQL) { sql.append(other) }
        public mutating func appendInterpolation(raw text: String) { sql.append(text: text) }
    }
}

extension Sequence<SQL> {
    /// Conditions with ` AND ` between them, columns with `, `.
    public func joined(separator: SQL) -> SQL {
        var result: SQL = ""
        var first = true
        for part in self {
            if !first { result.append(separator) }
            first = false
            result.append(part)
        }
        return result
    }
}
