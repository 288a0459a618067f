import Calendar

/// The type of an attribute in the published schema.
indirect enum SchemaType: Sendable {
    case text
    /// One or more digits.
    case digits
    /// 0 to 4,294,967,295.
    case unsigned
    /// The same from 1.
    case positive
    case int
    case long
    case bit
    case boolean
    case dateTime
    case date
    /// A decimal number, an exponent allowed.
    case number
    /// A number of at least 0, or -1.
    case points
    /// A number of seconds, at least 0; read as microseconds.
    case seconds
    /// One of a list, in this very spelling; read as its number.
    case code(CodeList)
    case orEmpty(SchemaType)

    /// What the value means: an integer, microseconds since 1970, days since 1970, the number of a code, 0 or 1. Types
    /// that stay text, and empty values of `orEmpty`, read as 0. Nil when the value is not of the type.
    func read(_ value: UnsafeBufferPointer<UInt8>) -> Int64? {
        if case .text = self { return 0 }
        let value = Self.collapsed(value)
        switch self {
        case .text: return 0
        case .digits: return !value.isEmpty && value.allSatisfy { (48...57).contains($0) } ? 0 : nil
        case .unsigned: return Self.integer(value, 0...Int64(UInt32.max))
        case .positive: return Self.integer(value, 1...Int64(UInt32.max))
        case .int: return Self.integer(value, Int64(Int32.min)...Int64(Int32.max))
        case .long: return Self.integer(value, .min ... .max)
        case .bit: return Self.integer(value, 0...1)
        case .boolean:
            switch String(decoding: value, as: UTF8.self) {
            case "true", "1": return 1
            case "false", "0": return 0
            default: return nil
            }
        case .dateTime: return Moment(parsing: value)?.microseconds
        case .date: return CalendarDay(parsing: value).map { Int64($0.daysSince1970) }
        case .number: return Numbers.decimal(value) == nil ? nil : 0
        case .points:
            guard let number = Numbers.decimal(value), number >= 0 || number == -1 else { return nil }
            return 0
        case .seconds:
            guard let number = Numbers.decimal(value), number >= 0, number <= 1e9 else { return nil }
            return Int64((number * 1e6).rounded())
        case .code(let list): return list.number(spelt: value).map { Int64($0) }
        case .orEmpty(let type): return value.isEmpty ? 0 : type.read(value)
        }
    }

    /// For the message of a refusal.
    var words: String {
        switch self {
        case .text: "a text"
        case .digits, .unsigned: "a whole number of at least 0"
        case .positive: "a whole number of at least 1"
        case .int, .long: "a whole number"
        case .bit: "0 or 1"
        case .boolean: "true or false"
        case .dateTime: "a date and time"
        case .date: "a date"
        case .number: "a number"
        case .points: "a number of at least 0, or -1"
        case .seconds: "a number of seconds"
        case .code(let list): "one of \(list.codes.joined(separator: ", "))"
        case .orEmpty(let type): "\(type.words) or empty"
        }
    }

    private static func collapsed(_ value: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var first = 0
        var end = value.count
        while first < end, value[first] <= 32 { first += 1 }
        while end > first, value[end - 1] <= 32 { end -= 1 }
        return UnsafeBufferPointer(rebasing: value[first..<end])
    }

    private static func integer(_ value: UnsafeBufferPointer<UInt8>, _ range: ClosedRange<Int64>) -> Int64? {
        guard let number = Numbers.integer(value), range.contains(number) else { return nil }
        return number
    }
}
