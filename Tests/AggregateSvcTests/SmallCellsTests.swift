import Contracts
import Foundation
import Support
import Testing

@testable import AggregateSvc

/// The rule of DESIGN §5 on small cells, against an attacker who knows all that is shown and how the numbers add up.
@Suite("Small cells")
struct SmallCellsTests {
    typealias Organization = SmallCells.Organization
    typealias Cell = SmallCells.Cell

    private static let tables = ProcessInfo.processInfo.environment["ERS_RANDOM_TABLES"].flatMap { Int($0) } ?? 1_000
    private static let tablesOfSeed = 100

    /// A state, its districts and their schools: many small numbers, some none.
    static func table(_ random: inout SeededGenerator, isPartition: Bool) -> [Organization] {
        let codes = Int.random(in: 1...6, using: &random)
        let isSmallState = Int.random(in: 0..<4, using: &random) == 0
        func leaf(_ parent: Int?) -> Organization {
            let counts = (0..<codes).map { _ in
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<3: Int64(0)
                case 3..<6: Int64.random(in: 1...10, using: &random)
                default:
                    isSmallState ? Int64.random(in: 0...14, using: &random) : Int64.random(in: 11...90, using: &random)
                }
            }
            let sum = counts.reduce(0, +)
            // Of several ethnicities, and of none.
            let all =
                isPartition
                ? sum
                : max(counts.max() ?? 0, sum - Int64.random(in: 0...9, using: &random))
                    + Int64.random(in: 0...3, using: &random)
            return Organization(parent: parent, students: all, codes: counts)
        }
        if Int.random(in: 0..<20, using: &random) == 0 { return [leaf(nil)] }
        var all = [Organization(parent: nil, students: 0, codes: [Int64](repeating: 0, count: codes))]
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let district = all.count
            all.append(Organization(parent: 0, students: 0, codes: [Int64](repeating: 0, count: codes)))
            for _ in 0..<Int.random(in: 1...4, using: &random) { all.append(leaf(district)) }
        }
        for place in all.indices.reversed() {
            guard let parent = all[place].parent else { continue }
            all[parent].students += all[place].students
            for code in 0..<codes { all[parent].codes[code] += all[place].codes[code] }
        }
        return all
    }

    @Test(
        "no small cell can be derived from what is shown of its lattice, by sums, by differences or by bounds",
        arguments: 0..<max(1, tables / tablesOfSeed))
    func underivable(seed: Int) {
        var random = SeededGenerator(seed: seed)
        for number in 0..<Self.tablesOfSeed {
            let what = "seed \(seed), table \(number)"
            let isPartition = Bool.random(using: &random)
            let table = Self.table(&random, isPartition: isPartition)
            let overall = SmallCells.overall(table)
            let hidden = SmallCells.hidden(table, isPartition: isPartition, overall: overall)
            let attacker = Attacker(table, isPartition: isPartition, hidden: hidden)
            for (place, organization) in table.enumerated() {
                for code in [Int?.none] + organization.codes.indices.map({ $0 }) {
                    let students = code.map { organization.codes[$0] } ?? organization.students
                    guard SmallCells.isSmall(students) else { continue }
                    let cell = Cell(organization: place, code: code)
                    #expect(hidden.contains(cell), "\(what): \(cell) is shown")
                    #expect(!attacker.knows(cell), "\(what): \(cell) follows from what is shown")
                }
            }
        }
    }

    @Test("the attacker finds what a rule without complementary cells leaves open")
    func attacker() {
        // Two schools of one district: 5 and 40; the state is the district.
        let table = [
            Organization(parent: nil, students: 100, codes: [45, 55]),
            Organization(parent: 0, students: 100, codes: [45, 55]),
            Organization(parent: 1, students: 30, codes: [5, 25]),
            Organization(parent: 1, students: 70, codes: [40, 30]),
        ]
        let primary: Set<Cell> = [Cell(organization: 2, code: 0)]
        #expect(Attacker(table, isPartition: true, hidden: primary).knows(Cell(organization: 2, code: 0)))
        // One more in the same school: the sum over the schools still tells.
        let two = primary.union([Cell(organization: 2, code: 1)])
        #expect(Attacker(table, isPartition: true, hidden: two).knows(Cell(organization: 2, code: 0)))
        let hidden = SmallCells.hidden(table, isPartition: true, overall: SmallCells.overall(table))
        #expect(
            hidden == [
                Cell(organization: 2, code: 0), Cell(organization: 2, code: 1), Cell(organization: 3, code: 0),
                Cell(organization: 3, code: 1),
            ])
        #expect(!Attacker(table, isPartition: true, hidden: hidden).knows(Cell(organization: 2, code: 0)))
        // Bounds alone: a sum of nothing says that there is nobody.
        let empty = [
            Organization(parent: nil, students: 20, codes: [20, 0]),
            Organization(parent: 0, students: 20, codes: [20, 0]),
        ]
        let all: Set<Cell> = [Cell(organization: 1, code: 0), Cell(organization: 1, code: 1)]
        #expect(Attacker(empty, isPartition: true, hidden: all).knows(Cell(organization: 1, code: 1)))
    }

    @Test("outside of the lattice a row is withheld when it or the rest of its organization is small")
    func outside() {
        let withheld = [0, 1, 10, 11, 50, 89, 90, 99, 100].map { SmallCells.isWithheld($0, of: 100) }
        #expect(withheld == [false, true, true, false, false, false, true, true, false])
        #expect(SmallCells.isWithheld(105, of: 100))
    }

    /// Knows every number that is shown and all sums; solves for the hidden ones in exact integers.
    struct Attacker {
        private struct Equation { var cells: [Int: Int64]; var sum: Int64 }

        private let places: [Cell: Int]
        private var determined: Set<Int> = []

        init(_ table: [Organization], isPartition: Bool, hidden: Set<Cell>) {
            places = Dictionary(uniqueKeysWithValues: hidden.enumerated().map { ($1, $0) })
            func students(_ cell: Cell) -> Int64 {
                cell.code.map { table[cell.organization].codes[$0] } ?? table[cell.organization].students
            }
            var equations: [Equation] = []
            let places = places
            func add(_ terms: [(Cell, Int64)]) {
                var equation = Equation(cells: [:], sum: 0)
                for (cell, factor) in terms {
                    if let place = places[cell] {
                        equation.cells[place, default: 0] += factor
                    } else {
                        equation.sum -= factor * students(cell)
                    }
                }
                equations.append(equation)
            }
            let codes: [Int?] = [nil] + table[0].codes.indices.map { $0 }
            for parent in table.indices {
                let children = table.indices.filter { table[$0].parent == parent }
                if !children.isEmpty {
                    for code in codes {
                        add(
                            children.map { (Cell(organization: $0, code: code), 1) }
                                + [(Cell(organization: parent, code: code), -1)])
                    }
                }
                if isPartition {
                    add(
                        table[parent].codes.indices.map { (Cell(organization: parent, code: $0), 1) }
                            + [(Cell(organization: parent, code: nil), -1)])
                }
            }
            determined = Self.solved(equations)
            determined.formUnion(Self.bounded(equations, table, places))
        }

        /// Whether there is one value only that a hidden cell may have; a cell that is shown is known.
        func knows(_ cell: Cell) -> Bool { places[cell].map { determined.contains($0) } ?? true }

        /// The unknowns that the equations fix: rows of the reduced form with one unknown.
        private static func solved(_ equations: [Equation]) -> Set<Int> {
            var rows = equations.map(\.cells).filter { !$0.isEmpty }
            var reduced: [(pivot: Int, cells: [Int: Int64])] = []
            while var row = rows.popLast() {
                for (pivot, other) in reduced where row[pivot] ?? 0 != 0 {
                    row = eliminated(pivot, from: row, by: other)
                }
                guard let pivot = row.keys.min() else { continue }
                reduced = reduced.map { one in
                    one.cells[pivot] ?? 0 == 0 ? one : (one.pivot, eliminated(pivot, from: one.cells, by: row))
                }
                reduced.append((pivot, row))
            }
            return Set(reduced.filter { $0.cells.count == 1 }.map(\.pivot))
        }

        private static func eliminated(_ pivot: Int, from row: [Int: Int64], by other: [Int: Int64]) -> [Int: Int64] {
            let (a, b) = (row[pivot] ?? 0, other[pivot] ?? 1)
            var result: [Int: Int64] = [:]
            for key in Set(row.keys).union(other.keys) {
                let value = (row[key] ?? 0) * b - (other[key] ?? 0) * a
                if value != 0 { result[key] = value }
            }
            let divisor = result.values.reduce(0) { gcd($0, $1.magnitude) }
            return divisor > 1 ? result.mapValues { $0 / Int64(divisor) } : result
        }

        private static func gcd(_ a: UInt64, _ b: UInt64) -> UInt64 { b == 0 ? a : gcd(b, a % b) }

        /// The unknowns that bounds fix: nobody is fewer than none, and nobody has a code without being a student.
        private static func bounded(
            _ equations: [Equation], _ table: [Organization], _ places: [Cell: Int]
        ) -> Set<Int> {
            let everybody = table[0].students + table[0].codes.reduce(0, +)
            var low = [Int64](repeating: 0, count: places.count)
            var high = [Int64](repeating: everybody, count: places.count)
            for (cell, place) in places where cell.code != nil {
                if places[Cell(organization: cell.organization, code: nil)] == nil {
                    high[place] = table[cell.organization].students
                }
            }
            var changes = true
            while changes {
                changes = false
                for equation in equations {
                    for (place, factor) in equation.cells {
                        // What the others leave: sum − the rest lies between these.
                        var (least, most) = (equation.sum, equation.sum)
                        for (other, weight) in equation.cells where other != place {
                            least -= weight > 0 ? weight * high[other] : weight * low[other]
                            most -= weight > 0 ? weight * low[other] : weight * high[other]
                        }
                        if factor < 0 { (least, most) = (-most, -least) }
                        if least > low[place] { (low[place], changes) = (least, true) }
                        if most < high[place] { (high[place], changes) = (most, true) }
                    }
                }
            }
            return Set(low.indices.filter { low[$0] == high[$0] })
        }
    }
}

