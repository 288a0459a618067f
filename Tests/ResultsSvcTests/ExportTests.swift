import Access
import Clocks
import Contracts
import Metrics
import Postgres
import Support
import Synchronization
import Testing

@testable import Jobs
@testable import ResultsSvc

/// District / School Exports over the fixture of access §11.0: what is in the file, and what leaves when it is fetched.
@Suite struct ExportTests {
    struct World: Sendable {
        let fixture: GroupResultsTests.Fixture
        let exports: Exports
        private let makers: Makers

        /// What Identity would say of each person now.
        private final class Makers: Sendable {
            let rights = Mutex<[Int64: CallerClaims]>([:])
        }

        static func with(_ body: @Sendable (World) async throws -> Void) async throws {
            try await GroupResultsTests.Fixture.with { try await body(World($0)) }
        }

        private init(_ fixture: GroupResultsTests.Fixture) {
            self.fixture = fixture
            let makers = Makers()
            self.makers = makers
            let identity = RPCServiceTable(
                "ers.Identity",
                [
                    RPCMethod(IdentityMethods.actFor) { (ask: ActForRequest, _) in
                        guard let claims = makers.rights.withLock({ $0[ask.userID] }) else {
                            throw Fault(.forbidden, "no rights")
                        }
                        return ActingToken.with { $0.claims = claims }
                    }
                ])
            exports = Exports(
                database: fixture.database, gate: fixture.gate, reading: fixture.gate,
                identity: IdentityClient(DirectChannel([identity])), workers: 1, holder: "test",
                clocks: fixture.clock.clocks, metrics: Metrics(service: "test"), log: .quiet)
        }

        func knows(_ call: Call) {
            if let caller = call.caller { makers.rights.withLock { $0[caller.userID] = caller } }
        }
        func forgets(_ call: Call) {
            if let caller = call.caller { makers.rights.withLock { $0[caller.userID] = nil } }
        }

        func create(_ query: ExportQuery, _ call: Call, key: String = "k") async throws -> Report {
            knows(call)
            var call = call
            call.idempotencyKey = key
            return try await exports.create(query, call)
        }

        func make(_ query: ExportQuery, _ call: Call, key: String = "k") async throws -> Report {
            let report = try await create(query, call, key: key)
            while try await exports.jobs.runNext(as: "test") {}
            return try await exports.reports.getReport(.with { $0.id = report.id }, call)
        }

        /// The file as it is fetched now.
        func file(_ report: Report, _ call: Call) async throws -> [[String: String]] {
            var (text, token) = ("", "")
            repeat {
                let part = try await exports.reports.readReport(
                    .with { ($0.id, $0.partToken) = (report.id, token) }, call)
                text += String(decoding: part.bytes, as: UTF8.self)
                token = part.nextPartToken
            } while !token.isEmpty
            return ExportTests.table(text)
        }

        func sql(_ text: String) async throws {
            try await fixture.database.transaction(.test()) { try $0.script(text) }
        }

        func audits(_ event: String) async throws -> [String] {
            try await fixture.database.read(.test()) {
                try $0.rows(
                    "SELECT details::text FROM audit WHERE event = \(event) ORDER BY id", as: String.self)
            }
        }
    }

    /// Every cell is quoted, every line has as many as the first.
    static func table(_ text: String) -> [[String: String]] {
        let lines = text.split(separator: "\n").map { line in
            line.dropFirst().dropLast().split(separator: "\",\"", omittingEmptySubsequences: false).map(String.init)
        }
        guard let head = lines.first else { return [] }
        return lines.dropFirst().map { line in
            #expect(line.count == head.count)
            return Dictionary(zip(head, line), uniquingKeysWith: { first, _ in first })
        }
    }

    /// `9000000001 A11 s1` of e1.
    static func keys(_ rows: [[String: String]]) -> [String] {
        rows.map { "\($0["StudentIdentifier"] ?? "") \($0["AssessmentName"] ?? "") \($0["SchoolId"] ?? "")" }
    }

    static let (e1, e3, e4, e5) = ("9000000001 A11 s1", "9000000001 A13 s1", "9000000002 A21 s3", "9000000002 A21 s1")
    static let (e6, e8) = ("9000000003 A12 s1", "9000000004 A11 s2")
    static let (e9, e10) = ("9000000005 A11 s1", "9000000005 A11 s2")

