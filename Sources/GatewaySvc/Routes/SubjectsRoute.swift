import Contracts

/// `GET /api/v1/subjects`: how each subject names and colours its scores.
struct SubjectsRoute: RouteHandler {
    let results: ResultsClient

    static let about = RouteDescription(
        summary: "Subjects with their assessment types, levels, claims and alternate scores.",
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member(
                        "subjects",
                        .list(
                            .object([
                                Schema.member("code", Schemas.text), Schema.member("name", Schemas.text),
                                Schema.member(
                                    "types",
                                    .list(
                                        .object([
                                            Schema.member("code", Schemas.text), Schema.member("name", Schemas.text),
                                            Schema.member("longName", Schemas.text),
                                            Schema.member("overall", .nullable(.named("ScoreDefinition"))),
                                            Schema.member("alternate", .nullable(.named("ScoreDefinition"))),
                                            Schema.member("claim", .nullable(.named("ScoreDefinition"))),
                                            Schema.member("targetReport", .boolean),
                                            Schema.member("printedReport", .boolean),
                                            Schema.member("traitReport", .boolean),
                                        ]))),
                                Schema.member("alternates", .list(.named("ScoreCode"))),
                                Schema.member("claims", .list(.named("ScoreCode"))),
                            ])))
                ]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let list = try await results.listSubjects(Empty(), ask.call)
        return .json(capacity: 8192) { json in
            json.object {
                $0.array("subjects", list.subjects) { json, subject in
                    json.object {
                        $0.field("code", subject.code)
                        $0.field("name", subject.name)
                        $0.array("types", subject.types) { Self.write(&$0, $1) }
                        $0.array("alternates", subject.alternates) { Self.write(&$0, $1) }
                        $0.array("claims", subject.claims) { Self.write(&$0, $1) }
                    }
                }
            }
        }
    }

    private static func write(_ json: inout JSONWriter, _ type: AssessmentType) {
        json.object {
            $0.field("code", type.code)
            $0.field("name", type.name)
            $0.field("longName", type.longName)
            write(&$0, "overall", type.overall)
            write(&$0, "alternate", type.alternate)
            write(&$0, "claim", type.claim)
            $0.field("targetReport", type.targetReport)
            $0.field("printedReport", type.printedReport)
            $0.field("traitReport", type.traitReport)
        }
    }

    /// A definition without levels is none: the family has no such score.
    private static func write(_ json: inout JSONWriter, _ name: StaticString, _ definition: ScoreDefinition?) {
        guard let definition, !definition.levels.isEmpty else {
            json.field(name, String?.none)
            return
        }
        json.object(name) {
            $0.field("name", definition.name)
            $0.array("levels", definition.levels) { json, level in
                json.object {
                    $0.field("level", level.level)
                    $0.field("name", level.name)
                    $0.field("shortName", level.shortName)
                    $0.field("suffix", level.suffix)
                    $0.field("color", level.color)
                }
            }
            $0.field("standardCutoff", definition.standardCutoff)
        }
    }

    private static func write(_ json: inout JSONWriter, _ code: ScoreCode) {
        json.object {
            $0.field("code", code.code)
            $0.field("name", code.name)
            $0.field("icon", code.icon)
            $0.field("displayOrder", code.displayOrder)
        }
    }
}
