import Contracts

/// `GET /api/v1/groups/{groupID}/assessments[?year=2026]`: what students of one group took in one year.
struct GroupAssessmentsRoute: RouteHandler {
    let results: ResultsClient

    static let about = RouteDescription(
        summary: "The assessments of one assigned group and year; without a year, of that of the newest result.",
        parameters: [.groupID, .optionalYear],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("group", .named("Group")),
                    Schema.member("schoolYear", .nullable(Schemas.year)),
                    Schema.member("assessments", .list(.named("Assessment"))),
                    Schema.member("notice", Schemas.notice),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let question = try GroupYearRequest.with {
            $0.groupID = try ask.integer("groupID")
            $0.schoolYear = Int32(clamping: ask.optionalInteger("year") ?? 0)
        }
        let list = try await results.listGroupAssessments(question, ask.call)
        return .json(capacity: 512 + list.assessments.count * 250) { json in
            json.object {
                $0.key("group")
                $0.group(list.group ?? StudentGroup())
                $0.field("schoolYear", list.schoolYear == 0 ? nil : list.schoolYear)
                $0.array("assessments", list.assessments) { $0.assessment($1) }
                $0.notice(list.notice)
            }
        }
    }
}

extension Parameter {
    static let groupID = id("groupID", "Id of a group, as from the list of groups.")
    static let optionalYear = optional(
        "year", .integer(years), "School year; without it, that of the newest result.")
}
