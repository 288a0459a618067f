import Support
import Testing

@testable import ResultsSvc

private func summary(_ points: [Int], _ levels: [Int], of count: Int = 4) -> ScoreSummary {
    ScoreSummary(scores: zip(points, levels).map { (Int64($0) * 1_000, $1) }, levels: count)
}

/// The cases of results §11, computed by hand there.
@Suite struct ScoreSummaryTests {
    @Test("F167 F170 A1 seven scores: average, error, distribution")
    func A1_average() {
        let scores = summary([2350, 2410, 2450, 2475, 2490, 2520, 2533], [1, 2, 3, 3, 4, 4, 4])
        #expect(scores.results == 7)
        #expect(roundHalfUp(scores.average ?? 0) == 2461)
        #expect(roundHalfUp(scores.standardErrorOfMean ?? 0) == 24)
        #expect(scores.levelCounts == [1, 1, 2, 3])
        #expect(scores.levelPercents == [14, 14, 29, 43])
    }

    @Test("A2 six scores: 2438 ± 22")
    func A2_error() {
        let scores = summary([2400, 2432, 2489, 2510, 2366, 2431], [1, 1, 1, 1, 1, 1])
        #expect(scores.average == 2438)
        #expect(abs((scores.standardErrorOfMean ?? 0) - 21.983) < 0.0005)
        #expect(roundHalfUp(scores.standardErrorOfMean ?? 0) == 22)
    }

    @Test("A3 one score has the error 0; none has neither average nor percents")
    func A3_oneAndNone() {
        let one = summary([2500], [3])
        #expect(one.average == 2500 && one.standardErrorOfMean == 0 && one.results == 1)
        let none = summary([], [])
        #expect(none.average == nil && none.standardErrorOfMean == nil)
        #expect(none.levelPercents.isEmpty && none.results == 0)
    }

    @Test(
        "A4 percents add up to 100",
        arguments: [
            ([1, 1, 1], [34, 33, 33]), ([1, 1, 3, 3], [12, 12, 38, 38]), ([2, 2, 3], [28, 29, 43]),
            ([3049, 2049, 4902], [31, 20, 49]), ([61, 139], [30, 70]), ([3349, 3249, 3418], [33, 33, 34]),
            ([2055, 3020, 2575, 2450], [20, 30, 26, 24]), ([81, 119, 0], [40, 60, 0]),
            ([1, 1, 2, 3], [14, 14, 29, 43]),
            ([5], [100]), ([0, 0, 9], [0, 0, 100]), ([0, 0], []),
        ])
    func A4_percents(counts: [Int], expected: [Int]) { #expect(Percents.addingUpTo100(counts) == expected) }

    @Test("A5 2401 and 2404: average 2403, error 1.5 shown as 2")
    func A5_half() {
        let pair = summary([2401, 2404], [2, 2])
        #expect(roundHalfUp(pair.average ?? 0) == 2403)
        #expect(pair.standardErrorOfMean == 1.5)
        #expect(roundHalfUp(pair.standardErrorOfMean ?? 0) == 2)
    }

    @Test("a level outside the definition counts as a result and crashes nothing (results trap 35)")
    func levelOutsideTheDefinition() {
        let odd = summary([2500, 2501, 2502], [2, 9, -3])
        #expect(odd.results == 3)
        #expect(odd.levelCounts == [0, 1, 0, 0])
    }

    @Test("half-up rounding, also below zero", arguments: [(-0.5, 0), (2.5, 3), (-1.5, -1), (-1.6, -2), (0.49, 0)])
    func rounding(value: Double, expected: Int) { #expect(roundHalfUp(value) == expected) }

    @Test("percents always add up, whatever the counts", arguments: 0..<200)
    func percentsAddUp(seed: Int) {
        var random = SeededGenerator(seed: seed)
        let counts = (0..<Int.random(in: 1...6, using: &random)).map { _ in Int.random(in: 0...500, using: &random) }
        let percents = Percents.addingUpTo100(counts)
        guard counts.contains(where: { $0 > 0 }) else { return #expect(percents.isEmpty) }
        #expect(percents.reduce(0, +) == 100, "seed \(seed)")
        let total = Double(counts.reduce(0, +))
        for (count, percent) in zip(counts, percents) {
            #expect(abs(Double(percent) - 100 * Double(count) / total) < 1.51, "seed \(seed)")
        }
    }
}
