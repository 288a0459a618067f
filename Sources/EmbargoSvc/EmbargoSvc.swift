import Audit
import Contracts
import Feed
import Messaging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// EmbargoSvc: which summative results are held back, their history, and who has heard of it.
@main
enum EmbargoSvc {
    static func main() async {
        await ServiceProcess.run("embargo", EmbargoConfig.self, migrations: .embargo, assemble)
    }

    static func assemble(_ config: EmbargoConfig, _ parts: ServiceParts) async throws -> [any Service] {
        let database = Database(
            DatabaseConfig(parts.databaseURL, connections: config.connections, applicationName: parts.name),
            metrics: parts.metrics, log: parts.log)
        parts.health.add(database: database)
        let identity = IdentityClient(try parts.channel(to: "identity", urls: config.identityURLs))
        let copies = IdentityCopies(
            in: database,
            organizations: { ask, call in
                let answer = try await identity.organizationChanges(ask, call)
                return (answer.page ?? FeedPage(), answer.rows)
            },
            settings: { ask, call in
                let answer = try await identity.settingChanges(ask, call)
                return (answer.page ?? FeedPage(), answer.rows)
            },
            hints: (
                try parts.hints(of: "organizations", at: config.identityEventsURLs),
                try parts.hints(of: "settings", at: config.identityEventsURLs)
            ), clocks: parts.clocks, holder: parts.replica, metrics: parts.metrics, log: parts.log)
        parts.health.add("organizations") { copies.organizations.obstacle }
        parts.health.add("settings") { copies.settings.obstacle }
        let log = NotificationLog(database: database)
        let home = FeedHome(database: database, schema: "embargo", log: parts.log)
        try await home.settle()
        let publisher = try config.eventsURL.map { try Publisher(listeningOn: $0, tls: parts.busTLS) }
        let (news, newsFeed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (hookNews, hookFeed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let server = EmbargoServer(
            database: database, copies: copies, trail: EmbargoTrail(audit: AuditTrail(schema: "embargo")),
            clocks: parts.clocks,
            announce: { change in
                publisher?.publish(topic: "embargo", Array("\(change)".utf8))
                newsFeed.yield()
                hookFeed.yield()
            })
        let request = WebhookRequest(
            allowsPrivate: config.webhooksAllowPrivate, authorities: config.webhooksAuthorities)
        let webhooks = Webhooks(
            config.webhooks, log: log,
            positions: WebhookPositions(database: database, clocks: parts.clocks, holder: parts.replica),
            news: hookNews,
            clocks: parts.clocks, metrics: parts.metrics, logger: parts.log,
            send: { try await request.send($0, $1, to: $2) })
        return [
            database, AuditSealer(database: database, schema: "embargo", log: parts.log), home, copies.organizations,
            copies.settings, webhooks,
        ] + (try subscribers(config, parts, log, home, identity, news)) + [
            try parts.server(listeningOn: config.listen, [server.rpcTable])
        ]
    }

    /// The door for programs outside the suite, with other certificates than the bus and nothing behind it but the log.
    private static func subscribers(
        _ config: EmbargoConfig, _ parts: ServiceParts, _ log: NotificationLog, _ home: FeedHome,
        _ identity: IdentityClient,
        _ news: AsyncStream<Void>
    ) throws -> [any Service] {
        guard let eventsURL = config.subscribersEventsURL else { return [] }
        let tokens = ClientTokens(clocks: parts.clocks) { try await identity.resumeAccessToken($0, $1) }
        let publisher = try Publisher(listeningOn: eventsURL, tls: config.subscribersTLS)
        return [
            NotificationPublisher(log: log, home: home, news: news, logger: parts.log) {
                publisher.publish(topic: NotificationPublisher.topic, $0)
            },
            try ReplyServer(
                service: "embargo subscribers", listeningOn: config.subscribersListen,
                tables: [SubscriberServer(replay: ReplayNotifications(log: log)).rpcTable], verifier: parts.verifier,
                clients: { try await tokens.scopes($0, $1) }, tls: config.subscribersTLS, workers: 8,
                clocks: parts.clocks, metrics: parts.metrics, log: parts.log),
        ]
    }
}
