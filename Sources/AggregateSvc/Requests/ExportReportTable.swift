import Contracts
import Postgres
import Reports
import Texts

/// The table of one subject as the page shows it: its columns, order, sorting and display, labels instead of codes, and the
/// natural id of the organization beside its name (aggregates §4.4).
///
/// - Throws: `Fault` `.forbidden` while results in it are not released; `.malformed` for a column that is none and for tables
///   beyond `rowLimit`: their data can be downloaded.
struct ExportReportTable: Sendable {
    let reading: ReadingReports
    let texts: Texts

    static let rowLimit = 50_000
    static let partBytes = 512 << 10

    func callAsFunction(_ ask: ExportReportTableRequest, _ call: Call) async throws -> ReportPart {
        let offset = try PlaceToken.read(ask.partToken)
        let (reading, texts) = (reading, texts)
        return try await reading.read(ask.id, call, for: .file("table of \(ask.subject)", isFirstPart: offset == 0)) {
            session, look in
            let subject = try SubjectDefinitions.all(session).first { $0.code == ask.subject }
            let type = subject?.types.first { $0.code == look.report.query.assessmentType }
            // Claims have levels of their own.
            let isOfClaims = look.report.query.type == ReportType.claim.rawValue
            guard let definition = isOfClaims ? type?.claim : type?.overall else {
                throw QueryJudge.wrong("subject", "is not in this report")
            }
            guard !ask.cohort || look.report.layout.cohorts else {
                throw QueryJudge.wrong("population", "this report has no cohorts")
            }
            let table = try ReportTableFile(
                look, ask, definition, texts,
                printsFilters: PrintedFilters.isOn(session))
            let walk = look.report.walk(hidesEmpty: ask.hideEmpty, held: look.held)
            var rows: [ReportTableFile.Row] = []
            _ = try walk.go(
                subject: ask.subject, piece: { try look.report.piece($0, in: reading.store, session) },
                visit: { place, row in
                    guard rows.count < Self.rowLimit else {
                        throw QueryJudge.wrong("subject", texts("aggregate.export.tooLarge", ["n": "\(Self.rowLimit)"]))
                    }
                    if let shown = walk.shown(row, at: place), let parts = walk.places.parts(of: place) {
                        let chosen = ask.cohort && !shown.notReleased ? shown.ofCohort : shown
                        if ask.hideEmpty && chosen.students == 0 && !chosen.notReleased && !chosen.tooFew {
                            return true
                        }
                        rows.append(.init(organization: parts.organization, shown: chosen))
                    }
                    return true
                })
            let bytes = table.text(try table.sorted(rows))
            let start = min(Int(clamping: offset), bytes.count)
            let end = min(start + Self.partBytes, bytes.count)
            return .with {
                $0.bytes = Array(bytes[start..<end])
                $0.nextPartToken = end < bytes.count ? String(end) : ""
                $0.contentType = "text/csv; charset=utf-8"
                $0.fileName = "\(FileName.safe(look.report.stored.name))_\(FileName.safe(ask.subject))_view.csv"
            }
        }
    }
}

/// The rows of a table in the order, and with the words, of the page.
struct ReportTableFile {
    struct Row {
        /// Place in the order of the report.
        let organization: Int
        let shown: ReportRow
    }

    static let students = "studentCount"
    static let average = "avgScaleScore"
    static let levelPrefix = "level"
    static let studentLevel = "studentRelativeResidualScoresLevel"
    static let standardLevel = "standardMetRelativeResidualLevel"

    private let ask: ExportReportTableRequest
    private let columns: [String]
    private let slices: [ReportSlice]
    private let isOfClaims: Bool
    private let isOfTargets: Bool
    private let groups: SliceGroups
    private let definition: ScoreDefinition
    private let cutoff: Int?
    private let texts: Texts
    /// What the report was narrowed by; nil when it was not, or it is not to be printed.
    private let filter: String?

    init(
        _ look: ReadingReports.Look, _ ask: ExportReportTableRequest, _ definition: ScoreDefinition, _ texts: Texts,
        printsFilters: Bool
    ) throws {
        self.ask = ask
        self.definition = definition
        self.texts = texts
        slices = look.report.layout.slices
        isOfClaims = look.report.query.type == ReportType.claim.rawValue
        isOfTargets = look.report.query.type == ReportType.target.rawValue
        groups = SliceGroups(slices)
        // A grouped choice falls back where the subject has no cutoff, and for blocks (T29).
        let mayGroup = ask.groupLevels && look.report.query.assessmentType != TypeCodes.block && !isOfClaims
        cutoff = mayGroup ? definition.standardCutoff.map(Int.init) : nil
        let identity = Columns.identity(look.report.query)
        guard
            ask.columnOrder.isEmpty || Set(ask.columnOrder) == Set(identity) && ask.columnOrder.count == identity.count
        else { throw QueryJudge.wrong("columnOrder", "must name each of \(identity.joined(separator: ", ")) once") }
        var columns = ask.columnOrder.isEmpty ? identity : ask.columnOrder
        let named = look.report.layout.tables.first { $0.subject == ask.subject }?.namedAssessments ?? false
        if named, !columns.contains(Columns.label), let grade = columns.firstIndex(of: Columns.grade) {
            columns.insert(Columns.label, at: grade + 1)
        }
        self.columns = columns
        let narrowed = look.report.query.filter ?? StudentFilter()
        filter = printsFilters && !narrowed.fields.isEmpty ? FilterText.labels(narrowed, texts) : nil
    }

