import Contracts
import Postgres

/// The rows of a target report: what each slice shows of each target (aggregates §2.4). Rule: Aggregate R15.
struct TargetTable: Sendable {
    struct Row: Sendable {
        /// Of the report's slices: for each target those of the query.
        var slice: Int
        var measures: Measures
        var student: TargetLevel
        var standard: TargetLevel
        /// It would tell of few students.
        var isWithheld = false
    }

    private var found: [Int64: [Row]]
    private let year: Int16
    /// Overall has fewer students than the state has set.
    let isTooFew: Bool

    init(_ rows: [TargetRow], _ accepted: AcceptedQuery, _ session: borrowing Session) throws {
        let values = try session.rows(
            "SELECT key, value FROM aggregate.setting WHERE key LIKE 'target.%'", as: (String, String).self)
        self.init(
            rows, accepted, TargetSettings(Dictionary(values, uniquingKeysWith: { first, _ in first })))
    }

    init(_ rows: [TargetRow], _ accepted: AcceptedQuery, _ settings: TargetSettings) {
        let places = Dictionary(
            accepted.targets.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        /// Score and students are those of the slice, not of the target: of the target with the most students, since some
        /// students lack some targets.
        struct Slice: Hashable { var assessment: Int32; var year: Int16; var slice: Int }
        let sorted = rows.sorted { (places[$0.target] ?? 0) < (places[$1.target] ?? 0) }
        var ofSlice: [Slice: Sums] = [:]
        for row in sorted {
            let slice = Slice(assessment: row.assessment, year: row.year, slice: row.slice)
            if row.sums.count > ofSlice[slice]?.count ?? 0 { ofSlice[slice] = row.sums }
        }
        var found: [Int64: [Row]] = [:]
        for row in sorted {
            guard let place = places[row.target] else { continue }
            let target = accepted.targets[place]
            let sums = ofSlice[Slice(assessment: row.assessment, year: row.year, slice: row.slice)] ?? row.sums
            let isExcluded = target.excludedIn.contains(Int64(row.assessment))
            func level(_ residuals: ResidualSums) -> TargetLevel {
                isExcluded ? .excluded : residuals.level(count: row.sums.count, cutoff: settings.cutoff)
            }
            found[Int64(row.assessment), default: []].append(
                Row(
                    slice: place * accepted.slices.count + row.slice, measures: Measures(sums),
                    student: level(row.student), standard: level(row.standard)))
        }
        self.found = found
        year = Int16(clamping: accepted.query.schoolYears.first ?? 0)
        let tested = ofSlice.filter { $0.key.slice == 0 }.values.reduce(0) { $0 + $1.count }
        isTooFew = tested > 0 && tested < settings.minimumStudents
    }

    mutating func withhold(_ withheld: WithheldRows, _ place: PlanRow.Place) {
        for (assessment, rows) in found {
            found[assessment] = rows.map { row in
                var row = row
                let key = SegmentKey(year: year, assessment: Int32(clamping: assessment))
                row.isWithheld = withheld.isWithheld(row.measures.students, place, key)
                return row
            }
        }
    }

    func rows(of assessment: ReportAssessment) -> [Row] { found[assessment.id, default: []] }
}
