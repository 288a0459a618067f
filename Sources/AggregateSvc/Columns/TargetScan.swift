import Postgres

/// Adds up residuals fact by fact, as the tables hold them.
///
/// They are not packed into segments: a target report is about one organization, which an index finds, and residuals would
/// make segments twenty times as large. What the database does not have to do is to unnest and group them, which takes it
/// several times as long as reading them.
struct TargetScan {
    private struct Key: Hashable { var assessment: Int32; var year: Int16 }
    private struct Cell {
        var count: Int64 = 0
        var score: Int64 = 0
        var squares: Int128 = 0
        var student = ResidualSums()
        var standard = ResidualSums()
    }
    /// What one result has for a target of the plan.
    private struct Residual { var column: Int; var student: Int32; var standard: Int32 }

    private let plan: TargetPlan
    private let tests: [SliceTest]
    private let accepted: AcceptedEntries
    private let placeOfTarget: [Int32: Int]
    /// The slices of each word; none where the filter refuses it.
    private var slices: [UInt64: [Int]] = [:]
    private var placeOfKey: [Key: Int] = [:]
    /// By the place of their key: slices × targets.
    private var cells: [[Cell]] = []
    private var residuals: [Residual] = []

    private init(_ plan: TargetPlan) {
        self.plan = plan
        tests = plan.facts.slices.map { SliceTest($0) }
        accepted = AcceptedEntries(plan.facts)
        placeOfTarget = Dictionary(
            plan.targets.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// - Returns: a row for each slice and target with at least one result, in no order.
    static func rows(_ plan: TargetPlan, _ session: borrowing Session) throws -> [TargetRow] {
        let members = try SQLEngine.members(of: plan.facts, session)
        if members.isEmpty || plan.facts.keys.isEmpty || plan.targets.isEmpty { return [] }
        var scan = TargetScan(plan)
        func list<I: FixedWidthInteger>(_ ids: [I]) -> String { ids.map { "\($0)" }.joined(separator: ",") }
        // The residuals of a district are found one by one, from the facts of its schools: the planner thinks that reading all of a
        // year in the order of ids is as cheap, which takes eight times as long for the largest one.
        let finds = members.count <= Self.mostFound
        if finds { try Self.plan(byLookUp: true, session) }
        var packed: [Int32] = []
        try session.copyOut(
            """
            COPY (SELECT f.assessment_id, f.school_year, \(Entry.sql.text), f.score, t.residuals
                    FROM aggregate.fact f JOIN aggregate.fact_target t ON t.exam_id = f.exam_id
                   WHERE f.counted AND f.type = \(plan.facts.type)
                     AND f.school_year IN (\(list(plan.facts.years))) AND f.assessment_id IN (\(list(plan.facts.assessments)))
                     AND f.school_id = ANY('{\(list(members))}'::bigint[]))
              TO STDOUT (FORMAT binary)
            """
        ) { row in
            let key = Key(assessment: try row.int32(), year: try row.int16())
            let word = UInt64(bitPattern: try row.int64()), score = try row.int32()
            try row.packedInt32s(into: &packed)
            scan.add(key, word, score, packed)
        }
        if finds { try Self.plan(byLookUp: false, session) }
        return scan.found
    }

    /// Schools of the largest districts; a whole state is read from end to end.
    private static let mostFound = 2_000

    private static func plan(byLookUp: Bool, _ session: borrowing Session) throws {
        let settings = [
            "random_page_cost": "1.1", "enable_mergejoin": "off", "enable_hashjoin": "off",
            "max_parallel_workers_per_gather": "0",
        ]
        try session.script(
            settings.map { "SET LOCAL \($0) = \(byLookUp ? $1 : "DEFAULT")" }.joined(separator: "; "))
    }

    /// - Parameter packed: target, residual by student, residual by standard, and so on.
    private mutating func add(_ key: Key, _ word: UInt64, _ score: Int32, _ packed: [Int32]) {
        let slices = slicesOf(word)
        guard !slices.isEmpty, plan.facts.keys.contains(SegmentKey(year: key.year, assessment: key.assessment)) else {
            return
        }
        residuals.removeAll(keepingCapacity: true)
        for place in stride(from: 0, to: packed.count - 2, by: 3) {
            guard let column = placeOfTarget[packed[place]] else { continue }
            residuals.append(Residual(column: column, student: packed[place + 1], standard: packed[place + 2]))
        }
        let width = plan.targets.count
        let score = Int64(score)
        let square = Int128(score * score)
        cells[place(of: key)].withUnsafeMutableBufferPointer { cells in
            for slice in slices {
                for residual in residuals {
                    let cell = slice * width + residual.column
                    cells[cell].count += 1
                    cells[cell].score += score
                    cells[cell].squares += square
                    cells[cell].student.add(residual.student)
                    cells[cell].standard.add(residual.standard)
                }
            }
        }
    }

    private mutating func place(of key: Key) -> Int {
        if let known = placeOfKey[key] { return known }
        placeOfKey[key] = cells.count
        cells.append([Cell](repeating: Cell(), count: tests.count * plan.targets.count))
        return cells.count - 1
    }

    private mutating func slicesOf(_ word: UInt64) -> [Int] {
        if let known = slices[word] { return known }
        let found = accepted.contains(word) ? tests.indices.filter { tests[$0].passes(word) } : []
        slices[word] = found
        return found
    }

    private var found: [TargetRow] {
        placeOfKey.flatMap { key, place in
            cells[place].enumerated().compactMap { place, cell in
                guard cell.count > 0 else { return nil }
                let (slice, column) = place.quotientAndRemainder(dividingBy: plan.targets.count)
                return TargetRow(
                    assessment: key.assessment, year: key.year, slice: slice, target: plan.targets[column],
                    sums: Sums(count: cell.count, score: cell.score, squares: cell.squares), student: cell.student,
                    standard: cell.standard)
            }
        }
    }
}
