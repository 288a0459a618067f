import CPostgres

extension Session {
    /// Bulk insert: `copyIn("COPY results.exam (id, score) FROM STDIN (FORMAT binary)") { try $0.row(id, score) }`.
    ///
    /// - Returns: the number of rows copied.
    /// - Throws: what `rows` threw, in which case nothing was copied; `DatabaseError` when PostgreSQL refuses a row.
    @discardableResult
    public func copyIn(_ statement: String, _ rows: (inout CopyWriter) throws -> Void) throws -> Int {
        let start = try connection.check(PQexec(connection.raw, statement))
        guard PQresultStatus(start.raw) == PGRES_COPY_IN else {
            throw DatabaseError.mismatch("not a COPY … FROM STDIN")
        }
        guard PQbinaryTuples(start.raw) == 1 else {
            try endCopy(refusing: "not binary")
            throw DatabaseError.mismatch("COPY needs FORMAT binary")
        }
        var writer = CopyWriter(connection, columns: Int(start.columnCount))
        do {
            try rows(&writer)
            try writer.finish()
        } catch {
            try endCopy(refusing: "given up")
            throw error
        }
        guard PQputCopyEnd(connection.raw, nil) == 1 else { throw connection.noteFailure(connection.lossError()) }
        return try drain()
    }

    /// Bulk read: `copyOut("COPY (SELECT id, score FROM …) TO STDOUT (FORMAT binary)", as: (Int64, Double).self) { … }`.
    ///
    /// Never more than one row in memory. The types must be exactly those of the columns. When `row` throws, the
    /// connection is given up, since the rest cannot be called back.
    /// - Returns: the number of rows read.
    @discardableResult
    public func copyOut<each C: Column>(
        _ statement: String, as types: (repeat each C).Type, _ row: (repeat each C) throws -> Void
    ) throws -> Int {
        try copyOut(statement) { cells in try row(repeat try cells.next((each C).self)) }
    }

    /// The same for rows so many that deciding each cell's type anew would be most of the work: `row` says what it reads.
    @discardableResult
    public func copyOut(_ statement: String, _ row: (inout CopiedRow) throws -> Void) throws -> Int {
        let start = try connection.check(PQexec(connection.raw, statement))
        guard PQresultStatus(start.raw) == PGRES_COPY_OUT else {
            throw DatabaseError.mismatch("not a COPY … TO STDOUT")
        }
        do {
            guard PQbinaryTuples(start.raw) == 1 else { throw DatabaseError.mismatch("COPY needs FORMAT binary") }
            let columns = start.columnCount
            var count = 0
            var header = true
            while let chunk = try nextChunk() {
                defer { PQfreemem(chunk.baseAddress) }
                var input = ByteReader(UnsafeRawBufferPointer(chunk))
                if header {
                    try input.skip(CopyWriter.signature.count + 4)
                    try input.skip(Int(try input.integer(Int32.self)))
                    header = false
                }
                while input.remaining > 0 {
                    let fields = try input.integer(Int16.self)
                    if fields == -1 { break }
                    guard fields == columns else { throw CellProblem.wrongSize }
                    var cells = CopiedRow(input)
                    try row(&cells)
                    guard cells.count == columns else { throw CellProblem.wrongSize }
                    input = cells.input
                    count += 1
                }
            }
            _ = try drain()
            return count
        } catch {
            if PQtransactionStatus(connection.raw) == PQTRANS_ACTIVE { connection.abandon() }
            throw error is CellProblem ? DatabaseError.mismatch("COPY sent what its types do not say") : error
        }
    }

    /// The next piece of a COPY, always whole rows; nil at its end.
    private func nextChunk() throws -> UnsafeMutableBufferPointer<CChar>? {
        var data: UnsafeMutablePointer<CChar>?
        let length = PQgetCopyData(connection.raw, &data, 0)
        if length == -1 { return nil }
        guard length >= 0, let data else { throw connection.noteFailure(connection.lossError()) }
        return UnsafeMutableBufferPointer(start: data, count: Int(length))
    }

    private func endCopy(refusing reason: String) throws {
        guard PQputCopyEnd(connection.raw, reason) == 1 else { throw connection.noteFailure(connection.lossError()) }
        do {
            _ = try drain()
        } catch let error as DatabaseError where error.sqlState == "57014" {
            // This is how PostgreSQL confirms that the COPY was refused.
        }
    }

    /// Reads answers until there are none; the number of rows of the last one.
    private func drain() throws -> Int {
        var affected = 0
        var problem: (any Error)?
        while let result = PQgetResult(connection.raw) {
            do {
                affected = try connection.check(result).affected
            } catch {
                problem = problem ?? error
            }
        }
        if let problem { throw problem }
        if connection.isLost { throw connection.noteFailure(connection.lossError()) }
        return affected
    }
}
