import Calendar
import Contracts

/// How reports and saved queries look as JSON (aggregates §4.2, results §7).
extension JSONWriter {
    mutating func report(_ report: Report) throws {
        let topic = report.topic ?? ReportTopic()
        try object {
            $0.field("id", report.id)
            $0.field("name", report.name)
            $0.reportTopic(topic)
            $0.field("status", report.status)
            $0.field("progress", report.progress)
            $0.field("created", Moment(microseconds: report.createdAtUs).wholeSeconds)
            $0.field("finished", instant: report.finishedAtUs)
            $0.field("dataAsOf", instant: report.dataAsOfUs)
            $0.object("metadata") {
                $0.field("totalCount", report.rows)
                $0.field("emptyCount", report.emptyRows)
                $0.field("onlineOnly", report.onlineOnly)
            }
            $0.key("query")
            try $0.storedQuery(report.query, topic)
        }
    }

    mutating func savedQuery(_ saved: SavedQuery) throws {
        let topic = saved.topic ?? ReportTopic()
        try object {
            $0.field("id", saved.id)
            $0.field("name", saved.name)
            $0.reportTopic(topic)
            $0.field("created", Moment(microseconds: saved.createdAtUs).wholeSeconds)
            $0.field("updated", Moment(microseconds: saved.updatedAtUs).wholeSeconds)
            $0.key("query")
            try $0.storedQuery(saved.query, topic)
        }
    }

    private mutating func reportTopic(_ topic: ReportTopic) {
        field("type", topic.kind)
        field("assessmentType", topic.assessmentType)
        array("subjects", topic.subjects) { $0.write($1) }
        array("schoolYears", topic.schoolYears) { $0.write($1) }
    }

    mutating func field(_ name: StaticString, instant microseconds: Int64) {
        field(name, microseconds == 0 ? nil : Moment(microseconds: microseconds).wholeSeconds)
    }

    /// A query in its owner's form; null where this gateway does not know the kind.
    private mutating func storedQuery(_ bytes: [UInt8], _ topic: ReportTopic) throws {
        guard ["CustomAggregate", "Longitudinal", "Claim", "Target"].contains(topic.kind) else {
            write(String?.none)
            return
        }
        aggregateQuery(try AggregateQuery(decoding: bytes))
    }
}

extension Schemas {
    private static let topic: [Schema.Member] = [
        Schema.member("type", text), Schema.member("assessmentType", text), Schema.member("subjects", .list(text)),
        Schema.member("schoolYears", .list(.integer())),
    ]

    static let reports: [(name: String, schema: Schema)] = [
        ("AggregateQuery", AggregateQueryJSON.schema),
        (
            "Report",
            .object(
                [Schema.member("id", id), Schema.member("name", text)] + topic + [
                    Schema.member(
                        "status",
                        .oneOf([
                            "PENDING", "RUNNING", "COMPLETED", "NO_RESULTS", "NOT_ENOUGH_RESULTS", "FAILED", "EXPIRED",
                        ])), Schema.member("progress", .integer(0...100)), Schema.member("created", instant),
                    Schema.member("finished", .nullable(instant)), Schema.member("dataAsOf", .nullable(instant)),
                    Schema.member(
                        "metadata",
                        .object([
                            Schema.member("totalCount", .integer(0...Int64.max)),
                            Schema.member("emptyCount", .integer(0...Int64.max)),
                            Schema.member("onlineOnly", .boolean),
                        ])), Schema.member("query", .nullable(.named("AggregateQuery"))),
                ])
        ),
        (
            "SavedQuery",
            .object(
                [Schema.member("id", id), Schema.member("name", text)] + topic + [
                    Schema.member("created", instant), Schema.member("updated", instant),
                    Schema.member("query", .nullable(.named("AggregateQuery"))),
                ])
        ),
        (
            "ReportOrganization",
            .object([
                Schema.optional("id", id), Schema.optional("naturalId", text), Schema.member("name", text),
                Schema.member("organizationType", .oneOf(["State", "District", "School"])),
                Schema.optional("districtId", id), Schema.optional("districtName", text),
            ])
        ),
    ]
}