    // MARK: - Order

    /// By the identity columns in their order; by the sort column first where there is one. Rows without students are last
    /// when sorted by a value, in both directions (aggregates §4.6, T36).
    func sorted(_ rows: [Row]) throws -> [Row] {
        let base = rows.sorted { a, b in
            for column in columns {
                let order = compare(a, b, by: column)
                if order != 0 { return order < 0 }
            }
            return false
        }
        if ask.sortColumn.isEmpty { return base }
        if columns.contains(ask.sortColumn) {
            return stable(base) { a, b in
                let order = compare(a, b, by: ask.sortColumn)
                return ask.descending ? order > 0 : order < 0
            }
        }
        guard let value = value(ask.sortColumn) else { throw QueryJudge.wrong("sort", "is not a column of this table") }
        let keyed = base.map { (row: $0, value: $0.shown.students == 0 ? nil : value($0.shown)) }
        return stable(keyed) { a, b in
            guard let left = a.value else { return false }
            guard let right = b.value else { return true }
            return ask.descending ? left > right : left < right
        }.map(\.row)
    }

    private func stable<T>(_ values: [T], _ isBefore: (T, T) -> Bool) -> [T] {
        // The library's sort keeps the order of equals, but does not promise it.
        values.enumerated().sorted { a, b in
            if isBefore(a.element, b.element) { return true }
            if isBefore(b.element, a.element) { return false }
            return a.offset < b.offset
        }.map(\.element)
    }

    private func compare(_ a: Row, _ b: Row, by column: String) -> Int {
        let (x, y) = (a.shown.assessment ?? ReportAssessment(), b.shown.assessment ?? ReportAssessment())
        switch column {
        case Columns.organization: return a.organization - b.organization
        case Columns.grade: return Grades.order(x.grade) - Grades.order(y.grade)
        case Columns.year: return Int(x.schoolYear) - Int(y.schoolYear)
        case Columns.claim: return groups.claim(a.shown.slice) - groups.claim(b.shown.slice)
        case Columns.target: return groups.target(a.shown.slice) - groups.target(b.shown.slice)
        case Columns.slice: return groups.inGroup(a.shown.slice) - groups.inGroup(b.shown.slice)
        default:
            let (left, right) = (x.label.lowercased(), y.label.lowercased())
            return left == right ? (x.id < y.id ? -1 : x.id > y.id ? 1 : 0) : (left < right ? -1 : 1)
        }
    }

    /// What a value column sorts by: as displayed.
    private func value(_ column: String) -> ((ReportRow) -> Int64)? {
        switch column {
        case Self.students: return { $0.students }
        case Self.studentLevel where isOfTargets: return { Int64($0.studentLevel.rawValue) }
        case Self.standardLevel where isOfTargets: return { Int64($0.standardLevel.rawValue) }
        case Self.average where !isOfClaims && !isOfTargets: return { $0.average ?? 0 }
        default:
            guard column.hasPrefix(Self.levelPrefix), let number = Int(column.dropFirst(Self.levelPrefix.count)),
                (1...levelNames.count).contains(number)
            else { return nil }
            return { levelValues($0)[number - 1] }
        }
    }

    // MARK: - Text

    /// The headings of the value columns behind the average.
    private var levelNames: [String] {
        if isOfTargets {
            let standard = definition.standardCutoff.flatMap { cutoff in
                definition.levels.first { $0.level == cutoff }.map { (cutoff, Self.name($0)) }
            }
            return [
                texts("aggregate.csv.studentLevel"),
                standard.map { texts("aggregate.csv.standardLevel", ["level": "\($0)", "name": $1]) }
                    ?? texts("aggregate.csv.standardLevelWithoutCutoff"),
            ]
        }
        if cutoff != nil { return [texts("aggregate.level.below"), texts("aggregate.level.atOrAbove")] }
        return definition.levels.map(Self.name)
    }

