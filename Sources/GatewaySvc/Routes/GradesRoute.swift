import Contracts

/// `GET /api/v1/schools/{schoolID}/grades`: the assessment grades with results at one school.
struct GradesRoute: RouteHandler {
    let results: ResultsClient

    static let about = RouteDescription(
        summary: "Assessment grades with results that were taken at one school.",
        parameters: [.schoolID],
        replies: [
            RouteDescription.ok(
                .object([Schema.member("grades", .list(Schemas.text)), Schema.member("notice", Schemas.notice)]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let schoolID = try ask.integer("schoolID")
        let list = try await results.listGrades(.with { $0.schoolID = schoolID }, ask.call)
        return .json { json in
            json.object {
                $0.array("grades", list.grades) { $0.write($1) }
                $0.notice(list.notice)
            }
        }
    }
}
