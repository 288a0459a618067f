import Access
import Contracts
import Postgres
import Support
import Testing

@testable import ResultsSvc

/// The advanced filters of results pages, their files and who may filter by what (results §4.3, §5.1, access §2.11).
@Suite struct FilterTests {
    static let everything = GetSchoolResultsRequest.with {
        $0.schoolID = 1
        $0.grade = "03"
        $0.schoolYear = 2026
        $0.assessmentIDs = [1, 2, 3]
    }

    static func field(_ name: String, _ codes: String...) -> FilterField {
        .with {
            $0.field = name
            $0.codes = codes
        }
    }

    /// One row a case.
    static let cases: [(String, ExamFilter)] = [
        ("nothing", ExamFilter()),
        ("G5 trap 12: off-grade hidden", .with { $0.hideOffGrade = true }),
        ("G5 trap 11: manner, summatives pass", .with { $0.manner = "NS" }),
        ("trap 11: standardized", .with { $0.manner = "SD" }),
        ("validity, interims pass", .with { $0.validity = "IN" }),
        ("valid", .with { $0.validity = "Valid" }),
        ("partial", .with { $0.completeness = "Partial" }),
        ("complete", .with { $0.completeness = "Complete" }),
        ("G6 ethnicity matches any of several", .with { $0.fields = [field("ethnicity", "White", "Filipino")] }),
        ("gender", .with { $0.fields = [field("gender", "Female")] }),
        ("gender not stated", .with { $0.fields = [field("gender", "none", "Male")] }),
        ("military", .with { $0.fields = [field("military", "ActiveDuty", "NationalGuardOrReserve")] }),
        ("elas", .with { $0.fields = [field("elas", "EL", "RFEP")] }),
        ("elas not stated", .with { $0.fields = [field("elas", "none")] }),
        ("language", .with { $0.fields = [field("language", "spa", "none")] }),
        ("G6 trap 13: null migrant status is neither yes", .with { $0.fields = [field("migrant", "yes")] }),
        ("G6 trap 13: nor no", .with { $0.fields = [field("migrant", "no")] }),
        ("section 504", .with { $0.fields = [field("section504", "yes")] }),
        ("plan", .with { $0.fields = [field("iep", "no")] }),
        ("economic", .with { $0.fields = [field("economicDisadvantage", "yes", "no")] }),
        ("learner", .with { $0.fields = [field("englishLearner", "yes")] }),
        (
            "or within a field, and between fields",
            .with {
                $0.hideOffGrade = true
                $0.manner = "SD"
                $0.validity = "Valid"
                $0.completeness = "Complete"
                $0.fields = [
                    field("elas", "EL", "EO"), field("gender", "Female", "none"), field("language", "eng", "spa"),
                ]
            }
        ),
    ]

