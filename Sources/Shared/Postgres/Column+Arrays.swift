/// What an array may hold: `[Int64]` is `bigint[]`, `[String?]` is `text[]` with NULLs, and `[UInt8]` is `bytea`.
public protocol ArrayElement: Sendable {
    static var arrayType: ColumnType { get }
    static func readsArray(_ type: ColumnType) -> Bool
    static func writeArray(_ values: [Self], to bytes: inout [UInt8])
    static func readArray(_ cell: Cell) throws(CellProblem) -> [Self]
}

extension Array: Column where Element: ArrayElement {
    public static var type: ColumnType { Element.arrayType }
    public static func reads(_ type: ColumnType) -> Bool { Element.readsArray(type) }
    public func write(to bytes: inout [UInt8]) -> Bool {
        Element.writeArray(self, to: &bytes)
        return true
    }
    public static func read(_ cell: Cell) throws(CellProblem) -> [Element] { try Element.readArray(cell) }
}

/// Also reads `uuid`, as its 16 bytes.
extension UInt8: ArrayElement {
    public static var arrayType: ColumnType { .bytea }
    public static func readsArray(_ type: ColumnType) -> Bool { type == .bytea || type == .uuid }
    public static func writeArray(_ values: [UInt8], to bytes: inout [UInt8]) { bytes.append(contentsOf: values) }
    public static func readArray(_ cell: Cell) throws(CellProblem) -> [UInt8] { [UInt8](try cell.content()) }
}

/// The array types by the type of their elements.
private let arrayTypes: [ColumnType: ColumnType] = [
    .bool: .init(rawValue: 1000), .bytea: .init(rawValue: 1001), .int2: .init(rawValue: 1005),
    .int4: .init(rawValue: 1007), .text: .init(rawValue: 1009), .int8: .init(rawValue: 1016),
    .float8: .init(rawValue: 1022), .date: .init(rawValue: 1182), .timestamptz: .init(rawValue: 1185),
]
/// name[], bpchar[] and varchar[], which read like text[], and float4[] and uuid[].
private let elementTypes: [ColumnType: ColumnType] = {
    var table = Dictionary(uniqueKeysWithValues: arrayTypes.map { ($1, $0) })
    for (array, element) in [(1003, 19), (1014, 1042), (1015, 1043), (1021, 700), (2951, 2950)] as [(UInt32, UInt32)] {
        table[ColumnType(rawValue: array)] = ColumnType(rawValue: element)
    }
    return table
}()

extension ArrayElement where Self: Column {
    public static var arrayType: ColumnType {
        guard let type = arrayTypes[Self.type] else { preconditionFailure("no array type for \(Self.self)") }
        return type
    }

    public static func readsArray(_ type: ColumnType) -> Bool { elementTypes[type].map(reads) ?? false }

    public static func writeArray(_ values: [Self], to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(bigEndian: Int32(values.isEmpty ? 0 : 1))  // dimensions
        bytes.append(bigEndian: Int32(0))  // whether any is NULL; set below
        bytes.append(bigEndian: Self.type.rawValue)
        guard !values.isEmpty else { return }
        bytes.append(bigEndian: Int32(clamping: values.count))
        bytes.append(bigEndian: Int32(1))  // the first index
        for value in values {
            let lengthAt = bytes.count
            bytes.append(bigEndian: Int32(-1))
            guard value.write(to: &bytes) else {
                bytes[start + 7] = 1
                continue
            }
            let length = Int32(clamping: bytes.count - lengthAt - 4).bigEndian
            withUnsafeBytes(of: length) { bytes.replaceSubrange(lengthAt..<lengthAt + 4, with: $0) }
        }
    }

    public static func readArray(_ cell: Cell) throws(CellProblem) -> [Self] {
        var input = ByteReader(try cell.content())
        let dimensions = try input.integer(Int32.self)
        _ = try input.integer(Int32.self)
        let element = ColumnType(rawValue: try input.integer(UInt32.self))
        guard reads(element) else { throw .wrongType }
        guard dimensions != 0 else { return [] }
        guard dimensions == 1 else { throw .wrongType }
        let count = Int(try input.integer(Int32.self))
        _ = try input.integer(Int32.self)
        guard count >= 0, count <= input.remaining / 4 else { throw .wrongSize }
        var values: [Self] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try read(try input.cell(element))) }
        return values
    }
}

extension Int16: ArrayElement {}
extension Int32: ArrayElement {}
extension Int64: ArrayElement {}
extension Int: ArrayElement {}
extension Double: ArrayElement {}
extension Bool: ArrayElement {}
extension String: ArrayElement {}
extension Timestamp: ArrayElement {}
extension Day: ArrayElement {}
extension Optional: ArrayElement where Wrapped: Column & ArrayElement {}
extension Array: ArrayElement where Element == UInt8 {}
