/// The loops over facts. A counter holds a number of facts in its upper 24 bits and the sum of their packed scores in the
/// other 40, with the sum of squares beside it: one addition of two numbers per fact and bucket.
///
/// The counters of code `c` are `c × stride + 1 … c × stride + levels`; those of code 0 are a bin for what is not counted,
/// so that no fact needs a branch. Everything is bounds-checked, and verified before: sums cannot overflow.
typealias Counters = [SIMD2<UInt64>]

enum Kernel {
    /// - Parameter table: for each profile its codes of two buckets, times the stride, the first in the lower half.
    static func add(
        _ profile: Span<UInt16>, _ value: Span<UInt16>, _ rows: Range<Int>, _ table: [UInt32],
        _ first: inout Counters, _ second: inout Counters
    ) {
        let table = table.span
        var one = first.mutableSpan
        var two = second.mutableSpan
        for row in rows {
            let codes = table[Int(profile[row])]
            let (level, score) = (Int(value[row] >> 13), UInt64(value[row] & 0x1FFF))
            let add = SIMD2(1 << 40 | score, score &* score)
            one[Int(codes & 0xFFFF) &+ level] &+= add
            two[Int(codes >> 16) &+ level] &+= add
        }
    }

    /// For plans of one bucket.
    static func add(
        _ profile: Span<UInt16>, _ value: Span<UInt16>, _ rows: Range<Int>, _ table: [UInt32],
        _ counters: inout Counters
    ) {
        let table = table.span
        var counters = counters.mutableSpan
        for row in rows {
            let code = table[Int(profile[row])]
            let (level, score) = (Int(value[row] >> 13), UInt64(value[row] & 0x1FFF))
            counters[Int(code & 0xFFFF) &+ level] &+= SIMD2(1 << 40 | score, score &* score)
        }
    }

    /// Keeps of some rows those that are counted, as codes and value; for plans that count few. A branch per fact would be
    /// slower than all additions.
    static func compact(
        _ profile: Span<UInt16>, _ value: Span<UInt16>, _ rows: Range<Int>, _ table: [UInt32],
        _ kept: inout [UInt64]
    ) -> Int {
        let table = table.span
        var kept = kept.mutableSpan
        var count = 0
        for row in rows {
            let codes = table[Int(profile[row])]
            kept[count] = UInt64(codes) | UInt64(value[row]) << 32
            count &+= codes == 0 ? 0 : 1
        }
        return count
    }

    static func add(_ kept: [UInt64], _ count: Int, _ first: inout Counters, _ second: inout Counters) {
        let kept = kept.span
        var one = first.mutableSpan
        var two = second.mutableSpan
        for place in 0..<count {
            let (codes, value) = (UInt32(truncatingIfNeeded: kept[place]), kept[place] >> 32)
            let (level, score) = (Int(value >> 13), value & 0x1FFF)
            let add = SIMD2(1 << 40 | score, score &* score)
            one[Int(codes & 0xFFFF) &+ level] &+= add
            two[Int(codes >> 16) &+ level] &+= add
        }
    }

    /// Only the facts of a cohort: `isWanted` by the place of the cohort's word; the others go to counters that nobody reads.
    ///
    /// - Parameter half: where the counters that are read begin.
    static func add(
        _ profile: Span<UInt16>, _ value: Span<UInt16>, _ cohort: Span<UInt16>, _ rows: Range<Int>, _ table: [UInt32],
        isWanted: [Bool], half: Int, _ first: inout Counters, _ second: inout Counters
    ) {
        let table = table.span
        let isWanted = isWanted.span
        var one = first.mutableSpan
        var two = second.mutableSpan
        for row in rows {
            let codes = table[Int(profile[row])]
            let (level, score) = (Int(value[row] >> 13), UInt64(value[row] & 0x1FFF))
            let add = SIMD2(1 << 40 | score, score &* score)
            let start = isWanted[Int(cohort[row])] ? half : 0
            one[start &+ Int(codes & 0xFFFF) &+ level] &+= add
            two[start &+ Int(codes >> 16) &+ level] &+= add
        }
    }

    /// Levels of a claim, by the place of the word of claims; level 0 is none and has a counter that nobody reads.
    static func addClaims(
        _ profile: Span<UInt16>, _ claims: Span<UInt16>, _ rows: Range<Int>, _ table: [UInt32], levels: [UInt8],
        _ first: inout Counters, _ second: inout Counters
    ) {
        let table = table.span
        let levels = levels.span
        var one = first.mutableSpan
        var two = second.mutableSpan
        for row in rows {
            let codes = table[Int(profile[row])]
            let level = Int(levels[Int(claims[row])])
            one[Int(codes & 0xFFFF) &+ level] &+= SIMD2(1 << 40, 0)
            two[Int(codes >> 16) &+ level] &+= SIMD2(1 << 40, 0)
        }
    }
}
