/// How the slices of a plan are divided so that each fact is added to two counters, however many slices there are.
///
/// The slices of a bucket are told apart by few codes: which of them a student belongs to. Those of one student field go
/// into one bucket; fields share a bucket while the codes that can occur stay few. Slices over several fields (customized
/// subgroups) are bucketed by eights. Two buckets are added up in one pass over the facts.
struct SliceBuckets: Sendable {
    struct Bucket: Sendable {
        /// The part of an entry's word that the slices look at.
        var bits: UInt64 = 0
        var tests: [(slice: Int, test: SliceTest)] = []
        /// Slices to which everybody belongs.
        var everybody: [Int] = []
    }

    /// At least one pass; a pass has one or two buckets, and no bucket is empty.
    let passes: [[Bucket]]
    let count: Int

    /// So many codes are the most that is expected of a bucket. With every ethnicity set there can be it is ten times as
    /// many, and they still fit into 16 bits with eight counters each.
    private static let expectedCodes = 780
    private static let customized = 8

    init(_ slices: [ReportPlan.Slice]) {
        count = slices.count
        var everybody: [Int] = []
        var byField: [Int: [(slice: Int, test: SliceTest)]] = [:]
        var others: [(slice: Int, test: SliceTest)] = []
        for (number, slice) in slices.enumerated() {
            let test = SliceTest(slice)
            if test.bits == 0 {
                everybody.append(number)
            } else if let field = Self.fields.firstIndex(where: { test.bits & ~$0.bits == 0 }) {
                byField[field, default: []].append((number, test))
            } else {
                others.append((number, test))
            }
        }
        var buckets = Self.divided(byField.sorted { $0.key < $1.key }.map { ($0.value, Self.fields[$0.key].codes) })
        var start = 0
        while start < others.count {
            let end = min(start + Self.customized, others.count)
            buckets.append(Self.bucket(Array(others[start..<end])))
            start = end
        }
        if buckets.isEmpty { buckets.append(Bucket()) }
        buckets[0].everybody = everybody
        passes = stride(from: 0, to: buckets.count, by: 2).map { Array(buckets[$0..<min($0 + 2, buckets.count)]) }
    }

    private static func bucket(_ tests: [(slice: Int, test: SliceTest)]) -> Bucket {
        Bucket(bits: tests.reduce(0) { $0 | $1.test.bits }, tests: tests)
    }

    /// Fields put together, the largest first, each into the bucket with the fewest codes so far.
    private static func divided(_ fields: [(tests: [(slice: Int, test: SliceTest)], codes: Int)]) -> [Bucket] {
        let fields = fields.sorted { $0.codes > $1.codes }
        var number = fields.isEmpty ? 0 : 1
        while true {
            var buckets = [(tests: [(slice: Int, test: SliceTest)], codes: Int)](repeating: ([], 1), count: number)
            for field in fields {
                guard let place = buckets.indices.min(by: { buckets[$0].codes < buckets[$1].codes }) else { break }
                buckets[place].tests += field.tests
                buckets[place].codes *= field.codes
            }
            if number >= fields.count || buckets.allSatisfy({ $0.codes <= expectedCodes }) {
                return buckets.filter { !$0.tests.isEmpty }.map { bucket($0.tests) }
            }
            number += 1
        }
    }

    /// The bits of each field, and how many codes it is expected to have: for a set, how many sets are common.
    private static let fields: [(bits: UInt64, codes: Int)] = StudentField.all.map { field in
        field.firstBit == nil
            ? (Entry.language, field.rowCodes.count)
            : (UInt64(bitPattern: field.mask), field.hasUndefined ? field.rowCodes.count : 25)
    }
}

/// Whether the student of an entry belongs to a slice, or passes a filter.
struct SliceTest: Sendable {
    private let masks: [UInt64]
    private let languages: UInt128?
    /// What of a word it looks at; 0: nothing, everybody passes.
    let bits: UInt64

    init(_ criteria: ReportPlan.Criteria) {
        masks = criteria.masks.map { UInt64(bitPattern: $0) & Entry.attributes }
        languages = criteria.languages.map { $0.reduce(0) { $0 | Self.bit($1) } }
        bits = masks.reduce(0, |) | (languages == nil ? 0 : Entry.language)
    }

    init(_ slice: ReportPlan.Slice) {
        switch slice {
        case .students(let criteria): self.init(criteria)
        case .language(let number): self.init(.init(languages: [number]))
        }
    }

    private static func bit(_ language: Int16) -> UInt128 { (0..<128).contains(language) ? 1 << UInt128(language) : 0 }

    func passes(_ word: UInt64) -> Bool {
        for mask in masks where word & mask == 0 { return false }
        guard let languages else { return true }
        return (languages >> UInt128(Entry.language(of: word))) & 1 == 1
    }
}

/// Which facts a plan counts at all.
struct AcceptedEntries: Sendable {
    private let contexts: UInt16
    private let filter: SliceTest
    /// Superseded attempts are no results of their year, but may be longitudinal.
    private let refused: UInt64

    init(_ plan: ReportPlan) {
        contexts = plan.contexts.map { $0.reduce(0) { $0 | 1 << UInt16(Entry.context($1)) } } ?? .max
        filter = SliceTest(plan.filter)
        switch plan.population {
        case .counted, .claim: refused = Entry.uncounted
        case .longitudinal, .cohort: refused = 0
        }
    }

    func contains(_ word: UInt64) -> Bool {
        word & refused == 0 && (contexts >> UInt16(Entry.context(of: word))) & 1 == 1 && filter.passes(word)
    }
}
