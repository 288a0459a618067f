import Ledger
import Postgres
import Support
import Testing

@testable import ResultsSvc

/// The same test again, student by student, group by group (ingest §3.11–3.13), against a real database.
struct ExamBatchWriterTests {
    private static let processed = ImportOutcome(.processed)
    private static let prior = ImportOutcome(.noUpdate, "Prior date -- Earlier status date than existing exam record")
    private static let duplicate = ImportOutcome(.noUpdate, "Duplicate -- no changes triggered an exam update")

    private func count(_ store: ExamStore<SeedLookups>, _ condition: SQL) async throws -> Int64 {
        try await store.number("SELECT count(*) FROM exam e JOIN student s ON s.id = e.student_id WHERE \(condition)")
            ?? -1
    }

    @Test("§3.11: unknown key, status not reset") func makesTheExam() async throws {
        try await ExamStore.seed { store async throws in
            let transmission = Transmission()
            #expect(try await store.send(transmission, importID: 77) == [Self.processed])
            let draft = try #require(ExamRules.seed().judge(transmission.bytes).result).exam
            let stored = try await store.database.read(.test()) { session in
                let exams = try session.rows("SELECT id, school_year FROM exam", as: (Int64, Int32).self)
                return try StoredExams.drafts(exams.map { ($0.0, $0.1) }, session).values.map { $0 }
            }
            #expect(stored == [draft])
            #expect(
                try await count(
                    store,
                    "created_import_id = 77 AND import_id = 77 AND NOT deleted AND ssid = 'S1' AND s.school_id = 11")
                    == 1)
            #expect(try await store.number("SELECT change FROM feed_head") == 2)
        }
    }

    @Test("§3.11: earlier status date: nothing at all changes, the student neither") func priorDateChangesNothing()
        async throws
    {
        try await ExamStore.seed { store async throws in
            _ = try await store.send(Transmission())
            let before = try await store.everything()
            let stale = Transmission().later("2019-05-02T09:59:59.999999Z") {
                $0.attribute("FirstName", "STALE")
                $0.scores[0]["value"] = "2500"
                $0.relationship("SchoolId", "school-2")
                $0.add("ExamineeAttribute", "StudentGroupName", "g", context: "FINAL")
            }
            #expect(try await store.send(stale) == [Self.prior])
            #expect(try await store.everything() == before)
        }
    }

    @Test(
        "R27 R29, §3.11: equal, later or missing date and other content replaces",
        arguments: [
            ("2019-05-02T10:00:00Z", "2019-05-02T10:00:00Z"), ("2019-05-02T10:00:00Z", "2019-05-03T10:00:00Z"),
            (nil, "2000-01-01T00:00:00Z"),
            ("2019-05-02T10:00:00Z", nil),
        ] as [(String?, String?)])
    func replaces(first: String?, second: String?) async throws {
        try await ExamStore.seed { store async throws in
            _ = try await store.send(Transmission().later(first), importID: 5)
            let other = Transmission().later(second) {
                $0.scores[0]["value"] = "2500"
                $0.items.removeFirst()
                $0.accommodations = [
                    Transmission.Element(
                        "Accommodation", ["type": "t", "value": "v", "code": "NEA_Calc", "segment": "0"])
                ]
            }
            #expect(try await store.send(other, importID: 6) == [Self.processed])
            #expect(
                try await count(
                    store,
                    "scale_score_milli = 2500000 AND created_import_id = 5 AND import_id = 6 AND accommodation_ids = '{32}'"
                ) == 1)
            #expect(try await count(store, "true") == 1)
            let history = try await store.text(
                "SELECT concat_ws(' ', by_import_id, action, (exam).scale_score_milli) FROM exam_history")
            #expect(history == "6 update 2400000")
        }
    }

    @Test("§3.11: equal content in other bytes: nothing at all changes") func duplicateChangesNothing() async throws {
        try await ExamStore.seed { store async throws in
            _ = try await store.send(Transmission())
            let before = try await store.everything()
            let same = Transmission().later("2019-05-02T02:00:00-08:00") { $0.attribute("IDEAIndicator", "0") }
            #expect(try await store.send(same) == [Self.duplicate])
            let near = Transmission().later("2019-05-02T10:00:00Z") { $0.scores[0]["value"] = "2400.01" }
            #expect(try await store.send(near) == [Self.duplicate])
            #expect(try await store.everything() == before)
        }
    }

    @Test("R29, §3.11: reset of a known key; its children stay; the student falls back")
    func resetDeletes() async throws {
        try await ExamStore.seed { store async throws in
            _ = try await store.send(
                .opportunity("old", completed: "2019-01-01T00:00:00Z") { $0.attribute("FirstName", "Old") },
                .opportunity("new", completed: "2019-02-01T00:00:00Z") {
                    $0.attribute("FirstName", "New")
                    $0.relationship("SchoolId", "school-2")
                })
            #expect(try await count(store, "first_name = 'New' AND s.school_id = 12") == 2)
            // A reset is obeyed whatever its date.
            let reset = Transmission.opportunity("new", completed: "2019-02-01T00:00:00Z") {
                $0.opportunity["status"] = "reset"
                $0.opportunity["statusDate"] = "2001-01-01T00:00:00Z"
            }
            #expect(try await store.send(reset, importID: 9) == [Self.processed])
            #expect(
                try await count(store, "deleted AND opportunity_id = 'new' AND items IS NOT NULL AND import_id = 9")
                    == 1)
            #expect(try await count(store, "first_name = 'Old' AND s.school_id = 11") == 2)
            #expect(try await store.text("SELECT concat_ws(' ', by_import_id, action) FROM exam_history") == "9 delete")
            let former = try await store.text(
                "SELECT (student).first_name FROM student_history ORDER BY at DESC, (student).change DESC LIMIT 1")
            #expect(former == "New")
            // After the last one the inferred school is empty; the student's own data stay.
            let last = Transmission.opportunity("old", completed: "2019-01-01T00:00:00Z") {
                $0.opportunity["status"] = "reset"
            }
            #expect(try await store.send(last) == [Self.processed])
            #expect(
                try await count(store, "deleted AND s.school_id IS NULL AND info_at IS NULL AND first_name = 'New'")
                    == 2)
        }
    }

    @Test("§3.11, trap 19: reset of an unknown key: no exam, but the student") func resetOfUnknown() async throws {
        try await ExamStore.seed { store async throws in
            let reset = Transmission().later("2019-06-01T00:00:00Z") { $0.opportunity["status"] = "reset" }
            let first = try await store.send(reset)
            #expect(first == [Self.processed])
            #expect(try await count(store, "NOT deleted") == 0)
            #expect(
                try await store.text("SELECT first_name FROM student WHERE ssid = 'S1' AND school_id IS NULL") == "Ann")
            // Trap 20: what was sent before the reset and arrives after it stays away.
            #expect(try await store.send(Transmission()) == [Self.prior])
            #expect(try await count(store, "NOT deleted") == 0)
            #expect(try await store.send(Transmission().later("2019-06-02T00:00:00Z")) == [Self.processed])
            #expect(try await count(store, "NOT deleted AND s.school_id = 11") == 1)
        }
    }

    @Test("§3.11, trap 20: a deleted exam lives again only by a date that is not earlier") func revives() async throws {
        try await ExamStore.seed { store async throws in
            _ = try await store.send(Transmission())
            _ = try await store.send(
                Transmission().later("2019-05-10T00:00:00Z") { $0.opportunity["status"] = "reset" })
            #expect(try await store.send(Transmission().later("2019-05-09T00:00:00Z")) == [Self.prior])
            #expect(try await count(store, "deleted") == 1)
            #expect(try await store.send(Transmission().later("2019-05-10T00:00:00Z")) == [Self.processed])
            #expect(try await count(store, "NOT deleted AND s.school_id = 11") == 1)
            #expect(try await store.send(Transmission().later("2019-05-09T00:00:00Z")) == [Self.prior])
        }
    }

    @Test("§3.11: a later transmission moves the exam to another school, student, year") func moves() async throws {
        try await ExamStore.seed { store async throws in
            _ = try await store.send(Transmission())
            let moved = Transmission().later("2019-05-03T10:00:00Z") {
                $0.relationship("SchoolId", "school-2")
                $0.attribute("StudentIdentifier", "S2")
                $0.test["academicYear"] = "2018"
            }
            #expect(try await store.send(moved) == [Self.processed])
            #expect(
                try await count(store, "e.school_id = 12 AND ssid = 'S2' AND s.school_id = 12 AND school_year = 2018")
                    == 1)
            #expect(try await count(store, "true") == 1)
            #expect(
                try await store.number(
                    "SELECT count(*) FROM student WHERE ssid = 'S1' AND school_id IS NULL AND info_at IS NULL") == 1)
            #expect(try await store.send(moved.later("2019-05-03T10:00:00Z")) == [Self.duplicate])
            #expect(try await store.number("SELECT school_year FROM exam_key") == 2018)
        }
    }

    @Test("one batch may hold a key many times") func oneKeyManyTimes() async throws {
        try await ExamStore.seed { store async throws in
            let outcomes = try await store.send(
                Transmission(), Transmission().later("2019-05-01T00:00:00Z"),
                Transmission().later("2019-05-02T10:00:00Z"),
                Transmission().later("2019-05-04T00:00:00Z") { $0.opportunity["status"] = "reset" },
                Transmission().later("2019-05-05T00:00:00Z") { $0.scores[0]["value"] = "2600" },
                Transmission.opportunity("other", completed: "2019-05-05T00:00:00Z"))
            #expect(
                outcomes == [
                    Self.processed, Self.prior, Self.duplicate, Self.processed, Self.processed, Self.processed,
                ])
            #expect(try await count(store, "NOT deleted AND scale_score_milli = 2600000") == 1)
        }
    }

    @Test("different assessments may use one opportunity id") func oneOpportunityIDInTwoAssessments() async throws {
        try await ExamStore.seed { store async throws in
            let other = Transmission().later("2019-05-02T10:00:00Z") { $0.test["name"] = "(SEED)sum-3" }
            let first = try await store.send(Transmission(), other)
            #expect(first == [Self.processed, Self.processed])
            #expect(try await count(store, "NOT deleted") == 2)
        }
    }

    @Test("§3.12, trap 29: the student is who the exam completed last says", arguments: 0..<6)
    func newestExamDecides(seed: Int) async throws {
        var transmissions = [
            Transmission.opportunity("a", completed: "2019-01-01T00:00:00Z"),
            .opportunity("b", completed: "2019-03-01T00:00:00Z"),
            // Completed at one time: the later status date; then the greater opportunity.
            .opportunity("c", completed: "2019-04-01T00:00:00Z") {
                $0.opportunity["statusDate"] = "2019-04-02T00:00:00Z"
            },
            .opportunity("e", completed: "2019-04-01T00:00:00Z") {
                $0.opportunity["statusDate"] = "2019-04-03T00:00:00Z"
                $0.relationship("SchoolId", "school-2")
                $0.attribute("FirstName", "Last")
                $0.attribute("White", "Yes")
            },
            .opportunity("d", completed: "2019-04-01T00:00:00Z") {
                $0.opportunity["statusDate"] = "2019-04-03T00:00:00Z"
            },
        ]
        var random = SeededGenerator(seed: seed)
        transmissions.shuffle(using: &random)
        let batches = seed.isMultiple(of: 2) ? [transmissions] : transmissions.map { [$0] }
        try await ExamStore.seed { store async throws in
            for batch in batches { _ = try await store.send(batch.map(\.bytes)) }
            let student = try await store.text(
                "SELECT concat_ws(' ', first_name, school_id, info_opportunity, ethnicities) FROM student")
            #expect(student == "Last 12 e 20")
        }
    }

    @Test("§3.12: an enrolment update of the same or a later date keeps the school") func enrolmentKeepsTheSchool()
        async throws
    {
        try await ExamStore.seed { store async throws in
            try await store.database.transaction(.test()) { session in
                _ = try session.run(
                    """
                    INSERT INTO student (id, ssid, school_id, enrolled_at, enrolled_school_id, change)
                    VALUES (nextval('student_id'), 'S1', 12, '2019-05-01T10:00:00Z', 12, 0)
                    """)
            }
            _ = try await store.send(Transmission())
            #expect(try await count(store, "s.school_id = 12 AND first_name = 'Ann'") == 1)
            _ = try await store.send(.opportunity("later", completed: "2019-05-01T10:00:00.000001Z"))
            #expect(try await count(store, "s.school_id = 11") == 2)
        }
    }

    @Test("§3.13: groups that results name, each member once; resets and what changes nothing name none")
    func findsGroups() async throws {
        try await ExamStore.seed { store async throws in
            func named(_ names: String..., change: (inout Transmission) -> Void = { _ in }) -> Transmission {
                var transmission = Transmission()
                for name in names { transmission.add("ExamineeAttribute", "StudentGroupName", name, context: "FINAL") }
                change(&transmission)
                return transmission
            }
            _ = try await store.send(named("a", "b"))
            _ = try await store.send(named("b", "c") { $0.opportunity["statusDate"] = "2019-05-03T00:00:00Z" })
            _ = try await store.send(named("x"))
            _ = try await store.send(
                named("y") {
                    $0.opportunity["statusDate"] = "2019-05-04T00:00:00Z"
                    $0.opportunity["status"] = "reset"
                })
            _ = try await store.send(
                named("z") {
                    $0.opportunity["oppId"] = "unseen"
                    $0.opportunity["status"] = "reset"
                })
            let groups = try await store.database.read(.test()) { session in
                try session.rows("SELECT group_name FROM found_group_member ORDER BY group_name", as: (String).self)
            }
            #expect(groups == ["a", "b", "c"])
        }
    }

    @Test("the feed: every change has a number of its own, as high as the head") func numbersChanges() async throws {
        try await ExamStore.seed { store async throws in
            _ = try await store.send(
                Transmission(), .opportunity("2", completed: "2019-05-03T00:00:00Z", ssid: "S2"),
                .opportunity("3", completed: "2019-05-04T00:00:00Z"))
            _ = try await store.send(
                Transmission().later("2019-05-09T00:00:00Z") { $0.opportunity["status"] = "reset" })
            let numbers = try await store.database.read(.test()) { session in
                try session.rows("SELECT change FROM exam UNION ALL SELECT change FROM student", as: (Int64).self)
            }
            #expect(Set(numbers).count == numbers.count)
            #expect(try await store.number("SELECT change FROM feed_head") == numbers.max())
        }
    }

    /// Transmissions of a few students and tests, some reset, some sent again after it: whatever the order and the
    /// batches, what is stored in the end is the same.
    @Test("ingest §12: the order of arrival does not matter", arguments: 0..<24)
    func orderDoesNotMatter(seed: Int) async throws {
        var random = SeededGenerator(seed: seed / 6)
        var transmissions: [Transmission] = []
        var minute = 0
        for opportunity in 0..<8 {
            let ssid = "S\(Int.random(in: 1...3, using: &random))"
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                minute += 1
                var transmission = Transmission(ssid: Int.random(in: 0..<8, using: &random) == 0 ? "S1" : ssid)
                transmission.opportunity["oppId"] = "opp-\(opportunity)"
                transmission.opportunity["dateCompleted"] =
                    "2019-05-0\(Int.random(in: 1...4, using: &random))T10:00:00Z"
                transmission.opportunity["statusDate"] = "2019-06-01T10:\(minute < 10 ? "0" : "")\(minute):00Z"
                transmission.attribute("FirstName", "Name\(minute)")
                transmission.relationship("SchoolId", "school-\(Int.random(in: 1...2, using: &random))")
                transmission.scores[0]["value"] = String(Int.random(in: 2200...2600, using: &random))
                transmissions.append(transmission)
            }
            // The last word on some tests is a reset.
            if Int.random(in: 0..<3, using: &random) == 0 {
                minute += 1
                transmissions.append(
                    transmissions[transmissions.count - 1].later("2019-06-01T11:\(minute < 10 ? "0" : "")\(minute):00Z")
                    {
                        $0.opportunity["status"] = "reset"
                    })
            }
        }
        func result(_ order: [Transmission], batch: Int) async throws -> [String] {
            var dumped: [String] = []
            try await ExamStore.seed { store async throws in
                for start in stride(from: 0, to: order.count, by: batch) {
                    _ = try await store.send(order[start..<min(order.count, start + batch)].map(\.bytes))
                }
                dumped = try await store.dump()
            }
            // Students who have lost all their exams keep what the last arrival said.
            return dumped.filter { !$0.contains("\"info_at\": null") }
        }
        let inOrder = try await result(transmissions, batch: 1)
        var shuffle = SeededGenerator(seed: 1000 + seed)
        let other = try await result(
            transmissions.shuffled(using: &shuffle), batch: Int.random(in: 1...40, using: &shuffle))
        #expect(inOrder == other, "seed \(seed)")
        #expect(inOrder.contains { $0.hasPrefix("exam") })
    }

    @Test("ingest §16.10: two transmissions of one test at once, the later status date is stored, always")
    func racesEndInOrder() async throws {
        try await ExamStore.seed { store async throws in
            for round in 0..<10 {
                // Two workers with the same twenty tests of ten students in opposite orders.
                let pairs = (0..<20).map { number -> (Transmission, Transmission) in
                    let early = Transmission.opportunity(
                        "r\(round)-\(number)", completed: "2019-05-01T00:00:00Z", ssid: "R\(round)-\(number % 10)")
                    return (early, early.later("2019-05-02T00:00:00Z") { $0.scores[0]["value"] = "2600" })
                }
                let first = pairs.map { Bool.random() ? $0.0 : $0.1 }
                let second = zip(pairs, first).map {
                    $0.0.opportunity["statusDate"] == $1.opportunity["statusDate"] ? $0.1 : $0.0
                }
                async let one = store.send(first.map(\.bytes))
                async let two = store.send(second.reversed().map(\.bytes))
                _ = try await (one, two)
            }
            #expect(try await count(store, "scale_score_milli = 2600000") == 200)
            #expect(try await count(store, "true") == 200)
            #expect(try await store.number("SELECT count(*) FROM student") == 100)
        }
    }
}
