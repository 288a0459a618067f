import Contracts

/// A part of the path or the query that a route takes: read with the same bounds that the API document shows.
struct Parameter: Sendable {
    enum Place: String, Sendable { case path, query }

    enum Form: Sendable {
        /// ASCII digits only, no sign but a leading minus where the range allows it.
        case integer(ClosedRange<Int64>)
        /// Several of them, the name repeated.
        case integers(ClosedRange<Int64>, atMost: Int)
        case text(length: ClosedRange<Int>, Characters)
        /// Several of them, the name repeated.
        case texts(length: ClosedRange<Int>, Characters, atMost: Int)
        case choice([String])
    }

    /// The characters a text may have: a rule and the same as a pattern for the API document.
    enum Characters: Sendable {
        case any, alphanumeric, token
        /// The word state, or an id.
        case organization

        var pattern: String? {
            switch self {
            case .any: Self.printable
            case .alphanumeric: "^[A-Za-z0-9]+$"
            case .token: "^[A-Za-z0-9._~-]+$"
            case .organization: "^(state|[1-9][0-9]*)$"
            }
        }

        /// No control characters: every text from outside may end in a message or a column.
        static let printable = "^[^\\x00-\\x1f\\x7f]*$"

        func contains(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "-"):
                self == .any || self == .token
            default: self == .any
            }
        }
    }

    enum Value: Sendable, Equatable {
        case integer(Int64)
        case integers([Int64])
        case text(String)
        case texts([String])
    }

    let name: String
    let place: Place
    let form: Form
    let required: Bool
    let meaning: String

    /// - Parameter given: the values under this name, in order; at least one.
    /// - Throws: `Fault` `.malformed` with a violation of this field; the text never repeats the value.
    func read(_ given: [String]) throws -> Value {
        switch form {
        case .integers(let range, let atMost):
            guard given.count <= atMost else { throw refusal("at most \(atMost) times") }
            return .integers(try given.map { try integer($0, range) })
        case .integer(let range):
            return .integer(try integer(try single(given), range))
        case .text(let length, let characters):
            return .text(try text(try single(given), length, characters))
        case .texts(let length, let characters, let atMost):
            guard given.count <= atMost else { throw refusal("at most \(atMost) times") }
            return .texts(try given.map { try text($0, length, characters) })
        case .choice(let choices):
            let text = try single(given)
            guard choices.contains(text) else { throw refusal("must be one of \(choices.joined(separator: ", "))") }
            return .text(text)
        }
    }

    func refusal(_ problem: String) -> Fault {
        Fault(.malformed, "\(name): \(problem)", violations: [.init(field: name, problem: problem)])
    }

    private func single(_ given: [String]) throws -> String {
        guard given.count == 1, let value = given.first else { throw refusal("must be given once") }
        return value
    }

    private func text(_ text: String, _ length: ClosedRange<Int>, _ characters: Characters) throws -> String {
        guard length.contains(text.unicodeScalars.count) else {
            throw refusal("must have \(length.lowerBound) to \(length.upperBound) characters")
        }
        guard text.utf8.allSatisfy(characters.contains) else { throw refusal("has a character that is not allowed") }
        return text
    }

    private func integer(_ text: String, _ range: ClosedRange<Int64>) throws -> Int64 {
        guard let value = boundedInteger(text), range.contains(value) else {
            throw refusal("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}

/// A whole number in ASCII digits with at most a leading minus; nil for anything else, also for `+1`, `١`, `01` or 20 digits.
func boundedInteger(_ text: some StringProtocol) -> Int64? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    guard (1...19).contains(digits.count),
        digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { return nil }
    return Int64(text)
}

extension Parameter {
    /// An id in the path.
    static func id(_ name: String, _ meaning: String) -> Parameter {
        Parameter(name: name, place: .path, form: .integer(1...Int64.max), required: true, meaning: meaning)
    }

    static func path(_ name: String, _ form: Form, _ meaning: String) -> Parameter {
        Parameter(name: name, place: .path, form: form, required: true, meaning: meaning)
    }

    static func required(_ name: String, _ form: Form, _ meaning: String) -> Parameter {
        Parameter(name: name, place: .query, form: form, required: true, meaning: meaning)
    }

    static func optional(_ name: String, _ form: Form, _ meaning: String) -> Parameter {
        Parameter(name: name, place: .query, form: form, required: false, meaning: meaning)
    }

    /// The years any school year is in; which of them exist is data.
    static let years: ClosedRange<Int64> = 2000...2100

    static let year = required("year", .integer(years), "School year, named by the calendar year it ends in.")
    static let grade = required(
        "grade", .text(length: 1...4, .alphanumeric), "Code of the assessment grade, such as 03.")
    static let schoolID = id("schoolID", "Id of a school, as from the list of schools.")
    static let assessments = optional(
        "assessment", .integers(1...Int64.max, atMost: 30), "Id of an assessment; repeat for more.")
    static let transfers = optional(
        "transfers", .choice(["hide", "show"]), "hide: without exams taken at another school.")
    static let pageToken = optional(
        "pageToken", .text(length: 1...2000, .token),
        "Continues the rows of one assessment: nextPageToken of the page before.")
}
