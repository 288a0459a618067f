/// A Swift type that travels to and from PostgreSQL in binary form, as a bound parameter or a column of a row.
public protocol Column: Sendable {
    /// The type that a parameter is declared as; a cast in the SQL (`\(text)::jsonb`) makes others of it.
    static var type: ColumnType { get }
    /// Whether a result column of `type` can be read as this.
    static func reads(_ type: ColumnType) -> Bool
    /// Appends the binary form. Returns false, appending nothing, for NULL.
    func write(to bytes: inout [UInt8]) -> Bool
    static func read(_ cell: Cell) throws(CellProblem) -> Self
}

/// A PostgreSQL type by its object id.
public struct ColumnType: RawRepresentable, Sendable, Hashable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    static let bool = ColumnType(rawValue: 16)
    static let bytea = ColumnType(rawValue: 17)
    static let int8 = ColumnType(rawValue: 20)
    static let int2 = ColumnType(rawValue: 21)
    static let int4 = ColumnType(rawValue: 23)
    static let text = ColumnType(rawValue: 25)
    static let float4 = ColumnType(rawValue: 700)
    static let float8 = ColumnType(rawValue: 701)
    static let date = ColumnType(rawValue: 1082)
    static let timestamptz = ColumnType(rawValue: 1184)
    static let uuid = ColumnType(rawValue: 2950)
    static let jsonb = ColumnType(rawValue: 3802)
    /// char, name, json, xml, unknown, bpchar, varchar: their binary form is the text itself.
    static let textual: Set<ColumnType> = Set(
        [18, 19, 25, 114, 142, 705, 1042, 1043].map(ColumnType.init(rawValue:)))
    /// Types made in this database, such as enums; their binary form is the label.
    var isOwn: Bool { rawValue >= 16_384 }
}

/// One value of a result, valid only while it is being read.
public struct Cell {
    let bytes: UnsafeRawBufferPointer
    let isNull: Bool
    let type: ColumnType

    init(_ bytes: UnsafeRawBufferPointer, type: ColumnType) {
        self.bytes = bytes
        self.isNull = false
        self.type = type
    }

    private init(nullOf type: ColumnType) {
        bytes = UnsafeRawBufferPointer(start: nil, count: 0)
        isNull = true
        self.type = type
    }

    static func null(_ type: ColumnType) -> Cell { Cell(nullOf: type) }

    /// The value as a big-endian integer of exactly its own size.
    func integer<I: FixedWidthInteger>(_: I.Type) throws(CellProblem) -> I {
        guard !isNull else { throw .null }
        guard bytes.count == MemoryLayout<I>.size else { throw .wrongSize }
        return I(bigEndian: bytes.loadUnaligned(as: I.self))
    }

    func content() throws(CellProblem) -> UnsafeRawBufferPointer {
        guard !isNull else { throw .null }
        return bytes
    }
}

/// Why a value could not become what the caller asked for.
public enum CellProblem: Error {
    case null, wrongSize, wrongType, outOfRange, notUTF8
}

extension Array where Element == UInt8 {
    mutating func append<I: FixedWidthInteger>(bigEndian value: I) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
