/// The cells of one row of a COPY, each read once, from left to right. Valid only while its row is looked at.
public struct CopiedRow {
    var input: ByteReader
    /// How many were read.
    private(set) var count = 0

    init(_ input: ByteReader) { self.input = input }

    mutating func next<C: Column>(_: C.Type) throws(CellProblem) -> C {
        count += 1
        return try C.read(try input.cell(C.type))
    }

    /// - Throws: for NULL and for another type's size, as the other readers do.
    public mutating func int16() throws -> Int16 { try fixed() }
    public mutating func int32() throws -> Int32 { try fixed() }
    public mutating func int64() throws -> Int64 { try fixed() }

    private mutating func fixed<I: FixedWidthInteger>() throws(CellProblem) -> I {
        count += 1
        guard try input.integer(Int32.self) == MemoryLayout<I>.size else { throw .wrongSize }
        return try input.integer(I.self)
    }

    /// A `bytea` that holds integers of four bytes, big-endian, in the place of what `values` holds: nothing is allocated for a
    /// row. PostgreSQL sends such bytes as they are, and the elements of an array one by one.
    ///
    /// - Throws: for a length that is no multiple of four, too.
    public mutating func packedInt32s(into values: inout [Int32]) throws {
        count += 1
        values.removeAll(keepingCapacity: true)
        let cell = try input.cell(.bytea)
        let content = try cell.content()
        guard content.count.isMultiple(of: 4) else { throw CellProblem.wrongSize }
        for place in stride(from: 0, to: content.count, by: 4) {
            values.append(Int32(bigEndian: content.loadUnaligned(fromByteOffset: place, as: Int32.self)))
        }
    }
}
