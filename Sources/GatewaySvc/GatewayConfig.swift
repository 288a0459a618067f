/// Every setting of the gateway. The names, meanings and defaults for operators are in `GatewayConfig+Settings.swift`.
struct GatewayConfig: Sendable {
    enum Mode: String, Sendable { case production, sandbox }

    var mode = Mode.production
    /// Where the public HTTP port listens.
    var host = "127.0.0.1"
    var port = 8080
    /// The address of the whole as users see it; nil: as each request says.
    var publicURL: String?
    /// Proxies whose `X-Forwarded-…` are believed, by address.
    var trustedProxies: Set<String> = []
    /// False only without TLS in front.
    var secureCookies = true
    /// Where the web app lies; nil: beside the executable.
    var webDirectory: String?

    /// Tokens per minute, also the most at once; nil: no limit.
    var sessionRate: Int? = 6000
    var addressRate: Int? = 3000
    var sandboxEntryRate: Int? = 60
    var studentSearchRate: Int? = 300
    var tokenRate: Int? = 60

    var connections = 4096
    /// Of a connection on which nothing comes.
    var idleTimeout: Duration = .seconds(60)
    /// From the first byte of a request to its answer; the root of all budgets.
    var requestBudget: Duration = .seconds(10)
    /// For the questions at the end of an upload; the bytes themselves take as long as they take.
    var uploadBudget: Duration = .seconds(30)
    /// A file and a whole request (ingest §2.3).
    var importLimit: Int64 = 500 << 20
}
