import Contracts
import Postgres
import Support
import Testing

@testable import AggregateSvc

/// The results of aggregates §9.2.
enum DataSetB {
    static let cuts: [Int64: [Int]] = [
        303: [2_381, 2_436, 2_501], 304: [2_411, 2_485, 2_549], 305: [2_455, 2_528, 2_579],
    ]

    /// Student, then school, year, test grade, score, and the enrolled grade or completeness where they differ.
    static let table = """
        a 101 2017 3 2400, 101 2018 4 2450, 101 2019 5 2520
        b 101 2017 3 2380, 102 2018 4 2430, 102 2019 5 2500
        c 101 2017 3 2500, 103 2018 4 2540, 103 2019 5 2600
        d 103 2017 3 2450, 103 2018 4 2490
        e 101 2018 4 2420, 101 2019 5 2460
        f 102 2017 3 2390, 102 2018 4 2440, 102 2019 5 2480 Partial
        g 101 2017 3 2350, 101 2018 3 2410, 101 2019 4 2440
        h 101 2017 3 2555 04, 101 2018 4 2470, 101 2019 5 2530
        i 101 2017 3 2420, 102 2018 4 2460, 101 2019 5 2545
        """

    static let students = "abcdefghi".map { String($0) }

    static var exams: [ExamChange] {
        var exams: [ExamChange] = []
        for line in table.split(separator: "\n") {
            let student = Int64(students.firstIndex(of: String(line.prefix(1))) ?? 0) + 1
            for entry in line.dropFirst(2).split(separator: ",") {
                let word = entry.split(separator: " ").map(String.init)
                let score = Int(word[3]) ?? 0
                exams.append(
                    .with {
                        $0.id = Int64(exams.count + 1)
                        $0.studentID = student
                        $0.schoolID = Int64(word[0]) ?? 0
                        $0.schoolYear = Int32(word[1]) ?? 0
                        $0.assessmentID = 300 + (Int64(word[2]) ?? 0)
                        $0.type = "sum"
                        $0.completedAtUs = Int64($0.schoolYear) * 1_000_000
                        $0.enrolledGrade = "0\(word[2])"
                        $0.completeness = "Complete"
                        $0.condition = "Valid"
                        $0.scaleScoreMilli = Int64(score) * 1_000
                        $0.level = Int32(1 + (cuts[$0.assessmentID] ?? []).filter { score >= $0 }.count)
                        if word.count > 4 {
                            if word[4] == "Partial" { $0.completeness = "Partial" } else { $0.enrolledGrade = word[4] }
                        }
                    })
            }
        }
        return exams
    }
}

@Suite("Longitudinal reports")
struct LongitudinalReportTests {
    static func query(_ change: (inout AggregateQuery) -> Void = { _ in }) -> AggregateQuery {
        World.query {
            $0.type = "Longitudinal"
            $0.assessmentType = ""
            $0.subjects = ["Math"]
            $0.grades = ["03", "04", "05"]
            $0.schoolYears = [2019]
            $0.conditions = []
            $0.includeAllDistricts = true
            $0.includeAllSchoolsOfDistricts = true
            change(&$0)
        }
    }

    private func withDataSetB(_ body: @Sendable (World) async throws -> Void) async throws {
        try await World.with { world in
            try await world.database.transaction(.test()) { session in
                try DefinitionCopy.assessments(
                    session,
                    [3, 4, 5].map {
                        World.assessmentRow(300 + $0, "Grade \($0) Math", grade: "0\($0)", year: 2017, subject: 2)
                    })
            }
            // In any order, as results come.
            try await world.apply(Array(DataSetB.exams.reversed()))
            try await body(world)
        }
    }

    /// Rows of Overall, as `Organization year: n average±error [levels] | cohort`.
    private func rows(_ world: World, _ query: AggregateQuery) async throws -> [String] {
        let report = try await world.make(query)
        #expect(report.status == "COMPLETED")
        let page = try await world.parts.server.readReportRows(
            .with {
                $0.id = report.id
                $0.subject = "Math"
                $0.limit = 1_000
            }, world.call(World.state))
        func measures(_ students: Int64, _ average: Int64?, _ error: Int64?, _ levels: [Int64]) -> String {
            guard students > 0 else { return "0" }
            let band = error.map { "±\($0)" } ?? ""
            return "\(students) \(average ?? -1)\(band) [\(levels.map(String.init).joined(separator: " "))]"
        }
        return page.rows.filter { $0.slice == 0 && ($0.students > 0) }.map { row in
            let all = measures(row.students, row.average, row.standardError, row.levelCounts)
            let cohort =
                row.cohort.map { measures($0.students, $0.average, $0.standardError, $0.levelCounts) } ?? "none"
            return "\(row.organization?.name ?? "?") \(row.assessment?.schoolYear ?? 0): \(all) | \(cohort)"
        }
    }