/// The rule as reports keep it.
@Suite("Reports without small cells")
struct WithheldReportTests {
    /// Two districts; the second one's school has 30 students, the first one's 12 and 40. Of ethnicity Asian there are 4, 20 and
    /// 15, learners are 12, 30 and 15.
    private func withState(_ body: @Sendable (World) async throws -> Void) async throws {
        try await World.with { world in
            var exams: [ExamChange] = []
            var students: [StudentChange] = []
            for (school, all, asian, learners) in [
                (World.s1, 12, 4, 12), (World.s2, 40, 20, 30), (World.s3, 30, 15, 15),
            ] {
                for number in 0..<all {
                    let id = Int64(exams.count + 1)
                    exams.append(
                        .with {
                            $0.id = id
                            $0.studentID = id
                            $0.schoolID = school
                            $0.assessmentID = World.assessment
                            $0.schoolYear = 2022
                            $0.type = "sum"
                            $0.completedAtUs = id
                            $0.enrolledGrade = "03"
                            ($0.completeness, $0.condition) = ("Complete", "Valid")
                            $0.scaleScoreMilli = 2_400_000
                            $0.level = 2
                            $0.claimLevels = [number == 0 ? 0 : 1, 1, 1, 1]
                            $0.elas = number < learners ? "EL" : "EO"
                        })
                    students.append(
                        .with {
                            $0.id = id
                            $0.ethnicities = number < asian ? ["Asian"] : ["White"]
                        })
                }
            }
            try await world.apply(exams)
            try await world.apply(students)
            try await world.run("INSERT INTO setting VALUES ('suppression', 'on')")
            try await body(world)
        }
    }

