import Contracts
import Postgres

/// How many rows a query may give; judged like a report (aggregates §3.1).
struct EstimateRows: Sendable {
    let database: Database
    let judge: QueryJudge

    /// More is a lot for a browser.
    static let large: Int64 = 4_000

    func callAsFunction(_ ask: AggregateQuery, _ call: Call) async throws -> RowEstimate {
        let caller = try call.person()
        let judge = judge
        let estimate = try await database.read(call) { try judge.judge(ask, for: caller, $0).estimate }
        return .with {
            $0.rows = estimate
            $0.large = estimate > Self.large
        }
    }
}
