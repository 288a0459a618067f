@testable import ResultsSvc

/// A package as text: headings and rows of named cells.
struct PackageText {
    var headings: [String]
    var rows: [[String: String]]

    /// One summative assessment of the invented subject with one item.
    static func item(_ changes: [String: String] = [:]) -> PackageText {
        PackageText(headings: scoreHeadings + itemHeadings, rows: [row(changes)])
    }

    /// The same assessment without item columns.
    static func bare(_ changes: [String: String] = [:]) -> PackageText {
        PackageText(headings: scoreHeadings, rows: [row(changes)])
    }

    static func row(_ changes: [String: String] = [:]) -> [String: String] {
        plain.merging(changes) { _, new in new }
    }

    static let scoreHeadings =
        PackageColumns.required + ["AssessmentVersion"]
        + (1...6).flatMap { ["ScaledLow\($0)", "ScaledHigh\($0)"] }
        + (1...6).flatMap { a in (1...6).flatMap { ["Alt\(a)Low\($0)", "Alt\(a)High\($0)"] } }
    static let itemHeadings =
        ["FullItemKey", "AnswerKey", "NumberOfAnswerOptions", "PerformanceTask", "PtWritingType"]
        + PackageColumns.requiredForItems.filter { $0 != "AssessmentVersion" }

    static let plain: [String: String] = {
        var cells = [
            "AssessmentId": "SUM-LAT-5", "AssessmentName": "Latin 5", "AssessmentLabel": "Grade 5 Latin",
            "AssessmentSubject": "LATIN", "AssessmentGrade": "5", "AssessmentSubtype": "summative",
            "AcademicYear": "2018-2019", "AssessmentVersion": "7", "FullItemKey": "900-1",
            "ClaimContentTarget": "R\t|A|1\t", "SecondaryClaimContentTarget": "W|B;R|A|2;R|A|1",
            "CommonCore": "L.1;L.2", "SecondaryCommonCore": "L.2", "DOK": "2", "avg_b": "0.25", "MaxPoints": "3",
            "ItemPosition": "4", "ItemType": "SA", "AllowCalculator": "no", "MathematicalPractice": "None",
            "IsFieldTest": "FALSE", "IsActive": "Y", "NumberOfAnswerOptions": "0",
        ]
        for level in 1...5 {
            cells["ScaledLow\(level)"] = "\(level)00"
            cells["ScaledHigh\(level)"] = "\(level)99"
            for alternate in 1...2 where level <= 3 {
                cells["Alt\(alternate)Low\(level)"] = "\(level * 10)"
            }
        }
        cells["Alt1High3"] = "39.5"
        cells["Alt2High3"] = "39"
        return cells
    }()

    var bytes: [UInt8] {
        let lines = [headings] + rows.map { row in headings.map { row[$0] ?? "" } }
        let text = lines.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
        return Array(text.utf8)
    }

    private static func quoted(_ cell: String) -> String {
        "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}
