import Contracts
import Foundation
import Postgres
import Support
import Testing

@testable import AggregateSvc

/// Results at random with a plain model of aggregates §1.2 and §2.7: lists, sets and loops, sharing no code with the engine.
struct ModelWorld: Sendable {
    struct Student: Sendable {
        var gender: String
        var ethnicities: Set<String>
    }

    var exams: [ExamChange] = []
    var students: [Int64: Student] = [:]
    var schools: [(id: Int64, district: Int64)] = [(101, 11), (102, 11), (103, 12)]
    /// The last one is in no list of schools.
    static let schoolIDs: [Int64] = [101, 102, 103, 104]
    static let years: [Int32] = [2020, 2021, 2022]
    static let assessments: [Int64] = [203, 204, 205]

    init(_ random: inout SeededGenerator, exams count: Int) {
        for id in 1...40 as ClosedRange<Int64> {
            students[id] = Student(
                gender: ["Male", "Female", "Nonbinary", ""].randomElement(using: &random) ?? "",
                ethnicities: Set(
                    World.ethnicities.values.sorted().filter { _ in Int.random(in: 0..<4, using: &random) == 0 }))
        }
        for id in 1...Int64(count) { exams.append(Self.exam(id, &random)) }
    }

    static func exam(_ id: Int64, _ random: inout SeededGenerator) -> ExamChange {
        .with {
            $0.id = id
            $0.deleted = Int.random(in: 0..<12, using: &random) == 0
            $0.studentID = Int64.random(in: 1...40, using: &random)
            $0.schoolID = schoolIDs.randomElement(using: &random) ?? 101
            $0.assessmentID = assessments.randomElement(using: &random) ?? 203
            $0.schoolYear = years.randomElement(using: &random) ?? 2022
            $0.type = "sum"
            let grade = grade($0.assessmentID)
            $0.enrolledGrade = Int.random(in: 0..<6, using: &random) == 0 ? "04" : grade
            $0.claimLevels = (0..<4).map { _ in Int32.random(in: 0...3, using: &random) }
            $0.completedAtUs = Int64.random(in: 1...5, using: &random) * 1_000_000
            $0.completeness = ["Complete", "Partial", ""].randomElement(using: &random) ?? ""
            $0.condition = ["Valid", "IN", ""].randomElement(using: &random) ?? ""
            // Nearly all are whole points; others do not fit into a segment with them.
            $0.scaleScoreMilli = Int64.random(in: 2_000...2_800, using: &random) * 1_000
            if Int.random(in: 0..<2_000, using: &random) == 0 { $0.scaleScoreMilli += 1 }
            $0.level = Int32.random(in: 1...4, using: &random)
            if Int.random(in: 0..<500, using: &random) == 0 { $0.level = 6 }
            $0.elas = ["EO", "EL", "RFEP", ""].randomElement(using: &random) ?? ""
            $0.language = ["eng", "spa", "vie", ""].randomElement(using: &random) ?? ""
            func answer() -> Stated { [.yes, .no, .nothing].randomElement(using: &random) ?? .nothing }
            $0.migrant = answer()
            $0.lep = answer()
            $0.iep = answer()
            $0.section504 = answer()
            $0.economicDisadvantage = answer()
            $0.military = ["ActiveDuty", "NotMilitaryConnected", ""].randomElement(using: &random) ?? ""
            for target in World.targets(of: 1) where Bool.random(using: &random) {
                $0.targetIDs.append(target.id)
                $0.studentResiduals.append(Int32.random(in: -1_000_000...1_000_000, using: &random))
                $0.standardResiduals.append(Int32.random(in: -1_000_000...1_000_000, using: &random))
            }
        }
    }

    static func grade(_ assessment: Int64) -> String { "0\(assessment - 200)" }

    static let fields = [
        "Gender", "Ethnicity", "LEP", "ELAS", "Language", "Section504", "IEP", "MigrantStatus", "MilitaryConnectedCode",
        "EconomicDisadvantage",
    ]

