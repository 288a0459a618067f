/// What a report adds up, free of names: the one form that every engine carries out (DESIGN §7).
struct ReportPlan: Sendable {
    /// Which students: at least one bit of every mask, and one of the languages.
    struct Criteria: Sendable, Equatable {
        var masks: [Int64] = []
        /// Numbers of `Languages`; nil: any, the unknown one too.
        var languages: [Int16]?
    }

    enum Slice: Sendable, Equatable {
        case students(Criteria)
        /// One primary language.
        case language(Int16)
    }

    enum Choice: Sendable, Equatable {
        case all
        case some([Int64])

        var isEmpty: Bool { self == .some([]) }
    }

    /// Which results count, and what of them.
    enum Population: Sendable, Equatable {
        /// The attempt that counts.
        case counted
        /// Those of aggregates §2.2, whoever has them.
        case longitudinal
        /// Those whose cohort word has all bits of a mask; such a plan has one kind of organization.
        case cohort(Int64)
        /// The attempt that counts where it has a level for the claim at a position; that level, and no score.
        case claim(Int)
    }

    /// Number of an assessment type.
    var type: Int16
    var keys: [SegmentKey]
    var population: Population
    /// Numbers of `Context`; nil: all.
    var contexts: [Int16]?
    /// Of every slice.
    var filter: Criteria
    /// Rows tell which by its place.
    var slices: [Slice]
    var state: Bool
    var districts: Choice
    var schools: Choice
    /// Levels from 1 on that are counted; at most 6.
    var levels: Int

    var years: [Int16] { Set(keys.map(\.year)).sorted() }
    var assessments: [Int32] { Set(keys.map(\.assessment)).sorted() }
}

/// One group of counted results: exact integers, scores in thousandths of a point.
struct PlanRow: Sendable, Equatable {
    enum Place: Sendable, Hashable {
        case state
        case district(Int64)
        case school(Int64)
    }

    var place: Place
    var assessment: Int32
    var year: Int16
    var slice: Int
    var sums: Sums
}

/// The rows of a plan, by assessment and year.
typealias PlanRows = [PackedRows]

/// What is additive of results (aggregates §2.8).
struct Sums: Sendable, Equatable {
    var count: Int64
    var score: Int64
    var squares: Int128
    /// One for each level of the plan.
    var levels: LevelCounts

    init(count: Int64 = 0, score: Int64 = 0, squares: Int128 = 0, levels: [Int64] = []) {
        self.count = count
        self.score = score
        self.squares = squares
        self.levels = LevelCounts(levels)
    }

    init(count: Int64, score: Int64, squares: Int128, levels: LevelCounts) {
        self.count = count
        self.score = score
        self.squares = squares
        self.levels = levels
    }
}

/// Up to six counts in place, since a report may have millions of rows: four thousand million results of one assessment in one
/// year are more than there are people.
struct LevelCounts: Sendable, Equatable, RandomAccessCollection {
    /// The last one is the number of levels.
    private var lanes = SIMD8<UInt32>()

    init(_ counts: some Collection<Int64>) {
        for (place, count) in counts.prefix(6).enumerated() { lanes[place] = UInt32(clamping: count) }
        lanes[7] = UInt32(Swift.min(counts.count, 6))
    }

    /// All zero.
    init(levels: Int) { lanes[7] = UInt32(Swift.max(0, Swift.min(levels, 6))) }

    var startIndex: Int { 0 }
    var endIndex: Int { Int(lanes[7]) }

    subscript(place: Int) -> Int64 {
        get {
            precondition(place < endIndex, "there is no such level")
            return Int64(lanes[place])
        }
        set {
            precondition(place < endIndex, "there is no such level")
            lanes[place] = UInt32(clamping: newValue)
        }
    }
}
