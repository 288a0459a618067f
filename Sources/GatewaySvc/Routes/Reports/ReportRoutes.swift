import Contracts
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /api/v1/reports?limit=50&beforeCreated=…&beforeId=…`: the caller's reports of all owners, the newest first.
struct ListReportsRoute: RouteHandler {
    let owners: ReportOwners

    static let about = RouteDescription(
        summary: "My Reports: the caller's own reports, the newest first.",
        parameters: [
            .optional("limit", .integer(1...100), "At most so many; 50 unless given."),
            .optional(
                "beforeCreated", .integer(0...9_007_199_254_740_991),
                "Continues a list: nextBeforeCreated of the page before."),
            .optional("beforeId", .integer(1...Int64.max), "Continues a list: nextBeforeId of the page before."),
            .optional("id", .integers(1...Int64.max, atMost: 100), "Only these; repeat for more."),
        ],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("reports", .list(.named("Report"), atMost: 100)),
                    Schema.member("incomplete", .boolean),
                    Schema.member("nextBeforeCreated", .nullable(.integer())),
                    Schema.member("nextBeforeId", .nullable(.integer())),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let limit = Int(clamping: ask.optionalInteger("limit") ?? 50)
        let question = ListReportsRequest.with {
            $0.limit = Int32(clamping: limit)
            $0.beforeCreatedUs = ask.optionalInteger("beforeCreated") ?? 0
            $0.beforeID = ask.optionalInteger("beforeId") ?? 0
            $0.ids = ask.integers("id")
        }
        let call = ask.call
        let (lists, isIncomplete) = try await owners.askAll { try await $0.listReports(question, call) }
        // Each list is sorted the same way, so the first `limit` of all are among the first `limit` of each.
        let merged = lists.flatMap(\.reports).sorted {
            ($0.createdAtUs, $0.id) > ($1.createdAtUs, $1.id)
        }
        let page = merged.prefix(limit)
        let last = merged.count > limit || lists.contains { $0.more } ? page.last : nil
        return try .json(capacity: 256 + page.count * 1_200) { json in
            try json.object {
                try $0.array("reports", page) { try $0.report($1) }
                $0.field("incomplete", isIncomplete)
                $0.field("nextBeforeCreated", last?.createdAtUs)
                $0.field("nextBeforeId", last?.id)
            }
        }
    }
}

/// `GET /api/v1/reports/{id}`: one report without its content.
struct GetReportRoute: RouteHandler {
    let owners: ReportOwners

    static let about = RouteDescription(
        summary: "One of the caller's reports; its status.", parameters: [.reportID],
        replies: [RouteDescription.ok(.named("Report"))])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        let report = try await owners.owner(of: id).getReport(.with { $0.id = id }, ask.call)
        return try .json { try $0.report(report) }
    }
}

/// `DELETE /api/v1/reports/{id}`: for ever.
struct DeleteReportRoute: RouteHandler {
    let owners: ReportOwners

    static let about = RouteDescription(
        summary: "Deletes a report with its content.", parameters: [.reportID],
        replies: [.init(status: 204, meaning: "It is gone.")])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        _ = try await owners.owner(of: id).deleteReport(.with { $0.id = id }, ask.call)
        return .nothing
    }
}

/// `GET /api/v1/reports/{id}/file`: "Download Report Data", sent as it is read.
struct ReportFileRoute: RouteHandler {
    let owners: ReportOwners
    let budget: Duration

    static let about = RouteDescription(
        summary: "The data of a completed report as a file; 403 while it may only be viewed online.",
        parameters: [.reportID],
        replies: [.init(status: 200, meaning: "The file.", mediaType: "text/csv", schema: .bytes), .withoutContent])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        let reports = try owners.owner(of: id)
        return try await ReportFile.answer(ask.call, budget: budget) { token, call in
            try await reports.readReport(
                .with {
                    $0.id = id
                    $0.partToken = token
                }, call)
        }
    }
}

/// A file that comes in parts, sent as it comes.
enum ReportFile {
    /// - Parameter part: the part that a token names; the first one has none.
    static func answer(
        _ call: Call, budget: Duration, part: @escaping @Sendable (String, Call) async throws -> ReportPart
    ) async throws -> Answer {
        // The first part before the answer begins, so that a refusal can still have its status.
        let first = try await part("", call)
        var answer = Answer(headers: [
            .contentType: first.contentType, .contentDisposition: ImportPayloadRoute.disposition(first.fileName),
        ])
        guard !first.nextPartToken.isEmpty else {
            answer.body = .bytes(ByteBuffer(bytes: first.bytes))
            return answer
        }
        answer.body = .stream(
            ResponseBody { writer in
                var current = first
                while true {
                    try await writer.write(ByteBuffer(bytes: current.bytes))
                    if current.nextPartToken.isEmpty { break }
                    var next = call
                    next.deadline = .now + budget
                    current = try await part(current.nextPartToken, next)
                }
                try await writer.finish(nil)
            })
        return answer
    }
}
