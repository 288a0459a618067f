import Access
import Contracts

/// The advanced filters of a results page as parameters (results §4.3). Codes are judged by the service that has the lists.
enum FilterParameters {
    static let ofExams: [Parameter] = [
        .optional("offGrade", .choice(["hide", "show"]), "hide: only exams taken in the grade of the assessment."),
        .optional("manner", .choice(["SD", "NS"]), "How interims were given; summatives pass."),
        .optional("validity", .choice(["Valid", "IN"]), "Whether summatives are valid; interims pass."),
        .optional("completeness", .choice(["Complete", "Partial"]), "Whether the test was completed."),
    ]

    static let ofStudents: [Parameter] = StudentField.allCases.map { field in
        .optional(
            field.rawValue, .texts(length: 1...60, .alphanumeric, atMost: 100),
            "Codes of GET /api/v1/filters, any of which fits; repeat for more.")
    }

    /// Nil when nothing is filtered.
    static func filter(_ ask: Ask) -> ExamFilter? {
        let filter = ExamFilter.with {
            $0.hideOffGrade = ask.optionalText("offGrade") == "hide"
            $0.manner = ask.optionalText("manner") ?? ""
            $0.validity = ask.optionalText("validity") ?? ""
            $0.completeness = ask.optionalText("completeness") ?? ""
            $0.fields = StudentField.allCases.compactMap { field in
                let codes = ask.texts(field.rawValue)
                guard !codes.isEmpty else { return nil }
                return .with {
                    $0.field = field.rawValue
                    $0.codes = codes
                }
            }
        }
        return filter == ExamFilter() ? nil : filter
    }
}
