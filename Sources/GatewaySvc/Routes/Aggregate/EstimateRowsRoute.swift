import Contracts

/// `POST /api/v1/aggregate/estimate`: how many rows a query may give; judged like a report.
struct EstimateRowsRoute: RouteHandler {
    let aggregate: AggregateClient

    static let about = RouteDescription(
        summary: "How many rows a query may give; changes nothing.",
        body: .json(.named("AggregateQuery"), atMost: AggregateQueryJSON.limit),
        replies: [
            RouteDescription.ok(
                .object([Schema.member("rows", .integer(0...Int64.max)), Schema.member("large", .boolean)])),
            .unprocessable,
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let query = try AggregateQueryJSON.read(ask.json)
        let estimate = try await judgingQuery { try await aggregate.estimateRows(query, ask.call) }
        return .json { json in
            json.object {
                $0.field("rows", estimate.rows)
                $0.field("large", estimate.large)
            }
        }
    }
}
