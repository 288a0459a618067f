import ServiceRuntime

/// Every setting of GroupSvc beside the common ones: meaning, unit, default.
struct GroupConfig: ServiceConfig {
    let connections: Int
    let identityURLs: [String]
    let identityEventsURLs: [String]
    let listenURLs: [String]

    init(_ s: inout SettingsReader) {
        connections = s.int("ERS_DATABASE_CONNECTIONS", default: 3, in: 1...64, "Connections to the database.")
        identityURLs = s.urls(of: "identity")
        identityEventsURLs = s.list("ERS_IDENTITY_EVENTS_URLS", default: [], "Where identity publishes hints.")
        listenURLs = s.list("ERS_LISTEN", "Where this service listens on the bus.")
    }
}
