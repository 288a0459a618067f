/// The word of a longitudinal result: at which grades its student has others on the same diagonal of year less grade, in the
/// same school, the same district and anywhere (aggregates §2.2, §7.4). Written by `refresh_cohorts` of migration V0006.
///
/// Who belongs to the cohort of an organization is decided by the result alone, before any filter: it does when all selected
/// grades are among those of the organization's kind. Rule: Aggregate R12.
enum CohortWord {
    enum Place: Int64, Sendable {
        case school = 0
        case district = 14
        case state = 28
    }

    /// The bits that a result must have for the selected grades.
    static func mask(_ grades: [Int], at place: Place) -> Int64 {
        grades.filter(Grades.numbers.contains).reduce(0) { $0 | 1 << (Int64($1) + place.rawValue) }
    }
}

/// Levels of claims in one number, three bits each, by their position in an exam's scores.
enum ClaimWord {
    /// More claims than any assessment has.
    static let most = 10

    static func word(_ levels: [Int32]) -> Int32 {
        levels.prefix(most).enumerated().reduce(0) { word, one in
            (1...6).contains(one.element) ? word | one.element << Int32(3 * one.offset) : word
        }
    }

    static func level(_ word: UInt64, _ position: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: word >> UInt64(3 * position)) & 7
    }
}
