import Contracts

/// `GET /api/v1/aggregate/reports/{id}`: a finished report without its rows, as the caller may see it now.
struct ReportViewRoute: RouteHandler {
    let aggregate: AggregateClient

    static let about = RouteDescription(
        summary: "A completed aggregate report without its rows; 412 while it has no content.",
        parameters: [.reportID],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("report", .named("Report")),
                    Schema.member(
                        "tables",
                        .list(
                            .object([
                                Schema.member("subject", Schemas.text),
                                Schema.member("rows", .integer(0...Int64.max)),
                                Schema.member("emptyRows", .integer(0...Int64.max)),
                                Schema.member("namedAssessments", .boolean),
                            ]))),
                    Schema.member(
                        "slices",
                        .list(
                            .object([
                                Schema.member("type", Schemas.text), Schema.member("code", Schemas.text),
                                Schema.optional("subjectCode", Schemas.text),
                                Schema.optional("claimCode", Schemas.text),
                                Schema.optional("claimName", Schemas.text),
                                Schema.optional("targetNaturalId", Schemas.text),
                                Schema.optional("targetName", Schemas.text),
                                Schema.member(
                                    "filter",
                                    .object(
                                        AggregateQueryJSON.filters.map {
                                            Schema.optional($0.member, .list(Schemas.text))
                                        })),
                            ]))),
                    Schema.member("organizations", .list(.named("ReportOrganization"))),
                    Schema.member("printsFilters", .boolean), Schema.member("notice", Schemas.notice),
                ])),
            .withoutContent,
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        let view = try await aggregate.getReportView(.with { $0.id = id }, ask.call)
        return try .json(capacity: 8_192) { json in
            try json.object {
                $0.key("report")
                try $0.report(view.report ?? Report())
                $0.array("tables", view.tables) { json, table in
                    json.object {
                        $0.field("subject", table.subject)
                        $0.field("rows", table.rows)
                        $0.field("emptyRows", table.emptyRows)
                        $0.field("namedAssessments", table.namedAssessments)
                    }
                }
                $0.array("slices", view.slices) { json, slice in
                    json.object {
                        $0.field("type", slice.dimension)
                        $0.field("code", slice.code)
                        if !slice.claim.isEmpty {
                            $0.field("subjectCode", slice.subject)
                            $0.field("claimCode", slice.claim)
                            $0.field("claimName", slice.claimName)
                        }
                        if !slice.target.isEmpty {
                            $0.field("targetNaturalId", slice.target)
                            $0.field("targetName", slice.targetName)
                        }
                        $0.key("filter")
                        $0.studentFilter(slice.filter ?? StudentFilter())
                    }
                }
                $0.array("organizations", view.chosen) { $0.reportOrganization($1) }
                $0.field("printsFilters", view.printsFilters)
                $0.field("notice", view.withheld ? "withheld" : view.preview ? "preview" : "none")
            }
        }
    }
}
