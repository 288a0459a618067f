import ServiceRuntime

/// Every setting of AggregateSvc: meaning, unit, default.
struct AggregateConfig: ServiceConfig {
    var listen: [String]
    var identityURLs: [String]
    var identityEventsURLs: [String]
    var connections: Int

    init(_ s: inout SettingsReader) {
        listen = s.list("ERS_LISTEN", "Where this service listens on the bus, URLs separated by blanks.")
        identityURLs = s.urls(of: "identity")
        identityEventsURLs = s.list(
            "ERS_IDENTITY_EVENTS_URLS", default: [], "Where identity publishes hints, one URL for each replica.")
        connections = s.int("ERS_DATABASE_CONNECTIONS", default: 3, in: 1...64, "Connections to the database.")
    }
}
