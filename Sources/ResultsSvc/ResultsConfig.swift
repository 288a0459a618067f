import ServiceRuntime

/// Every setting of ResultsSvc beside the common ones: meaning, unit, default.
struct ResultsConfig: ServiceConfig {
    /// Runs as `results_reader`, behind row-level security: every question of a person. The common database setting is
    /// that of the role `results`: ingest and copies.
    let readerDatabase: String
    let connections: Int
    let readerConnections: Int
    let examWorkers: Int
    let exportConnections: Int
    let reportRetentionDays: Int
    let identityURLs: [String]
    let identityEventsURLs: [String]
    let groupURLs: [String]
    let groupEventsURLs: [String]
    let embargoURLs: [String]
    let embargoEventsURLs: [String]
    let listenURLs: [String]
    let cursorSecret: String
    /// After midnight in UTC; nil: no report is made by the clock.
    let reconciliationMinute: Int?

    init(_ s: inout SettingsReader) {
        readerDatabase = s.database("ERS_READER_DATABASE_URL", "The database, as the role results_reader.")
        connections = s.int("ERS_CONNECTIONS", default: 6, in: 2...32, "Connections for ingest and copies.")
        readerConnections = s.int("ERS_READER_CONNECTIONS", default: 4, in: 1...32, "Connections for readers.")
        examWorkers = s.int("ERS_EXAM_WORKERS", default: 2, in: 1...8, "Workers that carry out test results.")
        exportConnections = s.int(
            "ERS_EXPORT_CONNECTIONS", default: 1, in: 1...16, "Exports that are made at the same time.")
        reportRetentionDays = s.int(
            "ERS_REPORT_RETENTION_DAYS", default: 90, in: 1...3_650,
            "How long the content of an export is kept, in days.")
        identityURLs = s.urls(of: "identity")
        identityEventsURLs = s.list("ERS_IDENTITY_EVENTS_URLS", default: [], "Where identity publishes hints.")
        groupURLs = s.urls(of: "group")
        groupEventsURLs = s.list("ERS_GROUP_EVENTS_URLS", default: [], "Where group publishes hints.")
        embargoURLs = s.urls(of: "embargo")
        embargoEventsURLs = s.list("ERS_EMBARGO_EVENTS_URLS", default: [], "Where embargo publishes hints.")
        listenURLs = s.list("ERS_LISTEN", "Where this service listens on the bus.")
        let time = s.string(
            "ERS_RECONCILIATION_TIME", default: "",
            "When the reconciliation report of the last day is made, as HH:MM in UTC; empty: only when asked for.")
        reconciliationMinute = Self.minute(time)
        if !time.isEmpty, reconciliationMinute == nil { s.problem("ERS_RECONCILIATION_TIME", "is no time HH:MM") }
        cursorSecret = s.secret("ERS_CURSOR_SECRET", "Signs page tokens; the same for all replicas.")
    }

    /// Minutes after midnight of a time `HH:MM`.
    private static func minute(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }
}
