import CPostgres

/// One connection to PostgreSQL. It lives on the thread that made it; only its `canceller` is for others.
final class Connection {
    private struct StatementKey: Hashable {
        let text: String
        let types: [ColumnType]
    }

    let raw: OpaquePointer
    let canceller: Canceller
    let opened = ContinuousClock.now
    /// Whose transaction this is at the moment.
    var job: Job?
    /// The last moment at which the server was known to answer.
    var proved = ContinuousClock.now
    private var statements: [StatementKey: String] = [:]
    private var lost = false
    /// Given up by its own user; the server is not to blame.
    private(set) var isAbandoned = false
    /// The first error of the present transaction; COMMIT then only rolls back.
    private(set) var failure: DatabaseError?

    /// More texts than any service has; beyond it statements run unprepared.
    private static let statementLimit = 1_000

    /// Connects and waits for it, at most 5 seconds.
    init(_ connectionString: String, applicationName: String, settings: [String: String]) throws {
        let options = [
            ("dbname", connectionString), ("application_name", applicationName), ("connect_timeout", "5"),
            ("keepalives_idle", "10"), ("tcp_user_timeout", "15000"),
        ]
        let keys = options.map { $0.0.copiedForC() } + [nil]
        let values = options.map { $0.1.copiedForC() } + [nil]
        defer { for pointer in keys + values { pointer?.deallocate() } }
        let raw = PQconnectdbParams(keys.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1)
        guard let raw else { throw DatabaseError(sqlState: "08001", message: "no memory for a connection") }
        guard PQstatus(raw) == CONNECTION_OK else {
            let message = String(cString: PQerrorMessage(raw)).split(separator: "\n").first ?? "no connection"
            PQfinish(raw)
            throw DatabaseError(sqlState: "08001", message: String(message))
        }
        ers_silence_notices(raw)
        self.raw = raw
        canceller = Canceller(raw)
        let names = settings.keys.sorted()
        let texts = names.map { settings[$0] ?? "" }
        _ = try execute("SELECT set_config(name, value, false) FROM unnest(\(names), \(texts)) AS s (name, value)")
    }

    deinit { PQfinish(raw) }

    /// The server or the way to it is gone; nothing more can be done with this connection.
    var isLost: Bool { !isAbandoned && (lost || PQstatus(raw) == CONNECTION_BAD) }

    /// No transaction is open and no answer outstanding.
    var isIdle: Bool { !isLost && !isAbandoned && PQtransactionStatus(raw) == PQTRANS_IDLE }

    /// One statement, prepared at its first use on this connection.
    func execute(_ sql: SQL) throws -> ResultSet {
        try job?.mayGoOn()
        let text = sql.text
        guard let name = try prepare(text, sql.types) else {
            let types = sql.types.map(\.rawValue)
            let result = sql.withArguments { count, values, lengths, formats in
                PQexecParams(raw, text, count, types, values, lengths, formats, 1)
            }
            return try check(result)
        }
        let result = sql.withArguments { count, values, lengths, formats in
            PQexecPrepared(raw, name, count, values, lengths, formats, 1)
        }
        return try check(result)
    }

    /// The server's name for a statement; nil when there are too many.
    func prepare(_ text: String, _ types: [ColumnType]) throws -> String? {
        let key = StatementKey(text: text, types: types)
        if let name = statements[key] { return name }
        guard statements.count < Self.statementLimit else { return nil }
        let name = "s\(statements.count)"
        _ = try check(PQprepare(raw, name, text, Int32(types.count), types.map(\.rawValue)))
        statements[key] = name
        return name
    }

    /// Any number of statements without parameters, in one round trip. Answers the last result.
    @discardableResult
    func script(_ text: String) throws -> ResultSet { try check(PQexec(raw, text)) }

    func begin(_ isolation: Isolation, readOnly: Bool, timeout: Duration) throws {
        failure = nil
        let access = readOnly ? " READ ONLY" : ""
        try script(
            """
            BEGIN ISOLATION LEVEL \(isolation.rawValue)\(access); \
            SET LOCAL statement_timeout = \(max(timeout.wholeMilliseconds, 1))
            """)
    }

    func commit() throws {
        guard !isAbandoned else { throw failure ?? lossError() }
        let result = try script("COMMIT")
        guard result.command == "COMMIT" else {
            throw failure ?? DatabaseError(sqlState: "25P02", message: "the transaction had failed before its end")
        }
        proved = .now
    }

    /// Ends a transaction that failed; whatever else goes wrong here makes the connection useless.
    func rollback() {
        guard !isLost, !isAbandoned else { return }
        do {
            if PQtransactionStatus(raw) != PQTRANS_IDLE { try script("ROLLBACK") }
        } catch {
            lost = true
        }
        if PQtransactionStatus(raw) != PQTRANS_IDLE { lost = true }
    }

    /// Everything prepared so far may be stale; call outside a transaction.
    func forgetStatements() throws {
        statements = [:]
        try script("DEALLOCATE ALL")
    }

    /// A savepoint undid the failure, so COMMIT can succeed again.
    func forgive() { failure = nil }

    /// The connection is in the middle of something that cannot be ended properly; it will be closed.
    func abandon() { if !isLost { isAbandoned = true } }

    /// The result, or the error that it is.
    func check(_ result: OpaquePointer?) throws -> ResultSet {
        guard let result else { throw noteFailure(lossError()) }
        let owned = ResultSet(result)
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_COPY_IN, PGRES_COPY_OUT,
            PGRES_PIPELINE_SYNC:
            return owned
        case PGRES_EMPTY_QUERY:
            return owned
        default:
            throw noteFailure(error(in: result))
        }
    }

    private func error(in result: OpaquePointer) -> DatabaseError {
        func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
        guard let state = field(ers_diag_sqlstate) else { return lossError() }
        return DatabaseError(
            sqlState: state, message: field(ers_diag_message_primary) ?? "",
            constraint: field(ers_diag_constraint_name) ?? "")
    }

    /// For failures that come without a result.
    func lossError() -> DatabaseError {
        PQstatus(raw) == CONNECTION_BAD
            ? DatabaseError(sqlState: "08006", message: "the connection was lost")
            : DatabaseError(sqlState: "XX000", message: "libpq could not do this")
    }

    func noteFailure(_ error: DatabaseError) -> DatabaseError {
        if error.isLoss { lost = true }
        if failure == nil { failure = error }
        return error
    }
}

extension SQL {
    /// The parameters in the form that libpq takes them, all binary.
    func withArguments<R>(
        _ body: (Int32, [UnsafePointer<CChar>?], [Int32], [Int32]) throws -> R
    ) rethrows -> R {
        try bytes.withUnsafeBytes { buffer in
            let start = buffer.bindMemory(to: CChar.self).baseAddress
            var offset = 1
            let values = lengths.map { length -> UnsafePointer<CChar>? in
                guard length >= 0, let start else { return nil }
                defer { offset += Int(length) }
                return start + offset
            }
            return try body(Int32(lengths.count), values, lengths, [Int32](repeating: 1, count: lengths.count))
        }
    }
}

extension String {
    /// A C string of its own; the caller deallocates it.
    fileprivate func copiedForC() -> UnsafeMutablePointer<CChar>? {
        let bytes = utf8CString
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        for (index, byte) in bytes.enumerated() { (copy + index).initialize(to: byte) }
        return copy
    }
}
