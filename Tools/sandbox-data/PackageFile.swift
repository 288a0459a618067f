/// The tabulator's CSV of some assessments (ingest §4).
enum PackageFile {
    private static let assessmentHeadings = [
        "AssessmentId", "AssessmentName", "AssessmentSubject", "AssessmentGrade", "AssessmentType", "AssessmentSubtype",
        "AssessmentLabel", "AssessmentVersion", "AcademicYear",
    ]
    private static let itemHeadings = [
        "FullItemKey", "BankKey", "ItemId", "Filename", "Version", "ItemType", "Grade", "Standard", "Claim", "Target",
        "PassageId", "ASL", "Braille", "LanguageBraille", "DOK", "Language", "AllowCalculator", "MathematicalPractice",
        "MaxPoints", "Glossary", "ScoringEngine", "Spanish", "IsFieldTest", "IsActive", "ResponseRequired",
        "AdminRequired", "ItemPosition", "MeasurementModel", "Weight", "ScorePoints", "a", "b0_b", "b1_c", "b2", "b3",
        "avg_b", "bpref1", "bpref2", "bpref3", "bpref4", "bpref5", "bpref6", "bpref7", "CommonCore",
        "ClaimContentTarget", "SecondaryCommonCore", "SecondaryClaimContentTarget", "AnswerKey",
        "NumberOfAnswerOptions", "PerformanceTask", "PtWritingType",
    ]

    /// - Parameter assessments: all with items, or all without.
    static func text(_ assessments: [DemoAssessment]) -> String {
        let headings =
            assessmentHeadings + (assessments.contains { !$0.items.isEmpty } ? itemHeadings : [])
            + ranges("Scaled", [0, 1, 2, 3, 4]).map(\.heading)
            + (assessments.first?.subject.alternates.indices.flatMap { alternate in
                ranges("Alt\(alternate + 1)", [0, 1, 2, 3, 4]).map(\.heading)
            } ?? [])
        var lines = [headings.joined(separator: ",")]
        for assessment in assessments {
            let common = cells(assessment)
            if assessment.items.isEmpty { lines.append(line(headings, common)) }
            for (index, item) in assessment.items.enumerated() {
                let own = cells(item, grade: assessment.grade, position: index + 1)
                lines.append(line(headings, common.merging(own) { $1 }))
            }
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    /// Low and high of each of the four levels; a high is the next low.
    private static func ranges(_ score: String, _ cuts: [Int]) -> [(heading: String, value: Int)] {
        (1...4).flatMap { level in
            [("\(score)Low\(level)", cuts[level - 1]), ("\(score)High\(level)", cuts[level])]
        }
    }

    private static func cells(_ assessment: DemoAssessment) -> [String: String] {
        var cells = [
            "AssessmentId": assessment.id, "AssessmentName": assessment.name,
            "AssessmentSubject": assessment.subject.code, "AssessmentGrade": assessment.grade,
            "AssessmentType": assessment.kind == .summative ? "summative" : "interim",
            "AssessmentSubtype": assessment.kind.rawValue, "AssessmentLabel": assessment.label,
            "AssessmentVersion": "1", "AcademicYear": "\(assessment.year - 1)-\(assessment.year)",
        ]
        for range in ranges("Scaled", assessment.cuts) { cells[range.heading] = "\(range.value)" }
        // A composite has the ranges of the whole.
        for alternate in assessment.subject.alternates.indices {
            for range in ranges("Alt\(alternate + 1)", assessment.cuts) { cells[range.heading] = "\(range.value)" }
        }
        return cells
    }

    private static func cells(_ item: DemoItem, grade: String, position: Int) -> [String: String] {
        [
            "FullItemKey": "\(DemoItem.bank)-\(item.key)", "BankKey": "\(DemoItem.bank)", "ItemId": "\(item.key)",
            "ItemType": item.type, "Grade": grade, "DOK": "\(item.depth)",
            "AllowCalculator": item.allowsCalculator.map { $0 ? "Y" : "N" } ?? "",
            "MathematicalPractice": item.mathPractice.map(String.init) ?? "", "MaxPoints": "\(item.maxPoints)",
            "IsFieldTest": "FALSE", "IsActive": "TRUE", "ItemPosition": "\(position)", "avg_b": "\(item.difficulty)",
            "CommonCore": item.standard, "ClaimContentTarget": "\(item.claim.code)|\(item.target.code)",
            "AnswerKey": item.text.answer, "NumberOfAnswerOptions": "\(item.options)",
            "PerformanceTask": item.purpose == nil ? "" : "Y", "PtWritingType": item.purpose?.rawValue ?? "",
        ]
    }

    private static func line(_ headings: [String], _ cells: [String: String]) -> String {
        headings.map { quoted(cells[$0] ?? "") }.joined(separator: ",")
    }
}

/// A cell of a CSV file, in quotes where it needs them.
func quoted(_ cell: String) -> String {
    cell.contains { $0 == "," || $0 == "\"" || $0.isNewline } ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
}
