import Calendar
import Contracts

/// `GET /api/v1/embargo/history?year=2026`: who changed what, the newest first.
struct EmbargoHistoryRoute: RouteHandler {
    let embargo: EmbargoClient

    private static let word = Schema.oneOf(["unset", "embargoed", "released"])

    static let about = RouteDescription(
        summary: "Effective changes of embargo settings of one year, the newest first.",
        parameters: [.year],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member(
                        "entries",
                        .list(
                            .object([
                                Schema.member("at", Schemas.instant), Schema.member("login", Schemas.text),
                                Schema.member("schoolYear", .integer()),
                                Schema.member("districtId", .nullable(Schemas.id)),
                                Schema.member("organizationName", Schemas.text),
                                Schema.member("kind", .oneOf(["individual", "aggregate", "unknown"])),
                                Schema.member("oldValue", word), Schema.member("newValue", word),
                                Schema.member("oldEffective", word),
                            ]), atMost: 1000))
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let year = try ask.year()
        let history = try await embargo.listEmbargoHistory(.with { $0.schoolYear = year }, ask.call)
        return .json(capacity: 256 + history.entries.count * 250) { json in
            json.object {
                $0.array("entries", history.entries) { json, entry in
                    json.object {
                        $0.field("at", Moment(microseconds: entry.atUs).wholeSeconds)
                        $0.field("login", entry.login)
                        $0.field("schoolYear", entry.schoolYear)
                        $0.field("districtId", entry.districtID == 0 ? nil : entry.districtID)
                        $0.field("organizationName", entry.organizationName)
                        $0.field("kind", EmbargoWords.text(entry.kind))
                        $0.field("oldValue", EmbargoWords.text(entry.oldValue))
                        $0.field("newValue", EmbargoWords.text(entry.newValue))
                        $0.field("oldEffective", EmbargoWords.text(entry.oldEffective))
                    }
                }
            }
        }
    }
}
