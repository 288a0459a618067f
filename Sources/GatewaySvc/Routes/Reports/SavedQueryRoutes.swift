import Contracts

/// `GET /api/v1/queries`: the caller's saved queries of all owners, the latest changed first.
struct ListSavedQueriesRoute: RouteHandler {
    let owners: ReportOwners

    static let about = RouteDescription(
        summary: "The caller's saved queries, the latest changed first.",
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("queries", .list(.named("SavedQuery"))), Schema.member("incomplete", .boolean),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let call = ask.call
        let (lists, isIncomplete) = try await owners.askAll { try await $0.listSavedQueries(Empty(), call) }
        let merged = lists.flatMap(\.queries).sorted { ($0.updatedAtUs, $0.id) > ($1.updatedAtUs, $1.id) }
        return try .json(capacity: 256 + merged.count * 1_200) { json in
            try json.object {
                try $0.array("queries", merged) { try $0.savedQuery($1) }
                $0.field("incomplete", isIncomplete)
            }
        }
    }
}

/// `GET /api/v1/queries/{id}`: one saved query.
struct GetSavedQueryRoute: RouteHandler {
    let owners: ReportOwners

    static let about = RouteDescription(
        summary: "One of the caller's saved queries.", parameters: [.queryID],
        replies: [RouteDescription.ok(.named("SavedQuery"))])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        let saved = try await owners.owner(of: id).getSavedQuery(.with { $0.id = id }, ask.call)
        return try .json { try $0.savedQuery(saved) }
    }
}

/// `POST /api/v1/reports/{id}/query`: saves the query of a report under the report's name.
struct SaveReportQueryRoute: RouteHandler {
    let owners: ReportOwners

    static let about = RouteDescription(
        summary: "Saves the query of a report.", parameters: [.reportID],
        replies: [.init(status: 201, meaning: "Saved.", schema: .named("SavedQuery"))])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        let saved = try await owners.owner(of: id).saveReportQuery(.with { $0.id = id }, ask.call)
        return try .json(.created) { try $0.savedQuery(saved) }
    }
}

/// `POST /api/v1/queries/{id}/copy`: a new query with the next free name.
struct CopySavedQueryRoute: RouteHandler {
    let owners: ReportOwners

    static let about = RouteDescription(
        summary: "Copies a saved query under the next free name.", parameters: [.queryID],
        replies: [.init(status: 201, meaning: "The copy.", schema: .named("SavedQuery"))])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        let saved = try await owners.owner(of: id).copySavedQuery(.with { $0.id = id }, ask.call)
        return try .json(.created) { try $0.savedQuery(saved) }
    }
}

/// `DELETE /api/v1/queries/{id}`: reports that were made with it stay.
struct DeleteSavedQueryRoute: RouteHandler {
    let owners: ReportOwners

    static let about = RouteDescription(
        summary: "Deletes a saved query.", parameters: [.queryID],
        replies: [.init(status: 204, meaning: "It is gone.")])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        _ = try await owners.owner(of: id).deleteSavedQuery(.with { $0.id = id }, ask.call)
        return .nothing
    }
}
