/// An instant in microseconds since 1970, UTC: PostgreSQL's `timestamptz`.
///
/// `Int64.max` and `Int64.min` are PostgreSQL's `infinity` and `-infinity`.
public struct Timestamp: Sendable, Hashable, Comparable {
    public var microseconds: Int64
    public init(microseconds: Int64) { self.microseconds = microseconds }
    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

    /// From 1970 to PostgreSQL's zero, 2000-01-01.
    private static let offset: Int64 = 946_684_800_000_000

    /// PostgreSQL's number; an instant it cannot hold becomes one that it refuses as out of range.
    var stored: Int64 {
        if microseconds == .max || microseconds == .min { return microseconds }
        let (value, overflow) = microseconds.subtractingReportingOverflow(Self.offset)
        return overflow || value == .min ? .min + 1 : value
    }

    init?(stored: Int64) {
        if stored == .max || stored == .min {
            microseconds = stored
        } else {
            let (value, overflow) = stored.addingReportingOverflow(Self.offset)
            guard !overflow else { return nil }
            microseconds = value
        }
    }
}
