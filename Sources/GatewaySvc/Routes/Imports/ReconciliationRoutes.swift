import Contracts
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /api/v1/reconciliations`: the newest reports of what became of a window's imports (ingest §13).
struct ReconciliationsRoute: RouteHandler {
    let intake: IntakeClient

    static let about = RouteDescription(
        summary: "Reconciliation reports, the newest 100.",
        replies: [
            RouteDescription.ok(.object([Schema.member("reports", .list(.named("Reconciliation"), atMost: 100))]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let list = try await intake.listReconciliations(Empty(), ask.call)
        return .json { json in json.object { $0.array("reports", list.reports) { $0.reconciliation($1) } } }
    }
}

/// `POST /api/v1/reconciliations?hours=24`: writes the report of the last hours now.
struct MakeReconciliationRoute: RouteHandler {
    let intake: IntakeClient
    let budget: Duration
    let nowMicroseconds: @Sendable () -> Int64

    static let about = RouteDescription(
        summary: "Writes the reconciliation report of the last hours.",
        parameters: [.optional("hours", .integer(1...8_784), "Length of the window; 24 when not given.")],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("report", .nullable(.named("Reconciliation")))
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let now = nowMicroseconds()
        let hours = ask.optionalInteger("hours") ?? 24
        var call = ask.call
        call.deadline = .now + budget
        let report = try await intake.makeReconciliation(
            .with {
                $0.afterUs = now - hours * 3_600 * 1_000_000
                $0.beforeUs = now
            }, call)
        return .json { json in
            json.object {
                $0.key("report")
                if report.id == 0 { $0.write(String?.none) } else { $0.reconciliation(report) }
            }
        }
    }
}

/// `GET /api/v1/reconciliations/{id}/file`: a report as CSV.
struct ReconciliationFileRoute: RouteHandler {
    let intake: IntakeClient
    let budget: Duration

    static let about = RouteDescription(
        summary: "A reconciliation report as a CSV file.", parameters: [.id("id", "Id of a report.")],
        replies: [.init(status: 200, meaning: "The file.", mediaType: "text/csv", schema: .anything)])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let (id, call, budget, intake) = (try ask.integer("id"), ask.call, self.budget, self.intake)
        let first = try await intake.readReconciliation(.with { $0.id = id }, call)
        let body = ResponseBody { writer in
            var part = first
            var number: Int32 = 0
            while true {
                try await writer.write(ByteBuffer(bytes: part.bytes))
                guard part.more else { break }
                number += 1
                var next = call
                next.deadline = .now + budget
                let wanted = number
                part = try await intake.readReconciliation(
                    .with {
                        $0.id = id
                        $0.part = wanted
                    }, next)
            }
            try await writer.finish(nil)
        }
        return Answer(
            headers: [
                .contentType: "text/csv; charset=utf-8",
                .contentDisposition: ImportPayloadRoute.disposition(first.name),
            ], body: .stream(body))
    }
}

extension JSONWriter {
    mutating func reconciliation(_ report: Reconciliation) {
        object {
            $0.field("id", report.id)
            $0.field("name", report.name)
            $0.field("created", instant: report.createdUs)
            $0.field("after", instant: report.afterUs)
            $0.field("before", instant: report.beforeUs)
            $0.field("rows", report.rows)
            $0.field("creator", report.creator.isEmpty ? nil : report.creator)
        }
    }
}
