import Access
import Calendar
import Contracts
import Postgres
import Tabular

/// One result as it is read for an export. Lists instead of columns, where columns are of one kind.
struct ExportRow: Sendable {
    let examID: Int64
    let schoolID: Int64
    let type: Int16
    /// In the order of `columns`.
    let texts: [String?]
    let codes: [Int16?]
    let flags: [Bool?]
    let completedAt: Timestamp
    let schoolYear: Int32
    let overall: (scale: Int64?, error: Int64?)
    let alternates: (scales: [Int64?], errors: [Int64?], levels: [Int16?])
    let claimLevels: [Int16?]
    let elasStart: Day?
    let ethnicities: Int16
    let accommodations: [Int32]

    typealias Columns = (
        Int64, Int64, Int16, [String?], [Int16?], [Bool?], Timestamp, Int32, Int64?, Int64?, [Int64?], [Int64?],
        [Int16?], [Int16?], Day?, Int16, [Int32]
    )

    /// Over the tables of `ExamRow`, the subject `u`, the district `d` and the external id `x` of the school.
    static let columns: SQL = """
        e.id, e.school_id, e.type,
        ARRAY[d.natural_id, d.name, x.external_id, c.natural_id, c.name, s.ssid, s.first_name, s.last_name, e.session_id,
              a.label, u.code, e.enrolled_grade, e.language]::text[],
        ARRAY[e.completeness, e.condition, e.level, s.gender, e.military, e.elas]::smallint[],
        ARRAY[e.migrant, e.section504, e.iep, e.lep]::boolean[],
        e.completed_at, e.school_year, e.scale_score_milli, e.standard_error_milli,
        coalesce(e.alternate_scores_milli, '{}'), coalesce(e.alternate_errors_milli, '{}'),
        coalesce(e.alternate_levels, '{}'), coalesce(e.claim_levels, '{}'), e.elas_start, s.ethnicities, e.accommodation_ids
        """

    init(_ row: Columns) {
        (examID, schoolID, type, texts, codes, flags) = (row.0, row.1, row.2, row.3, row.4, row.5)
        (completedAt, schoolYear, overall) = (row.6, row.7, (row.8, row.9))
        (alternates, claimLevels) = ((row.10, row.11, row.12), row.13)
        (elasStart, ethnicities, accommodations) = (row.14, row.15, row.16)
    }

    func text(_ place: Int) -> String { texts.indices.contains(place) ? texts[place] ?? "" : "" }
    func code(_ place: Int) -> Int16? { codes.indices.contains(place) ? codes[place] : nil }
    func flag(_ place: Int) -> Bool? { flags.indices.contains(place) ? flags[place] : nil }
}

/// The lines of an export: 64 columns with literal names, codes and numbers instead of words, every cell quoted, lines ended
/// by LF (results §5.6). Columns of student fields that the maker may not see stay empty (DESIGN §5).
struct ExportLine: Sendable {
    let fields: Set<StudentField>
    /// By id.
    let accommodations: [Int32: String]

    private static let scores = 1...6
    /// Number n is bit n - 1, as in `ExamCodes.ethnicities`; one has another name as a column (results trap 27).
    private static let ethnicities = ExamCodes.ethnicities.codes.map {
        $0 == "DemographicRaceTwoOrMoreRaces" ? "TwoOrMoreRaces" : $0
    }

    static let headings: [String] =
        [
            "DistrictId", "DistrictName", "NcesId", "SchoolId", "SchoolName", "StudentIdentifier", "FirstName",
            "LastOrSurname", "SubmitDateTime", "SchoolYear", "TestSessionId", "AssessmentType", "AssessmentSubType",
            "AssessmentName", "Subject", "GradeLevelWhenAssessed", "Completeness", "AdministrationCondition",
            "ScaleScoreAchievementLevel", "ScaleScore", "ScaleScoreStandardError",
        ]
        + scores.flatMap {
            ["Alt\($0)ScoreAchievementLevel", "Alt\($0)ScaleScore", "Alt\($0)ScaleScoreStandardError"]
        }
        + scores.map { "Claim\($0)ScoreAchievementLevel" }
        + [
            "Sex", "MigrantStatus", "Section504Status", "IDEAIndicator", "LEPStatus", "LanguageCode",
            "LanguageAltCode", "MilitaryConnectedStudentIndicator", "EnglishLanguageAcquisitionStatus",
            "EnglishLanguageAcquisitionStatusStartDate",
        ]
        + ethnicities + ["AssignedAccommodationList"]

