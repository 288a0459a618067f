/// A calendar day without a time zone: PostgreSQL's `date`.
///
/// `Int32.max` and `Int32.min` are PostgreSQL's `infinity` and `-infinity`.
public struct Day: Sendable, Hashable, Comparable {
    public var daysSince1970: Int32
    public init(daysSince1970: Int32) { self.daysSince1970 = daysSince1970 }
    public static func < (a: Day, b: Day) -> Bool { a.daysSince1970 < b.daysSince1970 }

    /// From 1970 to PostgreSQL's zero, 2000-01-01.
    private static let offset: Int32 = 10_957

    /// PostgreSQL's number; a day it cannot hold becomes one that it refuses as out of range.
    var stored: Int32 {
        if daysSince1970 == .max || daysSince1970 == .min { return daysSince1970 }
        let (value, overflow) = daysSince1970.subtractingReportingOverflow(Self.offset)
        return overflow || value == .min ? .min + 1 : value
    }

    init?(stored: Int32) {
        if stored == .max || stored == .min {
            daysSince1970 = stored
        } else {
            let (value, overflow) = stored.addingReportingOverflow(Self.offset)
            guard !overflow else { return nil }
            daysSince1970 = value
        }
    }
}