    private static func query(_ change: (inout AggregateQuery) -> Void = { _ in }) -> AggregateQuery {
        World.query {
            $0.includeAllDistricts = true
            $0.includeAllSchoolsOfDistricts = true
            change(&$0)
        }
    }

    /// As `organization slice: students`, of rows that are there; `few` for what is withheld.
    private func rows(_ world: World, _ query: AggregateQuery) async throws -> [String] {
        let report = try await world.make(query)
        let view = try await world.parts.server.getReportView(.with { $0.id = report.id }, world.call(World.state))
        let page = try await world.parts.server.readReportRows(
            .with {
                $0.id = report.id
                $0.subject = "ELA"
                $0.hideEmpty = true
                $0.limit = 1_000
            }, world.call(World.state))
        return page.rows.map { row in
            let slice = view.slices[Int(row.slice)]
            let name = [row.organization?.name ?? "?", slice.claimName, slice.code].filter { !$0.isEmpty }
            #expect(!row.tooFew || row.students == 0 && row.levelCounts.isEmpty && row.average == nil)
            return "\(name.joined(separator: " ")): \(row.tooFew ? "few" : "\(row.students)")"
        }
    }

    @Test("a small number is withheld with what would tell it; other fields and large numbers are shown")
    func lattice() async throws {
        try await withState { world in
            let ethnicities = try await rows(world, Self.query { $0.dimensions = ["Ethnicity"] })
            // 4 of the first school: the other one's would tell it by the district's.
            #expect(
                ethnicities == [
                    "California: 82", "California Asian: 39", "California White: 43", "Alder Unified: 52",
                    "Alder Unified Asian: 24", "Alder Unified White: 28", "First: 12", "First Asian: few",
                    "First White: few",
                    "Second: 40", "Second Asian: few", "Second White: few", "Birch Unified: 30",
                    "Birch Unified Asian: 15",
                    "Birch Unified White: 15", "Third: 30", "Third Asian: 15", "Third White: 15",
                ])
            let report = try await world.make(Self.query { $0.dimensions = ["Ethnicity"] })
            let part = try await world.parts.reports.readReport(.with { $0.id = report.id }, world.call(World.state))
            let few = ReportFileTests.lines(part).first { $0.contains("First,") && $0.contains("Asian") }
            #expect(few?.hasSuffix("Ethnicity,Asian,,,,,,,,,,") == true, "\(few ?? "nothing")")
            let table = try await world.parts.server.exportReportTable(
                .with {
                    $0.id = report.id
                    $0.subject = "ELA"
                }, world.call(World.state))
            #expect(
                ReportFileTests.lines(table).contains {
                    $0.hasPrefix("First,") && $0.contains("Asian,Too few students,Too few students")
                })
            // The same subgroup by another way is the same cell.
            let custom = try await rows(
                world, Self.query { $0.subgroups = [World.filter([("Ethnicity", ["Asian"])])] })
            #expect(custom.contains("Second 1: few") && custom.contains("Third 1: 15"))
            let filtered = try await rows(
                world, Self.query { $0.filter = World.filter([("Ethnicity", ["Asian"])]) })
            #expect(filtered.contains("Second: few") && filtered.contains("Third: 15"))
        }
    }

    @Test("outside of the lattice: few, or few left; claims that one student has no level for")
    func outside() async throws {
        try await withState { world in
            let learners = try await rows(
                world, Self.query { $0.filter = World.filter([("ELAS", ["EL"]), ("Ethnicity", ["Asian", "White"])]) })
            // 12 of 12 tell nothing of others; 30 of 40 leave 10.
            #expect(
                learners.contains("First: 12") && learners.contains("Second: few") && learners.contains("Third: 15"))
            let claims = try await rows(
                world,
                Self.query {
                    $0.type = "Claim"
                    $0.claims = [.with { $0.subject = "ELA" }]
                })
            #expect(claims.contains("Third Reading: few") && claims.contains("Third Listening: 30"))
            try await world.run("UPDATE setting SET value = 'off' WHERE key = 'suppression'")
            let all = try await rows(world, Self.query { $0.dimensions = ["Ethnicity"] })
            #expect(all.contains("First Asian: 4"))
        }
    }

    @Test("an organization of few students has no row that is shown")
    func smallSchool() async throws {
        try await withState { world in
            // Two students of the first school are left: the district's other school would tell of it.
            try await world.apply(
                (3...12 as ClosedRange<Int64>).map { id in
                    ExamChange.with {
                        $0.id = id
                        $0.deleted = true
                    }
                })
            let found = try await rows(world, Self.query())
            #expect(
                found == [
                    "California: 72", "Alder Unified: 42", "First: few", "Second: few", "Birch Unified: 30",
                    "Third: 30",
                ])
        }
    }
}
