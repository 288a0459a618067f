/// How to reach one database and how hard to use it.
///
/// The connection string comes from the operator (libpq's key=value or URL form); nothing here is read from elsewhere.
public struct DatabaseConfig: Sendable {
    public var connectionString: String
    /// Threads, and so connections. Four saturate two cores; all services together stay below `max_connections`.
    public var connections: Int
    /// The longest a statement may run even when the caller would wait longer.
    public var statementTimeout: Duration
    /// Calls that may wait for a connection; the next one is refused with `Fault.tooMany`.
    public var queueLimit: Int
    public var applicationName: String
    /// PostgreSQL settings of every session, such as `search_path` or `role`; they win over the ones set here.
    public var settings: [String: String]

    public init(
        _ connectionString: String, connections: Int = 6, statementTimeout: Duration = .seconds(10),
        queueLimit: Int = 256, applicationName: String, settings: [String: String] = [:]
    ) {
        self.connectionString = connectionString
        self.connections = min(max(connections, 1), 64)
        self.statementTimeout = statementTimeout
        self.queueLimit = max(queueLimit, 1)
        self.applicationName = applicationName
        self.settings = settings
    }

    /// What a session is told when it starts.
    var sessionSettings: [String: String] {
        [
            "TimeZone": "UTC",
            "client_encoding": "UTF8",
            "client_min_messages": "error",
            "statement_timeout": "\(max(statementTimeout.wholeMilliseconds, 1))",
            "idle_in_transaction_session_timeout": "10s",
            "jit": "off",
        ].merging(settings) { _, ours in ours }
    }
}

extension Duration {
    /// Rounded up; at most what PostgreSQL takes as a timeout.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        guard seconds >= 0 else { return 0 }
        return seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
