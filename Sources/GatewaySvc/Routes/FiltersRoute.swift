import Contracts

/// `GET /api/v1/filters`: the student fields that this person may filter results by.
struct FiltersRoute: RouteHandler {
    let results: ResultsClient

    static let about = RouteDescription(
        summary: "Student fields that the caller may filter results by, with their codes.",
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member(
                        "fields",
                        .list(
                            .object([
                                Schema.member("field", Schemas.text), Schema.member("codes", .list(Schemas.text)),
                            ])))
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let list = try await results.listFilters(Empty(), ask.call)
        return .json { json in
            json.object {
                $0.array("fields", list.fields) { json, field in
                    json.object {
                        $0.field("field", field.field)
                        $0.array("codes", field.codes) { $0.write($1) }
                    }
                }
            }
        }
    }
}
