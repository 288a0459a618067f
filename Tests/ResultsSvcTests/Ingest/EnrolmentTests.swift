import Ledger
import Postgres
import Support
import Testing

@testable import ResultsSvc

/// Enrolment updates: the current school of a student, whatever came first (ingest §9, §3.12).
struct EnrolmentTests {
    private static let headings = "InfoUpdate^SSID^ResponsibleSchoolIdentifier^LastOrSurname"

    private static func file(_ rows: String..., headings: String = headings) -> [UInt8] {
        Array(([headings] + rows).joined(separator: "\n").utf8)
    }

    /// Lends a store with two schools and the student S1, who took a test at the first on 2019-05-01T10:00:00Z.
    private static func withStudent(_ body: (ExamStore<SeedLookups>) async throws -> Void) async throws {
        try await ExamStore.seed { store async throws in
            try await addSchools(store)
            _ = try await store.send(Transmission())
            try await body(store)
        }
    }

    private static func addSchools(_ store: ExamStore<SeedLookups>) async throws {
        try await store.database.transaction(.test()) { session in
            try session.run(
                """
                INSERT INTO school (id, natural_id, name, district_id)
                VALUES (11, 'school-1', 'First School', 1), (12, 'school-2', 'Second School', 1)
                """)
        }
    }

    private static func load(
        _ payload: [UInt8], _ store: ExamStore<SeedLookups>, importID: Int64 = 40, fresh: Bool = true
    ) async throws -> (outcome: ImportOutcome, skipped: [Int]) {
        try await store.database.transaction(.test()) { session in
            try EnrolmentStore.load(payload, importID: importID, copiesAreFresh: fresh, session)
        }
    }

    private static func school(_ store: ExamStore<SeedLookups>, _ ssid: String = "S1") async throws -> Int64? {
        try await store.number("SELECT school_id FROM student WHERE ssid = \(ssid)")
    }

