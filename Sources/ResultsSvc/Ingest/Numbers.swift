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
        if text.count <= 15, let whole = integer(text) { return Double(whole) }
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
