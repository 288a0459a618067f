/// The text of the status column of an exam (results §1.14): how it was given, and whether it is partial.
enum ExamStatus {
    /// - Returns: empty for a valid, complete exam.
    static func text(completeness: String, condition: String) -> String {
        let label: String
        switch condition {
        case "SD": label = "Standardized"
        case "NS": label = "Nonstandardized"
        case "IN": label = "Invalid"
        default: label = ""
        }
        guard completeness == "Partial" else { return label }
        return label.isEmpty ? "Partial" : "\(label) Partial"
    }
}