    /// A query of a random kind.
    static func query(_ random: inout SeededGenerator) -> AggregateQuery {
        func some(_ codes: [String]) -> [String] { codes.filter { _ in Bool.random(using: &random) } }
        func filter() -> StudentFilter {
            World.filter(
                [
                    ("Ethnicity", some(World.ethnicities.values.sorted())), ("ELAS", some(["EO", "EL", "RFEP"])),
                    ("Language", some(["eng", "spa"])), ("MigrantStatus", some(["yes", "undefined"])),
                    ("Gender", some(["Male", "Nonbinary"])), ("IEP", some(["yes"])),
                ].filter { !$0.1.isEmpty && Int.random(in: 0..<2, using: &random) == 0 })
        }
        return World.query {
            $0.grades = ["03", "04", "05"]
            $0.schoolYears = years.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
            if $0.schoolYears.isEmpty { $0.schoolYears = [2022] }
            let kind = Int.random(in: 0..<5, using: &random)
            switch kind {
            case 0:
                $0.type = "Longitudinal"
                $0.grades =
                    [["03", "04"], ["04", "05"], ["03", "05"], ["03", "04", "05"]].randomElement(using: &random) ?? []
                $0.schoolYears = [Int32.random(in: 2021...2022, using: &random)]
            case 1:
                $0.type = "Claim"
                $0.claims = [
                    .with {
                        $0.subject = "ELA"
                        $0.codes = some(["SOCK_R", "1", "SOCK_LS", "4-CR"])
                    }
                ]
            default: break
            }
            $0.completenesses = some(["Complete", "Partial"])
            $0.conditions = some(["Valid", "IN"])
            $0.includeState = Bool.random(using: &random)
            $0.includeAllDistricts = Int.random(in: 0..<4, using: &random) == 0
            $0.includeAllSchoolsOfDistricts = Bool.random(using: &random)
            $0.includeAllDistrictsOfSchools = Bool.random(using: &random)
            $0.districtIDs = [11, 12].filter { _ in Bool.random(using: &random) }
            $0.schoolIDs = [101, 103].filter { _ in Bool.random(using: &random) }
            if $0.districtIDs.isEmpty && $0.schoolIDs.isEmpty { $0.includeState = true }
            if kind == 2 {
                $0.type = "Target"
                ($0.includeState, $0.includeAllDistricts) = (false, false)
                ($0.includeAllSchoolsOfDistricts, $0.includeAllDistrictsOfSchools) = (false, false)
                let isDistrict = Bool.random(using: &random)
                $0.districtIDs = isDistrict ? [Int64.random(in: 11...12, using: &random)] : []
                $0.schoolIDs = isDistrict ? [] : [Int64.random(in: 101...103, using: &random)]
                $0.grades = [["03", "04", "05"].randomElement(using: &random) ?? "03"]
                $0.schoolYears = [years.randomElement(using: &random) ?? 2022]
            }
            if kind != 2 && Int.random(in: 0..<3, using: &random) == 0 {
                $0.customized = true
                let count = [4, 4, 20].randomElement(using: &random) ?? 4
                $0.subgroups = (0..<count).map { _ in filter() }.filter { !$0.fields.isEmpty }
            } else {
                $0.dimensions = some(
                    Bool.random(using: &random) ? fields : ["Ethnicity", "ELAS", "Language", "MigrantStatus"])
                $0.filter = filter()
            }
        }
    }

    // The model -----------------------------------------------------------------------------------------------------

    /// The latest of those with equal keys, of two of the same time the one with the lower id.
    private func latest(_ exams: [ExamChange], _ key: (ExamChange) -> String) -> [ExamChange] {
        var winners: [String: ExamChange] = [:]
        for exam in exams {
            let key = key(exam)
            guard let other = winners[key] else {
                winners[key] = exam
                continue
            }
            let isLater = exam.completedAtUs > other.completedAtUs
            if isLater || exam.completedAtUs == other.completedAtUs && exam.id < other.id { winners[key] = exam }
        }
        return Array(winners.values)
    }

    private func counted() -> [ExamChange] {
        latest(exams.filter { !$0.deleted }) { "\($0.studentID) \($0.assessmentID) \($0.schoolYear)" }
    }

    private func longitudinal() -> [ExamChange] {
        latest(exams.filter { !$0.deleted && $0.enrolledGrade == Self.grade($0.assessmentID) }) {
            "\($0.studentID) \($0.assessmentID)"
        }
    }

