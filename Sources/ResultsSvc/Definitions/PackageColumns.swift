import Ledger
import Tabular

/// Where the columns of a package stand, and what their cells mean.
///
/// Rule: ingest §4.2.
struct PackageColumns {
    static let required = [
        "AssessmentId", "AssessmentName", "AssessmentLabel", "AssessmentSubject", "AssessmentGrade",
        "AssessmentSubtype", "AcademicYear",
    ]
    /// Needed as soon as there is a `FullItemKey`.
    static let requiredForItems = [
        "AssessmentVersion", "BankKey", "ItemId", "Filename", "Version", "Grade", "Standard", "Claim", "Target",
        "Braille", "LanguageBraille", "Language", "Glossary", "ScoringEngine", "ResponseRequired", "AdminRequired",
        "MeasurementModel", "Weight", "ScorePoints", "a", "b0_b", "b1_c", "b2", "b3", "bpref1", "bpref2", "bpref3",
        "bpref4", "bpref5", "bpref6", "bpref7", "ASL", "Spanish", "ClaimContentTarget", "SecondaryClaimContentTarget",
        "CommonCore", "SecondaryCommonCore", "DOK", "avg_b", "MaxPoints", "ItemPosition", "ItemType",
        "AllowCalculator", "MathematicalPractice", "IsFieldTest", "IsActive",
    ]
    static let levelLimit = 6
    static let alternateLimit = 6

    /// The columns of one score: low and high of each level.
    private struct Score {
        var lows: [Int?]
        var highs: [Int?]
    }

    private let headings: TableHeadings
    private let hasItems: Bool
    private let overall: Score
    private let alternates: [Score]

    /// - Parameter headings: nil for an empty file.
    /// - Throws: `ImportRefusal` `BAD_DATA`.
    init(_ headings: TableHeadings?) throws(ImportRefusal) {
        guard let headings else { throw Self.missing(Self.required) }
        hasItems = headings["FullItemKey"] != nil
        let missing = headings.missing(Self.required + (hasItems ? Self.requiredForItems : []))
        guard missing.isEmpty else { throw Self.missing(missing) }
        guard let prefix = ["Scaled", "Overall"].first(where: { headings["\($0)Low1"] != nil }) else {
            throw ImportRefusal(.badData, "Overall scale score column not found")
        }
        self.headings = headings
        overall = Self.score(prefix, headings)
        alternates = (1...Self.alternateLimit).map { Self.score("Alt\($0)", headings) }
    }

    private static func missing(_ names: [String]) -> ImportRefusal {
        ImportRefusal(.badData, "Missing required columns: [\(names.joined(separator: ", "))]")
    }

    private static func score(_ prefix: String, _ headings: TableHeadings) -> Score {
        Score(
            lows: (1...levelLimit).map { headings["\(prefix)Low\($0)"] },
            highs: (1...levelLimit).map { headings["\(prefix)High\($0)"] })
    }

    // MARK: Rows

    /// The assessment of a row, without items.
    func assessment(_ row: TableRow) throws(PackageProblem) -> PackageAssessment {
        let id = row[headings["AssessmentId"]]
        guard !id.isEmpty else { throw PackageProblem("Missing assessment id in non-empty row") }
        let type = row[headings["AssessmentSubtype"]].lowercased()
        let grade = row[headings["AssessmentGrade"]]
        // Of `2017-2018` the last part counts.
        let year = row[headings["AcademicYear"]].split(separator: "-").last.map { String($0).trimmingBlanks }
        return PackageAssessment(
            id: id, name: row[headings["AssessmentName"]], label: row[headings["AssessmentLabel"]],
            subject: row[headings["AssessmentSubject"]], type: type == "summative" ? "sum" : type,
            grade: grade.count == 1 ? "0" + grade : grade, schoolYear: try Self.integer(year ?? ""),
            version: row[headings["AssessmentVersion"]], overall: try levels(overall, row),
            alternates: try alternateLevels(row))
    }

