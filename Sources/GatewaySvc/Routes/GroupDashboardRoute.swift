import Contracts

/// `GET /api/v1/groups/{groupID}/dashboard[?year=2026][&subject=Math]`: a card for each interim block (results §4.6).
struct GroupDashboardRoute: RouteHandler {
    let results: ResultsClient

    static let about = RouteDescription(
        summary: "Participation and levels of the interim assessment blocks of one group and year.",
        parameters: [
            .groupID, .optionalYear,
            .optional("subject", .text(length: 1...100, .any), "Code of a subject; without it, all of the group's."),
        ],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member("group", .named("Group")),
                    Schema.member("schoolYear", .nullable(Schemas.year)),
                    Schema.member(
                        "cards",
                        .list(
                            .object([
                                Schema.member("assessment", .named("Assessment")),
                                Schema.member("tested", .integer(0...Int64(Int32.max))),
                                Schema.member("averageRounded", .integer()),
                                Schema.member("standardErrorRounded", .nullable(.integer())),
                                Schema.member("levelCounts", .list(.integer())),
                                Schema.member("levelPercents", .list(.integer(0...100))),
                                Schema.member("participationPercent", .integer(0...100)),
                            ]))),
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let question = try GroupYearRequest.with {
            $0.groupID = try ask.integer("groupID")
            $0.schoolYear = Int32(clamping: ask.optionalInteger("year") ?? 0)
            $0.subject = ask.optionalText("subject") ?? ""
        }
        let dashboard = try await results.getGroupDashboard(question, ask.call)
        return .json(capacity: 512 + dashboard.cards.count * 400) { json in
            json.object {
                $0.key("group")
                $0.group(dashboard.group ?? StudentGroup())
                $0.field("schoolYear", dashboard.schoolYear == 0 ? nil : dashboard.schoolYear)
                $0.array("cards", dashboard.cards) { json, card in
                    json.object {
                        $0.key("assessment")
                        $0.assessment(card.assessment ?? Assessment())
                        $0.field("tested", card.tested)
                        $0.field("averageRounded", card.averageRounded)
                        $0.field("standardErrorRounded", card.standardErrorRounded)
                        $0.array("levelCounts", card.levelCounts) { $0.write($1) }
                        $0.array("levelPercents", card.levelPercents) { $0.write($1) }
                        $0.field("participationPercent", card.participationPercent)
                    }
                }
            }
        }
    }
}