    static let lea = GroupResultsTests.person("lea@x.org", individual: .with { $0.districtIDs = [10] })

    static func query(hide: Bool = false, _ fill: (inout ExportQuery) -> Void) -> ExportQuery {
        .with {
            ($0.name, $0.schoolYear, $0.hideTransfers) = ("Spring", 2020, hide)
            fill(&$0)
        }
    }

    static let ofDistrict = query(hide: true) { $0.districtIDs = [10] }

    @Test("T27 T28 F274: of a school and of a district, with and without new students, in their order")
    func T27_T28_F274() async throws {
        try await World.with { world in
            let school = Self.query { $0.schoolIDs = [2] }
            var report = try await world.make(school, Self.lea, key: "1")
            #expect(report.status == "COMPLETED" && report.rows == 3 && report.topic?.kind == "DistrictSchoolExport")
            #expect(try await Self.keys(world.file(report, Self.lea)) == [Self.e9, Self.e8, Self.e10])
            var hidden = school
            hidden.hideTransfers = true
            report = try await world.make(hidden, Self.lea, key: "2")
            #expect(try await Self.keys(world.file(report, Self.lea)) == [Self.e8, Self.e10])
            let all = [Self.e1, Self.e3, Self.e5, Self.e6, Self.e9, Self.e8, Self.e10]
            report = try await world.make(Self.ofDistrict, Self.lea, key: "3")
            #expect(try await Self.keys(world.file(report, Self.lea)) == all)
            // Shown: B's result of the other district as well, behind those of this one.
            report = try await world.make(Self.query { $0.districtIDs = [10] }, Self.lea, key: "4")
            #expect(try await Self.keys(world.file(report, Self.lea)) == all + [Self.e4])
            // Select All is what is in scope when it runs; the groups of both kinds hold their schools.
            for (number, ask) in [
                Self.query { $0.everything = true }, Self.query { ($0.schoolGroupIDs, $0.schoolIDs) = ([1000], [2]) },
            ].enumerated() {
                report = try await world.make(ask, Self.lea, key: "5.\(number)")
                #expect(try await Self.keys(world.file(report, Self.lea)) == all + [Self.e4])
            }
            // With transfer access off there is no Show.
            try await world.sql("UPDATE setting SET value = 'off' WHERE key = 'transferAccess'")
            report = try await world.make(school, Self.lea, key: "6")
            #expect(try await Self.keys(world.file(report, Self.lea)) == [Self.e8, Self.e10])
        }
    }

    @Test("T106: what has been embargoed since is not in the file, also for those who look through the embargo")
    func T106_embargoedSince() async throws {
        try await World.with { world in
            var demb = Self.lea
            demb.caller?.permissions.append(
                .with {
                    $0.permission = Permission.embargoRead.rawValue
                    $0.scope = .with { $0.statewide = true }
                })
            let report = try await world.make(Self.ofDistrict, demb)
            #expect(report.rows == 7)
            #expect(try await Self.keys(world.file(report, demb)).contains(Self.e3))
            try await world.sql("INSERT INTO embargo_setting VALUES (2020, 10, 1, 1)")
            let later = try await Self.keys(world.file(report, demb))
            #expect(later == [Self.e1, Self.e5, Self.e6, Self.e9, Self.e8, Self.e10])
            // Made under the embargo there are none in it, also after the release: they were not in what was asked for then.
            let under = try await world.make(Self.ofDistrict, demb, key: "2")
            #expect(under.rows == 6)
            try await world.sql("UPDATE embargo_setting SET value = 2")
            #expect(try await Self.keys(world.file(report, demb)).contains(Self.e3))
            #expect(try await world.file(under, demb).count == 6)
        }
    }

    @Test("while nobody can tell what is released, files with summatives wait, and so do new ones")
    func withoutTheLease() async throws {
        try await World.with { world in
            let report = try await world.make(Self.ofDistrict, Self.lea)
            let interims = try await world.make(Self.query(hide: true) { $0.schoolIDs = [2] }, Self.lea, key: "2")
            world.fixture.embargo.drop()
            #expect(await fault { try await world.file(report, Self.lea) } == .unavailable)
            #expect(try await world.file(interims, Self.lea).count == 2)
            let waiting = try await world.make(Self.ofDistrict, Self.lea, key: "3")
            #expect(waiting.status == "RUNNING")
            world.fixture.embargo.confirm(sentAt: world.fixture.clock.clocks.monotonic())
            #expect(try await world.file(report, Self.lea).count == 7)
            world.fixture.clock.advance(.seconds(1))
            world.fixture.embargo.confirm(sentAt: world.fixture.clock.clocks.monotonic())
            world.fixture.clock.advance(.seconds(1))
            while try await world.exports.jobs.runNext(as: "test") {}
            let made = try await world.exports.reports.getReport(.with { $0.id = waiting.id }, Self.lea)
            #expect(made.status == "COMPLETED" && made.rows == 7)
        }
    }

