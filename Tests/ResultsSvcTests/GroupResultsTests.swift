import Access
import Audit
import Clocks
import Contracts
import Feed
import Postgres
import Support
import Testing

@testable import ResultsSvc

/// Groups and results with the fixture of access §11.0: who finds which exam, and what the pages of a group show.
/// All summatives are released.
@Suite struct GroupResultsTests {
    /// e1…e10 by number; the group G1…G4 by number.
    struct Fixture: Sendable {
        let database: Database
        let readers: Database
        let clock: HandClock
        let memberships: Lease
        let embargo: Lease
        let gate: Gate
        let catalogue = SubjectCatalogue()

        static func with(_ body: @Sendable (Fixture) async throws -> Void) async throws {
            try await withTemporaryServer([.results]) { server in
                let database = server.open(connections: 2, settings: ["search_path": "results"])
                let readers = server.open(as: "results_reader", connections: 2)
                try await database.transaction(.test()) { try store($0) }
                let clock = HandClock()
                let (embargo, memberships) = (Lease(clocks: clock.clocks), Lease(clocks: clock.clocks))
                embargo.confirm(sentAt: clock.clocks.monotonic())
                memberships.confirm(sentAt: clock.clocks.monotonic())
                let gate = Gate(
                    database: readers, embargo: embargo, memberships: memberships, audit: AuditTrail(schema: "results"))
                let fixture = Fixture(
                    database: database, readers: readers, clock: clock, memberships: memberships, embargo: embargo,
                    gate: gate)
                do {
                    try await body(fixture)
                } catch {
                    await database.close()
                    await readers.close()
                    throw error
                }
                await database.close()
                await readers.close()
            }
        }

        static func store(_ session: borrowing Session) throws {
            try session.script(
                """
                INSERT INTO district VALUES (10, 'd1', 'Demo District', 100), (20, 'd2', 'Bay District', NULL);
                INSERT INTO school VALUES (1, 's1', 'S1', 10, 100, 1000), (2, 's2', 'S2', 10, 100, NULL), (3, 's3', 'S3', 20, NULL, NULL);
                INSERT INTO school_year VALUES (2018, false), (2019, false), (2020, false);
                INSERT INTO setting VALUES ('transferAccess', 'on');
                INSERT INTO subject (id, code, name, import_id, change) VALUES (1, 'ELA', 'ELA', 1, 1), (2, 'Math', 'Math', 1, 2);
                INSERT INTO subject_type SELECT s, t, 'n', 'n', false, false, false FROM generate_series(1, 2) s, generate_series(1, 3) t;
                INSERT INTO subject_scoring SELECT s, 2, 0, 'Overall', 2000, 3000, 3 FROM generate_series(1, 2) s;
                INSERT INTO subject_level SELECT s, 2, 0, l, 'L' || l, 'L', NULL, 'blue' FROM generate_series(1, 2) s, generate_series(1, 3) l;
                -- 11 ELA IAB, 12 ELA ICA, 13 ELA Summative, 21 Math IAB, 23 Math Summative 2019
                INSERT INTO assessment (id, natural_id, name, label, subject_id, type, grade, school_year, level_lows, level_highs, import_id, change)
                SELECT a, 'A' || a, 'A' || a, 'A' || a, s, t, '03', y, '{2000}', '{3000}', 1, a
                  FROM (VALUES (11, 1, 2, 2020), (12, 1, 1, 2020), (13, 1, 3, 2020), (21, 2, 2, 2020), (23, 2, 3, 2019)) v(a, s, t, y);
                INSERT INTO student (id, ssid, last_name, first_name, school_id, change) VALUES
                    (1, '9000000001', 'A', 'A', 1, 1), (2, '9000000002', 'B', 'B', 1, 2), (3, '9000000003', 'C', 'C', 3, 3),
                    (4, '9000000004', 'D', 'D', NULL, 4), (5, '9000000005', 'E', 'E', 2, 5);
                INSERT INTO exam (id, school_year, assessment_id, opportunity_id, subject_id, type, student_id, school_id, status,
                                  completed_at, enrolled_grade, scale_score_milli, standard_error_milli, level, content_hash,
                                  created_import_id, import_id, change)
                SELECT e, y, a, e::text, s, t, st, sc, 1, at::timestamptz, '03', 2400000 + e * 1000, 10000, 1 + e % 3, 0, 1, 1, e
                  FROM (VALUES (1, 2020, 11, 1, 2, 1, 1, '2019-10-01'), (2, 2019, 23, 2, 3, 1, 1, '2019-05-01'),
                               (3, 2020, 13, 1, 3, 1, 1, '2020-05-01'), (4, 2020, 21, 2, 2, 2, 3, '2019-10-02'),
                               (5, 2020, 21, 2, 2, 2, 1, '2020-02-02'), (6, 2020, 12, 1, 1, 3, 1, '2019-10-03'),
                               (7, 2020, 12, 1, 1, 3, 3, '2020-03-03'), (8, 2020, 11, 1, 2, 4, 2, '2019-11-04'),
                               (9, 2020, 11, 1, 2, 5, 1, '2019-10-05'), (10, 2020, 11, 1, 2, 5, 2, '2020-02-05'))
                       v(e, y, a, s, t, st, sc, at);
                SELECT setval('student_id', 100);
                """)
            try MembershipCopy.apply(session, groups)
        }