    @Test(
        "R16 R27, ingest §9: moves the student, keeps what was before, tells the feed; the same again changes nothing")
    func movesTheStudent() async throws {
        try await Self.withStudent { store async throws in
            let before = try await store.number("SELECT change FROM feed_head")
            // A byte order mark, a comment, other columns; the student's own data stay as they are.
            let payload =
                [0xEF, 0xBB, 0xBF] + Array("# state extract\n".utf8) + Self.file("2019-05-02^S1^school-2^Other")
            let (outcome, skipped) = try await Self.load(payload, store)
            #expect(outcome == ImportOutcome(.processed, "Students updated: 1"))
            #expect(skipped == [])
            #expect(try await Self.school(store) == 12)
            #expect(try await store.text("SELECT last_name FROM student") == "Lee")
            #expect(
                try await store.text(
                    "SELECT concat_ws(' ', by_import_id, action, (student).school_id) FROM student_history")
                    == "40 update 11")
            #expect(try await store.number("SELECT change FROM feed_head") == before.map { $0 + 1 })
            #expect(
                try await store.number(
                    "SELECT count(*) FROM student, feed_head h WHERE student.change = h.change AND enrolled_at = '2019-05-02T07:00:00Z'"
                ) == 1, "the day begins at the state's midnight")
            let everything = try await store.everything()
            #expect(try await Self.load(payload, store, importID: 48).outcome.message == "Students updated: 1")
            #expect(try await store.everything() == everything)
        }
    }

    @Test(
        "ingest §9: rows that are too old count, rows with errors are skipped, blank schools do nothing",
        arguments: [
            ("2019-05-01^S1^school-2^", 11, 1, []),  // in the morning, before the test
            ("^S1^school-2^", 12, 1, []),
            ("^S1^^", 11, 1, []),
            ("2019-05-02^NOBODY^school-2^", 11, 0, [1]),
            ("2019-05-02^^school-2^", 11, 0, [1]),
            ("2019-05-02^S1^nowhere^", 11, 0, [1]),
            ("05/02/2019^S1^school-2^", 11, 0, [1]),
            ("2019-05-03^S1^school-1^\n2019-05-02^S1^school-2^", 11, 2, []),
            ("2019-05-02^S1^school-1^\nx^S1^school-1^\n2019-05-02^S1^school-2^", 12, 2, [2]),
        ] as [(String, Int64, Int, [Int])])
    func judgesRows(rows: String, school: Int64, updated: Int, skipped: [Int]) async throws {
        try await Self.withStudent { store async throws in
            let done = try await Self.load(Self.file(rows), store)
            #expect(done.outcome == ImportOutcome(.processed, "Students updated: \(updated)"))
            #expect(done.skipped == skipped)
            #expect(try await Self.school(store) == school)
        }
    }

    @Test("the number of skipped rows is told to those who ask") func tellsSkippedRows() async throws {
        try await Self.withStudent { store async throws in
            try await store.database.transaction(.test()) { session in
                try session.run(
                    """
                    INSERT INTO import (id, content, status, digest, content_type, creator, properties)
                    VALUES (40, 9, 0, decode(repeat('00', 16), 'hex'), 'text/csv', 'x', '{"skipped":"true"}')
                    """)
            }
            let payload = Self.file("^S1^school-2^", "^NOBODY^school-2^", "^S1^nowhere^")
            #expect(try await Self.load(payload, store).outcome.message == "Students updated: 1, skipped: 2")
        }
    }

    @Test("a school that is not known may be on its way here") func asksForFreshCopies() async throws {
        try await Self.withStudent { store async throws in
            await #expect(throws: NeedsFreshCopies.self) {
                _ = try await Self.load(Self.file("^S1^school-9^"), store, fresh: false)
            }
        }
    }

    @Test func refusesFilesWithoutRowsOrColumns() async throws {
        try await Self.withStudent { store async throws in
            func refusal(_ payload: [UInt8]) async throws -> ImportOutcome {
                try await Self.load(payload, store).outcome
            }
            #expect(try await refusal(Self.file()) == ImportOutcome(.badData, "Empty payload"))
            #expect(
                try await refusal(Self.file("x", headings: "InfoUpdate^ResponsibleSchoolIdentifier"))
                    == ImportOutcome(.badData, "Missing required columns: [SSID]"))
            #expect(
                try await refusal(Self.file("^S\01^school-2^"))
                    == ImportOutcome(.badFormat, "Unable to read students: line 2: the text has a character U+0000"))
            // Without dates, now.
            #expect(
                try await refusal(Self.file("S1^school-2", headings: "SSID^ResponsibleSchoolIdentifier"))
                    == ImportOutcome(.processed, "Students updated: 1"))
            #expect(try await Self.school(store) == 12)
        }
    }

    @Test("ingest §3.12, trap 20: updates, tests and resets in any order end in the same school", arguments: 0..<12)
    func orderDoesNotMatter(seed: Int) async throws {
        enum Step: Sendable {
            case exam(Transmission)
            case enrolment(String)
        }
        func test(_ id: String, _ day: String, school: String) -> Transmission {
            .opportunity(id, completed: "2019-05-\(day)T18:00:00Z") { $0.relationship("SchoolId", school) }
        }
        let last = test("c", "20", school: "school-1")
        let reset = last.later("2019-06-01T00:00:00Z") { $0.opportunity["status"] = "reset" }
        // The newest that is left is the update of the 10th; the one of the 30th concerns another student.
        let steps: [Step] = [
            .exam(test("a", "01", school: "school-1")), .exam(test("b", "05", school: "school-1")), .exam(last),
            .exam(reset), .enrolment("2019-05-10^S1^school-2^"), .enrolment("2019-05-03^S1^school-1^"),
        ]
        var random = SeededGenerator(seed: seed)
        let order = steps.shuffled(using: &random)
        try await ExamStore.seed { store async throws in
            try await Self.addSchools(store)
            // Known before anything comes, as from a file of groups; rows of unknown students would be skipped.
            try await store.database.transaction(.test()) { session in
                try session.run("INSERT INTO student (id, ssid, change) VALUES (nextval('student_id'), 'S1', 0)")
            }
            for step in order {
                switch step {
                case .exam(let transmission): _ = try await store.send(transmission)
                case .enrolment(let row): _ = try await Self.load(Self.file(row), store)
                }
            }
            #expect(try await Self.school(store) == 12, "seed \(seed)")
            #expect(
                try await store.text("SELECT concat_ws(' ', info_opportunity, enrolled_school_id) FROM student")
                    == "b 12", "seed \(seed)")
        }
    }
}
