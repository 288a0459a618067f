import Postgres

/// What carries out the plans of reports: both give the same rows (DESIGN §7).
enum ReportEngine: Sendable {
    case sql(SQLEngine)
    case column(ColumnEngine)

    /// What the setting chooses.
    enum Kind: String, CaseIterable, Sendable { case column, sql }

    /// - Returns: for each plan a row for each group with at least one result; organizations are in no order.
    /// - Throws: `CancellationError` or `Fault` `.deadlinePassed` when `stop` says so.
    func rows(
        _ plans: [ReportPlan], _ session: borrowing Session, until stop: ScanStop
    ) throws -> [PlanRows] {
        switch self {
        case .sql(let engine):
            var all: [PlanRows] = []
            for plan in plans {
                try stop.check()
                all.append(PackedRows.of(try engine.rows(plan, session), levels: plan.levels))
            }
            return all
        case .column(let engine): return try engine.rows(plans, session, until: stop)
        }
    }
}
