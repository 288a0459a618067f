import Calendar

/// Which school years there are and whether they begin embargoed (access §6.3, DESIGN §9). Rule: Identity R7.
enum SchoolYears {
    /// The oldest year of which results are taken in.
    static let first: Int32 = 2015

    /// The school year that is running on a day: it turns on the first of July.
    static func running(on day: CalendarDay) -> Int32 {
        let (year, month, _) = day.parts
        return Int32(clamping: month >= 7 ? year + 1 : year)
    }

    struct Opened: Equatable, Sendable {
        var year: Int32
        var embargoedByDefault: Bool
    }

    /// The years still missing up to `current`, with their default.
    ///
    /// When the suite starts for the first time, the years before the current one are history and released; the current
    /// one begins embargoed. Later every year that is opened by moving the current one begins embargoed. A year that
    /// exists keeps its default, whatever the current year is.
    static func missing(existing: Set<Int32>, current: Int32) -> [Opened] {
        guard current >= first else { return [] }
        return (first...current).filter { !existing.contains($0) }.map {
            Opened(year: $0, embargoedByDefault: !existing.isEmpty || $0 == current)
        }
    }
}
