/// The counters of one pass over a segment, and how they are emptied into the slices of an organization.
struct PassCounters {
    /// One or two.
    private var codes: [SliceCodes]
    /// For each profile its codes times `width`, see `Kernel`.
    private let table: [UInt32]
    /// Counters per code.
    private let width: Int
    private let levels: Int
    /// Few facts are counted: they are picked out before they are added.
    private let isNarrow: Bool
    private var first: Counters
    private var second: Counters
    private var kept: [UInt64]

    /// Below this share of accepted profiles a pass is narrow.
    private static let narrow = 0.15
    private static let batch = 1_024

    /// - Returns: nil when there are more codes than counters.
    init?(_ pass: [SliceBuckets.Bucket], _ words: [UInt64], _ accepted: AcceptedEntries, levels: Int) {
        var (one, two) = (SliceCodes(pass[0]), pass.count > 1 ? SliceCodes(pass[1]) : nil)
        let width = levels <= 4 ? 4 : 8
        let most = (Int(UInt16.max) - width) / width
        var table = [UInt32](repeating: 0, count: words.count)
        var count = 0
        for (profile, word) in words.enumerated() where accepted.contains(word) {
            let (low, high) = (Int(one.code(of: word)), Int(two?.code(of: word) ?? 0))
            guard low <= most, high <= most else { return nil }
            table[profile] = UInt32(low * width) | UInt32(high * width) << 16
            count += 1
        }
        codes = [one] + (two.map { [$0] } ?? [])
        self.table = table
        self.width = width
        self.levels = levels
        isNarrow = Double(count) < Self.narrow * Double(words.count)
        first = Counters(repeating: .zero, count: (one.count + 2) * width + 1)
        second = Counters(repeating: .zero, count: ((two?.count ?? 0) + 2) * width + 1)
        kept = isNarrow ? [UInt64](repeating: 0, count: Self.batch + 1) : []
    }

    mutating func add(
        _ rows: Range<Int>, _ profile: Span<UInt16>, _ value: Span<UInt16>, _ changes: ArraySlice<SegmentDelta.Row>
    ) {
        if isNarrow {
            var start = rows.lowerBound
            while start < rows.upperBound {
                let end = min(start + Self.batch, rows.upperBound)
                let count = Kernel.compact(profile, value, start..<end, table, &kept)
                Kernel.add(kept, count, &first, &second)
                start = end
            }
        } else if codes.count == 1 {
            Kernel.add(profile, value, rows, table, &first)
        } else {
            Kernel.add(profile, value, rows, table, &first, &second)
        }
        if !changes.isEmpty { Kernel.add(changes, table, &first, &second) }
    }

    /// Everything that was added goes to the slices.
    mutating func flush(into sums: inout SliceSums) {
        for code in 1..<codes[0].count + 1 { emptyFirst(code, into: &sums) }
        if codes.count > 1 { for code in 1..<codes[1].count + 1 { emptySecond(code, into: &sums) } }
        clearBin()
    }

    /// The same when nothing but these rows was added: where they are few only their codes are looked at.
    mutating func flush(
        _ rows: Range<Int>, _ profile: Span<UInt16>, _ changes: ArraySlice<SegmentDelta.Row>,
        into sums: inout SliceSums
    ) {
        let codeCount = codes.reduce(0) { $0 + $1.count }
        guard rows.count + changes.count < codeCount / 2 else { return flush(into: &sums) }
        for row in rows { empty(table[Int(profile[row])], into: &sums) }
        for row in changes { empty(table[Int(row.profile)], into: &sums) }
        clearBin()
    }

    private mutating func empty(_ codesOfRow: UInt32, into sums: inout SliceSums) {
        let (low, high) = (Int(codesOfRow & 0xFFFF), Int(codesOfRow >> 16))
        if low > 0 { emptyFirst(low / width, into: &sums) }
        if high > 0 { emptySecond(high / width, into: &sums) }
    }

    private mutating func emptyFirst(_ code: Int, into sums: inout SliceSums) {
        let base = code * width
        for level in 1...levels where first[base + level].x != 0 {
            let places = codes[0].starts[code]..<codes[0].starts[code + 1]
            for place in places { sums.add(first[base + level], slice: Int(codes[0].slices[place]), level: level) }
            first[base + level] = .zero
        }
    }

    private mutating func emptySecond(_ code: Int, into sums: inout SliceSums) {
        let base = code * width
        for level in 1...levels where second[base + level].x != 0 {
            let places = codes[1].starts[code]..<codes[1].starts[code + 1]
            for place in places { sums.add(second[base + level], slice: Int(codes[1].slices[place]), level: level) }
            second[base + level] = .zero
        }
    }

    private mutating func clearBin() {
        for level in 1...levels {
            first[level] = .zero
            second[level] = .zero
        }
    }
}
