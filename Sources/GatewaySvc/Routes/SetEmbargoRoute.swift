import Contracts

/// `PUT /api/v1/embargo/{year}/{organization}/{kind}`: changes one setting and waits until it is in force.
struct SetEmbargoRoute: RouteHandler {
    let embargo: EmbargoClient

    static let about = RouteDescription(
        summary: "Embargoes or releases one kind of results of the state or one district.",
        parameters: [
            .path("year", .integer(Parameter.years), "School year."),
            .path("organization", .text(length: 1...19, .organization), "The word state, or the id of a district."),
            .path("kind", .choice(EmbargoWords.kinds.map(\.0)), "Which results."),
        ],
        body: .json(
            .object([
                Schema.member("value", .oneOf(EmbargoWords.values.map(\.0))),
                Schema.member("version", .integer(0...Int64.max, meaning: "As read; 409 if it changed meanwhile.")),
            ])),
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("row", .named("EmbargoRow")), Schema.member("changed", .boolean),
                    Schema.member("inForce", .boolean),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        try ask.requireMembers(["value", "version"])
        let word = try ask.jsonText("value", length: 1...20)
        guard let value = EmbargoWords.values.first(where: { $0.0 == word })?.1 else {
            throw Ask.violation("value", "must be one of \(EmbargoWords.values.map(\.0).joined(separator: ", "))")
        }
        let organization = try ask.text("organization")
        guard let districtID = organization == "state" ? 0 : boundedInteger(organization),
            districtID > 0 || organization == "state"
        else { throw Ask.violation("organization", "must be state or the id of a district") }

        let question = try SetEmbargoRequest.with {
            $0.schoolYear = try ask.year()
            $0.districtID = districtID
            $0.kind = EmbargoWords.kind(try ask.text("kind"))
            $0.value = value
            $0.version = try ask.jsonInteger("version", in: 0...Int64.max)
        }
        var call = ask.call
        call.idempotencyKey = Hex.lower(call.requestID)
        let reply = try await embargo.setEmbargo(question, call)
        return .json { json in
            json.object {
                $0.key("row")
                $0.embargoRow(reply.row ?? EmbargoRow(), counts: nil)
                $0.field("changed", reply.changed)
                $0.field("inForce", reply.inForce)
            }
        }
    }
}
