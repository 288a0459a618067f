import Contracts
import Postgres
import Testing

@testable import AggregateSvc
@testable import Jobs

/// The residuals of aggregates §9.3, target by target.
enum DataSetC {
    struct Target: Sendable {
        let id: String
        let residuals: [Double]
        let level: TargetLevel
    }

    static let table: [Target] = [
        Target(id: "T1", residuals: [0.30, 0.25, 0.35, 0.20, 0.40], level: .above),
        Target(id: "T2", residuals: [-0.5, -0.1, 0.2, 0, 0.05], level: .near),
        Target(id: "T3", residuals: [0.9, -0.9, 0.8, -0.8, 0.1], level: .insufficientData),
        Target(id: "T4", residuals: [-0.30, -0.20, -0.25, -0.10, -0.15], level: .below),
        Target(id: "T5", residuals: [0.25, 0], level: .above),
        Target(id: "T6", residuals: [-0.25, 0], level: .below),
        Target(id: "T7", residuals: [0.6], level: .insufficientData),
        Target(id: "T8", residuals: [0.1, 0.1, 0.1], level: .above),
        Target(id: "T9", residuals: [0, 0, 0], level: .above),
        Target(id: "T10", residuals: [0.15, -0.10, 0.10, -0.05, 0.02], level: .near),
    ]

    static func millionths(_ residual: Double) -> Int32 { Int32((residual * 1_000_000).rounded()) }

    /// Five students of the first school. Target T1 is claim 1-LT's 1, T2 its 2 …, T8 claim 1-IT's 8 and so on; relative to the
    /// standard each target has the residuals of the one that is as far from the end.
    static var exams: [ExamChange] {
        (0..<5).map { student in
            var exam = DataSetA.exam(named: "R\(student + 1)")
            for (number, target) in table.enumerated() {
                let opposite = table[table.count - 1 - number].residuals
                // Only where both are known does a result count for a target.
                guard target.residuals.indices.contains(student), opposite.indices.contains(student) else { continue }
                exam.targetIDs.append(World.target(number < 7 ? "1-LT" : "1-IT", "\(number + 1)"))
                exam.studentResiduals.append(millionths(target.residuals[student]))
                exam.standardResiduals.append(millionths(opposite[student]))
            }
            return exam
        }
    }
}

@Suite("Target reports")
struct TargetReportTests {
    static func query(_ change: (inout AggregateQuery) -> Void = { _ in }) -> AggregateQuery {
        World.query {
            $0.type = "Target"
            $0.assessmentType = ""
            $0.includeState = false
            $0.districtIDs = [World.d1]
            change(&$0)
        }
    }

    private func with(
        _ exams: [ExamChange] = DataSetC.exams, _ body: @Sendable (World) async throws -> Void
    ) async throws {
        try await World.with { world in
            try await world.apply(exams)
            try await world.apply(DataSetA.students)
            try await body(world)
        }
    }

    /// As `claim target slice: n average±error student/standard`.
    private func rows(
        _ world: World, _ query: AggregateQuery, hideEmpty: Bool = true, for caller: CallerClaims = World.state
    ) async throws -> [String] {
        let report = try await world.make(query, for: caller)
        #expect(report.status == "COMPLETED")
        let view = try await world.parts.server.getReportView(.with { $0.id = report.id }, world.call(caller))
        let page = try await world.parts.server.readReportRows(
            .with {
                $0.id = report.id
                $0.subject = query.subjects[0]
                $0.hideEmpty = hideEmpty
                $0.limit = 2_000
            }, world.call(caller))
        return page.rows.map { row in
            let slice = view.slices[Int(row.slice)]
            let name = [slice.claim, slice.targetName, slice.dimension, slice.code].filter { !$0.isEmpty }
            let error = row.standardError.map { "±\($0)" } ?? ""
            let measures = row.students == 0 ? "0" : "\(row.students) \(row.average ?? 0)\(error)"
            let levels = "\(row.studentLevel.code ?? "-")/\(row.standardLevel.code ?? "-")"
            return "\(name.joined(separator: " ")): \(measures) \(levels)"
        }
    }

    @Test(
        "C T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 F214 F215 how a target stands by its residuals, exactly",
        arguments: DataSetC.table)
    func levels(target: DataSetC.Target) {
        var sums = ResidualSums()
        for residual in target.residuals { sums.add(DataSetC.millionths(residual)) }
        let level = sums.level(count: Int64(target.residuals.count), cutoff: TargetSettings([:]).cutoff)
        #expect(level == target.level, "\(target.id)")
    }

