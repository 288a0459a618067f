import Calendar
import Clocks
import Contracts
import Foundation
import Postgres
import Support
import Testing

@testable import Ledger
@testable import ResultsSvc

/// What those who load data ask beside the import API (ingest §13, F051).
struct IntakeTests {
    private static let us: Int64 = 1_000_000
    private static let day: Int64 = 86_400 * us

    private static func loader(_ permission: String = "DATA_WRITE", statewide: Bool = true) -> Call {
        .test(
            .with {
                $0.userID = 7
                $0.login = "delivery@example.org"
                $0.role = "x"
                $0.sessionID = [1]
                $0.permissions = [
                    .with {
                        $0.permission = permission
                        $0.scope = .with {
                            $0.statewide = statewide
                            $0.districtIDs = [1]
                        }
                    }
                ]
            })
    }

    private static func intake(_ store: ExamStore<SeedLookups>, now: Int64 = 0) -> IntakeServer {
        IntakeServer(
            database: store.database, trail: IntakeTrail(audit: .init(schema: "results")), nowMicroseconds: { now })
    }

    @Test func onlyThoseWhoLoadDataInTheWholeState() async throws {
        try await ExamStore.seed { store async throws in
            let intake = Self.intake(store)
            for call in [Self.loader("INDIVIDUAL_PII_READ"), Self.loader(statewide: false)] {
                func refused(_ body: () async throws -> Void) async {
                    await #expect { try await body() } throws: { ($0 as? Fault)?.code == .forbidden }
                }
                await refused { _ = try await intake.listWaiting(Empty(), call) }
                await refused { _ = try await intake.getCoverage(Empty(), call) }
                await refused { _ = try await intake.makeReconciliation(.init(), call) }
                await refused { _ = try await intake.listReconciliations(Empty(), call) }
                await refused { _ = try await intake.readReconciliation(.init(), call) }
            }
        }
    }

