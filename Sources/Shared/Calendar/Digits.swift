/// Decimal digits of fixed width, the only numbers in dates.
enum Digits {
    /// Nil unless every byte of `range` is a digit; at most nine of them.
    static func number(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
        precondition(range.count <= 9, "more digits than an Int surely holds")
        guard range.lowerBound >= 0, range.upperBound <= text.count else { return nil }
        var number = 0
        for index in range {
            let digit = Int(text[index]) - 48
            guard (0...9).contains(digit) else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
