import Contracts

/// `GET /api/v1/aggregate/organizations?name=&type=&limit=20`: what the caller may report on, for the picker.
struct ReportOrganizationsRoute: RouteHandler {
    let aggregate: AggregateClient

    static let about = RouteDescription(
        summary: "Districts and schools that the caller may report on, by name.",
        parameters: [
            .optional("name", .text(length: 0...100, .any), "Part of a name."),
            .optional("type", .choice(["District", "School"]), "Only these; both unless given."),
            .optional("limit", .integer(1...100), "At most so many; 20 unless given."),
            .optional("id", .integers(1...Int64.max, atMost: 500), "Only these; repeat for more."),
        ],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("organizations", .list(.named("ReportOrganization"), atMost: 100)),
                    Schema.member("total", .integer(0...Int64(Int32.max))),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let list = try await aggregate.findReportOrganizations(
            .with {
                $0.search = ask.optionalText("name") ?? ""
                $0.type = ask.optionalText("type") ?? ""
                $0.limit = Int32(clamping: ask.optionalInteger("limit") ?? 20)
                $0.ids = ask.integers("id")
            }, ask.call)
        return .json(capacity: 256 + list.organizations.count * 200) { json in
            json.object {
                $0.array("organizations", list.organizations) { $0.reportOrganization($1) }
                $0.field("total", list.total)
            }
        }
    }
}
