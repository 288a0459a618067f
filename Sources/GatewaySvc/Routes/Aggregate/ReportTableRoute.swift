import Contracts

/// `GET /api/v1/aggregate/reports/{id}/table?subject=ELA&…`: the table as the page shows it, as a file (aggregates §4.4).
struct ReportTableRoute: RouteHandler {
    let aggregate: AggregateClient
    let budget: Duration

    static let about = RouteDescription(
        summary: "One table of a report as the page shows it; 403 while it may only be viewed online.",
        parameters: [
            .reportID, .required("subject", .text(length: 1...100, .any), "Code of a subject of the report."),
            .optional("columns", .text(length: 1...200, .any), "Identity columns in order, with commas."),
            .optional("sort", .text(length: 1...40, .token), "Column to sort by; the default order unless given."),
            .optional("direction", .choice(["ascending", "descending"]), "ascending unless given."),
            .optional("empty", .choice(["hide", "show"]), "show: with rows without students; hide unless given."),
            .optional("display", .choice(["number", "percent"]), "percent unless given."),
            .optional("levels", .choice(["grouped", "separate"]), "separate unless given."),
            .optional(
                "population", .choice(["all", "cohort"]),
                "Whose numbers a longitudinal report's table has; all unless given."),
        ],
        replies: [
            .init(status: 200, meaning: "The file.", mediaType: "text/csv", schema: .bytes), .unprocessable,
            .withoutContent,
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let columns = (ask.optionalText("columns") ?? "").split(separator: ",").map(String.init)
        guard columns.count <= 10 else { throw Ask.violation("columns", "at most 10") }
        let question = try ExportReportTableRequest.with {
            $0.id = try ask.integer("id")
            $0.subject = try ask.text("subject")
            $0.columnOrder = columns
            $0.sortColumn = ask.optionalText("sort") ?? ""
            $0.descending = ask.optionalText("direction") == "descending"
            $0.hideEmpty = ask.optionalText("empty") != "show"
            $0.showNumbers = ask.optionalText("display") == "number"
            $0.groupLevels = ask.optionalText("levels") == "grouped"
            $0.cohort = ask.optionalText("population") == "cohort"
        }
        return try await judgingQuery {
            try await ReportFile.answer(ask.call, budget: budget) { token, call in
                var question = question
                question.partToken = token
                return try await aggregate.exportReportTable(question, call)
            }
        }
    }
}
