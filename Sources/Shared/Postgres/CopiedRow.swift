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

    /// An `int4[]` of one dimension without NULLs, in the place of what `values` holds: nothing is allocated for a row.
    public mutating func int32s(into values: inout [Int32]) throws {
        count += 1
        values.removeAll(keepingCapacity: true)
        let cell = try input.cell(.int4)
        var content = ByteReader(try cell.content())
        let dimensions = try content.integer(Int32.self)
        _ = try content.integer(Int32.self)
        guard try content.integer(UInt32.self) == ColumnType.int4.rawValue else { throw CellProblem.wrongType }
        if dimensions == 0 { return }
        guard dimensions == 1 else { throw CellProblem.wrongType }
        let size = Int(try content.integer(Int32.self))
        _ = try content.integer(Int32.self)
        guard size >= 0, content.remaining == size * 8 else { throw CellProblem.wrongSize }
        for _ in 0..<size {
            guard try content.integer(Int32.self) == 4 else { throw CellProblem.wrongSize }
            values.append(try content.integer(Int32.self))
        }
    }
}
