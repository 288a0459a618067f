import ServiceRuntime

/// Every setting of EmbargoSvc: meaning, unit, default.
struct EmbargoConfig: ServiceConfig {
    var listen: [String]
    /// Nil: no hints are published, and copies follow by asking twice a second.
    var eventsURL: String?
    var identityURLs: [String]
    var identityEventsURLs: [String]
    var connections: Int

    init(_ s: inout SettingsReader) {
        listen = s.list("ERS_LISTEN", "Where this service listens on the bus, URLs separated by blanks.")
        eventsURL = s.optionalString("ERS_EVENTS_LISTEN", "Where hints of changes are published; none if not set.")
        identityURLs = s.urls(of: "identity")
        identityEventsURLs = s.list(
            "ERS_IDENTITY_EVENTS_URLS", default: [], "Where identity publishes hints, one URL for each replica.")
        connections = s.int("ERS_CONNECTIONS", default: 4, in: 1...64, "Connections to the database.")
    }
}
