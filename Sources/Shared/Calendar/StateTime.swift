import Foundation

/// The civil time of the state: which day it was there at an instant.
public struct StateTime: Sendable {
    private let zone: TimeZone

    /// - Parameter identifier: an IANA name such as `America/Los_Angeles`; nil for a name the system does not know.
    public init?(_ identifier: String) {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        self.zone = zone
    }

    /// Nil outside the years 1 to 9999.
    public func day(of moment: Moment) -> CalendarDay? {
        let date = Date(timeIntervalSince1970: Double(moment.microseconds) / 1_000_000)
        let offset = Int64(zone.secondsFromGMT(for: date)) * 1_000_000
        let (local, overflow) = moment.microseconds.addingReportingOverflow(offset)
        return overflow ? nil : Moment(microseconds: local).dayInUTC
    }

    /// The first instant of a day.
    public func start(of day: CalendarDay) -> Moment {
        let midnight = Int64(day.daysSince1970) * 86_400
        // The offset of midnight in UTC may be that of the day before a change of the clocks; a second look has the right one.
        var offset: Int64 = 0
        for _ in 0..<2 {
            let date = Date(timeIntervalSince1970: Double(midnight - offset))
            offset = Int64(zone.secondsFromGMT(for: date))
        }
        return Moment(microseconds: (midnight - offset) * 1_000_000)
    }
}