    private func district(_ exam: ExamChange) -> Int64 { schools.first { $0.id == exam.schoolID }?.district ?? 0 }

    /// Whether a student has results at all selected grades on one diagonal in the organization that `place` names of a result.
    private func isInCohort(_ exam: ExamChange, _ chosen: [ExamChange], _ pairs: Int, _ place: (ExamChange) -> Int64)
        -> Bool
    {
        chosen.filter { $0.studentID == exam.studentID && place($0) == place(exam) }.count == pairs
    }

    private func values(_ exam: ExamChange, _ field: String) -> Set<String> {
        func or(_ text: String) -> Set<String> { [text.isEmpty ? "undefined" : text] }
        func stated(_ answer: Stated) -> Set<String> { [answer == .yes ? "yes" : answer == .no ? "no" : "undefined"] }
        switch field {
        case "Ethnicity": return students[exam.studentID]?.ethnicities ?? []
        case "ELAS": return or(exam.elas)
        case "Language": return or(exam.language)
        case "Gender": return or(students[exam.studentID]?.gender ?? "")
        case "MilitaryConnectedCode": return or(exam.military)
        case "MigrantStatus": return stated(exam.migrant)
        case "LEP": return stated(exam.lep)
        case "IEP": return stated(exam.iep)
        case "Section504": return stated(exam.section504)
        case "EconomicDisadvantage": return stated(exam.economicDisadvantage)
        default: return []
        }
    }

    private func matches(_ exam: ExamChange, _ filter: StudentFilter?) -> Bool {
        (filter?.fields ?? []).allSatisfy { !values(exam, $0.field).isDisjoint(with: $0.codes) }
    }

    /// Every row with results, as a line.
    func expected(_ query: AggregateQuery) -> Set<String> {
        switch query.type {
        case "Longitudinal":
            let top = query.grades.max() ?? "05"
            let chosen = longitudinal().filter { exam in
                let grade = Self.grade(exam.assessmentID)
                let year = query.schoolYears[0] - ((Int32(top) ?? 0) - (Int32(grade) ?? 0))
                return query.grades.contains(grade) && exam.schoolYear == year
            }
            let pairs = query.grades.count
            func cohort(_ kind: String, _ place: (ExamChange) -> Int64) -> Set<String> {
                let members = chosen.filter { isInCohort($0, chosen, pairs, place) }
                return lines(query, members, " | cohort", levels: 4).filter { $0.hasPrefix(kind) }
            }
            return lines(query, chosen, "", levels: 4).union(cohort("State") { _ in 0 })
                .union(cohort("District", district)).union(cohort("School") { $0.schoolID })
        case "Claim":
            let codes = query.claims[0].codes
            let claims = World.claims(of: "ELA").filter { codes.isEmpty || codes.contains($0.code) }
            return claims.reduce(into: []) { found, claim in
                let exams = counted().filter { query.schoolYears.contains($0.schoolYear) }.compactMap {
                    exam -> ExamChange? in
                    let level = exam.claimLevels[Int(claim.position)]
                    guard level > 0 else { return nil }
                    var exam = exam
                    exam.level = level
                    exam.scaleScoreMilli = 0
                    return exam
                }
                found.formUnion(lines(query, exams, "", levels: 3, prefix: "\(claim.code) "))
            }
        case "Target":
            return targetLines(
                query,
                counted().filter {
                    query.schoolYears.contains($0.schoolYear) && query.grades.contains(Self.grade($0.assessmentID))
                })
        default:
            return lines(query, counted().filter { query.schoolYears.contains($0.schoolYear) }, "", levels: 4)
        }
    }

