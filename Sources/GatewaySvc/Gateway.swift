import Clocks
import Contracts
import Hummingbird
import HummingbirdCore
import Logging
import Messaging
import Metrics
import NIOCore
import NIOHTTPTypes
import ServiceLifecycle
import Texts

/// The gateway put together: the HTTP application and the readers of feeds that it needs.
struct Gateway: Sendable {
    /// Ways to the five other processes.
    struct Neighbours: Sendable {
        var identity: any RPCChannel
        var group: any RPCChannel
        var results: any RPCChannel
        var aggregate: any RPCChannel
        var embargo: any RPCChannel
        /// Hints that Identity's feeds have moved; polled anyway.
        var identityHints: Subscriber?
        /// Hints that embargoes have changed; polled anyway.
        var embargoHints: Subscriber?

        init(
            identity: any RPCChannel, group: any RPCChannel, results: any RPCChannel, aggregate: any RPCChannel,
            embargo: any RPCChannel, identityHints: Subscriber? = nil, embargoHints: Subscriber? = nil
        ) {
            self.identity = identity
            self.group = group
            self.results = results
            self.aggregate = aggregate
            self.embargo = embargo
            self.identityHints = identityHints
            self.embargoHints = embargoHints
        }
    }

    let config: GatewayConfig
    let sessions: Sessions
    let bearers: BearerTokens
    let settings = TenantSettings()
    let table: RouteTable
    let edge: Edge
    let sessionFeed: FeedReader<SessionEndRow>
    let settingFeed: FeedReader<SettingRow>
    let news: EmbargoNews
    private let identityHints: Subscriber?
    private let log: Logger

    init(
        _ config: GatewayConfig, _ neighbours: Neighbours, web: WebFiles, texts: Texts, clocks: Clocks,
        metrics: Metrics, log: Logger
    ) throws {
        let identity = IdentityClient(neighbours.identity)
        let sessions = Sessions(identity: identity, clocks: clocks)
        let bearers = BearerTokens(identity: identity, clocks: clocks)
        let settings = self.settings
        let embargo = EmbargoClient(neighbours.embargo)
        let news = EmbargoNews(embargo: embargo, hints: neighbours.embargoHints, log: log)
        let parts = Routes.Parts(
            config: config, identity: identity, groups: GroupsClient(neighbours.group),
            results: ResultsClient(neighbours.results), intake: IntakeClient(neighbours.results),
            embargo: embargo, news: news, aggregate: AggregateClient(neighbours.aggregate),
            reports: ReportOwners(all: [
                .init(bits: 3, reports: ReportsClient(neighbours.results)),
                .init(bits: 4, reports: ReportsClient(neighbours.aggregate)),
            ]),
            owners: ImportOwners(
                identity: ImportOwners.Owner(neighbours.identity), group: ImportOwners.Owner(neighbours.group),
                results: ImportOwners.Owner(neighbours.results)),
            submissions: ResultSubmissions(results: SubmissionsClient(neighbours.results)),
            neighbours: [
                ("identity", HealthClient(neighbours.identity)), ("group", HealthClient(neighbours.group)),
                ("results", HealthClient(neighbours.results)), ("aggregate", HealthClient(neighbours.aggregate)),
                ("embargo", HealthClient(neighbours.embargo)),
            ],
            settings: settings, sessions: sessions, texts: FixedText(ByteBuffer(bytes: try texts.json())), words: texts,
            clocks: clocks,
            ownHealth: { [Gateway.settingsPart(settings)] })
        table = RouteTable(Routes.all(parts))
        edge = Edge(
            config: config, table: table, web: web, sessions: sessions, bearers: bearers,
            limits: RateLimits(config, clocks: clocks), log: log, metrics: RouteMetrics(table, metrics))
        sessionFeed = FeedReader(
            newsOnly: true,
            fetch: { ask, call in
                let page = try await identity.sessionChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            },
            apply: { rows in
                sessions.drop(rows)
                bearers.drop(rows)
            },
            clear: {
                sessions.dropAll()
                bearers.dropAll()
            })
        settingFeed = FeedReader(
            newsOnly: false,
            fetch: { ask, call in
                let page = try await identity.settingChanges(ask, call)
                return (page.page ?? FeedPage(), page.rows)
            },
            apply: { settings.apply($0) }, clear: { settings.clear() })
        self.config = config
        self.sessions = sessions
        self.bearers = bearers
        self.news = news
        self.identityHints = neighbours.identityHints
        self.log = log

        metrics.gauge("gateway_sessions", "Sessions with a token kept.") { Double(sessions.count) }
        metrics.gauge("gateway_embargo_listeners", "Open pages that hear of changes of embargoes.") {
            Double(news.listenerCount)
        }
        metrics.gauge("gateway_bearer_tokens", "Bearer tokens kept.") { Double(bearers.count) }
    }

    /// Everything that must run.
    ///
    /// - Parameter onListening: told the port when it is open.
    func services(onListening: @escaping @Sendable (Int) -> Void = { _ in }) -> [any Service] {
        [
            FeedPoll(name: "sessions", reader: sessionFeed, every: .milliseconds(500), hints: identityHints, log: log),
            FeedPoll(name: "settings", reader: settingFeed, every: .milliseconds(1000), hints: nil, log: log),
            news, application(onListening),
        ]
    }

    private func application(_ onListening: @escaping @Sendable (Int) -> Void) -> some Service {
        let edge = self.edge
        let http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ContinueHandler()],
            idleTimeout: .microseconds(config.idleTimeout.wholeMicroseconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
        return Application(
            responder: CallbackResponder { (request: Request, context: ConnectionContext) in
                await edge.respond(request, context.channel)
            },
            server: .http1(configuration: http),
            configuration: ApplicationConfiguration(
                address: .hostname(config.host, port: config.port), serverName: nil, backlog: 1024,
                availableConnectionsDelegate: .maximum(config.connections, logger: log)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            logger: log)
    }

    private static func settingsPart(_ settings: TenantSettings) -> HealthPart {
        .with {
            $0.name = "settings"
            $0.ready = settings.isKnown
            $0.reason = settings.isKnown ? "" : "not read from identity yet"
        }
    }
}

/// What the server tells about the connection of a request.
struct ConnectionContext: InitializableFromSource {
    let channel: any NIOCore.Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}