        static func group(
            _ id: Int64, _ name: String, school: Int64 = 1, year: Int32 = 2020, subject: Int64 = 0, _ students: [Int64],
            _ logins: [String]
        ) -> MembershipRow {
            .with {
                ($0.groupID, $0.name, $0.schoolID, $0.schoolYear) = (id, name, school, year)
                ($0.subjectID, $0.studentIDs, $0.logins) = (subject, students, logins)
            }
        }

        static let groups = [
            group(1, "Period 1", subject: 2, [1, 2], ["roster@x.org"]), group(2, "Homeroom", [1], ["roster@x.org"]),
            group(3, "Old", year: 2019, [3], ["roster@x.org"]),
            group(4, "Harbor", school: 3, [3], ["roster@x.org"]), group(5, "Empty", [], ["roster@x.org"]),
            group(6, "Of others", [1], ["somebody@x.org"]),
        ]

        func apply(_ rows: MembershipRow...) async throws {
            try await database.transaction(.test()) { try MembershipCopy.apply($0, rows) }
        }

        /// Everything that a caller finds of each student, by the number of the exam.
        func seen(by call: Call, hides: Bool = false) async throws -> [[Int64]] {
            var all: [[Int64]] = []
            for student in Int64(1)...5 {
                do {
                    let history = try await GetStudentHistory(gate: gate, catalogue: catalogue)(
                        .with { ($0.studentID, $0.hideTransfers) = (student, hides) }, call)
                    all.append(history.exams.map(\.id).sorted())
                } catch let fault as Fault where fault.code == .notFound {
                    all.append([])
                }
            }
            return all
        }
    }

    static func person(_ login: String, individual: Scope? = nil, group: Scope? = nil) -> Call {
        .test(
            .with {
                $0.userID = 9
                $0.login = login
                $0.groupLogin = login.lowercased()
                $0.role = "tester"
                $0.sessionID = [1]
                $0.permissions = [(Permission.individualPIIRead, individual), (.groupPIIRead, group)].compactMap {
                    p, s in
                    s.map { scope in
                        .with {
                            $0.permission = p.rawValue
                            $0.scope = scope
                        }
                    }
                }
            })
    }

    static let inS1 = Scope.with { $0.schoolIDs = [1] }
    static let inD1 = Scope.with { $0.districtIDs = [10] }
    static let inD2 = Scope.with { $0.districtIDs = [20] }
    static let roster = person("Roster@X.org", group: inS1)
    static let site = person("site@x.org", individual: inS1, group: inS1)

    @Test("F030 F041 T17–T23: who sees which exam of whom")
    func table() async throws {
        try await Fixture.with { fixture in
            #expect(try await fixture.seen(by: Self.site) == [[1, 2, 3], [4, 5], [6], [], [9]], "T17")
            #expect(try await fixture.seen(by: Self.site, hides: true) == [[1, 2, 3], [5], [6], [], [9]], "T18")
            #expect(try await fixture.seen(by: Self.roster) == [[1, 2, 3], [4, 5], [6], [], []], "T19")
            let lea = Self.person("lea@x.org", individual: Self.inD1, group: Self.inD1)
            #expect(try await fixture.seen(by: lea) == [[1, 2, 3], [4, 5], [6], [8], [9, 10]], "T21")
            let lea2 = Self.person("lea2@x.org", individual: Self.inD2, group: Self.inD2)
            #expect(try await fixture.seen(by: lea2) == [[], [4], [6, 7], [], []], "T22")
            let lst = Self.person("lst@x.org", group: Self.inD1)
            #expect(try await fixture.seen(by: lst) == [[], [], [], [], []], "T23")
            // T20: Homeroom is deleted; only Math is left of A, through Period 1.
            try await fixture.apply(.with { ($0.groupID, $0.deleted) = (2, true) })
            #expect(try await fixture.seen(by: Self.roster) == [[2], [4, 5], [6], [], []], "T20")
        }
    }

