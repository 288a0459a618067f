import Contracts

/// `GET /api/v1/aggregate/options`: what the caller may ask for in an aggregate report (aggregates §4.2).
struct ReportOptionsRoute: RouteHandler {
    let aggregate: AggregateClient

    static let about: RouteDescription = {
        let texts = Schema.list(Schemas.text)
        return RouteDescription(
            summary: "What the caller may ask for in an aggregate report.",
            replies: [
                RouteDescription.ok(
                    .object([
                        Schema.member("reportTypes", texts), Schema.member("assessmentTypes", texts),
                        Schema.member("stateTypes", texts),
                        Schema.member(
                            "claims",
                            .list(
                                .object([
                                    Schema.member("assessmentTypeCode", Schemas.text),
                                    Schema.member("subjectCode", Schemas.text), Schema.member("code", Schemas.text),
                                    Schema.member("name", Schemas.text),
                                ]))),
                        Schema.member(
                            "subjects",
                            .list(
                                .object([
                                    Schema.member("code", Schemas.text), Schema.member("name", Schemas.text),
                                    Schema.member("assessmentType", Schemas.text),
                                    Schema.member("targetReport", .boolean),
                                ]))),
                        Schema.member("assessmentGrades", texts), Schema.member("schoolYears", .list(.integer())),
                        Schema.member("completenesses", texts), Schema.member("interimAdministrationConditions", texts),
                        Schema.member("summativeAdministrationConditions", texts),
                        Schema.member("dimensionTypes", texts),
                        Schema.member(
                            "studentFilters",
                            .list(
                                .object([
                                    Schema.member("id", Schemas.text), Schema.member("member", Schemas.text),
                                    Schema.member("values", texts),
                                ]))),
                        Schema.member("statewideReporter", .boolean),
                        Schema.member("defaultOrganization", .nullable(.named("ReportOrganization"))),
                        Schema.member("onlyOrganization", .boolean), Schema.member("notice", Schemas.notice),
                    ]))
            ])
    }()

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let options = try await aggregate.getReportOptions(Empty(), ask.call)
        return .json(capacity: 8_192) { json in
            json.object {
                $0.array("reportTypes", options.reportTypes) { $0.write($1) }
                $0.array("claims", options.claims) { json, claim in
                    json.object {
                        $0.field("assessmentTypeCode", claim.type)
                        $0.field("subjectCode", claim.subject)
                        $0.field("code", claim.code)
                        $0.field("name", claim.name)
                    }
                }
                $0.array("assessmentTypes", options.assessmentTypes) { $0.write($1) }
                $0.array("stateTypes", options.stateTypes) { $0.write($1) }
                $0.array("subjects", options.subjects) { json, subject in
                    json.object {
                        $0.field("code", subject.code)
                        $0.field("name", subject.name)
                        $0.field("assessmentType", subject.type)
                        $0.field("targetReport", subject.targetReport)
                    }
                }
                $0.array("assessmentGrades", options.grades) { $0.write($1) }
                $0.array("schoolYears", options.schoolYears) { $0.write($1) }
                $0.array("completenesses", options.completenesses) { $0.write($1) }
                $0.array("interimAdministrationConditions", options.interimConditions) { $0.write($1) }
                $0.array("summativeAdministrationConditions", options.summativeConditions) { $0.write($1) }
                $0.array("dimensionTypes", options.fields.filter(\.dimension)) { $0.write($1.field) }
                $0.array("studentFilters", options.fields.filter(\.filter)) { json, field in
                    let member = AggregateQueryJSON.filters.first { $0.field == field.field }?.member ?? ""
                    json.object {
                        $0.field("id", field.field)
                        $0.field("member", member)
                        $0.array("values", field.codes) { $0.write($1) }
                    }
                }
                $0.field("statewideReporter", options.statewide)
                $0.key("defaultOrganization")
                if let usual = options.defaultOrganization {
                    $0.reportOrganization(usual)
                } else {
                    $0.write(String?.none)
                }
                $0.field("onlyOrganization", options.onlyOrganization)
                $0.field("notice", options.withheld ? "withheld" : options.preview ? "preview" : "none")
            }
        }
    }
}
