/// The statistics of one score over the exams that contribute to it (results §2.1–2.5).
///
/// Sums are exact integers: scale scores come as thousandths of a point.
struct ScoreSummary: Equatable {
    /// Contributing exams.
    let results: Int
    /// Σ score and Σ score² in thousandths and millionths, over the scores that are not nil.
    private let scored: Int
    private let sum: Int64
    private let squares: Double
    /// Contributing exams at level 1, 2, …
    let levelCounts: [Int]

    /// - Parameter scores: scale score in thousandths (nil where the kind has none) and level of each contributing exam.
    ///   A level outside 1...`levels` counts as a result but in no column: a delivery may contradict the definition.
    init(scores: [(milli: Int64?, level: Int)], levels: Int) {
        var counts = [Int](repeating: 0, count: max(0, levels))
        var sum: Int64 = 0
        var scored = 0
        for score in scores {
            if counts.indices.contains(score.level - 1) { counts[score.level - 1] += 1 }
            guard let milli = score.milli else { continue }
            sum += milli
            scored += 1
        }
        let mean = scored == 0 ? 0 : Double(sum) / Double(scored)
        // Deviations from the mean instead of Σx² − n·mean²: no cancellation, and a half stays a half.
        squares = scores.reduce(0) { total, score in
            guard let milli = score.milli else { return total }
            let deviation = Double(milli) - mean
            return total + deviation * deviation
        }
        results = scores.count
        self.scored = scored
        self.sum = sum
        levelCounts = counts
    }

    /// Points; nil without a score.
    var average: Double? { scored == 0 ? nil : Double(sum) / Double(scored) / 1000 }

    /// Sample standard deviation over √n, in points. One score: 0. None: nil.
    var standardErrorOfMean: Double? {
        guard scored > 0 else { return nil }
        guard scored > 1 else { return 0 }
        return (squares / Double(scored - 1) / Double(scored)).squareRoot() / 1000
    }

    /// Whole numbers that add up to 100 (results §2.5); empty when no exam contributes.
    var levelPercents: [Int] { Percents.addingUpTo100(levelCounts) }
}

/// Half-up rounding, also below zero: −0.5 becomes 0 (results §2).
func roundHalfUp(_ value: Double) -> Int { Int((value + 0.5).rounded(.down)) }

enum Percents {
    /// Rounds shares of `counts` so that they add up to exactly 100. Too much is taken from what was rounded up most,
    /// too little is given to what was rounded down most; ties go to the lower level (results §2.5).
    static func addingUpTo100(_ counts: [Int]) -> [Int] {
        let total = counts.reduce(0, +)
        guard total > 0 else { return [] }
        // Exact: share = 100·count/total; the rounded share and its error are compared in units of 1/total.
        var rounded = counts.map { (200 * $0 + total) / (2 * total) }
        let excess = rounded.reduce(0, +) - 100
        guard excess != 0 else { return rounded }
        let step = excess > 0 ? -1 : 1
        let order = counts.indices.sorted { left, right in
            let leftError = (rounded[left] * total - 100 * counts[left]) * step
            let rightError = (rounded[right] * total - 100 * counts[right]) * step
            return leftError != rightError ? leftError < rightError : left < right
        }
        for index in order.prefix(abs(excess)) { rounded[index] += step }
        return rounded
    }
}
