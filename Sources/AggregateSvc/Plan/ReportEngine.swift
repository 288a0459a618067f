import Postgres

/// What carries out the plans of reports: both give the same rows (DESIGN §7).
enum ReportEngine: Sendable {
    case sql(SQLEngine)
    case column(ColumnEngine)

    /// What the setting chooses.
    enum Kind: String, CaseIterable, Sendable { case column, sql }

    /// - Returns: for each plan a row for each group with at least one result, in no order.
    func rows(_ plans: [ReportPlan], _ session: borrowing Session) throws -> [PlanRows] {
        switch self {
        case .sql(let engine): try plans.map { [try engine.rows($0, session)] }
        case .column(let engine): try engine.rows(plans, session)
        }
    }
}
