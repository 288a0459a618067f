import Contracts

/// The filters of lists and of resubmission (ingest §2.5); the owning service reads their values.
enum ImportFilters {
    static let parameters: [Parameter] = ["status", "batch", "creator", "after", "before", "limit", "content"].map {
        .optional($0, .text(length: 0...250, .any), "Filter; an empty value counts as not given.")
    }

    /// - Returns: the filter, and whether anything was given at all.
    static func read(_ ask: Ask, content: String) throws -> (filter: ImportFilter, any: Bool) {
        var filter = ImportFilter()
        filter.status = ask.optionalText("status") ?? ""
        filter.batch = ask.optionalText("batch") ?? ""
        filter.creator = ask.optionalText("creator") ?? ""
        filter.after = ask.optionalText("after") ?? ""
        filter.before = ask.optionalText("before") ?? ""
        filter.limit = ask.optionalText("limit") ?? ""
        filter.givenContent = ask.optionalText("content") ?? ""
        filter.content = content
        let any = parameters.contains { ask.optionalText($0.name)?.isEmpty == false }
        return (filter, any)
    }
}

/// `GET /{scope}/imports?{query}`: imports of one content, by id.
struct ListImportsRoute: RouteHandler {
    let owners: ImportOwners
    let budget: Duration

    static let about = RouteDescription(
        summary: "Imports of one content; at least one filter must be given.",
        parameters: [.importScope] + ImportFilters.parameters,
        replies: [RouteDescription.ok(.list(.named("Import")))],
        problems: .plainText, openQuery: true)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let (owner, content) = try owners.owner(ofScope: try ask.text("scope"))
        let (filter, any) = try ImportFilters.read(ask, content: content)
        guard any else { throw Fault(.malformed, "at least one query parameter must be specified") }

        let (call, budget, origin) = (ask.call, self.budget, ask.origin)
        let first = Page(list: try await owner.imports.listImports(filter, call), filter: filter)
        let list = PagedArray(
            first: first,
            hasMore: { $0.list.more && !$0.list.imports.isEmpty },
            next: { page in
                var next = call
                next.deadline = .now + budget
                let filter = page.following
                return Page(list: try await owner.imports.listImports(filter, next), filter: filter)
            },
            write: { page, json in json.array(page.list.imports) { $0.importResource($1, origin: origin) } })
        return list.answer()
    }

    private struct Page: Sendable {
        let list: ImportList
        let filter: ImportFilter

        /// The filter of the page behind this one.
        var following: ImportFilter {
            var filter = filter
            filter.pageAfterID = list.imports.last?.id ?? filter.pageAfterID
            // A limit holds for the whole list. The service has read it, so it is a number.
            if let limit = Int64(filter.limit) { filter.limit = "\(max(0, limit - Int64(list.imports.count)))" }
            return filter
        }
    }
}

/// `POST /{scope}/imports/resubmit?{query}`: processes stored payloads again; the answer is a bare number.
struct ResubmitImportsRoute: RouteHandler {
    let owners: ImportOwners

    static let about = RouteDescription(
        summary: "Queues stored payloads again and says how many.",
        parameters: [.importScope] + ImportFilters.parameters,
        replies: [RouteDescription.ok(.integer(0...Int64.max))],
        problems: .plainText, openQuery: true)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let (owner, content) = try owners.owner(ofScope: try ask.text("scope"))
        let (filter, _) = try ImportFilters.read(ask, content: content)
        let reply = try await owner.imports.resubmitImports(filter, ask.call)
        return .json { $0.write(reply.queued) }
    }
}
