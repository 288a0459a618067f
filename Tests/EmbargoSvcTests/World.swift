import Access
import Audit
import Clocks
import Contracts
import Feed
import Metrics
import Postgres
import Support
import Synchronization
import Testing

@testable import EmbargoSvc

/// The rows of Identity's feeds, as a test sets them.
final class IdentityRows: Sendable {
    let organizations: Mutex<[OrganizationRow]>
    let settings: Mutex<[SettingRow]>

    init(_ organizations: [OrganizationRow], _ settings: [SettingRow]) {
        self.organizations = Mutex(organizations)
        self.settings = Mutex(settings)
    }

    static func page(_ changes: [Int64]) -> FeedPage {
        .with {
            $0.epoch = [UInt8](repeating: 7, count: 16)
            $0.head = changes.max() ?? 0
            $0.through = $0.head
        }
    }
}

/// EmbargoSvc over a database of its own: the districts of access §11.0 and the years 2018 to 2020.
struct World: Sendable {
    let database: Database
    var home: FeedHome { FeedHome(database: database, schema: "embargo", log: .quiet) }
    let identity: IdentityRows
    let server: EmbargoServer
    /// The same, but a change looks at its holders once instead of waiting for them.
    let impatient: EmbargoServer
    let announced: Announced

    final class Announced: Sendable {
        private let list = Mutex<[Int64]>([])
        func add(_ change: Int64) { list.withLock { $0.append(change) } }
        var changes: [Int64] { list.withLock { $0 } }
    }

    static func with(_ body: @Sendable (World) async throws -> Void) async throws {
        try await withTemporaryDatabase(.embargo) { database in
            let rows = IdentityRows(
                [
                    organization(1, 1, "DistrictGroup", "North Consortium", group: 0),
                    organization(2, 2, "District", "Demo District", group: 1),
                    organization(3, 4, "School", "Demo Elementary School", group: 1, district: 2),
                    organization(4, 6, "District", "Bay District", group: 0),
                ],
                [
                    setting(5, "state.name", "California"), setting(10, "state.code", "CA"),
                    setting(6, "schoolYear.current", "2020"),
                    year(7, 2018, embargoed: false), year(8, 2019, embargoed: false), year(9, 2020, embargoed: true),
                ])
            let clock = HandClock()
            let copies = IdentityCopies(
                in: database,
                organizations: { ask, _ in
                    let all = rows.organizations.withLock { $0 }
                    return (IdentityRows.page(all.map(\.change)), all.filter { $0.change > ask.after })
                },
                settings: { ask, _ in
                    let all = rows.settings.withLock { $0 }
                    return (IdentityRows.page(all.map(\.change)), all.filter { $0.change > ask.after })
                },
                clocks: clock.clocks, metrics: Metrics(service: "test"), log: .quiet)
            try await FeedHome(database: database, schema: "embargo", log: .quiet).settle(
                .starting(budget: .seconds(20)))
            let announced = Announced()
            let trail = EmbargoTrail(audit: AuditTrail(schema: "embargo"))
            let server = { (patience: Duration) in
                EmbargoServer(
                    database: database, copies: copies, trail: trail, clocks: clock.clocks, patience: patience,
                    announce: { announced.add($0) })
            }
            let world = World(
                database: database, identity: rows, server: server(.seconds(3)), impatient: server(.zero),
                announced: announced)
            try await body(world)
        }
    }

    static func organization(
        _ change: Int64, _ id: Int64, _ kind: String, _ name: String, group: Int64, district: Int64 = 0
    ) -> OrganizationRow {
        .with {
            ($0.change, $0.id, $0.kind, $0.name) = (change, id, kind, name)
            ($0.naturalID, $0.districtGroupID, $0.districtID) = ("n\(id)", group, district)
        }
    }
    static func setting(_ change: Int64, _ key: String, _ value: String) -> SettingRow {
        .with { ($0.change, $0.key, $0.value) = (change, key, value) }
    }
    static func year(_ change: Int64, _ year: Int32, embargoed: Bool) -> SettingRow {
        .with { ($0.change, $0.schoolYear, $0.embargoedByDefault) = (change, year, embargoed) }
    }

    /// A person with one scope of `EMBARGO_WRITE`; nil for none at all.
    static func call(_ writer: Scope?, login: String = "demb@x.org") -> Call {
        var call = Call.starting(budget: .seconds(60), service: "gateway")
        call.caller = .with {
            $0.userID = 77
            $0.login = login
            $0.role = "tester"
            $0.sessionID = [1]
            if let writer {
                $0.permissions = [
                    .with {
                        $0.permission = Permission.embargoWrite.rawValue
                        $0.scope = writer
                    }
                ]
            }
        }
        return call
    }

    func list(_ year: Int32 = 0, _ writer: Scope?) async throws -> EmbargoList {
        try await server.listEmbargoes(.with { $0.schoolYear = year }, Self.call(writer))
    }

    func set(
        _ district: Int64, _ value: EmbargoValue, version: Int64 = 0, year: Int32 = 2020, _ writer: Scope?,
        waiting: Bool = true
    ) async throws -> SetEmbargoReply {
        try await set(district, .individual, value, version: version, year: year, writer, waiting: waiting)
    }

    func set(
        _ district: Int64, _ kind: EmbargoKind, _ value: EmbargoValue, version: Int64 = 0,
        year: Int32 = 2020, _ writer: Scope?, waiting: Bool = true
    ) async throws -> SetEmbargoReply {
        try await (waiting ? server : impatient).setEmbargo(
            .with {
                $0.schoolYear = year
                $0.districtID = district
                $0.kind = kind
                $0.value = value
                $0.version = version
            }, Self.call(writer))
    }

    func history(_ writer: Scope?) async throws -> [EmbargoHistoryEntry] {
        try await server.listEmbargoHistory(.with { $0.schoolYear = 2020 }, Self.call(writer)).entries
    }

    /// A question of a program outside the suite.
    func replay(epoch: [UInt8] = [], after: Int64 = 0, limit: Int32 = 1_000) async throws -> ReplayPage {
        let server = SubscriberServer(replay: ReplayNotifications(log: NotificationLog(database: database)))
        return try await server.replayEmbargoNotifications(
            .with { ($0.epoch, $0.after, $0.limit) = (epoch, after, limit) }, .starting(budget: .seconds(20)))
    }

    /// A holder's question, as it comes over the bus.
    @discardableResult
    func ask(_ holder: String, after: Int64, epoch: [UInt8]? = nil) async throws -> EmbargoChangesPage {
        let real = try await database.read(.starting(budget: .seconds(20))) {
            try $0.row("SELECT epoch FROM embargo.feed_head", as: [UInt8].self)
        }
        return try await server.embargoChanges(
            .with {
                $0.epoch = epoch ?? real ?? []
                $0.after = after
                $0.limit = 100
                $0.holder = holder
            }, .starting(budget: .seconds(20), service: "results"))
    }

    func expect(
        _ table: String, has expected: Int64, _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let count = try await database.read(.starting(budget: .seconds(20))) {
            try $0.row("SELECT count(*) FROM embargo.\(raw: table)", as: Int64.self)
        }
        #expect(count == expected, comment, sourceLocation: sourceLocation)
    }

    /// Sets when a holder asked, so that no test depends on how fast it runs: `infinity` is always just now.
    func holder(_ holder: String, askedAt time: String) async throws {
        _ = try await database.transaction(.starting(budget: .seconds(20))) {
            try $0.run(
                "UPDATE embargo.holder SET asked_at = \(raw: time) WHERE holder = \("results/" + holder)")
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
