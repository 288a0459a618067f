import CPostgres

/// An open transaction, as the closure given to `Database.read` or `Database.transaction` sees it.
///
/// It cannot be copied or kept: when the closure ends, so does the transaction.
public struct Session: ~Copyable {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// All rows of a query, as tuples of `types`.
    ///
    /// - Throws: `DatabaseError` when PostgreSQL refuses, or 42804 when number or types of the columns do not fit, or a
    ///   NULL arrives where the type is not optional.
    public func rows<each C: Column>(
        _ sql: SQL, as types: (repeat each C).Type
    ) throws -> [(repeat each C)] {
        try connection.execute(sql).rows(as: types)
    }

    /// The only row of a query, or nil when there is none; more than one is an error.
    public func row<each C: Column>(
        _ sql: SQL, as types: (repeat each C).Type
    ) throws -> (repeat each C)? {
        let all = try connection.execute(sql).rows(as: types)
        guard all.count <= 1 else { throw DatabaseError(sqlState: "21000", message: "\(all.count) rows for one") }
        return all.first
    }

    /// All rows of a query with one column.
    public func rows<C: Column>(_ sql: SQL, as type: C.Type) throws -> [C] {
        try connection.execute(sql).rows(as: (C).self)
    }

    /// The only row of a query with one column, or nil when there is none; more than one is an error.
    public func row<C: Column>(_ sql: SQL, as type: C.Type) throws -> C? {
        let all = try rows(sql, as: type)
        guard all.count <= 1 else { throw DatabaseError(sqlState: "21000", message: "\(all.count) rows for one") }
        return all.first
    }

    /// A statement whose rows, if any, do not matter.
    ///
    /// - Returns: how many rows it inserted, updated or deleted.
    @discardableResult
    public func run(_ sql: SQL) throws -> Int { try connection.execute(sql).affected }

    /// Any number of statements without parameters in one round trip; for set-up, never with text from outside.
    public func script(_ text: String) throws { try connection.script(text) }

    /// Runs `body` so that its failure undoes only what it did; the transaction then goes on.
    public func attempt<T>(_ body: () throws -> T) throws -> T {
        try connection.script("SAVEPOINT attempt")
        do {
            let value = try body()
            try connection.script("RELEASE SAVEPOINT attempt")
            return value
        } catch {
            if !connection.isLost {
                try connection.script("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt")
                connection.forgive()
            }
            throw error
        }
    }
}
