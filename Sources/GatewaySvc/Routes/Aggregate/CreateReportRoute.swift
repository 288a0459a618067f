import Contracts
import HTTPTypes

/// `POST /api/v1/aggregate/reports`: asks for a report. The header `Idempotency-Key` makes asking twice the same as once.
struct CreateReportRoute: RouteHandler {
    let aggregate: AggregateClient

    static let about = RouteDescription(
        summary: "Asks for an aggregate report. Send Idempotency-Key, up to 64 characters, to make repeating harmless.",
        body: .json(.named("AggregateQuery"), atMost: AggregateQueryJSON.limit),
        replies: [.init(status: 201, meaning: "Accepted; PENDING.", schema: .named("Report")), .unprocessable])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let query = try AggregateQueryJSON.read(ask.json)
        var call = ask.call
        call.idempotencyKey = Self.key(ask.headers) ?? Hex.lower(call.requestID)
        let report = try await judgingQuery { [call] in try await aggregate.createReport(query, call) }
        return try .json(.created) { try $0.report(report) }
    }

    /// Only what is surely a key; anything else is as if none had been sent.
    static func key(_ headers: HTTPFields) -> String? {
        guard let name = HTTPField.Name("Idempotency-Key"), let key = headers[name], (1...64).contains(key.utf8.count),
            key.utf8.allSatisfy(Parameter.Characters.token.contains)
        else { return nil }
        return key
    }
}
