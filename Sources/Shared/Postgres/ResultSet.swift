import CPostgres

/// What PostgreSQL answered to one statement; owns libpq's memory.
struct ResultSet: ~Copyable {
    let raw: OpaquePointer

    init(_ raw: OpaquePointer) { self.raw = raw }

    deinit { PQclear(raw) }

    var rowCount: Int32 { PQntuples(raw) }
    var columnCount: Int32 { PQnfields(raw) }

    /// Rows inserted, updated, deleted or copied; 0 for statements that do none of these.
    var affected: Int { Int(String(cString: PQcmdTuples(raw))) ?? 0 }

    /// What was done, such as `COMMIT`.
    var command: String { String(cString: PQcmdStatus(raw)) }

    func name(of column: Int32) -> String { PQfname(raw, column).map { String(cString: $0) } ?? "\(column)" }

    func type(of column: Int32) -> ColumnType { ColumnType(rawValue: PQftype(raw, column)) }

    func cell(_ row: Int32, _ column: Int32, _ type: ColumnType) -> Cell {
        guard PQgetisnull(raw, row, column) == 0 else { return .null(type) }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(raw, row, column), count: Int(PQgetlength(raw, row, column)))
        return Cell(bytes, type: type)
    }

    /// Every row through `each`'s types, checked once against the columns.
    func rows<each C: Column>(as types: (repeat each C).Type) throws -> [(repeat each C)] {
        var found: [ColumnType] = []
        for column in 0..<columnCount { found.append(type(of: column)) }
        var wanted: Int32 = 0
        for accepts in repeat (each C).reads {
            if wanted < columnCount, !accepts(found[Int(wanted)]) {
                throw DatabaseError.mismatch("column \(name(of: wanted)) has type \(found[Int(wanted)].rawValue)")
            }
            wanted += 1
        }
        guard wanted == columnCount else {
            throw DatabaseError.mismatch("\(columnCount) columns where \(wanted) are read")
        }
        var result: [(repeat each C)] = []
        result.reserveCapacity(Int(rowCount))
        for row in 0..<rowCount {
            var column: Int32 = 0
            result.append((repeat try read((each C).self, row, &column, found)))
        }
        return result
    }

    private func read<C: Column>(
        _: C.Type, _ row: Int32, _ column: inout Int32, _ found: [ColumnType]
    ) throws -> C {
        defer { column += 1 }
        do {
            return try C.read(cell(row, column, found[Int(column)]))
        } catch {
            throw DatabaseError.mismatch("column \(name(of: column)) is \(error) for \(C.self)")
        }
    }
}
