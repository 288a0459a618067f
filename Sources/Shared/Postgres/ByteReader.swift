/// Walks through bytes that PostgreSQL sent; every step is checked against their end.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var remaining: Int { bytes.count - position }

    mutating func integer<I: FixedWidthInteger>(_: I.Type) throws(CellProblem) -> I {
        let size = MemoryLayout<I>.size
        guard remaining >= size else { throw .wrongSize }
        defer { position += size }
        return I(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: I.self))
    }

    mutating func skip(_ count: Int) throws(CellProblem) {
        guard count >= 0, remaining >= count else { throw .wrongSize }
        position += count
    }

    /// A length and that many bytes; length -1 is NULL.
    mutating func cell(_ type: ColumnType) throws(CellProblem) -> Cell {
        let length = Int(try integer(Int32.self))
        guard length != -1 else { return .null(type) }
        guard length >= 0, remaining >= length else { throw .wrongSize }
        defer { position += length }
        return Cell(UnsafeRawBufferPointer(rebasing: bytes[position..<position + length]), type: type)
    }
}
