import CPostgres

extension Session {
    /// Many statements whose rows do not matter, without waiting for each: one round trip per 64.
    ///
    /// - Returns: the rows that each inserted, updated or deleted.
    /// - Throws: the first error; the transaction has then failed as a whole.
    @discardableResult
    public func pipeline(_ statements: [SQL]) throws -> [Int] {
        var affected: [Int] = []
        affected.reserveCapacity(statements.count)
        var start = 0
        while start < statements.count {
            let end = min(start + 64, statements.count)
            try pipelineBatch(statements[start..<end], &affected)
            start = end
        }
        return affected
    }

    /// Small enough that neither side's socket fills while the other writes.
    private func pipelineBatch(_ batch: ArraySlice<SQL>, _ affected: inout [Int]) throws {
        let names = try batch.map { try connection.prepare($0.text, $0.types) }
        guard PQenterPipelineMode(connection.raw) == 1 else { throw connection.noteFailure(connection.lossError()) }
        for (sql, name) in zip(batch, names) {
            let sent = sql.withArguments { count, values, lengths, formats in
                guard let name else {
                    return PQsendQueryParams(
                        connection.raw, sql.text, count, sql.types.map(\.rawValue), values, lengths, formats, 1)
                }
                return PQsendQueryPrepared(connection.raw, name, count, values, lengths, formats, 1)
            }
            guard sent == 1 else { throw abandoned() }
        }
        guard PQpipelineSync(connection.raw) == 1 else { throw abandoned() }
        var problem: (any Error)?
        for _ in batch {
            // Each statement's results end with a nil; after an error the rest are marked as aborted.
            while let result = PQgetResult(connection.raw) {
                if PQresultStatus(result) == PGRES_PIPELINE_ABORTED {
                    PQclear(result)
                    continue
                }
                do {
                    affected.append(try connection.check(result).affected)
                } catch {
                    problem = problem ?? error
                }
            }
            if connection.isLost { throw problem ?? abandoned() }
        }
        while let result = PQgetResult(connection.raw) { PQclear(result) }
        guard PQexitPipelineMode(connection.raw) == 1 else { throw problem ?? abandoned() }
        if let problem { throw problem }
    }

    /// The connection is left half-way through a pipeline: nobody may use it again.
    private func abandoned() -> DatabaseError {
        connection.abandon()
        return connection.noteFailure(connection.lossError())
    }
}
