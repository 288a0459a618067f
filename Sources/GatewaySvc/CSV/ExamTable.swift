import Access
import Calendar
import Contracts
import Texts

/// The table of results: its columns and a line for each exam (results §5.1, §5.2).
struct ExamTable: Sendable {
    private let texts: Texts
    private let time: StateTime?
    private let assessments: [Int64: Assessment]
    /// Those of the assessments in the file, in the system's order.
    private let subjects: [Subject]
    private let fields: [StudentField]

    /// - Parameter first: the first page, which knows every assessment of the file.
    init(_ first: ExportedExams, _ all: SubjectList, texts: Texts, time: StateTime?) {
        self.texts = texts
        self.time = time
        assessments = Dictionary(first.assessments.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
        let codes = Set(first.assessments.map(\.subject))
        subjects = all.subjects.filter { codes.contains($0.code) }
        fields = Self.order.filter { first.fields.contains($0.rawValue) }
    }

    /// The order of the student's columns; ethnicities come last, a column for each code.
    private static let order: [StudentField] = [
        .gender, .migrant, .section504, .iep, .economicDisadvantage, .englishLearner, .elas, .language, .military,
        .ethnicity,
    ]

    private static let ethnicities = [
        "HispanicOrLatinoEthnicity", "AmericanIndianOrAlaskaNative", "Asian", "BlackOrAfricanAmerican", "White",
        "NativeHawaiianOrOtherPacificIslander", "DemographicRaceTwoOrMoreRaces", "Filipino",
    ]

    // MARK: - Columns

    private static let common = [
        "StudentIdentifier", "FirstName", "LastOrSurname", "SubmitDateTime", "TestSessionId", "SchoolName",
        "SchoolYear", "AssessmentType", "AssessmentName", "Subject", "GradeLevelWhenAssessed", "Status",
        "ScaleScoreAchievementLevel", "Reporting Category", "ScaleScore", "Error Band Min", "Error Band Max",
    ]

    var headings: [String] {
        var headings = Self.common
        for subject in subjects {
            for code in subject.alternates {
                for part in ["Level", "Scale Score", "Standard Error"] {
                    headings.append("\(subject.name): \(code.name) \(part)")
                }
            }
            for code in subject.claims { headings.append("\(subject.name): \(code.name)") }
        }
        for field in fields { headings += heading(field) }
        return headings + ["AssignedAccommodationList"]
    }

    private func heading(_ field: StudentField) -> [String] {
        switch field {
        case .gender: ["Sex"]
        case .migrant: ["MigrantStatus"]
        case .section504: ["Section504Status"]
        case .iep: ["IDEAIndicator"]
        case .economicDisadvantage: ["EconomicDisadvantage"]
        case .englishLearner: ["EnglishLearner"]
        case .elas: ["EnglishLanguageAcquisitionStatus"]
        case .language: ["Language"]
        case .military: ["MilitaryConnectedStudentIndicator"]
        case .ethnicity: Self.ethnicities
        }
    }

    // MARK: - A line

    /// Nil for an exam of an assessment that the first page did not name.
    func cells(_ exported: ExportedExam) -> [String]? {
        guard let exam = exported.exam, let assessment = assessments[exam.assessmentID],
            let subject = subjects.first(where: { $0.code == assessment.subject })
        else { return nil }
        let type = subject.types.first { $0.code == assessment.type }
        var cells = about(exam, assessment, subject, type) + overall(exam, assessment, type)
        for other in subjects { cells += parts(exam, of: other, type: other.code == subject.code ? type : nil) }
        for field in fields { cells += context(field, exported) }
        cells.append(exported.accommodations.joined(separator: "|"))
        return cells
    }

    private func about(
        _ exam: Exam, _ assessment: Assessment, _ subject: Subject, _ type: AssessmentType?
    ) -> [String] {
        let completed = Moment(microseconds: exam.completedAtUs)
        let condition = texts.label("condition", exam.condition)
        let status =
            exam.completeness == "Partial"
            ? [condition, texts.label("completeness", "Partial")].filter { !$0.isEmpty }.joined(separator: " ")
            : condition
        return [
            exam.ssid, exam.firstName, exam.lastName, time?.day(of: completed).map(Self.medium) ?? "", exam.sessionID,
            exam.schoolName, texts.schoolYear(Int(exam.schoolYear)), type?.name ?? assessment.type, assessment.label,
            subject.name, texts.label("grade", exam.enrolledGrade, form: "short"), status,
        ]
    }

    private func overall(_ exam: Exam, _ assessment: Assessment, _ type: AssessmentType?) -> [String] {
        let score = exam.overall ?? ExamScore()
        let level = name(score.level, type?.overall)
        let isBlock = assessment.type == "iab"
        return [isBlock ? "" : level, isBlock ? level : ""] + band(score)
    }

    /// Score and error band, unrounded; nothing where there is no score.
    private func band(_ score: ExamScore) -> [String] {
        guard let scale = score.scaleScoreMilli, scale != 0 else { return ["", "", ""] }
        guard let error = score.standardErrorMilli else { return [JSONWriter.points(fromThousandths: scale), "", ""] }
        // Both are bounded by the column's domain; a sum that overflows is none.
        let (low, high) = (scale.subtractingReportingOverflow(error), scale.addingReportingOverflow(error))
        guard !low.overflow, !high.overflow else { return [JSONWriter.points(fromThousandths: scale), "", ""] }
        return [scale, low.partialValue, high.partialValue].map(JSONWriter.points)
    }

    /// - Parameter type: nil for the columns of another subject.
    private func parts(_ exam: Exam, of subject: Subject, type: AssessmentType?) -> [String] {
        var cells: [String] = []
        for code in subject.alternates {
            guard let type, let score = exam.alternates.first(where: { $0.code == code.code }), score.level > 0 else {
                cells += ["", "", ""]
                continue
            }
            cells.append(name(score.level, type.alternate))
            cells.append(score.scaleScoreMilli.map(JSONWriter.points) ?? "")
            cells.append(score.standardErrorMilli.map(JSONWriter.points) ?? "")
        }
        for code in subject.claims {
            let score = exam.claims.first { $0.code == code.code }
            cells.append(type.flatMap { type in score.map { name($0.level, type.claim) } } ?? "")
        }
        return cells
    }

    /// The name of a level; the number of one that the definition does not have.
    private func name(_ level: Int32, _ definition: ScoreDefinition?) -> String {
        guard level > 0 else { return "" }
        return definition?.levels.first { $0.level == level }?.name ?? texts("level.unknown", ["level": String(level)])
    }

    private func context(_ field: StudentField, _ exported: ExportedExam) -> [String] {
        let codes = exported.fields.first { $0.field == field.rawValue }?.codes ?? []
        if field == .ethnicity { return Self.ethnicities.map { codes.contains($0) ? texts.label("flag", "yes") : "" } }
        guard let code = codes.first else { return [""] }
        switch field {
        case .migrant, .section504, .iep, .economicDisadvantage, .englishLearner: return [texts.label("flag", code)]
        default: return [texts.label(field.rawValue, code)]
        }
    }

    /// `Apr 3, 2018`.
    private static func medium(_ day: CalendarDay) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = day.description.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, months.indices.contains(parts[1] - 1) else { return day.description }
        return "\(months[parts[1] - 1]) \(parts[2]), \(parts[0])"
    }
}
