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
}
