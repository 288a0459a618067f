import Metrics
import Postgres

/// Carries out a plan over packed segments (DESIGN §7). Where there is no segment, SQL answers; the rows are the same.
struct ColumnEngine: Sendable {
    let store: ColumnStore
    let threads: ScanThreads
    private let sql = SQLEngine()
    private let bySQL: Counter

    init(store: ColumnStore, threads: ScanThreads, metrics: Metrics) {
        self.store = store
        self.threads = threads
        bySQL = metrics.counter(
            "aggregate_segments_answered_by_sql_total",
            "Segments of reports for which SQL answered, since there were none.")
    }

    /// - Returns: a row for each group with at least one result, in no order.
    func rows(_ plan: ReportPlan, _ session: borrowing Session) throws -> [PlanRow] {
        let catalogue = try store.follow(session)
        var sources: [ReadySegment] = []
        var others: [SegmentKey] = []
        for year in plan.years {
            for assessment in plan.assessments {
                let key = SegmentKey(year: year, assessment: assessment)
                switch catalogue.states[key] {
                case nil: break
                case .ready(let source)?: sources.append(source)
                case .unsorted?, .missing?, .unfit?: others.append(key)
                }
            }
        }
        // The largest first: the last one to end is then a small one.
        let ordered = sources.sorted { $0.segment.header.rows > $1.segment.header.rows }
        let buckets = SliceBuckets(plan.slices)
        let found = threads.run(ordered.count) { number -> [PlanRow]? in
            guard ordered[number].segment.isWhole else { return nil }
            return SegmentScan.rows(ordered[number], plan, buckets)
        }
        var rows: [PlanRow] = []
        rows.reserveCapacity(found.reduce(0) { $0 + ($1?.count ?? 0) })
        for (source, part) in zip(ordered, found) {
            if let part {
                rows += part
            } else {
                others.append(source.segment.header.key)
                if !source.segment.isWhole { store.drop(source.segment) }
            }
        }
        bySQL.increment(by: others.count)
        for (year, keys) in Dictionary(grouping: others, by: \.year).sorted(by: { $0.key < $1.key }) {
            var part = plan
            part.years = [year]
            part.assessments = keys.map(\.assessment).sorted()
            rows += try sql.rows(part, session)
        }
        return rows
    }
}