    private func targetLines(_ query: AggregateQuery, _ exams: [ExamChange]) -> Set<String> {
        struct Found { var exams: [ExamChange] = []; var student: [Int64] = []; var standard: [Int64] = [] }
        var groups: [String: Found] = [:]
        for exam in exams where isWanted(exam, query) {
            guard query.schoolIDs.contains(exam.schoolID) || query.districtIDs.contains(district(exam)) else {
                continue
            }
            for (place, id) in exam.targetIDs.enumerated() {
                guard let target = World.targets(of: 1).first(where: { $0.id == id }), target.claim != "NA" else {
                    continue
                }
                for slice in slices(exam, query) {
                    let key = "\(exam.assessmentID) \(exam.schoolYear) | \(target.claim) \(target.code) \(slice)"
                    groups[key, default: Found()].exams.append(exam)
                    groups[key]?.student.append(Int64(exam.studentResiduals[place]))
                    groups[key]?.standard.append(Int64(exam.standardResiduals[place]))
                }
            }
        }
        func sums(_ values: [Int64]) -> String {
            "\(values.reduce(0, +)) \(values.reduce(Int128(0)) { $0 + Int128($1) * Int128($1) })"
        }
        return Set(
            groups.map { key, found in
                "\(key): \(found.exams.count) \(sums(found.exams.map(\.scaleScoreMilli))) \(sums(found.student)) \(sums(found.standard))"
            })
    }

    /// The engines' rows of a target report in the same words.
    static func lines(_ rows: [TargetRow], _ accepted: AcceptedQuery) -> [String] {
        rows.map { row in
            let target = accepted.targets.first { $0.id == row.target }
            let shown = accepted.slices[row.slice].shown
            let slice = [shown.dimension, shown.code].filter { !$0.isEmpty }.joined(separator: " ")
            return "\(row.assessment) \(row.year) | \(target?.claim ?? "?") \(target?.code ?? "?") \(slice): "
                + "\(row.sums.count) \(row.sums.score) \(row.sums.squares) \(row.student.sum) \(row.student.squares) "
                + "\(row.standard.sum) \(row.standard.squares)"
        }
    }

    private func isWanted(_ exam: ExamChange, _ query: AggregateQuery) -> Bool {
        (query.completenesses.isEmpty || query.completenesses.contains(exam.completeness))
            && (query.conditions.isEmpty || query.conditions.contains(exam.condition))
            && (query.customized || matches(exam, query.filter))
    }

    private func slices(_ exam: ExamChange, _ query: AggregateQuery) -> [String] {
        var slices = ["Overall"]
        if query.customized {
            for (number, filter) in query.subgroups.enumerated() where matches(exam, filter) {
                slices.append("Custom \(number + 1)")
            }
        } else {
            for field in query.dimensions {
                let chosen = query.filter?.fields.first { $0.field == field }?.codes
                for value in values(exam, field) where chosen?.contains(value) ?? true {
                    slices.append("\(field) \(value)")
                }
            }
        }
        return slices
    }

    private func lines(
        _ query: AggregateQuery, _ exams: [ExamChange], _ suffix: String, levels: Int, prefix: String = ""
    ) -> Set<String> {
        var groups: [String: [ExamChange]] = [:]
        for exam in exams where isWanted(exam, query) {
            let slices = slices(exam, query)
            // A school that is not known counts for the State alone.
            let district = district(exam)
            var places: [String] = []
            if query.includeState { places.append("State 0") }
            let isChosenDistrict = query.districtIDs.contains(district)
            let hasChosenSchool = schools.contains { $0.district == district && query.schoolIDs.contains($0.id) }
            if district != 0,
                query.includeAllDistricts || isChosenDistrict || query.includeAllDistrictsOfSchools && hasChosenSchool
            {
                places.append("District \(district)")
            }
            let pulled = query.includeAllSchoolsOfDistricts && (query.includeAllDistricts || isChosenDistrict)
            if query.schoolIDs.contains(exam.schoolID) || pulled && district != 0 {
                places.append("School \(exam.schoolID)")
            }
            for place in places {
                for slice in slices {
                    groups[
                        "\(place) | \(exam.assessmentID) \(exam.schoolYear) | \(prefix)\(slice)\(suffix)", default: []
                    ]
                    .append(exam)
                }
            }
        }
        return Set(
            groups.map { key, exams in
                let squares = exams.reduce(Int128(0)) { $0 + Int128($1.scaleScoreMilli) * Int128($1.scaleScoreMilli) }
                let sum = exams.reduce(0) { $0 + $1.scaleScoreMilli }
                let counts = (1...levels).map { level in exams.filter { $0.level == Int32(level) }.count }
                return "\(key): \(exams.count) \(sum) \(squares) \(counts)"
            })
    }

