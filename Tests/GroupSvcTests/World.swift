import Access
import Audit
import Clocks
import Contracts
import Ledger
import Metrics
import Postgres
import Support
import Synchronization
import Testing

@testable import GroupSvc

/// GroupSvc over a database of its own with the fixture of access §11.0: districts D1 and D2, schools S1, S2 and S3, the
/// years 2018 to 2020, three subjects. Students get ids as ResultsSvc gives them: the same SSID the same id.
struct World: Sendable {
    let database: Database
    let server: GroupServer
    let imports: GroupImports
    let worker: UploadWorker
    let students: Students
    let clock: HandClock
    /// How often the feed was announced to have moved.
    let announced: Counter

    final class Students: Sendable {
        private let ids = Mutex<[String: Int64]>([:])
        /// What it answers instead.
        let fault = Mutex<Fault?>(nil)

        func ensure(_ ask: EnsureStudentsRequest) throws -> EnsuredStudents {
            if let fault = fault.withLock({ $0 }) { throw fault }
            return ids.withLock { ids in
                .with {
                    $0.studentIDs = ask.ssids.map { ssid in
                        let id = ids[ssid] ?? Int64(ids.count + 1)
                        ids[ssid] = id
                        return id
                    }
                }
            }
        }

        func id(_ ssid: String) -> Int64? { ids.withLock { $0[ssid] } }
    }

    final class Counter: Sendable {
        private let number = Mutex(0)
        func count() { number.withLock { $0 += 1 } }
        var value: Int { number.withLock { $0 } }
    }

    static let s1: Int64 = 1
    static let s2: Int64 = 2
    static let s3: Int64 = 3

    static func with(_ body: @Sendable (World) async throws -> Void) async throws {
        try await withTemporaryServer([.groups]) { server in
            let owner = server.open(connections: 1, settings: ["search_path": "groups"])
            try await owner.transaction(.test()) { session in
                try session.script(
                    """
                    INSERT INTO district VALUES (10, '88800120000000', 'Demo District', 100), (20, '01100170000000', 'Bay District', NULL);
                    INSERT INTO school VALUES
                        (1, '88800120012001', 'Demo Elementary School', 10, 100, 1000),
                        (2, '88800120012002', 'Demo Middle School', 10, 100, NULL), (3, '01100170123456', 'Harbor School', 20, NULL, NULL);
                    INSERT INTO school_year VALUES (2018, false), (2019, false), (2020, true);
                    INSERT INTO setting VALUES ('schoolYear.current', '2020');
                    INSERT INTO subject VALUES (10, 'ELA'), (11, 'Math'), (12, 'ELPAC');
                    """)
            }
            await owner.close()
            let database = server.open(as: "groups", connections: 3)
            let clock = HandClock()
            let students = Students()
            let announced = Counter()
            let trail = GroupTrail(audit: AuditTrail(schema: "groups"))
            let check = UploadCheck(database: database) { _, _ in }
            let uploads = Uploads(database: database, check: check, trail: trail, queued: {})
            let world = World(
                database: database,
                server: GroupServer(
                    database: database, uploads: uploads, trail: trail, clocks: clock.clocks, patience: .zero,
                    changed: { announced.count() }, confirmed: {}),
                imports: GroupImports(
                    database: database, uploads: uploads, nowMicroseconds: clock.clocks.wallMicroseconds),
                worker: UploadWorker(
                    database: database, check: check, ensureStudents: { ask, _ in try students.ensure(ask) },
                    trail: trail, blobs: BlobStore(database: database, owner: .group),
                    signals: AsyncStream { $0.finish() },
                    changed: { announced.count() }, metrics: Metrics(service: "test"), log: .quiet),
                students: students, clock: clock, announced: announced)
            do {
                try await body(world)
            } catch {
                await database.close()
                throw error
            }
            await database.close()
        }
    }

    // MARK: People (access §11.0)