    static var heading: String { line(headings) }

    func callAsFunction(_ row: ExportRow) -> String {
        var cells = about(row)
        cells += [
            row.code(2).map(String.init) ?? "", Self.points(row.overall.scale), Self.points(row.overall.error),
        ]
        for score in Self.scores {
            func at<T>(_ values: [T?]) -> T? { values.indices.contains(score - 1) ? values[score - 1] : nil }
            cells.append(Self.level(at(row.alternates.levels)))
            cells.append(Self.points(at(row.alternates.scales)))
            cells.append(Self.points(at(row.alternates.errors)))
        }
        for score in Self.scores {
            cells.append(Self.level(row.claimLevels.indices.contains(score - 1) ? row.claimLevels[score - 1] : nil))
        }
        cells += student(row)
        cells.append(row.accommodations.compactMap { accommodations[$0] }.sorted().joined(separator: "|"))
        return Self.line(cells)
    }

    private func about(_ row: ExportRow) -> [String] {
        // What people wrote may look like a formula; codes and numbers do not.
        let names = (0...7).map { CSVCell.harmless(row.text($0)) }
        let type = ExamCode.types[row.type] ?? ""
        return names + [
            Moment(microseconds: row.completedAt.microseconds).description, String(row.schoolYear),
            CSVCell.harmless(row.text(8)), row.type == 3 ? "Summative" : "Interim", type.uppercased(),
            CSVCell.harmless(row.text(9)), row.text(10), row.text(11),
            row.code(0).flatMap(ExamCodes.completenesses.code) ?? "",
            row.code(1).flatMap(ExamCodes.conditions.code) ?? "",
        ]
    }

    private func student(_ row: ExportRow) -> [String] {
        func shown(_ field: StudentField, _ value: String?) -> String { fields.contains(field) ? value ?? "" : "" }
        func flag(_ place: Int) -> String? { row.flag(place).map { $0 ? "Yes" : "No" } }
        let language = row.text(12)
        let ethnicities = Self.ethnicities.indices.map { place in
            // Nobody has none: nothing is known then.
            row.ethnicities == 0 ? "" : row.ethnicities & (1 << Int16(place)) != 0 ? "Yes" : "No"
        }
        return [
            shown(.gender, row.code(3).flatMap(ExamCodes.genders.code)), shown(.migrant, flag(0)),
            shown(.section504, flag(1)), shown(.iep, flag(2)), shown(.englishLearner, flag(3)),
            shown(.language, language), shown(.language, ExamCodes.languageNumber(language)),
            shown(.military, row.code(4).flatMap(ExamCodes.military.code)),
            shown(.elas, row.code(5).flatMap(ExamCodes.elas.code)),
            shown(.elas, row.elasStart.flatMap { CalendarDay(daysSince1970: $0.daysSince1970)?.description }),
        ] + ethnicities.map { shown(.ethnicity, $0) }
    }

    private static func line(_ cells: [String]) -> String {
        cells.map(CSVCell.quoted).joined(separator: ",") + "\n"
    }

    /// Levels as numbers; one below 1 is none.
    private static func level(_ level: Int16?) -> String { level.flatMap { $0 > 0 ? String($0) : nil } ?? "" }

    /// Thousandths as points.
    private static func points(_ milli: Int64?) -> String {
        guard let milli else { return "" }
        let (whole, rest) = milli.magnitude.quotientAndRemainder(dividingBy: 1_000)
        var text = (milli < 0 ? "-" : "") + String(whole)
        if rest == 0 { return text }
        var decimals = String(rest)
        decimals = String(repeating: "0", count: 3 - decimals.count) + decimals
        while decimals.last == "0" { decimals.removeLast() }
        text += "." + decimals
        return text
    }
}
