/// Random numbers that are the same for the same seed, everywhere and for ever.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A stream of its own for one thing, such as the student with this number: what is drawn for one never changes another.
    init(seed: UInt64, _ parts: Int...) {
        state = seed
        for part in parts { state = next() ^ UInt64(bitPattern: Int64(part)) &* 0xD6E8_FEB8_6659_FD93 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number from 0 and below `limit`.
    mutating func below(_ limit: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(limit)).high) }

    mutating func int(in range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// From 0 and below 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func happens(_ chance: Double) -> Bool { unit() < chance }

    mutating func one<Element>(of list: [Element]) -> Element { list[below(list.count)] }

    /// About normal, mean 0, deviation 1, never beyond ±6: the sum of twelve uniform numbers.
    mutating func normal() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }
}
