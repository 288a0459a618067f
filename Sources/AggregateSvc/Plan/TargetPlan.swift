import Postgres

/// What a target report adds up: the residuals of one organization's results, by slice and target (aggregates §2.4).
struct TargetPlan: Sendable {
    /// The attempts that count, of one school or one district.
    var facts: ReportPlan
    /// Ids; others of the facts are not looked at.
    var targets: [Int32]
}

/// The results of one slice that have residuals for one target.
struct TargetRow: Sendable, Equatable {
    var assessment: Int32
    var year: Int16
    var slice: Int
    var target: Int32
    /// Without levels.
    var sums: Sums
    var student: ResidualSums
    var standard: ResidualSums
}

extension ReportEngine {
    /// - Returns: a row for each slice and target with at least one result, in no order.
    func targets(_ plan: TargetPlan, _ session: borrowing Session) throws -> [TargetRow] {
        switch self {
        case .sql(let engine): try engine.targets(plan, session)
        case .column: try TargetScan.rows(plan, session)
        }
    }
}
