import Access
import Audit
import Clocks
import Contracts
import Credentials
import Foundation
import Logging
import Postgres
import ServiceRuntime
import Support
import Synchronization
import Testing

@testable import IdentitySvc

/// IdentitySvc's parts over a database of their own, with the organizations of access §11.0 and a clock moved by hand.
struct World: Sendable {
    let database: Database
    let clock: HandClock
    let verifier: TokenVerifier
    let sessions: Sessions
    let tokens: AccessTokens
    let throttle: AttemptThrottle
    let passwords: PasswordVerifier
    let trail = IdentityTrail(audit: AuditTrail(schema: "identity"))
    let announced: Announced

    final class Announced: Sendable {
        private let number = Mutex(0)
        func once() { number.withLock { $0 += 1 } }
        var count: Int { number.withLock { $0 } }
    }

    static func call() -> Call { .starting(budget: .seconds(60), service: "gateway") }

    static let organizations:
        [(id: Int64, kind: String, naturalID: String, name: String, group: Int64?, district: Int64?, schools: Int64?)] =
            [
                (1, "DistrictGroup", "DG-NORTH", "North Consortium", nil, nil, nil),
                (2, "District", "88800120000000", "Demo District", 1, nil, nil),
                (3, "SchoolGroup", "SG-EAST", "East Schools", 1, 2, nil),
                (4, "School", "88800120012001", "Demo Elementary School", 1, 2, 3),
                (5, "School", "88800120012002", "Demo Middle School", 1, 2, nil),
                (6, "District", "01100170000000", "Bay District", nil, nil, nil),
                (7, "School", "01100170123456", "Harbor School", nil, 6, nil),
            ]

    static func with(_ body: @Sendable (World) async throws -> Void) async throws {
        try await withTemporaryDatabase(.identity) { database in
            let clock = HandClock()
            let key = SigningKey.generate(id: "caller-1")
            let issuer = CallerTokenIssuer(key: key, clocks: clock.clocks)
            let announced = Announced()
            let world = World(
                database: database, clock: clock,
                verifier: TokenVerifier(
                    try Keyring(publicKeys: ["caller-1": key.publicKey]), service: "results", clocks: clock.clocks),
                sessions: Sessions(
                    database: database, issuer: issuer, clocks: clock.clocks, idleTime: .seconds(20 * 60),
                    sessionTime: .seconds(12 * 3600), announce: { announced.once() }),
                tokens: AccessTokens(
                    database: database, issuer: issuer, clocks: clock.clocks, life: .seconds(3600), stateCode: "CA",
                    stateName: "California", log: .quiet),
                throttle: AttemptThrottle(database: database, clocks: clock.clocks), passwords: PasswordVerifier(),
                announced: announced)
            try await world.insertOrganizations()
            try await body(world)
        }
    }

    private init(
        database: Database, clock: HandClock, verifier: TokenVerifier, sessions: Sessions, tokens: AccessTokens,
        throttle: AttemptThrottle, passwords: PasswordVerifier, announced: Announced
    ) {
        self.database = database
        self.clock = clock
        self.verifier = verifier
        self.sessions = sessions
        self.tokens = tokens
        self.throttle = throttle
        self.passwords = passwords
        self.announced = announced
    }

    private func insertOrganizations() async throws {
        try await database.transaction(Self.call()) { session in
            for row in Self.organizations {
                try session.run(
                    """
                    INSERT INTO identity.organization
                           (id, kind, natural_id, name, district_group_id, district_id, school_group_id, change)
                    OVERRIDING SYSTEM VALUE
                    VALUES (\(row.id), \(row.kind), \(row.naturalID), \(row.name), \(row.group as Int64?), \(row.district as Int64?),
                            \(row.schools as Int64?), \(row.id))
                    """)
            }
            try session.run("UPDATE identity.feed_head SET change = 7")
            try session.run("ALTER TABLE identity.organization ALTER COLUMN id RESTART WITH 100")
        }
    }

    func config(
        _ year: Int32? = 2020, importing: [IdentityConfig.ImportIdentity] = []
    ) -> IdentityConfig {
        IdentityConfig(
            stateCode: "CA", stateName: "California", timeZone: "America/Los_Angeles", currentSchoolYear: year,
            transferAccess: true, idleTime: .seconds(20 * 60), sessionTime: .seconds(12 * 3600),
            accessTokenTime: .seconds(3600), sandboxEntries: [], importIdentities: importing)
    }

    func start(_ config: IdentityConfig) async throws {
        try await FirstStart(
            database: database, passwords: passwords, config: config, clocks: clock.clocks, log: .quiet)()
    }

    static let doors = [
        SandboxDoor(
            key: "elementary", label: "School Admin: Demo Elementary School", role: "SandboxSchoolAdmin",
            kind: "School",
            naturalId: "88800120012001"),
        SandboxDoor(
            key: "absent", label: "School Admin: Not Loaded", role: "SandboxSchoolAdmin", kind: "School",
            naturalId: "99999999999999"),
        SandboxDoor(
            key: "teacher", label: "Teacher: Demo Elementary School", role: "SandboxTeacher", kind: "School",
            naturalId: "88800120012001", groupLogin: "Teacher.Elementary@sandbox.example"),
        SandboxDoor(
            key: "district", label: "District Admin: Demo District", role: "SandboxDistrictAdmin", kind: "District",
            naturalId: "88800120000000"),
        SandboxDoor(
            key: "state", label: "State Admin: California", role: "SandboxStateAdmin", kind: "State", naturalId: "CA"),
    ]

    func doors(_ mode: Mode = .sandbox, _ all: [SandboxDoor] = doors) -> SandboxDoors {
        SandboxDoors(mode: mode, all: all, stateCode: "CA", stateName: "California")
    }

    func enter(_ key: String, _ mode: Mode = .sandbox, previous: [UInt8] = []) async throws -> NewSession {
        let enter = EnterSandbox(database: database, doors: doors(mode), sessions: sessions, trail: trail)
        return try await enter(
            .with {
                $0.entry = key
                $0.previousSecret = previous
            }, Self.call())
    }

    /// The users whose sessions the feed calls ended.
    func ended() async throws -> [Int64] {
        try await database.read(Self.call()) {
            try $0.rows("SELECT user_id FROM identity.session_end ORDER BY change", as: Int64.self)
        }
    }

    func claims(_ grants: Grant...) async throws -> CallerClaims {
        try await database.read(Self.call()) { session in
            let found = try OrganizationTable.find(grants, session)
            let rights = Rights(of: grants, by: try RoleTables.read(session)) { found[$0]?[$1]?.id }
            return .with { $0.permissions = rights.permissionScopes }
        }
    }
}

/// The code of the fault that `body` ends with; nil when it ends well.
func fault(_ body: () async throws -> some Any) async -> Fault.Code? {
    do {
        _ = try await body()
        return nil
    } catch let fault as Fault {
        return fault.code
    } catch {
        Issue.record("not a fault: \(error)")
        return nil
    }
}