    /// The item of a row; nil when the file has no item columns.
    func item(_ row: TableRow) throws(PackageProblem) -> PackageItem? {
        guard hasItems else { return nil }
        for name in ["ResponseRequired", "AdminRequired", "PerformanceTask"] { _ = try flag(name, row) }
        for name in ["Weight", "a", "b0_b", "b1_c", "b2", "b3"] { _ = try decimal(name, row) }
        _ = try integer("ScorePoints", row)
        let practice = row[headings["MathematicalPractice"]]
        return PackageItem(
            key: row[headings["FullItemKey"]], claimContentTarget: row[headings["ClaimContentTarget"]],
            secondaryClaimContentTarget: row[headings["SecondaryClaimContentTarget"]],
            commonCore: row[headings["CommonCore"]], secondaryCommonCore: row[headings["SecondaryCommonCore"]],
            depthOfKnowledge: try integer("DOK", row), difficulty: try decimal("avg_b", row),
            maxPoints: try integer("MaxPoints", row), position: try integer("ItemPosition", row),
            type: row[headings["ItemType"]], allowCalculator: try flag("AllowCalculator", row),
            mathPractice: practice.lowercased() == "none" ? nil : try Self.integer(practice),
            fieldTest: try flag("IsFieldTest", row), active: try flag("IsActive", row),
            answerKey: headings["AnswerKey"].map { row[$0] }, optionsCount: try integer("NumberOfAnswerOptions", row),
            writingType: row[headings["PtWritingType"]])
    }

    /// The alternates up to the last one that is given; files of assessments without any leave the columns empty.
    private func alternateLevels(_ row: TableRow) throws(PackageProblem) -> [[LevelRange]] {
        guard let last = alternates.lastIndex(where: { isGiven($0, row) }) else { return [] }
        var all: [[LevelRange]] = []
        for score in alternates[...last] {
            let levels = try levels(score, row)
            guard !levels.isEmpty else { throw PackageProblem("Scoring must have at least one level") }
            all.append(levels)
        }
        return all
    }

    private func isGiven(_ score: Score, _ row: TableRow) -> Bool {
        (score.lows + score.highs).contains { !row[$0].isEmpty }
    }

    /// The levels until the first empty low. Empty only when no cell of the score holds anything.
    private func levels(_ score: Score, _ row: TableRow) throws(PackageProblem) -> [LevelRange] {
        var lows: [Double] = []
        for column in score.lows {
            guard let low = try Self.decimal(row[column]) else { break }
            lows.append(low)
        }
        guard !lows.isEmpty else {
            if isGiven(score, row) { throw PackageProblem("Scoring must have at least one level") }
            return []
        }
        var levels: [LevelRange] = []
        for (index, low) in lows.enumerated() {
            let next = index + 1 < lows.count ? lows[index + 1] : nil
            guard let high = try Self.decimal(row[score.highs[index]]) ?? next else {
                throw PackageProblem("Missing high score level")
            }
            guard low <= high else { throw PackageProblem("LevelRange low is greater than high") }
            levels.append(LevelRange(low: low, high: high))
        }
        for (one, next) in zip(levels, levels.dropFirst()) where one.high > next.low {
            throw PackageProblem(
                "Levels must be increasing and non-overlapping (\(one.text)), (\(next.text))")
        }
        return levels
    }

    // MARK: Cells

    private func integer(_ name: String, _ row: TableRow) throws(PackageProblem) -> Int32? {
        try Self.integer(row[headings[name]])
    }

    private func decimal(_ name: String, _ row: TableRow) throws(PackageProblem) -> Double? {
        try Self.decimal(row[headings[name]])
    }

    private func flag(_ name: String, _ row: TableRow) throws(PackageProblem) -> Bool? {
        let text = row[headings[name]]
        switch text.uppercased() {
        case "": return nil
        case "Y", "YES", "TRUE": return true
        case "N", "NO", "FALSE": return false
        default: throw PackageProblem("Invalid boolean value \(text)")
        }
    }

    private static func integer(_ text: String) throws(PackageProblem) -> Int32? {
        if text.isEmpty { return nil }
        guard let number = Int32(text) else { throw PackageProblem("For input string: \"\(text)\"") }
        return number
    }

    /// A number that a table can hold; Swift would also read `nan`, `inf` and `0x1p4`.
    private static func decimal(_ text: String) throws(PackageProblem) -> Double? {
        if text.isEmpty { return nil }
        guard text.utf8.allSatisfy({ "+-.eE0123456789".utf8.contains($0) }), let number = Double(text), number.isFinite
        else { throw PackageProblem("For input string: \"\(text)\"") }
        return number
    }
}

extension LevelRange {
    fileprivate var text: String { "\(low.plainText)-\(high.plainText)" }
}

extension Double {
    /// Whole numbers without a fraction, as files carry them.
    var plainText: String {
        Int64(exactly: self).map { String($0) } ?? "\(self)"
    }
}
