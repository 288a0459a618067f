import Calendar
import Ledger

/// Reads values of a transmission as ingest §3.2 says, and collects what is wrong with them in the order of checking.
///
/// A value that is missing or blank is nil without a word when it is not required.
struct ValueCheck {
    var problems = ImportMessages()

    static let noText = "value may not be blank"

    static func tooLong(_ limit: Int) -> String { "string is too long, max length is \(limit)" }

    static func unreadable(_ value: String) -> String { "For input string: \"\(value)\"" }

    static func badDate(_ value: String) -> String { "invalid date [\(value)], use format YYYY-MM-DD" }

    mutating func text(_ element: String, _ value: String?, limit: Int, required: Bool) -> String? {
        guard let text = value?.nonBlank else {
            if required { problems.add(element, value, Self.noText) }
            return nil
        }
        // Most texts are short enough in bytes; characters are what the limit counts.
        guard text.utf8.count <= limit || text.unicodeScalars.count <= limit else {
            problems.add(element, value, Self.tooLong(limit))
            return nil
        }
        return text
    }

    mutating func boolean(_ element: String, _ value: String?, required: Bool) -> Bool? {
        guard let text = value?.nonBlank else {
            if required { problems.add(element, value, "invalid value [\(value ?? "null")]") }
            return nil
        }
        switch text.lowercased() {
        case "yes", "y", "true", "t", "1": return true
        case "no", "n", "false", "f", "0": return false
        default:
            problems.add(element, value, "invalid value [\(text)]")
            return nil
        }
    }

    mutating func date(_ element: String, _ value: String?, required: Bool) -> CalendarDay? {
        guard let text = value?.nonBlank else {
            if required { problems.add(element, value, Self.badDate(value ?? "null")) }
            return nil
        }
        guard let day = CalendarDay(parsing: text) else {
            problems.add(element, value, Self.badDate(text))
            return nil
        }
        return day
    }

    /// - Parameter kind: as the error names the list, such as `gender`.
    mutating func code<Code>(
        _ element: String, _ value: String?, required: Bool, kind: String, _ find: (String) -> Code?
    ) -> Code? {
        guard let text = value?.nonBlank else {
            if required { problems.add(element, value, "unknown \(kind) code [\(value ?? "null")]") }
            return nil
        }
        guard let code = find(text) else {
            problems.add(element, value, "unknown \(kind) code [\(text)]")
            return nil
        }
        return code
    }
}
