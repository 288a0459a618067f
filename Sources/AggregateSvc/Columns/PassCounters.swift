/// The counters of one pass over a segment, and how they are emptied into the slices of an organization.
struct PassCounters {
    private let firstCodes: SliceCodes
    private let secondCodes: SliceCodes?
    /// For each profile its codes times `width`, see `Kernel`.
    private let table: [UInt32]
    /// Counters per code.
    private let width: Int
    private let levels: Int
    /// Few facts are counted: they are picked out before they are added.
    private let isNarrow: Bool
    private let population: CountedFacts
    /// Where the counters that are read begin; before are those of facts outside the population.
    private let half: Int
    private var first: Counters
    private var second: Counters
    private var kept: [UInt64]
    /// Codes of the rows of a small organization.
    private var found: [UInt32] = []

    /// Below this share of accepted profiles a pass is narrow.
    private static let narrow = 0.15
    private static let batch = 1_024

    /// - Returns: nil when there are more codes than counters.
    init?(
        _ pass: [SliceBuckets.Bucket], _ words: [UInt64], _ accepted: AcceptedEntries, _ population: CountedFacts,
        levels: Int
    ) {
        var (one, two) = (SliceCodes(pass[0]), pass.count > 1 ? SliceCodes(pass[1]) : nil)
        let width = levels <= 4 && !population.hasLevelZero ? 4 : 8
        let most = (Int(UInt16.max) - width) / width
        var table = [UInt32](repeating: 0, count: words.count)
        var count = 0
        for (profile, word) in words.enumerated() where accepted.contains(word) {
            let (low, high) = (Int(one.code(of: word)), Int(two?.code(of: word) ?? 0))
            guard low <= most, high <= most else { return nil }
            table[profile] = UInt32(low * width) | UInt32(high * width) << 16
            count += 1
        }
        firstCodes = one
        secondCodes = two
        self.table = table
        self.width = width
        self.levels = levels
        self.population = population
        isNarrow = population.isCounted && Double(count) < Self.narrow * Double(words.count)
        half = population.isCohort ? (max(one.count, two?.count ?? 0) + 2) * width : 0
        first = Counters(repeating: .zero, count: half + (one.count + 2) * width + 1)
        second = Counters(repeating: .zero, count: half + ((two?.count ?? 0) + 2) * width + 1)
        kept = isNarrow ? [UInt64](repeating: 0, count: Self.batch + 1) : []
    }

    mutating func add(
        _ rows: Range<Int>, _ profile: Span<UInt16>, _ value: Span<UInt16>, _ cohort: Span<UInt16>,
        _ claims: Span<UInt16>, _ changes: ArraySlice<SegmentDelta.Row>
    ) {
        switch population {
        case .cohort(let isWanted, _):
            if !cohort.isEmpty {
                Kernel.add(
                    profile, value, cohort, rows, table, isWanted: isWanted, half: half, &first, &second)
            }
        case .claim(let levels, _):
            if !claims.isEmpty { Kernel.addClaims(profile, claims, rows, table, levels: levels, &first, &second) }
        case .counted:
            if isNarrow {
                var start = rows.lowerBound
                while start < rows.upperBound {
                    let end = min(start + Self.batch, rows.upperBound)
                    let count = Kernel.compact(profile, value, start..<end, table, &kept)
                    Kernel.add(kept, count, &first, &second)
                    start = end
                }
            } else if secondCodes == nil {
                Kernel.add(profile, value, rows, table, &first)
            } else {
                Kernel.add(profile, value, rows, table, &first, &second)
            }
        }
        add(changes)
    }

    /// The rows of a delta: what was taken away is subtracted. Counters are whole again when all rows of an organization,
    /// of segment and delta, are added.
    private mutating func add(_ changes: ArraySlice<SegmentDelta.Row>) {
        for row in changes {
            guard let (level, score) = population.levelAndScore(of: row.image) else { continue }
            let codes = table[Int(row.image.profile)]
            let sign = UInt64(bitPattern: Int64(row.sign))
            let add = SIMD2((1 << 40 | score) &* sign, score &* score &* sign)
            first[half + Int(codes & 0xFFFF) + level] &+= add
            second[half + Int(codes >> 16) + level] &+= add
        }
    }

    /// Everything that was added goes to the slices.
    mutating func flush(into sums: inout SliceSums) {
        sums.take(firstCodes, from: &first, half: half, width: width, levels: levels)
        if let secondCodes { sums.take(secondCodes, from: &second, half: half, width: width, levels: levels) }
    }

    /// The same when nothing but these rows was added: where they are few only their codes are looked at.
    mutating func flush(
        _ rows: Range<Int>, _ profile: Span<UInt16>, _ changes: ArraySlice<SegmentDelta.Row>,
        into sums: inout SliceSums
    ) {
        let codeCount = firstCodes.count + (secondCodes?.count ?? 0)
        guard rows.count + changes.count < codeCount / 2 else { return flush(into: &sums) }
        found.removeAll(keepingCapacity: true)
        for row in rows { found.append(table[Int(profile[row])]) }
        for row in changes { found.append(table[Int(row.image.profile)]) }
        sums.take(firstCodes, found, shift: 0, from: &first, half: half, width: width, levels: levels)
        if let secondCodes {
            sums.take(secondCodes, found, shift: 16, from: &second, half: half, width: width, levels: levels)
        }
    }
}

/// Which facts of a segment a plan counts, beside its filter.
enum CountedFacts {
    case counted
    /// By the place of the cohort's word, and for words that came later.
    case cohort(isWanted: [Bool], mask: UInt64)
    /// The level of a claim by the place of the word of claims, and the claim's position.
    case claim(levels: [UInt8], position: Int)

    init(_ population: ReportPlan.Population, _ segment: Segment) {
        switch population {
        case .counted: self = .counted
        case .longitudinal: self = .cohort(isWanted: segment.cohortWords.map { $0 != 0 }, mask: 0)
        case .cohort(let mask):
            let mask = UInt64(bitPattern: mask)
            self = .cohort(isWanted: segment.cohortWords.map { $0 != 0 && $0 & mask == mask }, mask: mask)
        case .claim(let position):
            self = .claim(levels: segment.claimWords.map { ClaimWord.level($0, position) }, position: position)
        }
    }

    var isCounted: Bool { if case .counted = self { true } else { false } }
    var isCohort: Bool { if case .cohort = self { true } else { false } }
    /// A level 0 needs a counter of its own.
    var hasLevelZero: Bool { if case .claim = self { true } else { false } }

    func levelAndScore(of image: SegmentDelta.Image) -> (level: Int, score: UInt64)? {
        let own = (Int(image.value >> 13), UInt64(image.value & 0x1FFF))
        switch self {
        case .counted: return own
        case .cohort(_, let mask): return image.cohort != 0 && image.cohort & mask == mask ? own : nil
        case .claim(_, let position):
            let level = Int(ClaimWord.level(image.claims, position))
            return level == 0 ? nil : (level, 0)
        }
    }
}