    @Test("T11 a single result and none say nothing; a whole state of the largest residuals overflows nothing")
    func extremes() {
        #expect(ResidualSums().level(count: 0, cutoff: 200_000) == .insufficientData)
        let n: Int64 = 16_000_000
        let most: Int64 = 1_000_000_000
        let all = ResidualSums(sum: n * most, squares: Int128(n) * Int128(most) * Int128(most))
        #expect(all.level(count: n, cutoff: 10_000_000) == .above)
        let halves = ResidualSums(sum: 0, squares: Int128(n) * Int128(most) * Int128(most))
        #expect(halves.level(count: n, cutoff: 10_000_000) == .near)
        #expect(halves.level(count: n, cutoff: 0) == .insufficientData)
    }

    @Test("what the state has set is understood, or is as if it had not been set")
    func settings() {
        #expect(TargetSettings(["target.insufficientDataCutoff": "0.35"]).cutoff == 350_000)
        for text in ["", "-1", "nan", "inf", "1e400", "11", "many"] {
            #expect(TargetSettings(["target.insufficientDataCutoff": text]).cutoff == 200_000, "\(text)")
        }
        #expect(TargetSettings(["target.minimumStudents": "50"]).minimumStudents == 50)
        for text in ["", "-5", "1e3", "99999999999999999999"] {
            #expect(TargetSettings(["target.minimumStudents": text]).minimumStudents == 0, "\(text)")
        }
    }

