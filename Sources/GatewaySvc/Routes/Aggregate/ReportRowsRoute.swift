import Contracts

/// `GET /api/v1/aggregate/reports/{id}/rows?subject=ELA&empty=show`: rows of one subject, a page at a time (aggregates §4.3).
struct ReportRowsRoute: RouteHandler {
    let aggregate: AggregateClient

    private static let measures = Schema.object([
        Schema.member("studentCount", .integer(0...Int64.max)), Schema.optional("avgScaleScore", .integer()),
        Schema.optional("avgStdErr", .integer()), Schema.member("levelCounts", .list(.integer(0...Int64.max))),
        Schema.optional("suppressed", .oneOf(["small-n"])),
    ])

    private static let targetLevels: [(level: TargetLevel, code: String)] = [
        (.above, "Above"), (.near, "Near"), (.below, "Below"), (.insufficientData, "InsufficientData"),
        (.excluded, "Excluded"),
    ]
    private static let targetLevel = Schema.oneOf(targetLevels.map(\.code))

    static let about = RouteDescription(
        summary: "Rows of one subject of an aggregate report in their default order.",
        parameters: [
            .reportID, .required("subject", .text(length: 1...100, .any), "Code of a subject of the report."),
            .optional("empty", .choice(["hide", "show"]), "show: with rows without students; hide unless given."),
            .optional("limit", .integer(1...2_000), "At most so many; 1,000 unless given."),
            .optional("pageToken", .text(length: 1...40, .token), "nextPageToken of the page before."),
        ],
        replies: [
            RouteDescription.ok(
                .object([
                    Schema.member(
                        "rows",
                        .list(
                            .object([
                                Schema.member("organization", .named("ReportOrganization")),
                                Schema.member(
                                    "assessment",
                                    .object([
                                        Schema.member("id", Schemas.id), Schema.member("label", Schemas.text),
                                        Schema.member("gradeCode", Schemas.text),
                                        Schema.member("subjectCode", Schemas.text),
                                        Schema.member("examSchoolYear", .integer()),
                                    ])),
                                Schema.member("slice", .integer(0...Int64(Int32.max), meaning: "Index in slices.")),
                                Schema.member("measures", measures), Schema.optional("cohortMeasures", measures),
                                Schema.optional("studentRelativeResidualScoresLevel", targetLevel),
                                Schema.optional("standardMetRelativeResidualLevel", targetLevel),
                                Schema.optional("suppressed", .oneOf(["embargo", "small-n"])),
                            ]))), Schema.member("nextPageToken", .nullable(Schemas.text)),
                ])),
            .withoutContent,
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let question = try ReadReportRowsRequest.with {
            $0.id = try ask.integer("id")
            $0.subject = try ask.text("subject")
            $0.hideEmpty = ask.optionalText("empty") != "show"
            $0.limit = Int32(clamping: ask.optionalInteger("limit") ?? 1_000)
            $0.pageToken = ask.optionalText("pageToken") ?? ""
        }
        let page = try await aggregate.readReportRows(question, ask.call)
        return .json(capacity: 256 + page.rows.count * 400) { json in
            json.object {
                $0.array("rows", page.rows) { Self.write(&$0, $1) }
                $0.field("nextPageToken", page.nextPageToken.nonEmpty)
            }
        }
    }

    /// nil for what is no row of a target.
    private static func code(_ level: TargetLevel) -> String? { targetLevels.first { $0.level == level }?.code }

    private static func write(_ json: inout JSONWriter, _ row: ReportRow) {
        let assessment = row.assessment ?? ReportAssessment()
        json.object {
            $0.key("organization")
            $0.reportOrganization(row.organization ?? ReportOrganization())
            $0.object("assessment") {
                $0.field("id", assessment.id)
                $0.field("label", assessment.label)
                $0.field("gradeCode", assessment.grade)
                $0.field("subjectCode", assessment.subject)
                $0.field("examSchoolYear", assessment.schoolYear)
            }
            $0.field("slice", row.slice)
            $0.object("measures") {
                $0.field("studentCount", row.students)
                if let average = row.average { $0.field("avgScaleScore", average) }
                if let error = row.standardError { $0.field("avgStdErr", error) }
                $0.array("levelCounts", row.levelCounts) { $0.write($1) }
            }
            if let cohort = row.cohort {
                $0.object("cohortMeasures") {
                    $0.field("studentCount", cohort.students)
                    if let average = cohort.average { $0.field("avgScaleScore", average) }
                    if let error = cohort.standardError { $0.field("avgStdErr", error) }
                    $0.array("levelCounts", cohort.levelCounts) { $0.write($1) }
                    if cohort.tooFew { $0.field("suppressed", "small-n") }
                }
            }
            if let student = code(row.studentLevel) { $0.field("studentRelativeResidualScoresLevel", student) }
            if let standard = code(row.standardLevel) { $0.field("standardMetRelativeResidualLevel", standard) }
            if row.notReleased { $0.field("suppressed", "embargo") }
            if row.tooFew { $0.field("suppressed", "small-n") }
        }
    }
}
