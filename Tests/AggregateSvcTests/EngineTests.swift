import Contracts
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
    static let schools: [(id: Int64, district: Int64)] = [(101, 11), (102, 11), (103, 12)]
    static let years: [Int32] = [2021, 2022]
    static let assessments: [Int64] = [203, 204]

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
            $0.schoolID = schools.randomElement(using: &random)?.id ?? 101
            $0.assessmentID = assessments.randomElement(using: &random) ?? 203
            $0.schoolYear = years.randomElement(using: &random) ?? 2022
            $0.type = "sum"
            $0.completedAtUs = Int64.random(in: 1...5, using: &random) * 1_000_000
            $0.completeness = ["Complete", "Partial", ""].randomElement(using: &random) ?? ""
            $0.condition = ["Valid", "IN", ""].randomElement(using: &random) ?? ""
            $0.scaleScoreMilli = Int64.random(in: 2_000_000...2_800_000, using: &random)
            $0.level = Int32.random(in: 1...4, using: &random)
            $0.elas = ["EO", "EL", "RFEP", ""].randomElement(using: &random) ?? ""
            $0.language = ["eng", "spa", "vie", ""].randomElement(using: &random) ?? ""
            $0.migrant = [Stated.yes, .no, .nothing].randomElement(using: &random) ?? .nothing
        }
    }

    /// A query of a random kind.
    static func query(_ random: inout SeededGenerator) -> AggregateQuery {
        func some(_ codes: [String]) -> [String] { codes.filter { _ in Bool.random(using: &random) } }
        func filter() -> StudentFilter {
            World.filter(
                [
                    ("Ethnicity", some(World.ethnicities.values.sorted())), ("ELAS", some(["EO", "EL", "RFEP"])),
                    ("Language", some(["eng", "spa"])), ("MigrantStatus", some(["yes", "undefined"])),
                ].filter { !$0.1.isEmpty && Int.random(in: 0..<2, using: &random) == 0 })
        }
        return World.query {
            $0.grades = ["03", "04"]
            $0.schoolYears = years.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
            if $0.schoolYears.isEmpty { $0.schoolYears = [2022] }
            $0.completenesses = some(["Complete", "Partial"])
            $0.conditions = some(["Valid", "IN"])
            $0.includeState = Bool.random(using: &random)
            $0.includeAllDistricts = Int.random(in: 0..<4, using: &random) == 0
            $0.includeAllSchoolsOfDistricts = Bool.random(using: &random)
            $0.includeAllDistrictsOfSchools = Bool.random(using: &random)
            $0.districtIDs = [11, 12].filter { _ in Bool.random(using: &random) }
            $0.schoolIDs = [101, 103].filter { _ in Bool.random(using: &random) }
            if $0.districtIDs.isEmpty && $0.schoolIDs.isEmpty { $0.includeState = true }
            if Int.random(in: 0..<3, using: &random) == 0 {
                $0.customized = true
                $0.subgroups = (0..<4).map { _ in filter() }.filter { !$0.fields.isEmpty }
            } else {
                $0.dimensions = some(["Ethnicity", "ELAS", "Language", "MigrantStatus"])
                $0.filter = filter()
            }
        }
    }

    // The model -----------------------------------------------------------------------------------------------------

    private func counted() -> [ExamChange] {
        var winners: [String: ExamChange] = [:]
        for exam in exams where !exam.deleted {
            let key = "\(exam.studentID) \(exam.assessmentID) \(exam.schoolYear)"
            guard let other = winners[key] else {
                winners[key] = exam
                continue
            }
            let isLater = exam.completedAtUs > other.completedAtUs
            if isLater || exam.completedAtUs == other.completedAtUs && exam.id < other.id { winners[key] = exam }
        }
        return Array(winners.values)
    }

    private func values(_ exam: ExamChange, _ field: String) -> Set<String> {
        func or(_ text: String) -> Set<String> { [text.isEmpty ? "undefined" : text] }
        switch field {
        case "Ethnicity": return students[exam.studentID]?.ethnicities ?? []
        case "ELAS": return or(exam.elas)
        case "Language": return or(exam.language)
        case "MigrantStatus": return [exam.migrant == .yes ? "yes" : exam.migrant == .no ? "no" : "undefined"]
        default: return []
        }
    }

    private func matches(_ exam: ExamChange, _ filter: StudentFilter?) -> Bool {
        (filter?.fields ?? []).allSatisfy { !values(exam, $0.field).isDisjoint(with: $0.codes) }
    }

    /// Every row with results, as a line.
    func expected(_ query: AggregateQuery) -> Set<String> {
        var groups: [String: [ExamChange]] = [:]
        for exam in counted() {
            guard query.schoolYears.contains(exam.schoolYear),
                query.completenesses.isEmpty || query.completenesses.contains(exam.completeness),
                query.conditions.isEmpty || query.conditions.contains(exam.condition),
                query.customized || matches(exam, query.filter)
            else { continue }
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
            let district = Self.schools.first { $0.id == exam.schoolID }?.district ?? 0
            var places: [String] = []
            if query.includeState { places.append("State 0") }
            let isChosenDistrict = query.districtIDs.contains(district)
            let hasChosenSchool = Self.schools.contains { $0.district == district && query.schoolIDs.contains($0.id) }
            if query.includeAllDistricts || isChosenDistrict || query.includeAllDistrictsOfSchools && hasChosenSchool {
                places.append("District \(district)")
            }
            let pulled = query.includeAllSchoolsOfDistricts && (query.includeAllDistricts || isChosenDistrict)
            if query.schoolIDs.contains(exam.schoolID) || pulled { places.append("School \(exam.schoolID)") }
            for place in places {
                for slice in slices {
                    groups["\(place) | \(exam.assessmentID) \(exam.schoolYear) | \(slice)", default: []].append(exam)
                }
            }
        }
        return Set(
            groups.map { key, exams in
                let squares = exams.reduce(Int128(0)) { $0 + Int128($1.scaleScoreMilli) * Int128($1.scaleScoreMilli) }
                let sum = exams.reduce(0) { $0 + $1.scaleScoreMilli }
                let levels = (1...4).map { level in exams.filter { $0.level == Int32(level) }.count }
                return "\(key): \(exams.count) \(sum) \(squares) \(levels)"
            })
    }

    /// The engine's rows in the same words.
    static func lines(_ rows: [PlanRow], _ slices: [AcceptedQuery.Slice]) -> [String] {
        rows.map { row in
            let place =
                switch row.place {
                case .state: "State 0"
                case .district(let id): "District \(id)"
                case .school(let id): "School \(id)"
                }
            let shown = slices[row.slice].shown
            let slice = [shown.dimension, shown.code].filter { !$0.isEmpty }.joined(separator: " ")
            let levels = row.sums.levels.map { Int($0) }
            return "\(place) | \(row.assessment) \(row.year) | \(slice): \(row.sums.count) \(row.sums.score) "
                + "\(row.sums.squares) \(levels)"
        }
    }
}