    @Test("what has moved away or was taken back since is not in the file; who lost the organizations gets none")
    func rightsAtTheClick() async throws {
        try await World.with { world in
            let report = try await world.make(Self.ofDistrict, Self.lea)
            try await world.sql("UPDATE exam SET deleted = true WHERE id = 8")
            #expect(try await !Self.keys(world.file(report, Self.lea)).contains(Self.e8))
            // S1 and all its students go to another district.
            try await world.sql(
                "UPDATE school SET district_id = 20, district_group_id = NULL, school_group_id = NULL WHERE id = 1")
            #expect(try await Self.keys(world.file(report, Self.lea)) == [Self.e10])
            let site = GroupResultsTests.person("site@x.org", individual: .with { $0.schoolIDs = [2] })
            #expect(await fault { try await world.file(report, site) } == .forbidden)
            let teacher = GroupResultsTests.person("t@x.org", group: .with { $0.districtIDs = [10] })
            #expect(await fault { try await world.file(report, teacher) } == .forbidden)
            var other = Self.lea
            other.caller?.userID = 78
            #expect(await fault { try await world.file(report, other) } == .notFound)
            #expect(
                await fault { try await world.exports.reports.getReport(.with { $0.id = report.id }, other) }
                    == .notFound
            )
        }
    }

    @Test("what may not be asked for: outside the scope and unknown look the same")
    func refusals() async throws {
        try await World.with { world in
            let many = Array(Int64(1)...1_001)
            let cases: [(ExportQuery, Fault.Code)] = [
                (Self.query { $0.schoolIDs = [3] }, .notFound), (Self.query { $0.schoolIDs = [99] }, .notFound),
                (Self.query { $0.schoolIDs = [1, 3] }, .notFound), (Self.query { $0.districtIDs = [20] }, .notFound),
                (Self.query { $0.districtGroupIDs = [100] }, .notFound),
                (Self.query { $0.schoolGroupIDs = [4711] }, .notFound),
                (Self.query { _ in }, .malformed), (Self.query { $0.schoolIDs = many }, .malformed),
                (Self.query { ($0.everything, $0.schoolIDs) = (true, [1]) }, .malformed),
                (Self.query { ($0.name, $0.schoolIDs) = (" \t", [1]) }, .malformed),
                (Self.query { ($0.name, $0.schoolIDs) = (String(repeating: "n", count: 256), [1]) }, .malformed),
                (Self.query { ($0.schoolYear, $0.schoolIDs) = (2017, [1]) }, .malformed),
                (Self.query { ($0.schoolYear, $0.schoolIDs) = (.min, [1]) }, .malformed),
            ]
            for (query, code) in cases { #expect(await fault { try await world.create(query, Self.lea) } == code) }
            let teacher = GroupResultsTests.person("t@x.org", group: .with { $0.statewide = true })
            #expect(await fault { try await world.create(Self.ofDistrict, teacher) } == .forbidden)
            #expect(await fault { try await world.create(Self.ofDistrict, Self.lea, key: "") } == .malformed)
            // Rights that were lost between the asking and the making: no file.
            let report = try await world.create(Self.ofDistrict, Self.lea)
            world.forgets(Self.lea)
            while try await world.exports.jobs.runNext(as: "test") {}
            let failed = try await world.exports.reports.getReport(.with { $0.id = report.id }, Self.lea)
            #expect(failed.status == "FAILED")
            #expect(await fault { try await world.file(report, Self.lea) } == .preconditionFailed)
        }
    }

    @Test(
        "results §5.6: 64 columns, codes and numbers; names that look like formulas are texts; hidden fields are empty")
    func columns() async throws {
        try await World.with { world in
            try await world.sql(
                """
                UPDATE student SET first_name = '=1+1', last_name = 'O"Neil, the 2nd', gender = 2, ethnicities = 64 WHERE id = 1;
                UPDATE exam SET session_id = NULL, completeness = 1, condition = 3, scale_score_milli = 2456500,
                    standard_error_milli = 20500, level = 3, alternate_scores_milli = '{2400000,NULL}', alternate_errors_milli = '{NULL,1250}',
                    alternate_levels = '{2,NULL}', claim_levels = '{1,NULL,3}', migrant = true, section504 = false, iep = NULL,
                    lep = true, language = 'spa', military = 2, elas = 2, elas_start = '2018-01-31',
                    accommodation_ids = '{501,502}', completed_at = '2019-10-01 12:34:56.5Z' WHERE id = 1;
                INSERT INTO accommodation (id, code) VALUES (501, 'TDS_B'), (502, 'TDS_A');
                INSERT INTO external_id VALUES (1, '0612345');
                """)
            let report = try await world.make(Self.query(hide: true) { $0.schoolIDs = [1] }, Self.lea)
            let part = try await world.exports.reports.readReport(.with { $0.id = report.id }, Self.lea)
            let lines = String(decoding: part.bytes, as: UTF8.self).split(separator: "\n")
            #expect(ExportLine.headings.count == 64)
            #expect(lines[0].split(separator: ",").count == 64)
            #expect(
                lines[1]
                    == #""d1","Demo District","0612345","s1","S1","9000000001","'=1+1","O""Neil, the 2nd","2019-10-01T12:34:56.500000Z","2020","","Interim","IAB","A11","ELA","03","Partial","NS","3","2456.5","20.5","2","2400","","","","1.25","","","","","","","","","","","","","1","","3","","","","","Yes","","","","spa","01","","EL","2018-01-31","No","No","No","No","No","No","Yes","No","TDS_A|TDS_B""#
            )
            // Gender, section 504, plan, learner and military are hidden as shipped; shown where a state wants them.
            try await world.sql(
                "INSERT INTO setting SELECT 'studentField.' || f, 'admin' FROM unnest('{gender,section504,englishLearner,military}'::text[]) f"
            )
            let all = try await world.make(Self.query(hide: true) { $0.schoolIDs = [1] }, Self.lea, key: "2")
            let row = try #require(try await world.file(all, Self.lea).first)
            #expect(row["Sex"] == "Female" && row["Section504Status"] == "No" && row["LEPStatus"] == "Yes")
            #expect(row["MilitaryConnectedStudentIndicator"] == "ActiveDuty")
            // A column that has been hidden since leaves in no file.
            try await world.sql("UPDATE setting SET value = 'disabled' WHERE key = 'studentField.gender'")
            #expect(await fault { try await world.file(all, Self.lea) } == .forbidden)
            #expect(try await world.file(report, Self.lea).count == 5)
        }
    }

    @Test("thousands of results leave in parts; what an attempt that was taken for dead had stored is not among them")
    func inParts() async throws {
        try await World.with { world in
            try await world.sql(
                """
                INSERT INTO student (id, ssid, last_name, school_id, change)
                    SELECT 1000 + n, to_char(n, 'FM0000000000'), 'L', 2, 1000 + n FROM generate_series(1, 2500) n;
                INSERT INTO exam (id, school_year, assessment_id, opportunity_id, subject_id, type, student_id, school_id, status,
                                  completed_at, enrolled_grade, level, content_hash, created_import_id, import_id, change)
                    SELECT 1000 + n, 2020, 11, 'n' || n, 1, 2, 1000 + n, 2, 1, '2020-01-01', '03', 1, 0, 1, 1, 1000 + n
                      FROM generate_series(1, 2500) n;
                """)
            let ask = Self.query(hide: true) { $0.schoolIDs = [2] }
            let report = try await world.create(ask, Self.lea)
            let dead = try await world.fixture.database.transaction(.test()) { session in
                try world.exports.jobs.table.claim([MakeExport.job], holder: "dead", session)?.1
            }
            try await world.fixture.database.transaction(.test()) { session in
                try world.exports.store.addPart(
                    0, of: report.id, attempt: dead?.attempt ?? 0, lastPlace: 5, bytes: [1, 2, 3], session)
            }
            world.fixture.clock.advance(.seconds(31))
            for lease in [world.fixture.embargo, world.fixture.memberships] {
                lease.confirm(sentAt: world.fixture.clock.clocks.monotonic())
            }
            #expect(try await world.exports.jobs.runNext(as: "test"))
            let rows = try await world.file(report, Self.lea)
            #expect(rows.count == 2_502)
            #expect(rows.compactMap { $0["StudentIdentifier"] } == rows.compactMap { $0["StudentIdentifier"] }.sorted())
            let parts = try await world.fixture.database.read(.test()) {
                try $0.row("SELECT count(*) FROM report_part", as: Int64.self)
            }
            #expect(parts == 3)
            for token in ["-1", "x", "99999999999999999999", "1.5"] {
                #expect(
                    await fault {
                        try await world.exports.reports.readReport(
                            .with { ($0.id, $0.partToken) = (report.id, token) }, Self.lea)
                    } == .malformed)
            }
            let behind = try await world.exports.reports.readReport(
                .with { ($0.id, $0.partToken) = (report.id, "999999") }, Self.lea)
            #expect(behind.bytes.isEmpty && behind.nextPartToken.isEmpty)
        }
    }

    @Test("access §8.1: requested, produced, downloaded and deleted are on record, with whose results left")
    func onRecord() async throws {
        try await World.with { world in
            let report = try await world.make(Self.ofDistrict, Self.lea)
            _ = try await world.make(Self.ofDistrict, Self.lea)  // the same key is the same export
            #expect(try await world.audits("export.requested").count == 1)
            let produced = try await world.audits("export.produced")
            #expect(produced.count == 1)
            #expect(produced[0].contains(#""rows": "7""#) && produced[0].contains(#""districts": "10""#))
            #expect(produced[0].contains("sha256"))
            _ = try await world.file(report, Self.lea)
            let students = try await world.fixture.database.read(.test()) {
                try $0.row("SELECT student_ids FROM audit WHERE event = 'export.downloaded'", as: [Int64].self)
            }
            #expect(students == [1, 2, 3, 4, 5])
            _ = try await world.exports.reports.deleteReport(.with { $0.id = report.id }, Self.lea)
            #expect(try await world.audits("export.deleted").count == 1)
            #expect(await fault { try await world.file(report, Self.lea) } == .notFound)
            // One that has not begun is never made.
            let waiting = try await world.create(Self.ofDistrict, Self.lea, key: "2")
            _ = try await world.exports.reports.deleteReport(.with { $0.id = waiting.id }, Self.lea)
            #expect(try await world.exports.jobs.runNext(as: "test") == false)
        }
    }

    @Test("nothing to export is no file; a visitor's exports go with the session")
    func nothingAndVisitors() async throws {
        try await World.with { world in
            let none = try await world.make(Self.query { ($0.schoolYear, $0.schoolIDs) = (2018, [1]) }, Self.lea)
            #expect(none.status == "NO_RESULTS")
            let report = try await world.make(Self.ofDistrict, Self.lea, key: "2")
            try await world.fixture.database.transaction(.test()) { try world.exports.remove([9], $0) }
            #expect(await fault { try await world.file(report, Self.lea) } == .notFound)
            let left = try await world.fixture.database.read(.test()) {
                try $0.row("SELECT count(*) FROM report_part", as: Int64.self)
            }
            #expect(left == 0)
        }
    }

    @Test("a saved query is overwritten by its maker alone, as whole")
    func savedQueries() async throws {
        try await World.with { world in
            let report = try await world.make(Self.ofDistrict, Self.lea)
            let saved = try await world.exports.reports.saveReportQuery(.with { $0.id = report.id }, Self.lea)
            let copy = try await world.exports.reports.copySavedQuery(.with { $0.id = saved.id }, Self.lea)
            let inside = try ExportQuery(decoding: copy.query)
            #expect(copy.name == "Spring (1)" && inside.name == "Spring (1)")
            let changed = Self.query { ($0.name, $0.schoolIDs) = ("Other", [3]) }
            let ask = ReplaceExportQueryRequest.with { ($0.id, $0.query) = (saved.id, changed) }
            let replaced = try await world.exports.replace(ask, Self.lea)
            let stored = try ExportQuery(decoding: replaced.query)
            #expect(replaced.name == "Other" && stored == changed)
            var other = Self.lea
            other.caller?.userID = 78
            let foreign = other
            #expect(await fault { try await world.exports.replace(ask, foreign) } == .notFound)
        }
    }
}

/// The code of the fault that `body` ends with; nil when it does not.
private func fault(_ body: () async throws -> some Any) async -> Fault.Code? {
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