    @Test("T19 a login that is taken out of the group loses access with the next request; there is no grace")
    func takenOut() async throws {
        try await Fixture.with { fixture in
            try await fixture.apply(
                Fixture.group(1, "Period 1", subject: 2, [1, 2], []), Fixture.group(2, "Homeroom", [1], []),
                Fixture.group(3, "Old", year: 2019, [3], []))
            // Harbor is a group of another school, but it is not the group's school that counts.
            #expect(try await fixture.seen(by: Self.roster) == [[], [], [6], [], []])
            try await fixture.apply(Fixture.group(4, "Harbor", school: 3, [3], []))
            #expect(try await fixture.seen(by: Self.roster) == [[], [], [], [], []])
        }
    }

    @Test("F323 membership without the right for the school, and the right without a group, open nothing")
    func bothAreNeeded() async throws {
        try await Fixture.with { fixture in
            let elsewhere = Self.person("roster@x.org", group: Self.inD2)
            // C's exam at S3 is in the scope; e6 was taken at S1, but C's current school is S3.
            let there = try await fixture.seen(by: elsewhere)
            #expect(there == [[], [4], [6, 7], [], []])
            let nobody = Self.person("nobody@x.org", group: Scope.with { $0.statewide = true })
            let nowhere = try await fixture.seen(by: nobody)
            #expect(nowhere == [[], [], [], [], []])
        }
    }

    @Test("F073 T24 T25 a student is found by whoever sees an exam; all others get the same answer")
    func search() async throws {
        try await Fixture.with { fixture in
            func find(_ ssid: String, _ call: Call) async -> Fault? {
                do {
                    _ = try await FindStudent(gate: fixture.gate)(.with { $0.ssid = ssid }, call)
                    return nil
                } catch { return error as? Fault }
            }
            #expect(await find(" 9000000001 ", Self.roster) == nil)
            #expect(await find("9000000004", Self.roster) == FindStudent.notFound)
            #expect(await find("9000000001", Self.person("lst@x.org", group: Self.inD1)) == FindStudent.notFound)
            #expect(await find("900000000", Self.site) == FindStudent.notFound)
        }
    }

