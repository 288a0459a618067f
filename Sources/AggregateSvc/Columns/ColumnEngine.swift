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

    /// - Returns: for each plan a row for each group with at least one result. All are of one state of the facts.
    func rows(_ plans: [ReportPlan], _ session: borrowing Session, until stop: ScanStop) throws -> [PlanRows] {
        let catalogue = try store.follow(session)
        return try plans.map { try rows($0, catalogue, session, stop) }
    }

    private func rows(
        _ plan: ReportPlan, _ catalogue: Catalogue, _ session: borrowing Session, _ stop: ScanStop
    ) throws -> PlanRows {
        var sources: [ReadySegment] = []
        var others: [SegmentKey] = []
        for key in plan.keys {
            switch catalogue.states[key] {
            case nil: break
            case .ready(let source)?: sources.append(source)
            case .unsorted?, .missing?, .unfit?: others.append(key)
            }
        }
        // The largest first: the last one to end is then a small one.
        let ordered = sources.sorted { $0.segment.header.rows > $1.segment.header.rows }
        let buckets = SliceBuckets(plan.slices)
        let found = try threads.run(ordered.count, until: stop) { number -> PackedRows? in
            guard ordered[number].segment.isWhole else { return nil }
            return SegmentScan.rows(ordered[number], plan, buckets)
        }
        var rows: PlanRows = []
        for (source, part) in zip(ordered, found) {
            if let part {
                rows.append(part)
            } else {
                others.append(source.segment.header.key)
                if !source.segment.isWhole { store.drop(source.segment) }
            }
        }
        bySQL.increment(by: others.count)
        if !others.isEmpty {
            var part = plan
            part.keys = others
            rows += PackedRows.of(try sql.rows(part, session), levels: plan.levels)
        }
        return rows
    }
}
