import Contracts

/// `GET /api/v1/groups/{groupID}/results?year=2026[&assessment=ID…]`: statistics and rows.
struct GroupResultsRoute: RouteHandler {
    let results: ResultsClient
    let settings: TenantSettings

    static let about = RouteDescription(
        summary: "Statistics and exams of chosen assessments of one group; without a choice, of the most recent one.",
        parameters: [
            .groupID, .year,
            .optional("assessment", .integers(1...Int64.max, atMost: 30), "Id of an assessment; repeat for more."),
            .transfers, .pageToken,
        ],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("group", .named("Group")), Schema.member("notice", Schemas.notice),
                    Schema.member("results", .list(.named("Results"))),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let question = try GetGroupResultsRequest.with {
            $0.groupID = try ask.integer("groupID")
            $0.schoolYear = try ask.year()
            $0.assessmentIDs = ask.integers("assessment")
            $0.hideTransfers = ask.optionalText("transfers") == "hide"
            $0.pageToken = ask.optionalText("pageToken") ?? ""
        }
        guard question.pageToken.isEmpty || question.assessmentIDs.count == 1 else {
            throw Ask.violation("pageToken", "continues exactly one assessment")
        }
        let list = try await results.getGroupResults(question, ask.call)
        let time = settings.time
        let exams = list.results.reduce(0) { $0 + $1.exams.count }
        return .json(capacity: 4096 + exams * 900) { json in
            json.object {
                $0.key("group")
                $0.group(list.group ?? StudentGroup())
                $0.notice(list.notice)
                $0.array("results", list.results) { $0.results($1, time: time) }
            }
        }
    }
}