    private static func name(_ level: Level) -> String {
        [level.shortName, level.suffix].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func levelValues(_ row: ReportRow) -> [Int64] {
        let counted = definition.levels.indices.map { row.levelCounts.indices.contains($0) ? row.levelCounts[$0] : 0 }
        let counts = cutoff.map { Measures.grouped(counted, cutoff: $0) } ?? counted
        return ask.showNumbers ? counts : counts.map { Measures.percent($0, of: row.students) }
    }

    func text(_ rows: [Row]) -> [UInt8] {
        var file = CSVText()
        for column in columns {
            file.raw(texts("aggregate.csv.\(column)"))
            if column == Columns.organization { file.raw(texts("aggregate.csv.naturalId")) }
        }
        file.raw(texts("aggregate.csv.students"))
        if hasAverage { file.raw(texts("aggregate.csv.average")) }
        for name in levelNames { file.text(name) }
        if filter != nil { file.raw(texts("aggregate.csv.filters")) }
        file.endLine()
        for (number, row) in rows.enumerated() {
            for column in columns { identity(column, row.shown, &file) }
            values(row.shown, &file)
            if let filter { file.text(number == 0 ? filter : "") }
            file.endLine()
        }
        return file.bytes
    }

    private func identity(_ column: String, _ row: ReportRow, _ file: inout CSVText) {
        let assessment = row.assessment ?? ReportAssessment()
        switch column {
        case Columns.organization:
            file.text(row.organization?.name ?? "")
            file.text(row.organization?.naturalID ?? "")
        case Columns.grade:
            let grade = assessment.grade
            file.raw(Int(grade).map(String.init) ?? grade)
        case Columns.label: file.text(assessment.label)
        case Columns.year: file.raw(texts.schoolYear(Int(assessment.schoolYear)))
        case Columns.claim:
            let place = Int(row.slice)
            file.text(slices.indices.contains(place) ? slices[place].claimName : "")
        case Columns.target:
            let place = Int(row.slice)
            file.text(slices.indices.contains(place) ? slices[place].targetName : "")
        default:
            let place = Int(row.slice)
            file.text(slices.indices.contains(place) ? FilterText.cell(slices[place], texts) : "")
        }
    }

    /// Claims have no score; that of a target report stands above its table.
    private var hasAverage: Bool { !isOfClaims && !isOfTargets }

    private func values(_ row: ReportRow, _ file: inout CSVText) {
        if row.notReleased || row.tooFew {
            let text = texts(row.notReleased ? "aggregate.notReleased" : "aggregate.tooFew")
            for _ in 0..<(hasAverage ? 2 : 1) + levelNames.count { file.raw(text) }
            return
        }
        file.number(row.students)
        guard row.students > 0 else {
            for _ in 0..<(hasAverage ? 1 : 0) + levelNames.count { file.raw("") }
            return
        }
        if isOfTargets {
            file.raw(texts.label("aggregate.target.student", row.studentLevel.code ?? ""))
            file.raw(texts.label("aggregate.target.standard", row.standardLevel.code ?? ""))
            return
        }
        if hasAverage {
            let average = row.average ?? 0
            file.raw(
                row.standardError.map { texts("value.band", ["score": "\(average)", "error": "\($0)"]) }
                    ?? "\(average)")
        }
        for value in levelValues(row) {
            file.raw(ask.showNumbers ? "\(value)" : texts("value.percent", ["n": "\(value)"]))
        }
    }
}

/// The slices of a report of claims or targets lie claim by claim and target by target, in each the same ones; those of other
/// reports are one group.
private struct SliceGroups {
    private let length: Int
    /// Of each group: the place of its claim among the claims, and of its target's name among the names.
    private let claims: [Int]
    private let targets: [Int]

    init(_ slices: [ReportSlice]) {
        func isSame(_ a: ReportSlice, _ b: ReportSlice) -> Bool {
            a.claim == b.claim && a.subject == b.subject && a.target == b.target
        }
        let length = slices.first.map { first in slices.prefix { isSame($0, first) }.count } ?? 1
        let heads = stride(from: 0, to: slices.count, by: max(1, length)).map { slices[$0] }
        var seen: [String] = []
        claims = heads.map { head in
            // Codes repeat across subjects (T21).
            let claim = "\(head.subject)|\(head.claim)"
            if let place = seen.firstIndex(of: claim) { return place }
            seen.append(claim)
            return seen.count - 1
        }
        let names = Set(heads.map(\.targetName)).sorted(by: TargetNames.isBefore)
        targets = heads.map { names.firstIndex(of: $0.targetName) ?? 0 }
        self.length = max(1, length)
    }

    func claim(_ slice: Int32) -> Int { value(claims, slice) }
    func target(_ slice: Int32) -> Int { value(targets, slice) }
    func inGroup(_ slice: Int32) -> Int { Int(slice) % length }

    private func value(_ values: [Int], _ slice: Int32) -> Int {
        let group = Int(slice) / length
        return values.indices.contains(group) ? values[group] : 0
    }
}
