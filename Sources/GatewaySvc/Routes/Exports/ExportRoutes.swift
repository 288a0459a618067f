import Contracts

/// `POST /api/v1/exports`: asks for a District / School Export. The header `Idempotency-Key` makes asking twice the same as once.
struct CreateExportRoute: RouteHandler {
    let results: ResultsClient

    static let about = RouteDescription(
        summary:
            "Asks for a file of all results of a year in chosen organizations. Send Idempotency-Key, up to 64 characters, to make repeating harmless.",
        body: .json(.named("ExportQuery"), atMost: ExportQueryJSON.limit),
        replies: [.init(status: 201, meaning: "Accepted; PENDING.", schema: .named("Report"))])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let query = try ExportQueryJSON.read(ask.json)
        var call = ask.call
        call.idempotencyKey = CreateReportRoute.key(ask.headers) ?? Hex.lower(call.requestID)
        let report = try await results.createExport(query, call)
        return try .json(.created) { try $0.report(report) }
    }
}

/// `PUT /api/v1/exports/queries/{id}`: overwrites a saved query of an export, its name too.
struct ReplaceExportQueryRoute: RouteHandler {
    let results: ResultsClient

    static let about = RouteDescription(
        summary: "Overwrites a saved query of an export.", parameters: [.queryID],
        body: .json(.named("ExportQuery"), atMost: ExportQueryJSON.limit),
        replies: [RouteDescription.ok(.named("SavedQuery"))])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        let query = try ExportQueryJSON.read(ask.json)
        let saved = try await results.replaceExportQuery(
            .with {
                $0.id = id
                $0.query = query
            }, ask.call)
        return try .json { try $0.savedQuery(saved) }
    }
}