    static func person(_ login: String, user: Int64, _ permissions: [(Permission, Scope)]) -> Call {
        .test(
            .with {
                $0.userID = user
                $0.login = login
                $0.groupLogin = login.lowercased()
                $0.role = "tester"
                $0.sessionID = [1]
                $0.permissions = permissions.map { permission, scope in
                    .with {
                        $0.permission = permission.rawValue
                        $0.scope = scope
                    }
                }
            })
    }

    static let inD1 = Scope.with { $0.districtIDs = [10] }
    static let inD2 = Scope.with { $0.districtIDs = [20] }
    static let inS1 = Scope.with { $0.schoolIDs = [1] }
    static let everywhere = Scope.with { $0.statewide = true }
    static let lea = person("lea@x.org", user: 1, [(.groupWrite, inD1), (.groupPIIRead, inD1)])
    static let lea2 = person("lea2@x.org", user: 2, [(.groupWrite, inD2), (.groupPIIRead, inD2)])
    static let site = person("site@x.org", user: 3, [(.groupWrite, inS1), (.groupPIIRead, inS1)])
    static let roster = person("Roster@X.org", user: 4, [(.groupPIIRead, inS1)])
    static let lst = person("lst@x.org", user: 5, [(.groupPIIRead, inD1)])
    static let operators = person("ops@x.org", user: 6, [(.groupWrite, everywhere), (.dataWrite, everywhere)])

    // MARK: Doing

    /// A file from the web page, carried out and followed by whoever uses memberships.
    @discardableResult
    func upload(_ rows: String..., by call: Call = lea, name: String = "groups.csv") async throws -> GroupUpload {
        let upload = try await send(rows, by: call, name: name)
        try await carryOut()
        return try await look(upload.id, by: call)
    }

    func send(_ rows: [String], by call: Call = lea, name: String = "groups.csv") async throws -> GroupUpload {
        let text = ([GroupFileTests.header] + rows).joined(separator: "\n")
        return try await server.uploadGroups(
            .with {
                $0.fileName = name
                $0.contentType = "text/csv"
                $0.body = Array(text.utf8)
            }, call)
    }

    func look(_ id: Int64, by call: Call = lea) async throws -> GroupUpload {
        let list = try await server.listGroupUploads(.with { $0.ids = [id] }, call)
        guard let upload = list.uploads.first else { throw Fault(.notFound, "no upload \(id)") }
        return upload
    }

    /// All that is queued, and a holder that has followed.
    func carryOut() async throws {
        while try await worker.step() {}
        try await follow()
        _ = try await worker.step()
    }

    /// A holder asks until it has everything; answers the newest rows by group id.
    @discardableResult
    func follow(_ holder: String = "results-1") async throws -> [Int64: MembershipRow] {
        var rows: [Int64: MembershipRow] = [:]
        var epoch: [UInt8] = []
        var after: Int64 = 0
        while true {
            let ask = ChangesRequest.with {
                $0.epoch = epoch
                $0.after = after
                $0.limit = 100
                $0.holder = holder
            }
            let page = try await server.membershipChanges(ask, .test(service: "results"))
            guard let about = page.page else { throw Fault(.internalError, "no page") }
            for row in page.rows { rows[row.groupID] = row }
            if epoch == about.epoch, after == about.through { return rows }
            (epoch, after) = (about.epoch, about.through)
        }
    }

    func groups(
        _ school: Int64 = s1, _ year: Int32 = 2020, subject: String = "", by call: Call = lea
    ) async throws -> [ManagedGroup] {
        try await server.listManagedGroups(
            .with { ($0.schoolID, $0.schoolYear, $0.subject) = (school, year, subject) }, call
        ).groups
    }

    func assigned(_ call: Call = roster) async throws -> [String] {
        try await server.listAssignedGroups(Empty(), call).groups.map(\.name)
    }

    /// A number that the database counts.
    func count(_ sql: SQL) async throws -> Int64 {
        try await database.read(.test()) { try $0.row(sql, as: Int64.self) } ?? 0
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