    /// The engine's rows in the same words.
    static func lines(
        _ rows: [PlanRow], _ accepted: AcceptedQuery, _ meaning: AcceptedQuery.Part.Meaning
    ) -> [String] {
        rows.map { row in
            var (first, population) = (0, "")
            switch meaning {
            case .rows(let slice): first = slice
            case .cohort: population = " | cohort"
            }
            let place =
                switch row.place {
                case .state: "State 0"
                case .district(let id): "District \(id)"
                case .school(let id): "School \(id)"
                }
            let shown = accepted.shownSlices[first + row.slice].shown
            let slice =
                [shown.claim, shown.dimension, shown.code].filter { !$0.isEmpty }.joined(separator: " ") + population
            let levels = row.sums.levels.map { Int($0) }
            return "\(place) | \(row.assessment) \(row.year) | \(slice): \(row.sums.count) \(row.sums.score) "
                + "\(row.sums.squares) \(levels)"
        }
    }
}

@Suite("The engines")
struct EngineTests {
    private static let queriesOfWorld = 24
    /// So many queries are asked in all.
    private static let queries =
        ProcessInfo.processInfo.environment["ERS_RANDOM_QUERIES"].flatMap { Int($0) } ?? 312

    /// Whatever the results, the changes to them and the query are, both engines give the rows of the plain model, to the
    /// last integer: while segments are missing, new, followed by changes, written again, and opened by a new process.
    @Test(
        "P-1 P-2 random queries over random changes equal a plain model",
        arguments: 0..<max(1, EngineTests.queries / EngineTests.queriesOfWorld))
    func equalsModel(seed: Int) async throws {
        var random = SeededGenerator(seed: seed)
        let first = ModelWorld(&random, exams: 300)
        // Changed in rounds, each compared by several queries.
        try await World.with { world in
            var world = world
            var random = SeededGenerator(seed: seed + 1_000)
            var model = first
            try await world.database.transaction(.test()) { session in
                try DefinitionCopy.assessments(
                    session,
                    [
                        World.assessmentRow(204, "Grade 4 ELA", grade: "04", year: 2022),
                        World.assessmentRow(205, "Grade 5 ELA", grade: "05", year: 2022),
                    ])
                for field in StudentField.all {
                    try session.run(
                        "INSERT INTO setting (key, value) VALUES (\(field.field.settingKey), 'enabled')")
                }
            }
            for round in 0..<4 {
                let changed =
                    round == 0
                    ? model.exams
                    : (0..<40).map { _ in ModelWorld.exam(Int64.random(in: 1...320, using: &random), &random) }
                var byID = Dictionary(model.exams.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
                for exam in changed { byID[exam.id] = exam }
                model.exams = byID.values.sorted { $0.id < $1.id }
                // A page holds a row once, in its present state.
                try await world.apply(Set(changed.map(\.id)).sorted().compactMap { byID[$0] })
                if round == 2 { model.students[7]?.ethnicities = ["White", "Asian"] }
                try await world.apply(
                    model.students.map { id, student in
                        StudentChange.with {
                            $0.id = id
                            $0.gender = student.gender
                            $0.ethnicities = student.ethnicities.sorted()
                        }
                    })
                for number in 0..<Self.queriesOfWorld / 4 {
                    let what = "seed \(seed), round \(round), query \(number)"
                    switch Int.random(in: 0..<8, using: &random) {
                    case 0, 1: try await world.segments.upkeep.round()
                    case 2: try await world.segments.upkeep.checkpoint()
                    case 3: try world.restartSegments(empty: Bool.random(using: &random))
                    case 4:
                        // A school moves to the other district.
                        let moved = Int.random(in: 0..<3, using: &random)
                        model.schools[moved].district = 23 - model.schools[moved].district
                        let (id, district) = model.schools[moved]
                        try await world.run("UPDATE school SET district_id = \(district) WHERE id = \(id)")
                    default: break
                    }
                    let query = ModelWorld.query(&random)
                    let found = try await world.answers(query)
                    #expect(Set(found.sql).count == found.sql.count, "SQL, \(what)")
                    #expect(Set(found.column).count == found.column.count, "columns, \(what)")
                    let expected = model.expected(query)
                    #expect(Set(found.sql) == expected, "SQL, \(what)")
                    #expect(Set(found.column) == expected, "columns, \(what)")
                }
            }
        }
    }
}