    @Test("F216 F229 the targets of data set C in their order, with the score and students of the target with the most")
    func report() async throws {
        try await with { world in
            let found = try await rows(world, Self.query())
            // Of targets with few students both levels are those of fewer residuals: T4 has T7's single one beside it.
            #expect(
                found == [
                    "1-LT 1 Overall: 5 2432±28 Above/Near", "1-LT 2 Overall: 5 2432±28 InsufficientData/Above",
                    "1-LT 3 Overall: 5 2432±28 InsufficientData/Above",
                    "1-LT 4 Overall: 5 2432±28 InsufficientData/InsufficientData",
                    "1-LT 5 Overall: 5 2432±28 Above/Below", "1-LT 6 Overall: 5 2432±28 Below/Above",
                    "1-LT 7 Overall: 5 2432±28 InsufficientData/InsufficientData",
                    "1-IT 8 Overall: 5 2432±28 Above/InsufficientData",
                    "1-IT 9 Overall: 5 2432±28 Above/InsufficientData",
                    "1-IT 10 Overall: 5 2432±28 Near/Above",
                ])
            // By claim in the order of the state, then by number; the claim NA is not reported, empty targets are told.
            let all = try await rows(world, Self.query(), hideEmpty: false)
            #expect(all.count == 21)
            #expect(
                all.suffix(11) == [
                    "1-IT 11 Overall: 0 InsufficientData/InsufficientData",
                    "1-IT 12 Overall: 0 InsufficientData/InsufficientData",
                    "1-IT 13 Overall: 0 InsufficientData/InsufficientData",
                    "1-IT 14 Overall: 0 InsufficientData/InsufficientData",
                    "2-W 1 Overall: 0 InsufficientData/InsufficientData",
                    "2-W 9 Overall: 0 InsufficientData/InsufficientData",
                    "2-W 10 Overall: 0 InsufficientData/InsufficientData",
                    "3-L 4 Overall: 0 InsufficientData/InsufficientData",
                    "4-CR 2 Overall: 0 InsufficientData/InsufficientData",
                    "4-CR 3 Overall: 0 InsufficientData/InsufficientData",
                    "4-CR 4 Overall: 0 InsufficientData/InsufficientData",
                ])
        }
    }

    @Test("C T11 an excluded target is excluded with and without results, and still counted by the estimate")
    func excluded() async throws {
        try await with { world in
            try await world.run("INSERT INTO setting VALUES ('target.excluded.A-203', '1-LT|1-3 , 4-CR|2-3')")
            let found = try await rows(world, Self.query(), hideEmpty: false)
            #expect(found.first == "1-LT 1 Overall: 5 2432±28 Excluded/Excluded")
            #expect(found.filter { $0.contains("Excluded") }.count == 2)
            #expect(found.contains("4-CR 2 Overall: 0 Excluded/Excluded"))
        }
    }

    @Test("C-12 fewer students than the state has set: not enough results, and no content")
    func minimum() async throws {
        try await with { world in
            try await world.run("INSERT INTO setting VALUES ('target.minimumStudents', '6')")
            let few = try await world.make(Self.query())
            #expect(few.status == "NOT_ENOUGH_RESULTS" && few.rows == 0)
            await expectFault(.preconditionFailed) {
                try await world.parts.server.getReportView(.with { $0.id = few.id }, world.call(World.state))
            }
            try await world.run("UPDATE setting SET value = '5' WHERE key = 'target.minimumStudents'")
            let enough = try await world.make(Self.query())
            #expect(enough.status == "COMPLETED")
            // No results at all are none, whatever the minimum.
            let none = try await world.make(Self.query { $0.schoolYears = [2021] })
            #expect(none.status == "NO_RESULTS")
        }
    }

    static let refused: [EstimateTests.Refused] = [
        .init("Please select a school or district.") { $0.districtIDs = [] },
        .init("must be one school or district in a target report") { $0.districtIDs = [World.d1, World.d2] },
        .init("must be one school or district in a target report") { $0.schoolIDs = [World.s1] },
        .init("must be false: a target report is about one school or district") { $0.includeState = true },
        .init("must be false: a target report is about one school or district") { $0.includeAllDistricts = true },
        .init("must be false: a target report is about one school or district") {
            $0.includeAllSchoolsOfDistricts = true
        },
        .init("must be one assessment grade in a target report") { $0.grades = ["03", "04"] },
        .init("Please select an assessment grade.") { $0.grades = [] },
        .init("must be one school year in a target report") { $0.schoolYears = [2021, 2022] },
        .init("must be one subject in a target report") { $0.subjects = ["ELA", "Math"] },
        .init("No subjects available for target reports.") { $0.subjects = ["ELPAC"] },
        .init("a target report has no customized subgroups") { $0.subgroups = [World.filter([("ELAS", ["EL"])])] },
        .init("a target report has no customized subgroups") { $0.customized = true },
        .init("Target report supports summative assessments only") { $0.assessmentType = "ica" },
    ]

    @Test("C-13 F238 F239 F240 F251 what a target report cannot be about")
    func refusals() async throws {
        try await World.with { world in
            try await world.database.transaction(.test()) {
                try DefinitionCopy.subjects($0, [World.subject(3, "ELPAC")])
            }
            for one in Self.refused {
                do {
                    _ = try await world.parts.server.estimateRows(Self.query(one.change), world.call(World.state))
                    Issue.record("accepted: \(one.text)")
                } catch {
                    let fault = error as? Fault
                    #expect(fault?.code == .malformed && fault?.violations.count == 1)
                    #expect(fault?.detail.hasSuffix(one.text) == true, "\(fault?.detail ?? "\(error)")")
                }
            }
            let outside = World.caller(7, aggregate: World.district(World.d2))
            await expectFault(.forbidden) {
                try await world.parts.server.estimateRows(Self.query(), world.call(outside))
            }
            let options = try await world.parts.server.getReportOptions(Empty(), world.call(World.state))
            #expect(options.subjects.filter(\.targetReport).map { "\($0.code) \($0.type)" } == ["ELA sum", "Math sum"])
        }
    }

    @Test("F216 F249 subgroups and filters; mathematics has its first claim only; both engines agree")
    func subgroups() async throws {
        try await with { world in
            let migrant = try await rows(
                world,
                Self.query {
                    $0.dimensions = ["ELAS"]
                    $0.filter = World.filter([("ELAS", ["EL", "EO"])])
                })
            // s1 is a learner; s3 and s5 know English only.
            #expect(
                migrant.prefix(2) == ["1-LT 1 Overall: 3 2417±48 Above/Above", "1-LT 1 ELAS EO: 2 2450±60 Above/Above"])
            #expect(migrant[2] == "1-LT 1 ELAS EL: 1 2350 InsufficientData/InsufficientData")

            let math = DataSetC.exams.map { exam in
                var exam = exam
                exam.id += 500
                exam.assessmentID = 403
                exam.targetIDs = [2_000, 2_001, 2_002]
                exam.studentResiduals = [100_000, 0, 0]
                exam.standardResiduals = [-100_000, 0, 0]
                return exam
            }
            try await world.database.transaction(.test()) { session in
                try DefinitionCopy.assessments(
                    session, [World.assessmentRow(403, "Grade 3 Math", grade: "03", year: 2022, subject: 2)])
            }
            try await world.apply(math)
            let found = try await rows(world, Self.query { $0.subjects = ["Math"] })
            #expect(found == ["1 A Overall: 5 2432±28 Above/Below", "1 B Overall: 5 2432±28 Above/Above"])
            try await world.run("INSERT INTO setting VALUES ('target.claims.Math', '2, 1')")
            let both = try await rows(world, Self.query { $0.subjects = ["Math"] })
            #expect(both.map { $0.prefix(3) } == ["2 A", "1 A", "1 B"])
        }
    }

    @Test("residuals come and go with their result")
    func replaced() async throws {
        try await with { world in
            var exam = DataSetC.exams[0]
            exam.targetIDs = [World.target("3-L", "4")]
            exam.studentResiduals = [1]
            exam.standardResiduals = [2]
            var unequal = DataSetC.exams[1]
            unequal.standardResiduals = []
            let gone = ExamChange.with {
                $0.id = 3
                $0.deleted = true
            }
            try await world.apply([exam, unequal, gone])
            let kept = try await world.database.read(.test()) { session in
                try session.rows(
                    "SELECT exam_id, length(residuals) / 12 FROM aggregate.fact_target ORDER BY exam_id",
                    as: (Int64, Int32).self
                ).map { "\($0) \($1)" }
            }
            #expect(kept == ["1 1", "4 2", "5 2"])
            try await world.database.transaction(.test()) { try FactCopy.clear($0) }
            let left = try await world.database.read(.test()) {
                try $0.row("SELECT count(*) FROM aggregate.fact_target", as: Int64.self)
            }
            #expect(left == 0)
        }
    }

    @Test("F267 the stored data with codes, and the page's table with words, sorted by level")
    func files() async throws {
        try await with { world in
            let report = try await world.make(
                Self.query {
                    $0.name = "T"
                    $0.hideEmpty = true
                })
            #expect(report.topic?.kind == "Target" && report.rows == 10 && report.emptyRows == 11)
            let part = try await world.parts.reports.readReport(.with { $0.id = report.id }, world.call(World.state))
            let lines = ReportFileTests.lines(part)
            #expect(
                lines[0]
                    == "OrganizationName,OrganizationId,AssessmentName,AssessmentType,Subject,TestGrade,SchoolYear,Claim,Target,"
                    + "Subgroup,SubgroupValue,StudentsTested,ScaleScore,ScaleScoreStandardDeviation,"
                    + "StudentRelativeResidualScoresLevel,StandardMetRelativeResidualLevel,Attributes")
            #expect(
                lines[1].hasPrefix(
                    "Alder Unified,01611190000000,Grade 3 ELA,sum,ELA,03,2022,Reading,1,Overall,,5,2432,28,Above,Near,")
            )
            #expect(lines.count == 11)

            func table(_ change: (inout ExportReportTableRequest) -> Void = { _ in }) async throws -> [String] {
                let ask = ExportReportTableRequest.with {
                    $0.id = report.id
                    $0.subject = "ELA"
                    change(&$0)
                }
                return ReportFileTests.lines(
                    try await world.parts.server.exportReportTable(ask, world.call(World.state)))
            }
            let page = try await table()
            #expect(
                page[0]
                    == "Claim,Target,Subgroup,Students Tested,Performance Relative to the Entire Test,"
                    + "Performance Relative to Level 3 (Met Standard)")
            #expect(page[1] == "Reading,1,Overall,5,Better,Near" && page[10] == "Reading,10,Overall,5,Similar,Above")
            #expect(page[3] == "Reading,3,Overall,5,Insufficient Data,Above")
            #expect(page.count == 22 && page.last == "Research,4,Overall,0,,")
            let sorted = try await table {
                $0.sortColumn = "studentRelativeResidualScoresLevel"
                $0.hideEmpty = true
            }
            #expect(
                sorted.dropFirst().map { $0.split(separator: ",")[4] } == [
                    "Better", "Better", "Better", "Better", "Similar", "Worse", "Insufficient Data",
                    "Insufficient Data", "Insufficient Data", "Insufficient Data",
                ])
            let byTarget = try await table {
                $0.columnOrder = ["target", "dimension", "claim"]
                $0.sortColumn = "target"
                $0.descending = true
                $0.hideEmpty = true
            }
            #expect(byTarget[1] == "10,Overall,Reading,5,Similar,Above")
            await expectFault(.malformed) { _ = try await table { $0.sortColumn = "avgScaleScore" } }
        }
    }

    @Test(
        "F283 a target report of what is not released: none for a reporter, on the screen for a district's administrator"
    )
    func embargoed() async throws {
        try await with { world in
            try await world.run("UPDATE school_year SET embargoed_by_default = true WHERE year = 2022")
            // Not even that there are too few is said.
            try await world.run("INSERT INTO setting VALUES ('target.minimumStudents', '6')")
            let hidden = try await world.make(Self.query(), for: EmbargoedReportTests.u1)
            #expect(hidden.status == "NO_RESULTS")
            try await world.run("DELETE FROM setting WHERE key = 'target.minimumStudents'")
            let shown = try await world.make(Self.query(), for: EmbargoedReportTests.u2)
            #expect(shown.status == "COMPLETED" && shown.onlineOnly)
            await expectFault(.forbidden) {
                try await world.parts.reports.readReport(
                    .with { $0.id = shown.id }, world.call(EmbargoedReportTests.u2))
            }
        }
    }
}
