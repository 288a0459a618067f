import Access
import Contracts
import Postgres
import Reports

/// Stores a query: a new one, or in place of one that is there, its name too (aggregates §4.8).
///
/// A query is judged by itself only: it may name what its maker may not use today.
struct SaveAggregateQuery: Sendable {
    let database: Database
    let judge: QueryJudge
    let store: ReportStore

    func callAsFunction(_ ask: SaveAggregateQueryRequest, _ call: Call) async throws -> SavedQuery {
        let caller = try call.person()
        _ = try caller.requireScope(of: .customAggregateRead)
        let (judge, store) = (judge, store)
        return try await database.transaction(call) { session in
            let query = try judge.canonical(ask.query ?? AggregateQuery(), StudentField.all)
            let bytes = try query.serialized()
            guard ask.id != 0 else {
                return try store.save(
                    name: query.name, topic: query.topic, query: bytes, of: caller.userID, session)
            }
            return try store.replace(
                ask.id, name: query.name, topic: query.topic, query: bytes, of: caller.userID, session)
        }
    }
}
