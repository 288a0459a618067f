import Contracts

/// `GET /api/v1/schools/{schoolID}/assessments?grade=03&year=2026`: what the caller may choose from.
struct AssessmentsRoute: RouteHandler {
    let results: ResultsClient

    static let about = RouteDescription(
        summary: "Assessments of one school, grade and year, by label.",
        parameters: [.schoolID, .grade, .year],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("assessments", .list(.named("Assessment"))),
                    Schema.member("mostRecentId", .nullable(Schemas.id)), Schema.member("notice", Schemas.notice),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let question = try SchoolGradeRequest.with {
            $0.schoolID = try ask.integer("schoolID")
            $0.grade = try ask.text("grade")
            $0.schoolYear = try ask.year()
        }
        let list = try await results.listSchoolAssessments(question, ask.call)
        return .json { json in
            json.object {
                $0.array("assessments", list.assessments) { $0.assessment($1) }
                $0.field("mostRecentId", list.mostRecentID == 0 ? nil : list.mostRecentID)
                $0.notice(list.notice)
            }
        }
    }
}