    @Test("F081 F082 F083 F084 every filter keeps what the plain model keeps, also in its counts and its file")
    func model() async throws {
        let seed = 20_261
        var random = SeededGenerator(seed: seed)
        let world = FilterWorld(&random, exams: 400)
        let admin = FilterWorld.caller(.individualPIIRead)
        try await FilterWorld.with(world) { running in
            for (name, filter) in Self.cases {
                var ask = Self.everything
                ask.filter = filter
                let expected = world.kept(by: filter)
                let list = try await running.results(ask, admin)
                #expect(Set(list.results.flatMap { $0.exams.map(\.id) }) == expected, "seed \(seed): \(name)")
                #expect(list.results.count == 3, "seed \(seed): a panel stays when the filter empties it: \(name)")
                for result in list.results {
                    #expect(Int(result.examCount) == result.exams.count)
                    #expect(result.overall?.results == result.examCount, "seed \(seed): statistics follow: \(name)")
                    let type = try #require(result.assessment?.id)
                    #expect(Int(result.unfilteredCount) == world.exams.filter { Int64($0.type) == type }.count)
                }
                let file = try await running.export(.with { $0.school = ask }, admin)
                #expect(
                    Set(file.flatMap { $0.exams.compactMap(\.exam?.id) }) == expected, "seed \(seed): file: \(name)")
            }
        }
    }

    @Test("any mix of filters: random questions against the model", arguments: 0..<3)
    func mixes(seed: Int) async throws {
        var random = SeededGenerator(seed: seed)
        let world = FilterWorld(&random, exams: 300)
        var filters: [ExamFilter] = []
        for _ in 0..<25 {
            var filter = ExamFilter()
            filter.hideOffGrade = Bool.random(using: &random)
            filter.manner = ["", "", "SD", "NS"].randomElement(using: &random) ?? ""
            filter.validity = ["", "", "Valid", "IN"].randomElement(using: &random) ?? ""
            filter.completeness = ["", "", "Complete", "Partial"].randomElement(using: &random) ?? ""
            for field in StudentField.allCases where Int.random(in: 0..<4, using: &random) == 0 {
                let codes = field.codes.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
                if !codes.isEmpty {
                    filter.fields.append(
                        .with {
                            $0.field = field.rawValue
                            $0.codes = codes
                        })
                }
            }
            filters.append(filter)
        }
        let asked = filters
        try await FilterWorld.with(world) { running in
            for (number, filter) in asked.enumerated() {
                var ask = Self.everything
                ask.filter = filter
                let list = try await running.results(ask, FilterWorld.caller(.individualPIIRead))
                #expect(
                    Set(list.results.flatMap { $0.exams.map(\.id) }) == world.kept(by: filter),
                    "seed \(seed), question \(number)")
            }
        }
    }

    /// The code of the fault that `body` ends with; nil when it ends well.
    private static func refusal(_ body: () async throws -> Void) async -> Fault.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? Fault)?.code
        }
    }

    // MARK: - Who may filter by what

    @Test("F134 R20 trap 30, access §2.11: a hidden field can neither be filtered by, nor does it leave in a file")
    func visibility() async throws {
        var random = SeededGenerator(seed: 5)
        let world = FilterWorld(&random, exams: 20)
        try await FilterWorld.with(world) { running in
            let admin = FilterWorld.caller(.individualPIIRead)
            let list = ListFilters(database: running.database)
            #expect(try await list(admin).fields.map(\.field) == StudentField.allCases.map(\.rawValue))

            try await running.database.transaction(.test()) { session in
                try session.run("DELETE FROM setting WHERE key LIKE 'studentField.%'")
            }
            // As shipped: the guide's four, for everybody.
            let shipped = ["ethnicity", "elas", "language", "migrant"]
            #expect(try await list(admin).fields.map(\.field) == shipped)
            var ask = Self.everything
            ask.filter = .with { $0.fields = [Self.field("gender", "Female")] }
            let hidden = ask
            let asFile = ExportExamsRequest.with { $0.school = hidden }
            #expect(await Self.refusal { _ = try await running.results(hidden, admin) } == .malformed)
            #expect(await Self.refusal { _ = try await running.export(asFile, admin) } == .malformed)
            let file = try await running.export(.with { $0.school = Self.everything }, admin)
            #expect(Set(file.flatMap { $0.fields }) == Set(shipped))
            #expect(Set(file.flatMap { $0.exams.flatMap { $0.fields.map(\.field) } }) == Set(shipped))

            try await running.database.transaction(.test()) { session in
                try session.run(
                    """
                    INSERT INTO setting VALUES ('studentField.gender', 'admin'), ('studentField.elas', 'disabled'),
                                               ('studentField.migrant', 'nonsense')
                    """)
            }
            #expect(try await list(admin).fields.map(\.field) == ["ethnicity", "gender", "language"])
            let teacher = FilterWorld.caller(.groupPIIRead)
            #expect(try await list(teacher).fields.map(\.field) == ["ethnicity", "language"])
        }
    }

    @Test(
        "what makes no sense is refused",
        arguments: [
            ExamFilter.with { $0.manner = "Valid" }, .with { $0.validity = "SD" }, .with { $0.completeness = "partly" },
            .with { $0.fields = [field("shoeSize", "9")] }, .with { $0.fields = [field("gender")] },
            .with { $0.fields = [field("gender", "Female"), field("gender", "Male")] },
            .with { $0.fields = [field("ethnicity", "none")] }, .with { $0.fields = [field("language", "x'; --")] },
        ])
    func refusals(filter: ExamFilter) async throws {
        var random = SeededGenerator(seed: 6)
        try await FilterWorld.with(FilterWorld(&random, exams: 3)) { running in
            var ask = Self.everything
            ask.filter = filter
            let asked = ask
            #expect(
                await Self.refusal { _ = try await running.results(asked, FilterWorld.caller(.individualPIIRead)) }
                    == .malformed)
        }
    }

    // MARK: - Files

    @Test("a file comes in pages, in the order of the columns, and is on record once with every student")
    func file() async throws {
        var random = SeededGenerator(seed: 7)
        let world = FilterWorld(&random, exams: 2_300)
        let admin = FilterWorld.caller(.individualPIIRead)
        try await FilterWorld.with(world) { running in
            let pages = try await running.export(.with { $0.school = Self.everything }, admin)
            #expect(pages.map(\.exams.count) == [1_000, 1_000, 300])
            #expect(pages.allSatisfy { $0.assessments.count == 3 && $0.name == "Demo School" })
            let exams = pages.flatMap { $0.exams.compactMap(\.exam) }
            #expect(Set(exams.map(\.id)).count == 2_300)
            let keys = exams.map { exam in
                (
                    exam.assessmentID, exam.lastName.lowercased(), exam.firstName.lowercased(), exam.completedAtUs,
                    exam.id
                )
            }
            #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 })
            let records = try await running.database.read(.test()) { session in
                try session.rows(
                    "SELECT student_ids, details->>'file' FROM audit WHERE event = 'results.school'",
                    as: ([Int64], String?).self)
            }
            #expect(records.count == 1)
            #expect(records.first?.0 == Set(world.exams.map(\.student)).sorted() && records.first?.1 == "csv")
        }
    }

    @Test("a page token of another file, or of one whose students have changed, is refused")
    func tokens() async throws {
        var random = SeededGenerator(seed: 8)
        let world = FilterWorld(&random, exams: 1_100)
        let admin = FilterWorld.caller(.individualPIIRead)
        try await FilterWorld.with(world) { running in
            let export = ExportExams(gate: running.gate, pages: running.pages)
            let first = try await export(.with { $0.school = Self.everything }, admin)
            #expect(!first.nextPageToken.isEmpty)
            let same = ExportExamsRequest.with {
                $0.school = Self.everything
                $0.pageToken = first.nextPageToken
            }
            var narrow = Self.everything
            narrow.filter = .with { $0.fields = [Self.field("gender", "Female")] }
            let women = narrow
            let other = ExportExamsRequest.with {
                $0.school = women
                $0.pageToken = first.nextPageToken
            }
            #expect(await Self.refusal { _ = try await export(other, admin) } == .malformed)
            try await running.database.transaction(.test()) { session in
                try session.run("DELETE FROM exam WHERE student_id = 1")
            }
            #expect(await Self.refusal { _ = try await export(same, admin) } == .malformed)
        }
    }

    @Test("T94, access §6.6: nobody takes embargoed summatives away, and the page says which they are")
    func embargo() async throws {
        var random = SeededGenerator(seed: 9)
        let world = FilterWorld(&random, exams: 60)
        try await FilterWorld.with(world) { running in
            try await running.database.transaction(.test()) { session in
                try session.run("INSERT INTO embargo_setting VALUES (2026, 0, 1, 1)")
            }
            let reader = FilterWorld.caller(.individualPIIRead, .embargoRead)
            let list = try await running.results(Self.everything, reader)
            for result in list.results {
                let isSummative = result.assessment?.type == "sum"
                #expect(result.embargoedCount == (isSummative ? result.examCount : 0))
                #expect(result.exams.allSatisfy { $0.embargoed == isSummative })
            }
            let interims = Set(world.exams.filter { $0.type != 3 }.map(\.id))
            for caller in [reader, FilterWorld.caller(.individualPIIRead)] {
                let file = try await running.export(.with { $0.school = Self.everything }, caller)
                #expect(Set(file.flatMap { $0.exams.compactMap(\.exam?.id) }) == interims)
            }
        }
    }

    @Test("F077 F078: the history of a student: filters, selectors of everything, and its file")
    func history() async throws {
        var random = SeededGenerator(seed: 10)
        let world = FilterWorld(&random, exams: 200)
        let admin = FilterWorld.caller(.individualPIIRead)
        try await FilterWorld.with(world) { running in
            let history = GetStudentHistory(gate: running.gate, catalogue: running.pages.catalogue)
            let filter = ExamFilter.with {
                $0.hideOffGrade = true
                $0.completeness = "Partial"
            }
            for student in [Int64(3), 4, 5] {
                let mine = Set(world.exams.filter { $0.student == student }.map(\.id))
                let all = try await history(.with { $0.studentID = student }, admin)
                #expect(Set(all.exams.map(\.id)) == mine)
                let ask = GetStudentHistoryRequest.with {
                    $0.studentID = student
                    $0.filter = filter
                }
                let some = try await history(ask, admin)
                #expect(Set(some.exams.map(\.id)) == mine.intersection(world.kept(by: filter)))
                #expect(some.types == all.types && some.schoolYears == [2026] && some.subjects == ["ELA"])
                let file = try await running.export(
                    .with {
                        $0.student = ask
                        $0.type = "iab"
                    }, admin)
                let blocks = Set(world.exams.filter { $0.type == 2 }.map(\.id))
                #expect(Set(file[0].exams.compactMap(\.exam?.id)) == Set(some.exams.map(\.id)).intersection(blocks))
                // No demographic column in a student's file (results §5.2).
                #expect(file[0].fields.isEmpty && file[0].exams.allSatisfy { $0.fields.isEmpty })
            }
        }
    }

    // MARK: - Sessions

    @Test("F166 G8: the newest session first and alone, results without a session as one of their own")
    func sessions() {
        func exam(_ session: String, _ day: Int64) -> Exam {
            .with {
                $0.sessionID = session
                $0.completedAtUs = day
            }
        }
        let exams = [exam("S1", 1), exam("", 3), exam("S2", 5), exam("S2", 2), exam("S1", 1)]
        #expect(TestSessions.of(exams, chosen: nil).map(\.sessionID) == ["S2", "", "S1"])
        #expect(TestSessions.of(exams, chosen: nil).map(\.chosen) == [true, false, false])
        #expect(TestSessions.of(exams, chosen: ["", "S1", "gone"]).map(\.chosen) == [false, true, true])
        #expect(TestSessions.of(exams, chosen: []).map(\.chosen) == [false, false, false])
        #expect(TestSessions.of(exams, chosen: nil).map(\.latestUs) == [5, 3, 1])
        #expect(TestSessions.of([], chosen: nil).isEmpty)
    }
}
