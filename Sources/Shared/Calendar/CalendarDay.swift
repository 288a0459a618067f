/// A day of the Gregorian calendar between the years 1 and 9999, without time or zone.
public struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Negative before 1970-01-01.
    public let daysSince1970: Int32

    private static let least = days(year: 1, month: 1, day: 1)
    private static let greatest = days(year: 9999, month: 12, day: 31)

    /// Nil outside the years 1 to 9999.
    public init?(daysSince1970: Int32) {
        guard (Self.least...Self.greatest).contains(Int(daysSince1970)) else { return nil }
        self.daysSince1970 = daysSince1970
    }

    /// Nil when there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.length(month, of: year),
            let days = Int32(exactly: Self.days(year: year, month: month, day: day))
        else { return nil }
        daysSince1970 = days
    }

    /// Reads `YYYY-MM-DD` and nothing else (ingest §3.2).
    public init?(parsing text: String) {
        guard text.utf8.count == 10 else { return nil }
        var text = text
        guard let day = text.withUTF8({ CalendarDay(parsing: $0) }) else { return nil }
        self = day
    }

    /// Reads `YYYY-MM-DD` and nothing else (ingest §3.2).
    public init?(parsing text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let year = Digits.number(text, 0..<4), let month = Digits.number(text, 5..<7),
            let day = Digits.number(text, 8..<10)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// `YYYY-MM-DD`.
    public var description: String {
        let (year, month, day) = parts
        return "\(Digits.padded(year, 4))-\(Digits.padded(month, 2))-\(Digits.padded(day, 2))"
    }

    public var parts: (year: Int, month: Int, day: Int) {
        // Years begin in March here, so that a leap day is the last day of one; 719468 days from 0000-03-01 to 1970.
        let days = Int(daysSince1970) + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    public static func < (a: CalendarDay, b: CalendarDay) -> Bool { a.daysSince1970 < b.daysSince1970 }

    private static func length(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// For years 1 to 9999 only.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
