extension Session {
    /// Reads the rows of a query some at a time, so that never more are in memory: for results of any size. All of them are
    /// of one moment.
    ///
    /// One such reading at a time; `body` may use the session for other statements meanwhile.
    public func pages<each C: Column>(
        of sql: SQL, size: Int = 1_000, as types: (repeat each C).Type,
        _ body: ([(repeat each C)]) throws -> Void
    ) throws {
        // All rows will be read: not the plan with the quickest first one.
        try run("SET LOCAL cursor_tuple_fraction = 1")
        var declaration: SQL = "DECLARE page_reader NO SCROLL CURSOR FOR "
        declaration.append(sql)
        try run(declaration)
        let fetch: SQL = "FETCH \(raw: String(max(size, 1))) FROM page_reader"
        while true {
            let page = try rows(fetch, as: types)
            if page.isEmpty { break }
            try body(page)
        }
        try run("CLOSE page_reader")
    }
}
