/// What a row shows of its sums (aggregates §2.8). Rule: Aggregate R5.
struct Measures: Sendable, Equatable {
    var students: Int64
    /// Points; nil without a result.
    var average: Int64?
    /// Standard error of the mean in points; nil below two results. 0 is a value.
    var standardError: Int64?
    var levelCounts: [Int64]

    init(_ sums: Sums) {
        students = sums.count
        levelCounts = Array(sums.levels)
        average = sums.count == 0 ? nil : Self.rounded(sums.score, per: sums.count * 1_000)
        standardError = Self.standardError(sums)
    }

    /// Half away from zero: 2420.5 is 2421.
    static func rounded(_ sum: Int64, per count: Int64) -> Int64 {
        let (twice, whole) = (Int128(sum.magnitude) * 2, Int128(count))
        let magnitude = Int64((twice + whole) / (2 * whole))
        return sum < 0 ? -magnitude : magnitude
    }

    /// √((Q − S²/n) / (n − 1) / n), half away from zero, from the exact integers.
    private static func standardError(_ sums: Sums) -> Int64? {
        let n = Int128(sums.count)
        guard n >= 2 else { return nil }
        let spread = n * sums.squares - Int128(sums.score) * Int128(sums.score)
        let guess = (double(spread) / Double(sums.count - 1)).squareRoot() / Double(sums.count) / 1_000
        // The floating-point value is within a hair of the true one; which side of a half it is on is decided exactly.
        var error = Int64(guess)
        // error rounds up when 4·spread ≥ (2·error + 1)²·10⁶·n²·(n − 1)
        func reaches(_ value: Int64) -> Bool {
            let odd = Int128(2 * value + 1)
            return 4 * spread >= odd * odd * 1_000_000 * n * n * (n - 1)
        }
        while reaches(error) { error += 1 }
        while error > 0 && !reaches(error - 1) { error -= 1 }
        return error
    }

    /// Nearly; the library's own way takes as long as all the rest of a row.
    private static func double(_ value: Int128) -> Double {
        Double(Int64(truncatingIfNeeded: value >> 64)) * 0x1p64 + Double(UInt64(truncatingIfNeeded: value))
    }

    /// floor(100 × part / whole) in integers; 0 of nothing (T9). Percents need not add up to 100.
    static func percent(_ part: Int64, of whole: Int64) -> Int64 { whole == 0 ? 0 : part * 100 / whole }

    /// Counts below, and at or above, the cutoff level (T10: from counts, never from percents).
    static func grouped(_ counts: [Int64], cutoff: Int) -> [Int64] {
        let below = counts.prefix(max(0, cutoff - 1)).reduce(0, +)
        return [below, counts.reduce(0, +) - below]
    }
}