    @Test("F051: results by assessment and year with the last load; deleted ones do not count, empty assessments do")
    func coverage() async throws {
        try await ExamStore.seed { store async throws in
            _ = try await store.send(
                .opportunity("a", completed: "2019-01-01T00:00:00Z"),
                .opportunity("b", completed: "2019-01-02T00:00:00Z"),
                .opportunity("c", completed: "2019-01-03T00:00:00Z") { $0.test["academicYear"] = "2018" },
                .opportunity("d", completed: "2019-01-04T00:00:00Z"))
            _ = try await store.send(
                .opportunity("d", completed: "2019-01-04T00:00:00Z") { $0.opportunity["status"] = "reset" })
            let rows = try await Self.intake(store).getCoverage(Empty(), Self.loader()).rows
            let found = rows.map { "\($0.schoolYear) \($0.assessment) \($0.results) \($0.lastLoadUs > 0)" }.sorted()
            #expect(
                found == [
                    "2018 (SEED)ica-3 1 true", "2019 (SEED)iab-3 0 false", "2019 (SEED)ica-3 2 true",
                    "2019 (SEED)sum-3 0 false",
                ])
            #expect(rows.map(\.schoolYear) == [2019, 2019, 2019, 2018])
        }
    }

    /// An import as it stands at the end, changed so many seconds after the start of the window.
    private static func register(
        _ id: Int64, _ status: ImportStatus, at second: Int64, made: Int64? = nil, batch: String? = nil,
        message: String? = nil, _ store: ExamStore<SeedLookups>
    ) async throws {
        try await store.database.transaction(.test()) { session in
            try session.run(
                """
                INSERT INTO import (id, content, status, digest, content_type, batch, creator, properties, message, created, updated)
                VALUES (\(id), 1, \(status.rawValue), decode(lpad(\(String(id)), 32, '0'), 'hex'), 'x', \(batch), 'x', '{}',
                        \(message), \(Timestamp(microseconds: start + (made ?? second) * us)),
                        \(Timestamp(microseconds: start + second * us)))
                """)
        }
    }

    private static let start = Moment(parsing: "2026-03-01T00:00:00Z")?.microseconds ?? 0

    private static func file(_ id: Int64, _ intake: IntakeServer) async throws -> String {
        var text = ""
        var part: Int32 = 0
        while true {
            let wanted = part
            let answer = try await intake.readReconciliation(
                .with {
                    $0.id = id
                    $0.part = wanted
                }, loader())
            text += String(decoding: answer.bytes, as: UTF8.self)
            guard answer.more else { return text }
            part += 1
        }
    }

    @Test(
        "R17, ingest §16.12: new, changed, unchanged, superseded, refused and waiting imports give exactly their lines")
    func reconciliation() async throws {
        try await ExamStore.seed { store async throws in
            // Imports 3, 11 and 19 are one exam: made, changed, changed again. 27 is another one.
            _ = try await store.send(.opportunity("a", completed: "2019-01-01T00:00:00Z"), importID: 3)
            for (id, score) in [(Int64(11), "2450"), (19, "2460")] {
                let changed = Transmission.opportunity("a", completed: "2019-01-01T00:00:00Z") {
                    $0.scores[0]["value"] = score
                }
                #expect(try await store.send(changed, importID: id).map(\.status) == [.processed])
            }
            _ = try await store.send(
                .opportunity("b,\"1\"", completed: "2019-01-01T00:00:00Z", ssid: "S2"), importID: 27)
            try await Self.register(3, .processed, at: 10, batch: "w1", store)
            try await Self.register(11, .processed, at: 20, batch: "w1", store)
            try await Self.register(19, .processed, at: 30, batch: "=cmd", store)
            try await Self.register(27, .processed, at: 15, store)
            try await Self.register(35, .noUpdate, at: 40, message: ExamBatchWriter.duplicate, store)
            try await Self.register(
                43, .badData, at: 40, message: "line\none " + String(repeating: "x", count: 300), store)
            try await Self.register(51, .accepted, at: 50, store)
            // Outside: changed before the window; made after it.
            try await Self.register(59, .processed, at: 0, store)
            try await Self.register(67, .processed, at: 86_400, store)
            // Made long before, changed within it (trap 21).
            try await Self.register(75, .unknownSchool, at: 60, made: -9_000_000, message: "unable", store)
            try await store.database.transaction(.test()) { session in
                try session.run("UPDATE exam SET updated = \(Timestamp(microseconds: Self.start + 5 * Self.us))")
            }

            let intake = Self.intake(store, now: Self.start + Self.day + 3_723 * Self.us)
            let report = try await intake.makeReconciliation(
                .with {
                    $0.afterUs = Self.start
                    $0.beforeUs = Self.start + Self.day
                }, Self.loader())
            #expect(report.name == "reconciliation_20260302010203.csv")
            #expect(report.rows == 8 && report.creator == "delivery@example.org")
            let lines = try await Self.file(report.id, intake).components(separatedBy: "\r\n")
            #expect(
                lines == [
                    "student_id,asmt_guid,school_year,opp_id,batch,import_id,status,result,message",
                    "S1,(SEED)ica-3,2019,a,w1,3,1,New exam imported,",
                    "S2,(SEED)ica-3,2019,\"b,\"\"1\"\"\",,27,1,New exam imported,",
                    ",,,,w1,11,1,Superseded by another update,",
                    "S1,(SEED)ica-3,2019,a,'=cmd,19,1,Existing exam updated,",
                    ",,,,,35,2,Existing exam NOT updated,Duplicate -- no changes triggered an exam update",
                    ",,,,,43,-3,Error: BAD_DATA,line one " + String(repeating: "x", count: 241),
                    ",,,,,51,0,Not processed yet,",
                    ",,,,,75,-6,Error: UNKNOWN_SCHOOL,unable",
                    "",
                ])
            // Every look is on record, once for each file.
            #expect(try await store.number("SELECT count(*) FROM audit WHERE event = 'intake.reconciliation'") == 1)
            let list = try await intake.listReconciliations(Empty(), Self.loader())
            #expect(list.reports == [report])

            let none = try await intake.makeReconciliation(
                .with {
                    $0.afterUs = Self.start + 3 * Self.day
                    $0.beforeUs = Self.start + 4 * Self.day
                }, Self.loader())
            #expect(none.id == 0, "without any import no file is made")
            await #expect { _ = try await intake.makeReconciliation(.init(), Self.loader()) } throws: {
                ($0 as? Fault)?.code == .malformed
            }
            await #expect {
                _ = try await intake.readReconciliation(.with { $0.id = report.id + 1 }, Self.loader())
            } throws: { ($0 as? Fault)?.code == .notFound }
        }
    }

    @Test("a report of many lines comes in parts, and finds its exams among older ones") func manyLines() async throws {
        try await ExamStore.seed { store async throws in
            let count = 12_000
            try await store.database.transaction(.test()) { session in
                try session.run(
                    "INSERT INTO student (id, ssid, change) SELECT n, 'S' || n, n FROM generate_series(1, \(Int64(count))) n"
                )
                // The first half was changed a day before the window, the other half in it.
                try session.run(
                    """
                    INSERT INTO exam (id, school_year, assessment_id, opportunity_id, subject_id, type, student_id, school_id, status,
                                      completed_at, enrolled_grade, content_hash, created_import_id, import_id, updated, change)
                    SELECT n, 2018 + n % 2, 1, 'o' || n, 5, 1, n, 11, 1, now(), '03', 0, n * 8 + 3, n * 8 + 3,
                           \(Timestamp(microseconds: Self.start)) + CASE WHEN n <= \(Int64(count / 2)) THEN interval '-1 day'
                               ELSE interval '1 hour' END, n
                      FROM generate_series(1, \(Int64(count))) n
                    """)
                try session.run(
                    """
                    INSERT INTO import (id, content, status, digest, content_type, creator, properties, created, updated)
                    SELECT created_import_id, 1, 1, decode(lpad(id::text, 32, '0'), 'hex'), 'x', 'x', '{}', updated,
                           updated + interval '1 second' FROM exam
                    """)
                try session.run("UPDATE feed_head SET change = \(Int64(count))")
            }
            let intake = Self.intake(store, now: Self.start + Self.day)
            let report = try await intake.makeReconciliation(
                .with {
                    $0.afterUs = Self.start
                    $0.beforeUs = Self.start + Self.day
                }, Self.loader())
            #expect(report.rows == Int64(count / 2))
            let lines = try await Self.file(report.id, intake).components(separatedBy: "\r\n")
            #expect(lines.count == count / 2 + 2)
            #expect(lines[1] == "S6001,(SEED)ica-3,2019,o6001,,48011,1,New exam imported,")
            #expect(lines.dropFirst().dropLast().allSatisfy { $0.hasSuffix(",New exam imported,") })
            #expect(try await store.number("SELECT count(*) FROM reconciliation_part") == 1)
        }
    }

    @Test("R17: the report of a day is made once, after its time, also by two replicas")
    func daily() async throws {
        try await ExamStore.seed { store async throws in
            try await Self.register(3, .badData, at: 10_000, store)
            let clock = HandClock()
            let now = clock.clocks.wallMicroseconds()
            clock.advance(.microseconds(Self.start + Self.day + 7_199 * Self.us - now))
            func daily() -> DailyReconciliation {
                DailyReconciliation(
                    make: MakeReconciliation(
                        database: store.database, nowMicroseconds: clock.clocks.wallMicroseconds),
                    minute: 120, clocks: clock.clocks, log: .quiet)
            }
            var (done, other): (CalendarDay?, CalendarDay?) = (nil, nil)
            #expect(try await daily().makeIfDue(.test(), done: &done) == nil, "a second too early")
            clock.advance(.seconds(1))
            let made = try await daily().makeIfDue(.test(), done: &done)
            #expect(made?.name == "reconciliation_20260302020000.csv" && made?.creator == "")
            #expect(try await daily().makeIfDue(.test(), done: &done) == nil)
            #expect(try await daily().makeIfDue(.test(), done: &other) == nil)
            // The next day has no import: nothing is made, and nobody asks the database again.
            clock.advance(.seconds(86_400))
            #expect(try await daily().makeIfDue(.test(), done: &done) == nil)
            #expect(done?.description == "2026-03-03")
            #expect(try await store.number("SELECT count(*) FROM reconciliation") == 1)
        }
    }

    // MARK: Removal

    private static func choice(_ fill: @escaping (inout ExamChoice) -> Void) -> ExamChoice { .with(fill) }

    /// Six results of three students: two schools, two years, two assessments, two conditions.
    private static func fill(_ store: ExamStore<SeedLookups>) async throws {
        try await store.database.transaction(.test()) { session in
            try session.run("INSERT INTO district (id, natural_id, name) VALUES (1, 'd1', 'One'), (2, 'd2', 'Two')")
            try session.run(
                """
                INSERT INTO school (id, natural_id, name, district_id)
                VALUES (11, 'school-1', 'First', 1), (12, 'school-2', 'Second', 2)
                """)
        }
        func result(
            _ id: String, _ day: String, _ ssid: String, school: String,
            _ change: (inout Transmission) -> Void = { _ in }
        ) -> Transmission {
            .opportunity(id, completed: "2019-05-\(day)T06:59:59Z", ssid: ssid) {
                $0.relationship("SchoolId", school)
                $0.attribute("FirstName", "Of \(id)")
                change(&$0)
            }
        }
        let outcomes = try await store.send(
            result("a", "01", "S1", school: "school-1"), result("b", "02", "S1", school: "school-2"),
            result("c", "03", "S2", school: "school-2"),
            result("d", "04", "S2", school: "school-2") { $0.test["academicYear"] = "2018" },
            result("e", "05", "S3", school: "school-1") {
                $0.opportunity["administrationCondition"] = "NS"
            },
            result("f", "06", "S3", school: "school-1") { $0.test["name"] = "(SEED)sum-3" })
        #expect(outcomes.allSatisfy { $0.status == .processed }, "\(outcomes)")
    }

    @Test(
        "ingest §11.4: what a choice holds",
        arguments: [
            (choice { $0.schoolYear = 2018 }, 1), (choice { $0.assessment = "(SEED)sum-3" }, 1),
            (choice { $0.school = "school-2" }, 3), (choice { $0.district = "d1" }, 3),
            (choice { $0.condition = "NS" }, 1), (choice { $0.school = "nowhere" }, 0),
            // The state's days begin seven hours later: a result of the 3rd, 06:59:59 UTC, is one of the 2nd.
            (choice { $0.completedFrom = "2019-05-03" }, 3), (choice { $0.completedTo = "2019-05-02" }, 3),
            (
                choice {
                    $0.completedFrom = "2019-05-02"
                    $0.completedTo = "2019-05-02"
                }, 1
            ),
            (
                choice {
                    $0.schoolYear = 2019
                    $0.district = "d2"
                }, 2
            ),
        ] as [(ExamChoice, Int64)])
    func counts(choice: ExamChoice, results: Int64) async throws {
        try await ExamStore.seed { store async throws in
            try await Self.fill(store)
            let intake = Self.intake(store, now: Self.start)
            #expect(try await intake.countExams(choice, Self.loader()).results == results)
            // Removing them removes as many and leaves the others.
            let removed = try await intake.removeExams(
                .with {
                    $0.choice = choice
                    $0.expected = results
                }, Self.loader())
            #expect(removed.removed == results)
            #expect(try await intake.countExams(choice, Self.loader()).results == 0)
            #expect(try await store.number("SELECT count(*) FROM exam WHERE NOT deleted") == 6 - results)
        }
    }

    @Test(
        "a choice that is none",
        arguments: [
            choice { _ in }, choice { $0.schoolYear = 1 }, choice { $0.condition = "X" },
            choice { $0.completedFrom = "May" },
            choice { $0.completedTo = "9999-12-31" },
        ])
    func refuses(choice: ExamChoice) async throws {
        try await ExamStore.seed { store async throws in
            await #expect { _ = try await Self.intake(store).countExams(choice, Self.loader()) } throws: {
                ($0 as? Fault)?.code == .malformed
            }
        }
    }

    @Test("ingest §11.4: soft, recorded, students fall back, only a later transmission brings a result back")
    func removes() async throws {
        try await ExamStore.seed { store async throws in
            try await Self.fill(store)
            let intake = Self.intake(store, now: Self.start)
            let ask = RemoveExamsRequest.with {
                $0.choice = .with { $0.school = "school-2" }
                $0.expected = 2
                $0.reason = "sent by mistake"
            }
            await #expect { _ = try await intake.removeExams(ask, Self.loader()) } throws: {
                ($0 as? Fault)?.code == .conflict
            }
            #expect(try await store.number("SELECT count(*) FROM exam WHERE deleted") == 0, "all or none")
            #expect(try await store.number("SELECT count(*) FROM import") == 0)

            var good = ask
            good.expected = 3
            let head = try await store.number("SELECT change FROM feed_head") ?? 0
            let done = try await intake.removeExams(good, Self.loader())
            #expect(
                try await store.text(
                    "SELECT string_agg(opportunity_id, ' ' ORDER BY opportunity_id) FROM exam WHERE deleted")
                    == "b c d")
            #expect(
                try await store.number(
                    "SELECT count(*) FROM exam_history WHERE action = 'delete' AND by_import_id = \(done.importID)")
                    == 3)
            let import_ = try await store.text(
                "SELECT concat_ws('|', content, status, batch, creator, message) FROM import WHERE id = \(done.importID)"
            )
            #expect(import_ == "1|1|removal|delivery@example.org|Results removed: 3")
            let payload = try await ImportArchive(database: store.database).payload(
                .with { $0.id = done.importID }, Self.loader())
            let text = String(decoding: payload.bytes, as: UTF8.self)
            #expect(text.contains("\"school\":\"school-2\"") && text.contains("sent by mistake"))
            // S1 falls back to what is left; S2 has nothing left.
            #expect(
                try await store.text(
                    "SELECT string_agg(concat_ws(' ', ssid, first_name, school_id), ',' ORDER BY ssid) FROM student")
                    == "S1 Of a 11,S2 Of d,S3 Of f 11")
            #expect(try await store.number("SELECT change FROM feed_head") ?? 0 > head)
            #expect(
                try await store.text("SELECT concat_ws(' ', event, cardinality(student_ids)) FROM audit")
                    == "intake.removal 2")
            // What was sent before stays away; what is sent later comes back.
            let old = Transmission.opportunity("b", completed: "2019-05-02T06:59:59Z") {
                $0.relationship("SchoolId", "school-2")
                $0.scores[0]["value"] = "2500"
            }
            #expect(try await store.send(old).map(\.status) == [.noUpdate])
            #expect(try await store.send(old.later("2026-03-01T00:00:01Z")).map(\.status) == [.processed])
            #expect(try await store.number("SELECT count(*) FROM exam WHERE NOT deleted") == 4)
        }
    }
}
