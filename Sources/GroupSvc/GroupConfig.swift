import ServiceRuntime

/// Every setting of GroupSvc beside the common ones: meaning, unit, default.
struct GroupConfig: ServiceConfig {
    let connections: Int
    let identityURLs: [String]
    let identityEventsURLs: [String]
    let resultsURLs: [String]
    let listenURLs: [String]
    /// Nil: no hints are published, and copies follow by asking twice a second.
    let eventsURL: String?

    init(_ s: inout SettingsReader) {
        connections = s.int("ERS_DATABASE_CONNECTIONS", default: 4, in: 1...64, "Connections to the database.")
        identityURLs = s.urls(of: "identity")
        identityEventsURLs = s.list("ERS_IDENTITY_EVENTS_URLS", default: [], "Where identity publishes hints.")
        resultsURLs = s.urls(of: "results")
        listenURLs = s.list("ERS_LISTEN", "Where this service listens on the bus.")
        eventsURL = s.optionalString("ERS_EVENTS_LISTEN", "Where hints of changes are published; none if not set.")
    }
}
