import ServiceRuntime

/// Every setting of AggregateSvc beside the common ones: meaning, unit, default.
struct AggregateConfig: ServiceConfig {
    let connections: Int
    let reportConnections: Int
    let reportRowLimit: Int
    let reportRetentionDays: Int
    let engine: ReportEngine.Kind
    let segmentFolder: String
    let scanThreads: Int
    let identityURLs: [String]
    let identityEventsURLs: [String]
    let resultsURLs: [String]
    let embargoURLs: [String]
    let embargoEventsURLs: [String]
    let listenURLs: [String]

    init(_ s: inout SettingsReader) {
        connections = s.int("ERS_DATABASE_CONNECTIONS", default: 6, in: 2...64, "Connections for copies and questions.")
        reportConnections = s.int(
            "ERS_REPORT_CONNECTIONS", default: 2, in: 1...16, "Reports that are computed at the same time.")
        reportRowLimit = s.int(
            "ERS_REPORT_ROW_LIMIT", default: 2_000_000, in: 1_000...20_000_000,
            "Rows that a report may have by its estimate.")
        reportRetentionDays = s.int(
            "ERS_REPORT_RETENTION_DAYS", default: 90, in: 1...3_650,
            "How long the content of a report is kept, in days.")
        engine = s.choice(
            "ERS_AGGREGATE_ENGINE", default: .column,
            "What adds up reports: column (packed copies of the facts) or sql (the facts themselves).")
        segmentFolder = s.string(
            "ERS_SEGMENTS_FOLDER", default: "/var/lib/ers/segments",
            "Where the packed copies lie, this process's own. They can be made again at any time.")
        scanThreads = s.int(
            "ERS_SCAN_THREADS", default: 2, in: 1...64, "Threads that a report of the column engine uses.")
        identityURLs = s.urls(of: "identity")
        identityEventsURLs = s.list("ERS_IDENTITY_EVENTS_URLS", default: [], "Where identity publishes hints.")
        resultsURLs = s.urls(of: "results")
        embargoURLs = s.urls(of: "embargo")
        embargoEventsURLs = s.list("ERS_EMBARGO_EVENTS_URLS", default: [], "Where embargo publishes hints.")
        listenURLs = s.list("ERS_LISTEN", "Where this service listens on the bus.")
    }
}
