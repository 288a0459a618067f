/// An instant, in microseconds since 1970-01-01T00:00:00Z.
public struct Moment: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let microseconds: Int64

    private static let microsecondsOfDay: Int64 = 86_400_000_000

    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Reads `YYYY-MM-DDTHH:MM:SS`, optional fraction, optional `Z` or offset `±HH:MM`; without a zone it is UTC.
    ///
    /// `24:00:00` is midnight at the end of the day. Digits after the sixth of the fraction are dropped. Leap seconds
    /// are no seconds. Rule: ingest §3.2.
    public init?(parsing text: String) {
        var text = text
        guard let moment = text.withUTF8({ Moment(parsing: $0) }) else { return nil }
        self = moment
    }

    /// The same from bytes.
    public init?(parsing text: UnsafeBufferPointer<UInt8>) {
        // The longest sensible one has 35 bytes; more digits of a fraction than fit here are no time of a test.
        guard (19...64).contains(text.count), text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"),
            text[16] == UInt8(ascii: ":"), let day = CalendarDay(parsing: UnsafeBufferPointer(rebasing: text[0..<10])),
            let hour = Digits.number(text, 11..<13), let minute = Digits.number(text, 14..<16),
            let second = Digits.number(text, 17..<19), minute < 60, second < 60
        else { return nil }
        var next = 19
        var fraction: Int64 = 0
        if next < text.count, text[next] == UInt8(ascii: ".") {
            next += 1
            let first = next
            var unit: Int64 = 100_000
            while next < text.count, (48...57).contains(text[next]) {
                fraction += Int64(text[next] - 48) * unit
                unit /= 10
                next += 1
            }
            guard next > first else { return nil }
        }
        guard hour < 24 || (hour == 24 && minute == 0 && second == 0 && fraction == 0) else { return nil }
        guard let offset = Self.offsetMinutes(UnsafeBufferPointer(rebasing: text[next...])) else { return nil }
        let seconds = Int64(hour * 3600 + minute * 60 + second - offset * 60)
        microseconds = Int64(day.daysSince1970) * Self.microsecondsOfDay + seconds * 1_000_000 + fraction
    }

    /// The day in UTC; nil outside the years 1 to 9999.
    public var dayInUTC: CalendarDay? {
        let (days, rest) = microseconds.quotientAndRemainder(dividingBy: Self.microsecondsOfDay)
        return Int32(exactly: rest < 0 ? days - 1 : days).flatMap { CalendarDay(daysSince1970: $0) }
    }

    /// `YYYY-MM-DDTHH:MM:SS.ffffffZ`, or the number of microseconds outside the years 1 to 9999.
    public var description: String {
        guard let day = dayInUTC else { return "\(microseconds) µs" }
        let time = Int(microseconds - Int64(day.daysSince1970) * Self.microsecondsOfDay)
        let seconds = time / 1_000_000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { Digits.padded($0, 2) }.joined(
            separator: ":")
        return "\(day)T\(clock).\(Digits.padded(time % 1_000_000, 6))Z"
    }

    public static func < (a: Moment, b: Moment) -> Bool { a.microseconds < b.microseconds }

    /// Minutes east of Greenwich of a zone's text; 0 for the empty one.
    private static func offsetMinutes(_ zone: UnsafeBufferPointer<UInt8>) -> Int? {
        if zone.isEmpty { return 0 }
        if zone.count == 1, zone[0] == UInt8(ascii: "Z") { return 0 }
        guard zone.count == 6, zone[3] == UInt8(ascii: ":"), let hours = Digits.number(zone, 1..<3),
            let minutes = Digits.number(zone, 4..<6), minutes < 60, hours * 60 + minutes <= 14 * 60
        else { return nil }
        switch zone[0] {
        case UInt8(ascii: "+"): return hours * 60 + minutes
        case UInt8(ascii: "-"): return -(hours * 60 + minutes)
        default: return nil
        }
    }
}
