import ServiceRuntime

/// Every setting of ResultsSvc: meaning, unit, default.
struct ResultsConfig: ServiceConfig {
    /// Runs as `results`: ingest, copies, jobs.
    let databaseURL: String
    /// Runs as `results_reader`, behind row-level security: every question of a person.
    let readerDatabaseURL: String
    let connections: Int
    let readerConnections: Int
    let examWorkers: Int
    let identityURLs: [String]
    let identityEventsURLs: [String]
    let embargoURLs: [String]
    let embargoEventsURLs: [String]
    let listenURLs: [String]
    /// Signs page tokens; the same for all replicas.
    let cursorSecret: String

    init(_ settings: inout SettingsReader) {
        databaseURL = settings.string("ERS_DATABASE_URL", default: nil, "database, as role results")
        readerDatabaseURL = settings.string("ERS_READER_DATABASE_URL", default: nil, "database, as role results_reader")
        connections = settings.int("ERS_CONNECTIONS", default: 6, in: 2...32, "connections for ingest and copies")
        readerConnections = settings.int("ERS_READER_CONNECTIONS", default: 4, in: 1...32, "connections for readers")
        examWorkers = settings.int("ERS_EXAM_WORKERS", default: 2, in: 1...8, "workers that carry out test results")
        identityURLs = settings.list("ERS_IDENTITY_URLS", "where IdentitySvc answers")
        identityEventsURLs = settings.list("ERS_IDENTITY_EVENTS_URLS", "where IdentitySvc publishes hints")
        embargoURLs = settings.list("ERS_EMBARGO_URLS", "where EmbargoSvc answers")
        embargoEventsURLs = settings.list("ERS_EMBARGO_EVENTS_URLS", "where EmbargoSvc publishes hints")
        listenURLs = settings.list("ERS_LISTEN", "where this service answers")
        cursorSecret = settings.secret("ERS_CURSOR_SECRET", "signs page tokens; the same for all replicas")
    }
}