    @Test("F227 L-1 L-2 L-3 T15 T16 T17 everybody and the cohorts of the State, districts and schools")
    func populations() async throws {
        try await withDataSetB { world in
            let found = try await rows(world, Self.query())
            #expect(
                found == [
                    "California 2017: 6 2423±18 [1 3 2 0] | 5 2418±22 [1 3 1 0]",
                    "California 2018: 8 2463±14 [0 6 2 0] | 5 2464±20 [0 4 1 0]",
                    "California 2019: 6 2526±19 [0 3 2 1] | 4 2541±22 [0 2 1 1]",
                    "Alder Unified 2017: 5 2418±22 [1 3 1 0] | 4 2398±9 [1 3 0 0]",
                    "Alder Unified 2018: 6 2445±8 [0 6 0 0] | 4 2445±6 [0 4 0 0]",
                    "Alder Unified 2019: 5 2511±15 [0 3 2 0] | 3 2522±13 [0 2 1 0]",
                    "First 2017: 4 2425±26 [1 2 1 0] | 1 2400 [0 1 0 0]",
                    "First 2018: 3 2447±15 [0 3 0 0] | 1 2450 [0 1 0 0]",
                    "First 2019: 4 2514±19 [0 2 2 0] | 1 2520 [0 1 0 0]",
                    "Second 2017: 1 2390 [0 1 0 0] | 1 2390 [0 1 0 0]",
                    "Second 2018: 3 2443±9 [0 3 0 0] | 1 2440 [0 1 0 0]",
                    // The cohort's only member took a partial test.
                    "Second 2019: 1 2500 [0 1 0 0] | 0",
                    "Birch Unified 2017: 1 2450 [0 0 1 0] | 0",
                    "Birch Unified 2018: 2 2515±25 [0 0 2 0] | 0",
                    "Birch Unified 2019: 1 2600 [0 0 0 1] | 0",
                    "Third 2017: 1 2450 [0 0 1 0] | 0",
                    "Third 2018: 2 2515±25 [0 0 2 0] | 0",
                    "Third 2019: 1 2600 [0 0 0 1] | 0",
                ])
        }
    }

    @Test("L-4 T15 who is in a cohort does not depend on filters; which of their results are counted does")
    func filters() async throws {
        try await withDataSetB { world in
            let found = try await rows(world, Self.query { $0.completenesses = [] })
            #expect(found.contains("Alder Unified 2019: 6 2506±13 [0 4 2 0] | 4 2511±14 [0 3 1 0]"))
        }
    }

    @Test("L-5 P-3 the words by which cohorts are found")
    func words() async throws {
        try await withDataSetB { world in
            let found = try await world.database.read(.test()) { session in
                try session.rows(
                    """
                    SELECT student_id, school_id, school_year, (cohort >> 3)::int4 & 7, (cohort >> 17)::int4 & 7, (cohort >> 31)::int4 & 7
                      FROM fact ORDER BY student_id, school_year
                    """, as: (Int64, Int64, Int16, Int32, Int32, Int32).self)
            }
            let lines = found.map { student, school, year, inSchool, inDistrict, anywhere in
                "\(DataSetB.students[Int(student) - 1]) \(school) \(year): \(inSchool) \(inDistrict) \(anywhere)"
            }
            #expect(
                lines == [
                    "a 101 2017: 7 7 7", "a 101 2018: 7 7 7", "a 101 2019: 7 7 7",
                    "b 101 2017: 1 7 7", "b 102 2018: 6 7 7", "b 102 2019: 6 7 7",
                    "c 101 2017: 1 1 7", "c 103 2018: 6 6 7", "c 103 2019: 6 6 7",
                    "d 103 2017: 3 3 3", "d 103 2018: 3 3 3",
                    "e 101 2018: 6 6 6", "e 101 2019: 6 6 6",
                    "f 102 2017: 7 7 7", "f 102 2018: 7 7 7", "f 102 2019: 7 7 7",
                    // The repeated grade is on another diagonal than 2017, and the one of 2017 is not longitudinal any more.
                    "g 101 2017: 0 0 0", "g 101 2018: 3 3 3", "g 101 2019: 3 3 3",
                    "h 101 2017: 0 0 0", "h 101 2018: 6 6 6", "h 101 2019: 6 6 6",
                    "i 101 2017: 5 7 7", "i 102 2018: 2 7 7", "i 101 2019: 5 7 7",
                ])
        }
    }

    /// Students on random ways through seven grades, as the definition of aggregates §2.2 sees them.
    @Test("P-3 for 1,000 random sets of grades the words find whom the definition names, in every kind of organization")
    func randomSets() async throws {
        let seed = 7
        var random = SeededGenerator(seed: seed)
        let grades = [3, 4, 5, 6, 7, 8, 11]
        let schools: [Int64: Int64] = [World.s1: World.d1, World.s2: World.d1, World.s3: World.d2]
        var exams: [ExamChange] = []
        for student in 1...100 as ClosedRange<Int64> {
            let base = Int32.random(in: 2_012...2_014, using: &random)
            var school = Self.ways.randomElement(using: &random) ?? 104
            for grade in grades where Int.random(in: 0..<10, using: &random) > 0 {
                if Int.random(in: 0..<6, using: &random) == 0 {
                    school = Self.ways.randomElement(using: &random) ?? 104
                }
                exams.append(
                    .with {
                        $0.id = Int64(exams.count + 1)
                        $0.studentID = student
                        $0.schoolID = school
                        // Some come back to a grade, or take it with another year's students.
                        $0.schoolYear =
                            base + Int32(grade) + (Int.random(in: 0..<12, using: &random) == 0 ? 1 : 0)
                        $0.assessmentID = 600 + Int64(grade)
                        $0.type = "sum"
                        $0.completedAtUs = Int64($0.schoolYear) * 1_000_000
                        $0.enrolledGrade = Self.code(Int.random(in: 0..<15, using: &random) == 0 ? grade + 1 : grade)
                        $0.scaleScoreMilli = 2_400_000
                        $0.level = 2
                    })
            }
        }
        try await World.with { [exams, random] world in
            var random = random
            try await world.database.transaction(.test()) { session in
                try DefinitionCopy.assessments(
                    session,
                    grades.map {
                        World.assessmentRow(600 + Int64($0), "Math \($0)", grade: Self.code($0), year: 2022, subject: 2)
                    })
            }
            try await world.apply(exams)
            let words = Dictionary(
                try await world.database.read(.test()) { session in
                    try session.rows("SELECT exam_id, cohort FROM aggregate.fact", as: (Int64, Int64).self)
                }, uniquingKeysWith: { first, _ in first })
            // One result for each student and grade here, so those in the student's own grade are the longitudinal ones.
            let longitudinal = exams.filter { $0.enrolledGrade == Self.code(Int($0.assessmentID - 600)) }
            var found = 0
            for number in 0..<1_000 {
                let set = grades.filter { _ in Bool.random(using: &random) }
                guard set.count >= 2, let top = set.last else { continue }
                let last = Int32.random(in: 2_015...2_025, using: &random)
                let chosen = longitudinal.filter { exam in
                    let grade = Int(exam.assessmentID - 600)
                    return set.contains(grade) && exam.schoolYear == last - Int32(top - grade)
                }
                for exam in chosen {
                    let others = chosen.filter { $0.studentID == exam.studentID }
                    let district = schools[exam.schoolID]
                    let expected: [(CohortWord.Place, Bool)] = [
                        (.state, others.count == set.count),
                        (.district, district != nil && others.count { schools[$0.schoolID] == district } == set.count),
                        (.school, others.count { $0.schoolID == exam.schoolID } == set.count),
                    ]
                    for (place, isMember) in expected {
                        let mask = CohortWord.mask(set, at: place)
                        let isFound = (words[exam.id] ?? 0) & mask == mask
                        #expect(isFound == isMember, "seed \(seed), set \(number): result \(exam.id) at \(place)")
                        if isMember { found += 1 }
                    }
                }
            }
            #expect(found > 1_000)
        }
    }

    /// The last one is in no district.
    private static let ways: [Int64] = [World.s1, World.s2, World.s3, 104]
    private static func code(_ grade: Int) -> String { grade < 10 ? "0\(grade)" : "\(grade)" }

    @Test("L-6 with fewer grades others belong to the cohorts")
    func fewerGrades() async throws {
        try await withDataSetB { world in
            let found = try await rows(world, Self.query { $0.grades = ["05", "04"] })
            #expect(!found.contains { $0.contains(" 2017:") })
            // a, e and h in the first school; b, f, i with them in the district; c besides in the State.
            #expect(found.contains { $0.hasPrefix("First 2018: 3 ") && $0.contains("| 3 ") })
            #expect(found.contains { $0.hasPrefix("Alder Unified 2018: 6 ") && $0.contains("| 6 ") })
            #expect(found.contains { $0.hasPrefix("California 2018: 8 ") && $0.contains("| 7 ") })
        }
    }

    @Test("F241 L-7 T14 years follow the numbers of grades, not their places in the list")
    func pairs() {
        #expect(YearGradePairs.of(["07", "08", "11"], to: 2018) == ["07": 2014, "08": 2015, "11": 2018])
        #expect(YearGradePairs.of(["03", "04"], to: 2020) == ["03": 2019, "04": 2020])
        #expect(YearGradePairs.of(["KG", "02"], to: 2020) == ["KG": 2018, "02": 2020])
        #expect(YearGradePairs.of(["UG", "02"], to: 2020) == nil)
    }

    @Test("a grade has the same number in the database as here")
    func gradeNumbers() async throws {
        try await World.with { world in
            let found = try await world.database.read(.test()) { session in
                try session.rows(
                    "SELECT grade_number(g) FROM unnest(\(Grades.all + ["", "14", "3"])) WITH ORDINALITY AS u(g, n) ORDER BY n",
                    as: Int16.self)
            }
            #expect(found == (Grades.all + ["", "14", "3"]).map { Int16(Grades.number($0) ?? -1) })
        }
    }

    @Test("F239 F240 L-8 what is wrong with a longitudinal query")
    func refusals() async throws {
        try await withDataSetB { world in
            func refused(_ change: (inout AggregateQuery) -> Void) async -> String {
                do {
                    _ = try await world.parts.server.estimateRows(Self.query(change), world.call(World.state))
                    return "accepted"
                } catch {
                    return (error as? Fault)?.detail ?? "\(error)"
                }
            }
            #expect(
                await refused { $0.schoolYears = [2016] } == "Your selected grades exceeds the available school years. "
                    + "There are no results prior to 2014-15. Adjust the school year or reduce the number of grades. "
                    + "The most recent academic year is the last year of the longitudinal report.")
            #expect(await refused { $0.grades = ["03"] } == "Please select more than one assessment grade.")
            #expect(await refused { $0.schoolYears = [2018, 2019] } == "must be one school year")
            #expect(await refused { $0.grades = ["03", "UG"] } == "names a grade that does not advance by years")
            #expect(await refused { $0.assessmentType = "ica" }.hasSuffix("supports summative assessments only"))
            #expect(await refused { _ in } == "accepted")
        }
    }

    @Test("T18 a school that changes district takes its cohorts along")
    func schoolMoves() async throws {
        try await withDataSetB { world in
            try await world.run("UPDATE school SET district_id = \(World.d2) WHERE id = \(World.s2)")
            let found = try await rows(world, Self.query())
            // b and i were in both districts now; f and the two of the third school are in the second one.
            #expect(found.contains { $0.hasPrefix("Alder Unified 2017: 4 ") && $0.contains("| 1 2400") })
            #expect(found.contains { $0.hasPrefix("Birch Unified 2017: 2 ") && $0.contains("| 1 2390") })
        }
    }

    @Test("T32 a year without results has no cohort, and no error")
    func missingYear() async throws {
        try await withDataSetB { world in
            try await world.apply(
                DataSetB.exams.filter { $0.schoolYear == 2018 }.map { exam in
                    .with {
                        $0.id = exam.id
                        $0.deleted = true
                    }
                })
            let found = try await rows(world, Self.query())
            #expect(found.first == "California 2017: 7 2413±19 [2 3 2 0] | 0")
        }
    }

    @Test("the stored data and the page's table have the cohort's numbers too")
    func files() async throws {
        try await withDataSetB { world in
            let report = try await world.make(
                Self.query {
                    $0.includeAllDistricts = false
                    $0.includeAllSchoolsOfDistricts = false
                })
            let part = try await world.parts.reports.readReport(.with { $0.id = report.id }, world.call(World.state))
            let lines = ReportFileTests.lines(part)
            #expect(
                lines[0].contains(
                    "Level6,CohortStudentsTested,CohortScaleScore,CohortScaleScoreStandardDeviation,CohortLevel1,"))
            #expect(lines[0].hasSuffix("CohortLevel6,Attributes"))
            #expect(lines[1].contains(",03,2017,Overall,,6,2423,18,1,3,2,0,0,0,5,2418,22,1,3,1,0,0,0,"))
            let table = try await world.parts.server.exportReportTable(
                .with {
                    $0.id = report.id
                    $0.subject = "Math"
                    $0.cohort = true
                    $0.showNumbers = true
                }, world.call(World.state))
            #expect(ReportFileTests.lines(table)[1] == "California,,3,2016-17,Overall,5,2418 ± 22,1,3,1,0")
        }
    }
}
