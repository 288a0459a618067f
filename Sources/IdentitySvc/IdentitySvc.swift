import Audit
import Credentials
import Feed
import Ledger
import Messaging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// IdentitySvc: organizations, users, roles, sessions, settings and school years.
@main
enum IdentitySvc {
    static func main() async {
        await ServiceProcess.run("identity", IdentityConfig.self, migrations: .identity, assemble)
    }

    static func assemble(_ config: IdentityConfig, _ parts: ServiceParts) async throws -> [any Service] {
        let database = Database(
            DatabaseConfig(parts.databaseURL, connections: config.connections, applicationName: parts.name),
            metrics: parts.metrics, log: parts.log)
        parts.health.add(database: database)
        let callerKey = try SigningKey(
            id: config.callerKeyID,
            file: config.callerKeyFile ?? "\(parts.keysDirectory)/\(config.callerKeyID).key")
        let issuer = CallerTokenIssuer(key: callerKey, clocks: parts.clocks)
        let events = Events(publisher: try config.eventsURL.map { try Publisher(listeningOn: $0, tls: parts.busTLS) })
        let trail = IdentityTrail(audit: AuditTrail(schema: "identity"))
        let passwords = PasswordVerifier()

        let home = FeedHome(database: database, schema: "identity", log: parts.log)
        try await home.settle()
        try await FirstStart(
            database: database, passwords: passwords, config: config, clocks: parts.clocks, log: parts.log)()
        events.moved(.settings)

        let sessions = Sessions(
            database: database, issuer: issuer, clocks: parts.clocks, idleTime: config.idleTime,
            sessionTime: config.sessionTime, announce: { events.moved(.sessions) })
        let tokens = AccessTokens(
            database: database, issuer: issuer, clocks: parts.clocks, life: config.accessTokenTime,
            stateCode: config.stateCode, stateName: config.stateName, log: parts.log)
        let doors = SandboxDoors(
            mode: parts.mode, all: config.sandboxEntries, stateCode: config.stateCode, stateName: config.stateName)
        let ledger = Ledger(
            owner: .identity, database: database,
            lanes: [OrganizationLane.lane { events.moved(.organizations) }], clocks: parts.clocks,
            metrics: parts.metrics,
            log: parts.log)
        let server = IdentityServer(
            database: database, sessions: sessions, tokens: tokens, passwords: passwords, doors: doors,
            clocks: parts.clocks, trail: trail)
        return [
            database, home, AuditSealer(database: database, schema: "identity", log: parts.log),
            Sweep(database: database, sessions: sessions, clocks: parts.clocks, log: parts.log),
            ledger, try parts.server(listeningOn: config.listen, [server.rpcTable] + ledger.rpcTables),
        ]
    }
}
