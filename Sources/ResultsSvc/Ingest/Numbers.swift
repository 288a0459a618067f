/// Numbers from outside: bounded when they come in, so that no later arithmetic can trap.
enum Numbers {
    /// The largest magnitude of a score of any kind; in thousandths it is far from the edge of an `Int64`.
    static let scoreLimit = 1e12

    /// Digits with an optional sign; nil beyond 64 bits.
    static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        var index = 0
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative || text.first == UInt8(ascii: "+") { index = 1 }
        guard index < text.count else { return nil }
        var number: Int64 = 0
        while index < text.count {
            let digit = Int64(text[index]) - 48
            guard (0...9).contains(digit) else { return nil }
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = tens.subtractingReportingOverflow(digit)
            if overflow || overflow2 { return nil }
            number = sum
            index += 1
        }
        // Counted downwards, as the negative range is the longer one.
        if isNegative { return number }
        return number == .min ? nil : -number
    }

    static func integer(_ text: String) -> Int64? {
        var text = text.trimmed
        return text.withUTF8 { integer($0) }
    }

    /// A finite decimal number with an optional exponent, and nothing that only a programming language reads as one.
    static func decimal(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard (1...64).contains(text.count) else { return nil }
        if text.count <= 15, let number = short(text) { return number }
        for byte in text {
            switch byte {
            case 48...57, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
                break
            default: return nil
            }
        }
        guard let number = Double(String(decoding: text, as: UTF8.self)), number.isFinite else { return nil }
        return number
    }

    /// Of at most fifteen digits with a point or without: both the digits and the power of ten are exact, so that one division
    /// gives what any reading of the text would. Nil for everything else.
    private static func short(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        let isNegative = text.first == UInt8(ascii: "-")
        var digits: Int64 = 0
        var count = 0
        var decimals: Int?
        for byte in isNegative || text.first == UInt8(ascii: "+") ? text.dropFirst() : text[...] {
            if byte == UInt8(ascii: "."), decimals == nil {
                decimals = 0
                continue
            }
            guard (48...57).contains(byte) else { return nil }
            digits = digits * 10 + Int64(byte - 48)
            count += 1
            if let known = decimals { decimals = known + 1 }
        }
        // A point without digits at one side of it is for the reader of all forms to judge.
        guard count > 0, decimals != 0, decimals.map({ $0 < count }) ?? true else { return nil }
        guard let decimals else { return Double(isNegative ? -digits : digits) }
        let number = Double(digits) / powersOfTen[decimals]
        return isNegative ? -number : number
    }

    private static let powersOfTen = (0...15).map { exponent in (0..<exponent).reduce(1.0) { power, _ in power * 10 } }

    static func decimal(_ text: String) -> Double? {
        var text = text.trimmed
        return text.withUTF8 { decimal($0) }
    }

    /// Exact for numbers of up to three decimals; nil beyond `scoreLimit`.
    static func thousandths(_ number: Double) -> Int64? {
        guard abs(number) <= scoreLimit else { return nil }
        return Int64((number * 1000).rounded())
    }
}
