import Contracts

/// `GET /api/v1/students/{studentID}/history[?transfers=hide]`: every visible exam of one student, the newest first.
struct StudentHistoryRoute: RouteHandler {
    let results: ResultsClient
    let settings: TenantSettings

    static let about = RouteDescription(
        summary: "Test history of one student, the newest exam first.",
        parameters: [.id("studentID", "Id of a student, as from the search."), .transfers],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("student", .named("Student")), Schema.member("notice", Schemas.notice),
                    Schema.member("groupsOff", .boolean),
                    Schema.member("assessments", .list(.named("Assessment"))),
                    Schema.member("exams", .list(.named("Exam"))),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let studentID = try ask.integer("studentID")
        let hide = ask.optionalText("transfers") == "hide"
        let history = try await results.getStudentHistory(
            .with {
                $0.studentID = studentID
                $0.hideTransfers = hide
            }, ask.call)
        let time = settings.time
        return .json(capacity: 1024 + history.exams.count * 900) { json in
            json.object {
                $0.object("student") {
                    $0.field("id", history.studentID)
                    $0.field("ssid", history.ssid)
                    $0.field("firstName", history.firstName.nonEmpty)
                    $0.field("lastName", history.lastName.nonEmpty)
                }
                $0.notice(history.notice)
                $0.field("groupsOff", history.groupsOff)
                $0.array("assessments", history.assessments) { $0.assessment($1) }
                $0.array("exams", history.exams) { $0.exam($1, time: time) }
            }
        }
    }
}
