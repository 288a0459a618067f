import Testing

@testable import AggregateSvc

@Suite("Measures")
struct MeasuresTests {
    static func sums(_ scores: [Int64], levels: [Int64] = []) -> Sums {
        let milli = scores.map { $0 * 1_000 }
        return Sums(
            count: Int64(scores.count), score: milli.reduce(0, +),
            squares: milli.reduce(Int128(0)) { $0 + Int128($1) * Int128($1) }, levels: levels)
    }

    @Test("A-20 two equal scores have a standard error of 0, which is a value")
    func equalScores() {
        let measures = Measures(Self.sums([2_400, 2_400]))
        #expect(measures.average == 2_400)
        #expect(measures.standardError == 0)
    }

    @Test("T11 one result has no standard error, none has no average")
    func fewResults() {
        let one = Measures(Self.sums([2_470]))
        #expect(one.average == 2_470)
        #expect(one.standardError == nil)
        #expect(Measures(Sums()).average == nil)
    }

    @Test(
        "T12 averages are rounded half away from zero",
        arguments: [([2_420, 2_421], 2_421), ([-1, -2], -2), ([1, 0], 1), ([0, 0, 1], 0)] as [([Int64], Int64)])
    func rounding(scores: [Int64], average: Int64) { #expect(Measures(Self.sums(scores)).average == average) }

    @Test("T13 six million scores overflow nothing and stay exact")
    func large() {
        let n: Int64 = 6_400_000
        let measures = Measures(
            Sums(
                count: n, score: n * 2_500_000, squares: Int128(n) * (Int128(2_500_000) * 2_500_000 + 90_000 * 90_000),
                levels: []))
        #expect(measures.average == 2_500)
        #expect(measures.standardError == 0)
        let wide = Measures(
            Sums(count: 2, score: 0, squares: 2 * Int128(100_000_000) * Int128(100_000_000), levels: []))
        #expect(wide.standardError == 100_000)
    }

    @Test("A-19 T9 percents are cut in integers: 29 of 100 is 29")
    func percents() {
        #expect(Measures.percent(29, of: 100) == 29)
        for whole in 1...300 as ClosedRange<Int64> {
            for part in 0...whole { #expect(Measures.percent(part, of: whole) == part * 100 / whole) }
        }
        #expect(Measures.percent(0, of: 0) == 0)
    }

    @Test("T10 grouped counts come from counts")
    func grouped() {
        #expect(Measures.grouped([2, 2, 3, 1], cutoff: 3) == [4, 4])
        #expect(Measures.grouped([3, 3, 3, 2], cutoff: 3) == [6, 5])
        #expect(Measures.grouped([1, 2], cutoff: 1) == [0, 3])
    }
}
