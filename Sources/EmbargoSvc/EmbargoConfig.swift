import Foundation
import Messaging
import ServiceRuntime

/// Every setting of EmbargoSvc: meaning, unit, default.
struct EmbargoConfig: ServiceConfig {
    var listen: [String]
    /// Nil: no hints are published, and copies follow by asking twice a second.
    var eventsURL: String?
    var identityURLs: [String]
    var identityEventsURLs: [String]
    var connections: Int
    /// Where programs outside the suite ask for notifications, and where these are published for them; empty and nil
    /// when there are no such programs.
    var subscribersListen: [String]
    var subscribersEventsURL: String?
    /// Nil on `ipc`.
    var subscribersTLS: BusTLS?
    /// Programs that are told by requests to their addresses.
    var webhooks: [Webhook] = []
    var webhooksAllowPrivate: Bool
    var webhooksAuthorities: String?

    init(_ s: inout SettingsReader) {
        listen = s.list("ERS_LISTEN", "Where this service listens on the bus, URLs separated by blanks.")
        eventsURL = s.optionalString("ERS_EVENTS_LISTEN", "Where hints of changes are published; none if not set.")
        identityURLs = s.urls(of: "identity")
        identityEventsURLs = s.list(
            "ERS_IDENTITY_EVENTS_URLS", default: [], "Where identity publishes hints, one URL for each replica.")
        connections = s.int("ERS_CONNECTIONS", default: 4, in: 1...64, "Connections to the database.")
        subscribersListen = s.list(
            "ERS_SUBSCRIBERS_LISTEN", default: [], "Where programs outside the suite ask for notifications.")
        subscribersEventsURL = s.optionalString(
            "ERS_SUBSCRIBERS_EVENTS_LISTEN", "Where notifications are published for them.")
        let ca = s.optionalFile(
            "ERS_SUBSCRIBERS_CA_FILE", "The authority of the subscribers' certificates (PEM): not that of the bus.")
        let certificate = s.optionalFile("ERS_SUBSCRIBERS_CERTIFICATE_FILE", "The certificate shown to them (PEM).")
        let key = s.optionalSecret("ERS_SUBSCRIBERS_KEY", "The private key of that certificate (PEM).")
        if let ca, let certificate, let key { subscribersTLS = BusTLS(ca: ca, certificate: certificate, key: key) }
        if subscribersListen.isEmpty != (subscribersEventsURL == nil) {
            s.problem("ERS_SUBSCRIBERS_LISTEN", "goes together with ERS_SUBSCRIBERS_EVENTS_LISTEN: set both or none")
        }
        for url in subscribersListen + (subscribersEventsURL.map { [$0] } ?? []) {
            // Whoever reaches the port must show a certificate: what is published needs no token.
            if url.hasPrefix("tls+tcp://"), subscribersTLS == nil {
                s.problem(
                    "ERS_SUBSCRIBERS_CA_FILE",
                    "\(url) needs it, with ERS_SUBSCRIBERS_CERTIFICATE_FILE and ERS_SUBSCRIBERS_KEY_FILE")
            } else if !url.hasPrefix("tls+tcp://"), !url.hasPrefix("ipc://") {
                s.problem("ERS_SUBSCRIBERS_LISTEN", "\(url) is neither tls+tcp:// nor ipc://")
            }
        }
        let hosts = s.list(
            "ERS_WEBHOOK_HOSTS", default: [], "The hosts at which webhooks may be; every other one is refused.")
        let allowsHTTP = s.bool(
            "ERS_WEBHOOKS_ALLOW_HTTP", default: false, "Webhooks without TLS too: for tests and one's own network.")
        webhooksAllowPrivate = s.bool(
            "ERS_WEBHOOKS_ALLOW_PRIVATE", default: false,
            "Webhooks at addresses of this machine and of private networks too.")
        webhooksAuthorities = s.optionalFile(
            "ERS_WEBHOOKS_CA_FILE", "Authorities of webhooks' certificates beside the system's (PEM).")
        let list = s.optionalFile(
            "ERS_WEBHOOKS_FILE", "A JSON list of programs to be told: [{\"name\", \"url\", \"secretFile\"}].")
        if let list {
            let read = WebhookList(list, hosts: hosts, allowsHTTP: allowsHTTP) { path in
                FileManager.default.contents(atPath: path).map {
                    String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .newlines)
                }
            }
            for problem in read.problems { s.problem("ERS_WEBHOOKS_FILE", problem) }
            webhooks = read.hooks
        }
    }
}
