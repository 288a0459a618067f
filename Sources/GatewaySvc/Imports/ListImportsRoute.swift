import Contracts
import Hummingbird
import NIOCore

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
        filter.content = content
        let any = parameters.contains { ask.optionalText($0.name)?.isEmpty == false }
        return (filter, any)
    }
}

/// `GET /{scope}/imports?{query}`: imports of one content, by id. Long lists leave as they are read.
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

        // The first page before the answer begins, so that a refusal can still have its status.
        let first = try await owner.imports.listImports(filter, ask.call)
        let origin = ask.origin
        guard first.more, !first.imports.isEmpty else {
            return .json(capacity: 64 + first.imports.count * 700) { json in
                json.array(first.imports) { $0.importResource($1, origin: origin) }
            }
        }
        let (call, budget) = (ask.call, self.budget)
        let body = ResponseBody { writer in
            var page = first
            var filter = filter
            var begun = false
            while true {
                var text = jsonText(capacity: page.imports.count * 700) { json in
                    json.array(page.imports) { $0.importResource($1, origin: origin) }
                }
                // One array over all pages: the brackets of each page go, a comma comes between.
                let inner = text.getSlice(at: text.readerIndex + 1, length: text.readableBytes - 2) ?? ByteBuffer()
                text = ByteBuffer(string: begun ? "," : "[")
                text.writeImmutableBuffer(inner)
                begun = true
                try await writer.write(text)
                guard page.more, let last = page.imports.last else { break }
                filter.pageAfterID = last.id
                // A limit holds for the whole list. The service has read it, so it is a number.
                if let limit = Int64(filter.limit) { filter.limit = "\(max(0, limit - Int64(page.imports.count)))" }
                var next = call
                next.deadline = .now + budget
                page = try await owner.imports.listImports(filter, next)
                if page.imports.isEmpty { break }
            }
            try await writer.write(ByteBuffer(string: "]"))
            try await writer.finish(nil)
        }
        return Answer(headers: [.contentType: "application/json"], body: .stream(body))
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
