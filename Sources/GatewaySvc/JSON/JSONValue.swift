/// A JSON text from outside, read under limits.
///
/// Stricter than the grammar: no member twice, no lone surrogate, no NUL (which neither protobuf nor PostgreSQL carries).
enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number without fraction and exponent that fits.
    case integer(Int64)
    /// Any other number, finite.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Nesting beyond it is refused unless told otherwise; nothing that we read is deeper than 3.
    static let depthLimit = 16
    /// Values of all kinds in one text.
    static let valueLimit = 10_000

    /// - Throws: `JSONProblem` with the place of the first fault, never with what stood there.
    init(
        parsing bytes: [UInt8], depthLimit: Int = JSONValue.depthLimit, valueLimit: Int = JSONValue.valueLimit
    ) throws(JSONProblem) {
        var reader = JSONReader(bytes, depthLimit: depthLimit, valueLimit: valueLimit)
        self = try reader.readText()
    }

    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }
}

/// Why a text is not acceptable JSON, and at which byte.
struct JSONProblem: Error, Equatable {
    let what: String
    let offset: Int
}
