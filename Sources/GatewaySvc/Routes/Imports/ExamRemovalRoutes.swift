import Contracts

/// The choice of results that are to be removed, read from a query (ingest §11.4).
enum ExamChoiceParameters {
    static let all: [Parameter] =
        [.optional("year", .integer(Parameter.years), "School year of the results.")]
        + [
            ("assessment", "Natural id of an assessment."), ("school", "Natural id of the administering school."),
            ("district", "Natural id of its district."), ("condition", "Administration condition."),
            ("completedFrom", "First day of completion, in the state's time zone."),
            ("completedTo", "Last day of completion, in the state's time zone."),
        ].map { .optional($0.0, .text(length: 0...250, .any), $0.1) }

    static func choice(_ ask: Ask) -> ExamChoice {
        .with {
            $0.schoolYear = Int32(ask.optionalInteger("year") ?? 0)
            $0.assessment = ask.optionalText("assessment") ?? ""
            $0.school = ask.optionalText("school") ?? ""
            $0.district = ask.optionalText("district") ?? ""
            $0.condition = ask.optionalText("condition") ?? ""
            $0.completedFrom = ask.optionalText("completedFrom") ?? ""
            $0.completedTo = ask.optionalText("completedTo") ?? ""
        }
    }
}

/// `GET /api/v1/exam-removals/count?…`: how many results a choice holds.
struct CountExamsRoute: RouteHandler {
    let intake: IntakeClient

    static let about = RouteDescription(
        summary: "How many present results, of how many students, a choice holds.",
        parameters: ExamChoiceParameters.all,
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("results", .integer(0...Int64.max)),
                    Schema.member("students", .integer(0...Int64.max)),
                    Schema.member("limit", .integer(meaning: "As many can be removed at once.")),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let count = try await intake.countExams(ExamChoiceParameters.choice(ask), ask.call)
        return .json { json in
            json.object {
                $0.field("results", count.results)
                $0.field("students", count.students)
                $0.field("limit", count.limit)
            }
        }
    }
}

/// `POST /api/v1/exam-removals?…&expected=…`: removes the results of a choice.
struct RemoveExamsRoute: RouteHandler {
    let intake: IntakeClient
    let budget: Duration

    static let about = RouteDescription(
        summary: "Removes the results of a choice, if they are as many as expected; an import of its own records it.",
        parameters: ExamChoiceParameters.all + [
            Parameter(
                name: "expected", place: .query, form: .integer(0...Int64.max), required: true,
                meaning: "The number that was seen; another one is a conflict."),
            .optional("reason", .text(length: 0...250, .any), "Kept with the record."),
        ],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("importId", Schemas.id), Schema.member("removed", .integer(0...Int64.max)),
                ])),
            .init(
                status: 409, meaning: "They are not as many as expected.", mediaType: "application/problem+json",
                schema: .named("Problem")),
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let expected = try ask.integer("expected")
        var call = ask.call
        call.deadline = .now + budget
        let removed = try await intake.removeExams(
            .with {
                $0.choice = ExamChoiceParameters.choice(ask)
                $0.expected = expected
                $0.reason = ask.optionalText("reason") ?? ""
            }, call)
        return .json { json in
            json.object {
                $0.field("importId", removed.importID)
                $0.field("removed", removed.removed)
            }
        }
    }
}
