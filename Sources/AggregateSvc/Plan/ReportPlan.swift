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

    /// Number of an assessment type.
    var type: Int16
    var assessments: [Int32]
    var years: [Int16]
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

/// What is additive of results (aggregates §2.8).
struct Sums: Sendable, Equatable {
    var count: Int64 = 0
    var score: Int64 = 0
    var squares: Int128 = 0
    /// One for each level of the plan.
    var levels: [Int64] = []
}
