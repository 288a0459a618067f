import Contracts

/// `POST /api/v1/aggregate/queries`: saves a new query.
struct SaveAggregateQueryRoute: RouteHandler {
    let aggregate: AggregateClient

    static let about = RouteDescription(
        summary: "Saves a new query.", body: .json(.named("AggregateQuery"), atMost: AggregateQueryJSON.limit),
        replies: [.init(status: 201, meaning: "Saved.", schema: .named("SavedQuery")), .unprocessable])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let query = try AggregateQueryJSON.read(ask.json)
        let saved = try await judgingQuery {
            try await aggregate.saveAggregateQuery(.with { $0.query = query }, ask.call)
        }
        return try .json(.created) { try $0.savedQuery(saved) }
    }
}

/// `PUT /api/v1/aggregate/queries/{id}`: overwrites a query, its name too.
struct ReplaceAggregateQueryRoute: RouteHandler {
    let aggregate: AggregateClient

    static let about = RouteDescription(
        summary: "Overwrites a saved query.", parameters: [.queryID],
        body: .json(.named("AggregateQuery"), atMost: AggregateQueryJSON.limit),
        replies: [RouteDescription.ok(.named("SavedQuery")), .unprocessable])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        let query = try AggregateQueryJSON.read(ask.json)
        let saved = try await judgingQuery {
            try await aggregate.saveAggregateQuery(
                .with {
                    $0.id = id
                    $0.query = query
                }, ask.call)
        }
        return try .json { try $0.savedQuery(saved) }
    }
}
