/// An assessment of the sandbox with items of its own.
struct DemoAssessment: Sendable {
    enum Kind: String, Sendable { case block = "IAB", comprehensive = "ICA", summative = "SUM" }

    let subject: DemoSubject
    let grade: String
    let year: Int
    let kind: Kind
    /// The block's topic; empty otherwise.
    let topic: String
    let items: [Item]

    struct Item: Sendable {
        let key: Int
        let type: String
        let maxPoints: Int
        let answer: String
        let options: Int
        let claim: DemoSubject.Claim
        let difficulty: Double
        let depth: Int
    }

    var id: String { "(DEMO)DEMO-\(kind.rawValue)-\(subject.code.uppercased())-\(code)-\(year)" }
    var name: String { "DEMO-\(kind.rawValue)-\(subject.code.uppercased())-\(code)" }
    private var code: String { topic.isEmpty ? grade : "\(grade)-\(topic.split(separator: " ")[0].uppercased())" }
    var label: String {
        let gradeNumber = Int(grade) ?? 0
        switch kind {
        case .block: return "Grade \(gradeNumber) \(subject.name) - \(topic) (IAB)"
        case .comprehensive: return "Grade \(gradeNumber) \(subject.name) - Interim Assessment (ICA)"
        case .summative: return "Grade \(gradeNumber) \(subject.name) Summative"
        }
    }
    var cuts: [Int] { subject.cuts[grade] ?? [2_000, 2_300, 2_500, 2_700, 3_000] }

    static func all(year: Int) -> [DemoAssessment] {
        var list: [DemoAssessment] = []
        for subject in DemoSubject.all {
            let topics =
                subject.code == "ELA"
                ? ["Reading Information", "Listening and Speaking"] : ["Fractions", "Measurement and Data"]
            for grade in subject.cuts.keys.sorted() {
                for topic in topics { list.append(DemoAssessment(subject, grade, year, .block, topic, items: 8)) }
                list.append(DemoAssessment(subject, grade, year, .comprehensive, "", items: 12))
                list.append(DemoAssessment(subject, grade, year, .summative, "", items: 10))
            }
        }
        return list
    }

    private init(_ subject: DemoSubject, _ grade: String, _ year: Int, _ kind: Kind, _ topic: String, items: Int) {
        self.subject = subject
        self.grade = grade
        self.year = year
        self.kind = kind
        self.topic = topic
        let base = (subject.code == "ELA" ? 10_000 : 20_000) + (Int(grade) ?? 0) * 500
        let offset =
            kind == .block ? (topic.first.map { Int($0.asciiValue ?? 0) } ?? 0) * 2 : kind == .comprehensive ? 300 : 400
        self.items = (0..<items).map { number in
            let type = ["MC", "MS", "EQ", "SA", "MC", "EBSR"][number % 6]
            return Item(
                key: base + offset + number, type: type, maxPoints: type == "SA" ? 2 : 1,
                answer: type == "MC"
                    ? ["A", "B", "C", "D"][number % 4] : type == "MS" ? "A,C" : type == "EBSR" ? "B;A,D" : "",
                options: type == "MC" ? 4 : type == "MS" ? 5 : 0,
                claim: subject.itemClaims[number % subject.itemClaims.count],
                difficulty: Double(number % 7) * 0.6 - 1.8, depth: number % 4 + 1)
        }
    }
}

/// The tabulator's CSV of some assessments (ingest §4).
enum PackageFile {
    private static let headings = [
        "AssessmentId", "AssessmentName", "AssessmentSubject", "AssessmentGrade", "AssessmentType", "AssessmentSubtype",
        "AssessmentLabel", "AssessmentVersion", "AcademicYear", "FullItemKey", "BankKey", "ItemId", "Filename",
        "Version",
        "ItemType", "Grade", "Standard", "Claim", "Target", "PassageId", "ASL", "Braille", "LanguageBraille", "DOK",
        "Language", "AllowCalculator", "MathematicalPractice", "MaxPoints", "Glossary", "ScoringEngine", "Spanish",
        "IsFieldTest", "IsActive", "ResponseRequired", "AdminRequired", "ItemPosition", "MeasurementModel", "Weight",
        "ScorePoints", "a", "b0_b", "b1_c", "b2", "b3", "avg_b", "bpref1", "bpref2", "bpref3", "bpref4", "bpref5",
        "bpref6",
        "bpref7", "CommonCore", "ClaimContentTarget", "SecondaryCommonCore", "SecondaryClaimContentTarget", "AnswerKey",
        "NumberOfAnswerOptions", "PerformanceTask", "PtWritingType", "ScaledLow1", "ScaledHigh1", "ScaledLow2",
        "ScaledHigh2",
        "ScaledLow3", "ScaledHigh3", "ScaledLow4", "ScaledHigh4",
    ]

