import Calendar
import Contracts
import Postgres
import Reports
import Texts

/// "Download Report Data": all subjects, raw counts and codes (aggregates §4.5). Part by part, never whole in memory.
struct StoredDataFile: Sendable {
    let reading: ReadingReports

    /// Rows of one part: some 600 KiB.
    static let partRows = 4_000
    private static let levels = 6

    func callAsFunction(_ ask: ReadReportRequest, _ call: Call) async throws -> ReportPart {
        let start = try PlaceToken.read(ask.partToken)
        let reading = reading
        return try await reading.read(ask.id, call, for: .file("data", isFirstPart: start == 0)) { session, look in
            let query = look.report.query
            let walk = look.report.walk(hidesEmpty: query.hideEmpty, held: look.held)
            let form = Form(
                type: ReportType(rawValue: query.type) ?? .yearly,
                levels: query.assessmentType == TypeCodes.block ? 3 : Self.levels)
            var file = CSVText()
            if start == 0 { Self.header(form, &file) }
            var attributes = start == 0 ? Self.attributes(look.report) : ""
            var count = 0
            let next = try walk.go(
                from: start, piece: { try look.report.piece($0, in: reading.store, session) },
                visit: { place, row in
                    guard let shown = walk.shown(row, at: place) else { return true }
                    Self.line(shown, walk.layout.slices, query, form, attributes, &file)
                    attributes = ""
                    count += 1
                    return count < Self.partRows
                })
            return .with {
                $0.bytes = file.bytes
                $0.nextPartToken = PlaceToken.text(next)
                $0.contentType = "text/csv; charset=utf-8"
                $0.fileName =
                    String(FileName.safe(look.report.stored.name).map { $0.isWhitespace ? "_" : $0 }) + ".csv"
            }
        }
    }

    /// What the columns of a report's file depend on.
    private struct Form {
        let type: ReportType
        let levels: Int

        /// Of one population.
        var measures: [String] {
            ["StudentsTested"] + (type == .claim ? [] : ["ScaleScore", "ScaleScoreStandardDeviation"])
                + (type == .target
                    ? ["StudentRelativeResidualScoresLevel", "StandardMetRelativeResidualLevel"]
                    : (1...levels).map { "Level\($0)" })
        }
    }

    private static func header(_ form: Form, _ file: inout CSVText) {
        for name in [
            "OrganizationName", "OrganizationId", "AssessmentName", "AssessmentType", "Subject", "TestGrade",
            "SchoolYear",
        ] { file.raw(name) }
        if form.type == .claim || form.type == .target { file.raw("Claim") }
        if form.type == .target { file.raw("Target") }
        file.raw("Subgroup")
        file.raw("SubgroupValue")
        for name in form.measures { file.raw(name) }
        if form.type == .longitudinal { for name in form.measures { file.raw("Cohort\(name)") } }
        file.raw("Attributes")
        file.endLine()
    }

    private static func line(
        _ row: ReportRow, _ slices: [ReportSlice], _ query: AggregateQuery, _ form: Form, _ attributes: String,
        _ file: inout CSVText
    ) {
        let organization = row.organization ?? ReportOrganization()
        let assessment = row.assessment ?? ReportAssessment()
        file.text(organization.name)
        file.text(organization.naturalID)
        file.text(assessment.label)
        file.raw(query.assessmentType)
        file.text(assessment.subject)
        file.raw(assessment.grade)
        file.number(Int64(assessment.schoolYear))
        let slice = slices.indices.contains(Int(row.slice)) ? slices[Int(row.slice)] : ReportSlice()
        if form.type == .claim || form.type == .target { file.text(slice.claimName) }
        if form.type == .target { file.text(slice.targetName) }
        if slice.dimension == QuerySlices.custom {
            file.raw(QuerySlices.custom)
            file.raw(FilterText.codes(slice.filter ?? StudentFilter()) { $0.csvName })
        } else {
            file.raw(StudentField.named(slice.dimension)?.csvName ?? slice.dimension)
            file.raw(slice.code)
        }
        measures(row, form, &file)
        if form.type == .longitudinal { measures(row.ofCohort, form, &file) }
        file.raw(attributes)
        file.endLine()
    }

    private static func measures(_ row: ReportRow, _ form: Form, _ file: inout CSVText) {
        if row.notReleased || row.tooFew {
            // Nothing is said about how many there are.
            for _ in form.measures { file.raw("") }
            return
        }
        file.number(row.students)
        if form.type != .claim {
            file.number(row.average)
            file.number(row.standardError)
        }
        if form.type == .target {
            file.raw(row.studentLevel.code ?? "")
            file.raw(row.standardLevel.code ?? "")
            return
        }
        for level in 0..<form.levels {
            let counted = row.levelCounts.indices.contains(level) ? row.levelCounts[level] : 0
            file.number(row.students == 0 ? nil : counted)
        }
    }

    /// What the whole file is about; stands in the first row only.
    private static func attributes(_ report: FinishedReport) -> String {
        let query = report.query
        var parts: [String] = []
        if let asOf = report.stored.dataAsOf {
            let text = Moment(microseconds: asOf.microseconds).description
            parts.append("ReportDate: \(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC")
        }
        if !query.conditions.isEmpty {
            parts.append("AdministrationCondition: \(query.conditions.joined(separator: "|"))")
        }
        if !query.completenesses.isEmpty {
            parts.append("Completeness: \(query.completenesses.joined(separator: "|"))")
        }
        if let filter = query.filter, !filter.fields.isEmpty {
            parts.append(FilterText.codes(filter) { $0.attributeName })
        }
        return parts.joined(separator: "; ")
    }
}

/// A filter in words.
enum FilterText {
    /// With codes: `Sex: Male|Female; Ethnicity: Asian`.
    static func codes(_ filter: StudentFilter, name: (StudentField) -> String) -> String {
        filter.fields.compactMap { one in
            StudentField.named(one.field).map { "\(name($0)): \(one.codes.joined(separator: "|"))" }
        }.joined(separator: "; ")
    }

    /// With labels: `Gender: Male, Ethnicity: Hispanic/Latino, White`.
    static func labels(_ filter: StudentFilter, _ texts: Texts) -> String {
        filter.fields.map { one in
            let codes = one.codes.map { texts.label("field.\(one.field)", $0) }.joined(separator: ", ")
            return "\(texts.label("field", one.field, form: "short")): \(codes)"
        }.joined(separator: ", ")
    }

    /// The subgroup cell of a row.
    static func cell(_ slice: ReportSlice, _ texts: Texts) -> String {
        switch slice.dimension {
        case QuerySlices.custom: labels(slice.filter ?? StudentFilter(), texts)
        case QuerySlices.overall: texts("aggregate.overall")
        default:
            "\(texts.label("field", slice.dimension, form: "short")): \(texts.label("field.\(slice.dimension)", slice.code))"
        }
    }
}
