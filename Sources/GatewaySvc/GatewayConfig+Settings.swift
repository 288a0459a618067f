import Foundation
import ServiceRuntime

extension GatewayConfig: ServiceConfig {
    init(_ s: inout SettingsReader) {
        mode =
            Mode(rawValue: s.choice("ERS_MODE", default: ServiceRuntime.Mode.production, Self.modeMeaning).rawValue)
            ?? .production
        host = s.string("ERS_HTTP_HOST", default: host, "The address on which the public HTTP port listens.")
        port = s.int("ERS_HTTP_PORT", default: port, in: 0...65535, "The public HTTP port. 0: any.")
        publicURL = s.optionalString(
            "ERS_PUBLIC_URL",
            "The address of the whole as users see it, without a slash at the end, for absolute links.")
        trustedProxies = Set(
            s.list("ERS_TRUSTED_PROXIES", default: [], "Addresses of proxies whose X-Forwarded headers are believed."))
        secureCookies = s.bool("ERS_COOKIE_SECURE", default: true, "false only without TLS in front.")
        webDirectory = s.optionalString(
            "ERS_WEB_DIR", "The folder of the web app, instead of the one that was built in.")
        readRates(&s)
        connections = s.int("ERS_HTTP_CONNECTIONS", default: connections, in: 1...100_000, "Connections at once.")
        idleTimeout = s.duration(
            "ERS_HTTP_IDLE", default: idleTimeout, "A connection on which nothing comes is closed.")
        requestBudget = s.duration(
            "ERS_REQUEST_BUDGET", default: requestBudget, in: .milliseconds(100) ... .seconds(60),
            "How long a request may take in all services together.")
        uploadBudget = s.duration(
            "ERS_UPLOAD_BUDGET", default: uploadBudget, in: .milliseconds(100) ... .seconds(300),
            "How long the storing of one part of an upload may take.")
        importLimit =
            Int64(
                s.int(
                    "ERS_IMPORT_LIMIT_MB", default: Int(importLimit >> 20), in: 1...500, "The largest import, in MiB."))
            << 20
        if let url = publicURL { checkPublicURL(url, &s) }
    }

    private static let modeMeaning = "production, or sandbox: generated data, anybody may enter."

    private mutating func readRates(_ s: inout SettingsReader) {
        let off =
            s.choice(
                "ERS_RATE_LIMITS", default: Switch.on, "off: no limits of frequency, for verification and benchmarks.")
            == .off
        if off, mode == .production { s.problem("ERS_RATE_LIMITS", "cannot be off in production") }
        let range = 1...1_000_000
        let rates: [(String, WritableKeyPath<GatewayConfig, Int?>, Int, String)] = [
            ("ERS_RATE_SESSION", \.sessionRate, 6000, "Requests a minute of one session."),
            ("ERS_RATE_ADDRESS", \.addressRate, 3000, "Requests a minute of one address without a session."),
            ("ERS_RATE_SANDBOX", \.sandboxEntryRate, 60, "Entries into the sandbox a minute of one address."),
            ("ERS_RATE_SEARCH", \.studentSearchRate, 300, "Searches for a student a minute of one session."),
            ("ERS_RATE_TOKENS", \.tokenRate, 60, "Requests for access tokens a minute of one address."),
        ]
        for (name, path, standard, meaning) in rates {
            let rate = s.int(name, default: standard, in: range, meaning)
            self[keyPath: path] = off ? nil : rate
        }
    }

    private enum Switch: String, Sendable, CaseIterable { case on, off }

    private func checkPublicURL(_ url: String, _ s: inout SettingsReader) {
        let hasScheme = url.hasPrefix("https://") || url.hasPrefix("http://")
        if !hasScheme || url.hasSuffix("/") || URL(string: url)?.host == nil {
            s.problem("ERS_PUBLIC_URL", "must be like https://reports.example.org, without a slash at the end")
        }
    }
}

/// Where the neighbours are.
struct NeighbourURLs: Sendable {
    let urls: [String: [String]]
    let identityEvents: [String]
    let embargoEvents: [String]

    static let names = ["identity", "group", "results", "aggregate", "embargo"]

    init(_ s: inout SettingsReader) {
        var urls: [String: [String]] = [:]
        for name in Self.names { urls[name] = s.urls(of: name) }
        self.urls = urls
        identityEvents = s.list(
            "ERS_IDENTITY_EVENTS_URLS", default: [],
            "Where identity publishes hints; without it its feeds are only polled.")
        embargoEvents = s.list(
            "ERS_EMBARGO_EVENTS_URLS", default: [],
            "Where embargo publishes hints; without it open pages hear of a change a second later.")
    }
}

/// Everything that the process reads from its environment.
struct GatewaySettings: ServiceConfig {
    let gateway: GatewayConfig
    let neighbours: NeighbourURLs

    init(_ s: inout SettingsReader) {
        gateway = GatewayConfig(&s)
        neighbours = NeighbourURLs(&s)
    }
}