    @Test("the lease is lost: groups open nothing and the answers say so; individual rights go on")
    func leaseLost() async throws {
        try await Fixture.with { fixture in
            fixture.clock.advance(.seconds(3))
            for call in [Self.roster, Self.site] {
                let dashboard = GetGroupDashboard(gate: fixture.gate, catalogue: fixture.catalogue)
                await #expect(throws: Gate.groupsOff) { _ = try await dashboard(.with { $0.groupID = 1 }, call) }
            }
            let history = GetStudentHistory(gate: fixture.gate, catalogue: fixture.catalogue)
            let mine = try await history(.with { $0.studentID = 1 }, Self.site)
            #expect(mine.groupsOff && mine.exams.map(\.id) == [1], "the embargo's lease is lost as well")
            await #expect(throws: Gate.groupsOff) { _ = try await history(.with { $0.studentID = 1 }, Self.roster) }
            await #expect(throws: Gate.groupsOff) {
                _ = try await FindStudent(gate: fixture.gate)(.with { $0.ssid = "9000000001" }, Self.roster)
            }
            // Who has no group rights is told nothing of groups.
            let other = Self.person("other@x.org", individual: Self.inS1)
            #expect(try await !history(.with { $0.studentID = 1 }, other).groupsOff)
        }
    }

    @Test("a lease that is lost while an answer is read: it is read again without groups")
    func lostInBetween() async throws {
        try await Fixture.with { fixture in
            let reads = WorkCounter()
            let (seen, _, groupsAreOff) = try await fixture.gate.read(
                Self.roster, looked: { _ in AuditEvent("test.look") }
            ) { session, view in
                if reads.next() == 1 { fixture.memberships.drop() }
                return try session.rows(
                    "SELECT e.id FROM \(ExamRow.tables) WHERE \(view.visible)", as: Int64.self)
            }
            #expect(seen.isEmpty && groupsAreOff)
            #expect(reads.count == 2)
        }
    }

    @Test("access §4.11: a foreign, unknown, empty or out of scope group is unavailable, all alike")
    func unavailable() async throws {
        try await Fixture.with { fixture in
            let list = ListGroupAssessments(gate: fixture.gate, catalogue: fixture.catalogue)
            for group: Int64 in [4, 5, 6, 99] {
                await #expect(throws: ChosenGroup.unavailable, "\(group)") {
                    _ = try await list(.with { $0.groupID = group }, Self.roster)
                }
            }
        }
    }

    @Test("F161 results §4.3: the assessments of a group and year; without a year that of the newest result")
    func assessments() async throws {
        try await Fixture.with { fixture in
            let list = ListGroupAssessments(gate: fixture.gate, catalogue: fixture.catalogue)
            func ask(_ group: Int64, _ year: Int32 = 0) async throws -> (Int32, [String]) {
                let answer = try await list(.with { ($0.groupID, $0.schoolYear) = (group, year) }, Self.roster)
                return (answer.schoolYear, answer.assessments.map(\.label))
            }
            let mathematics = try await ask(1)
            #expect(mathematics.0 == 2020 && mathematics.1 == ["A21"], "a Math group lists no ELA")
            #expect(try await ask(1, 2019).1 == ["A23"], "results of any year, whatever the group's year")
            let homeroom = try await ask(2)
            #expect(homeroom.0 == 2020 && homeroom.1 == ["A11", "A13"])
            #expect(try await ask(3).1 == ["A12"], "the group of 2019 opens results of 2020")
            #expect(try await ask(2, 2018).1.isEmpty)
        }
    }

    @Test(
        "F161 the group's page: rows of members in the subject; those of other schools are marked, and hidden on demand"
    )
    func results() async throws {
        try await Fixture.with { fixture in
            let pages = ResultsPages(catalogue: fixture.catalogue, tokens: PageTokens(secret: [1]))
            let get = GetGroupResults(gate: fixture.gate, pages: pages)
            func ask(_ group: Int64, hides: Bool = false, _ assessments: [Int64] = []) async throws
                -> [AssessmentResults]
            {
                try await get(
                    .with {
                        ($0.groupID, $0.schoolYear, $0.hideTransfers) = (group, 2020, hides)
                        $0.assessmentIDs = assessments
                    }, Self.roster
                ).results
            }
            let shown = try await ask(1)
            #expect(shown.map(\.assessment?.label) == ["A21"])
            #expect(shown[0].exams.map(\.id) == [4, 5] && shown[0].examCount == 2)
            #expect(shown[0].exams.map(\.fromPreviousSchool) == [true, false])
            #expect(shown[0].overall?.results == 2 && shown[0].overall?.averageRounded == 2405)
            let hidden = try await ask(1, hides: true)
            #expect(hidden.first?.exams.map(\.id) == [5] && hidden.first?.overall?.results == 1)
            #expect(try await ask(1, [11]).isEmpty, "ELA is not in a Math group")
            #expect(try await ask(2).map(\.assessment?.label) == ["A13"], "the most recent one")
            let record = try await fixture.database.read(.test()) {
                try $0.row(
                    "SELECT student_ids FROM audit WHERE event = 'results.group' ORDER BY id LIMIT 1", as: [Int64].self)
            }
            #expect(record == [2])
        }
    }

    @Test(
        "F195 results §2.11: the dashboard takes each student's latest scored block, and rounds each share for itself")
    func dashboard() async throws {
        try await Fixture.with { fixture in
            try await fixture.apply(Fixture.group(2, "Homeroom", [1, 2, 3, 4, 5], ["roster@x.org"]))
            let dashboard = GetGroupDashboard(gate: fixture.gate, catalogue: fixture.catalogue)
            let answer = try await dashboard(.with { $0.groupID = 2 }, Self.roster)
            #expect(answer.schoolYear == 2020 && answer.group?.students == 5)
            #expect(answer.cards.map(\.assessment?.label) == ["A11", "A21"])
            // A11: e1 of A and e9 of E, at S1; e8 and e10 are out of reach. A21: e5 of B, the later of two.
            #expect(answer.cards.map(\.tested) == [2, 1])
            #expect(answer.cards[0].levelCounts == [1, 1, 0] && answer.cards[0].levelPercents == [50, 50, 0])
            #expect(answer.cards[0].participationPercent == 40 && answer.cards[0].standardErrorRounded == 4)
            #expect(answer.cards[1].levelCounts == [0, 0, 1] && answer.cards[1].standardErrorRounded == nil)
            let mathematics = try await dashboard(
                .with { ($0.groupID, $0.subject) = (2, "Math") }, Self.roster)
            #expect(mathematics.cards.map(\.assessment?.label) == ["A21"])
        }
    }

    @Test(
        "trap 1: dashboard percentages are not forced to 100, and participation never passes it",
        arguments: [
            ([1, 2, 3], 3, [33, 33, 33], 100), ([1, 1, 2], 8, [67, 33, 0], 38), ([], 5, [0, 0, 0], 0),
            ([1, 1, 1, 1], 3, [100, 0, 0], 100), ([1], 0, [100, 0, 0], 0),
        ] as [([Int], Int32, [Int32], Int32)])
    func percents(levels: [Int], students: Int32, percents: [Int32], participation: Int32) {
        let card = GetGroupDashboard.card(
            Assessment(), levels.map { (milli: 2_400_000, level: $0) }, levels: 3, students: students)
        #expect(card.levelPercents == percents)
        #expect(card.participationPercent == participation)
    }

    @Test("access §4.7: students by SSID, unknown ones made once; nobody's school is moved")
    func ensureStudents() async throws {
        try await Fixture.with { fixture in
            let ensure = EnsureStudents(database: fixture.database)
            let ids = try await ensure(
                .with { $0.ssids = ["9000000003", "new", "9000000001", "new"] }, .test(service: "group")
            ).studentIDs
            #expect(ids[0] == 3 && ids[2] == 1 && ids[1] == ids[3] && ids[1] != 0)
            let again = try await ensure(.with { $0.ssids = ["new"] }, .test(service: "group")).studentIDs
            #expect(again == [ids[1]])
            let rows = try await fixture.database.read(.test()) {
                try $0.rows(
                    "SELECT coalesce(school_id, 0) FROM student WHERE id = ANY(\(ids)) ORDER BY ssid", as: Int64.self)
            }
            #expect(rows == [1, 3, 0])
            for wrong in [[""], [String(repeating: "1", count: 66)], Array(repeating: "1", count: 4_001)] {
                await #expect(throws: Fault.self) {
                    _ = try await ensure(.with { $0.ssids = wrong }, .test(service: "group"))
                }
            }
        }
    }

    @Test("two who make the same students at once get the same ids")
    func ensureTogether() async throws {
        try await Fixture.with { fixture in
            let ensure = EnsureStudents(database: fixture.database)
            let ssids = (0..<300).map { "s\($0)" }
            async let first = ensure(.with { $0.ssids = ssids }, .test(service: "group"))
            async let second = ensure(.with { $0.ssids = ssids.reversed() }, .test(service: "group"))
            let (a, b) = try await (first.studentIDs, second.studentIDs)
            #expect(a == b.reversed() && Set(a).count == 300)
        }
    }

    @Test("the copy of memberships is emptied and filled again without a rest")
    func cleared() async throws {
        try await Fixture.with { fixture in
            try await fixture.database.transaction(.test()) { try MembershipCopy.clear($0) }
            #expect(try await fixture.seen(by: Self.roster) == [[], [], [], [], []])
            try await fixture.database.transaction(.test()) { try MembershipCopy.apply($0, Fixture.groups) }
            #expect(try await fixture.seen(by: Self.roster) == [[1, 2, 3], [4, 5], [6], [], []])
        }
    }
}

/// Counts how often something was done.
final class WorkCounter: @unchecked Sendable {
    // `@unchecked`: only the one connection's thread that reads counts, one reading after the other.
    private(set) var count = 0
    func next() -> Int {
        count += 1
        return count
    }
}