    static func text(_ assessments: [DemoAssessment]) -> String {
        var lines = [headings.joined(separator: ",")]
        for assessment in assessments {
            for (index, item) in assessment.items.enumerated() {
                let cells = cells(assessment, item, position: index + 1)
                lines.append(headings.map { quoted(cells[$0] ?? "") }.joined(separator: ","))
            }
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    private static func cells(_ assessment: DemoAssessment, _ item: DemoAssessment.Item, position: Int) -> [String:
        String]
    {
        let cuts = assessment.cuts
        return [
            "AssessmentId": assessment.id, "AssessmentName": assessment.name,
            "AssessmentSubject": assessment.subject.code,
            "AssessmentGrade": assessment.grade,
            "AssessmentType": assessment.kind == .summative ? "summative" : "interim",
            "AssessmentSubtype": assessment.kind.rawValue, "AssessmentLabel": assessment.label,
            "AssessmentVersion": "1",
            "AcademicYear": "\(assessment.year - 1)-\(assessment.year)", "FullItemKey": "900-\(item.key)",
            "BankKey": "900",
            "ItemId": "\(item.key)", "ItemType": item.type, "Grade": assessment.grade, "DOK": "\(item.depth)",
            "MaxPoints": "\(item.maxPoints)", "IsFieldTest": "FALSE", "IsActive": "TRUE", "ItemPosition": "\(position)",
            "avg_b": "\(item.difficulty)", "CommonCore": assessment.subject.standard(grade: assessment.grade),
            "ClaimContentTarget": "\(item.claim.code)|\(item.claim.target)", "AnswerKey": item.answer,
            "NumberOfAnswerOptions": "\(item.options)", "ScaledLow1": "\(cuts[0])", "ScaledHigh1": "\(cuts[1])",
            "ScaledLow2": "\(cuts[1])", "ScaledHigh2": "\(cuts[2])", "ScaledLow3": "\(cuts[2])",
            "ScaledHigh3": "\(cuts[3])",
            "ScaledLow4": "\(cuts[3])", "ScaledHigh4": "\(cuts[4])",
        ]
    }

    private static func quoted(_ cell: String) -> String {
        cell.contains(",") || cell.contains("\"") ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
    }
}

enum DemoAccommodations {
    static let codes = [
        ("TDS_ASL1", "American Sign Language"), ("TDS_BT_EXN", "Braille"), ("TDS_ClosedCap1", "Closed Captioning"),
        ("TDS_SLM1", "Streamlined Interface"), ("NEA_Calc", "Calculator"),
    ]

    static func xml(schoolYear: Int) -> String {
        let resources = codes.enumerated().map { index, code in
            """
                <SingleSelectResource>
                  <Code>\(code.0)Resource</Code>
                  <Order>\(index + 1)</Order>
                  <ResourceType>Accommodation</ResourceType>
                  <Text><Language>eng</Language><Label>\(code.1)</Label><Description>\(code.1)</Description></Text>
                  <Selection>
                    <Code>\(code.0)</Code>
                    <Order>1</Order>
                    <Text><Language>eng</Language><Label>\(code.1)</Label></Text>
                  </Selection>
                </SingleSelectResource>
            """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Accessibility schoolYear="\(schoolYear)">
              <MasterResourceFamily>
            \(resources.joined(separator: "\n"))
              </MasterResourceFamily>
            </Accessibility>

            """
    }
}