@Suite("The SQL engine")
struct EngineTests {
    /// Whatever the results, the changes to them and the query are, the rows are those of the plain model, to the last
    /// integer.
    @Test("P-1 P-2 random queries over random changes equal a plain model", arguments: 0..<12)
    func equalsModel(seed: Int) async throws {
        var random = SeededGenerator(seed: seed)
        let first = ModelWorld(&random, exams: 300)
        // Changed in rounds, each compared by several queries.
        try await World.with { world in
            var random = SeededGenerator(seed: seed + 1_000)
            var model = first
            try await world.database.transaction(.test()) { session in
                try DefinitionCopy.assessments(
                    session, [World.assessmentRow(204, "Grade 4 ELA", grade: "04", year: 2022)])
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
                for number in 0..<6 {
                    let query = ModelWorld.query(&random)
                    let (rows, slices) = try await world.database.read(.test()) { session in
                        let judge = QueryJudge(texts: try .init(), rowLimit: 1_000_000)
                        let accepted = try judge.judge(query, for: World.state, session)
                        let chosen = try ReportOrganizations(accepted.query).selection(session)
                        return (try SQLEngine().rows(accepted.plan(chosen), session), accepted.slices)
                    }
                    let found = ModelWorld.lines(rows, slices)
                    #expect(Set(found).count == found.count, "seed \(seed), round \(round), query \(number)")
                    #expect(Set(found) == model.expected(query), "seed \(seed), round \(round), query \(number)")
                }
            }
        }
    }
}
