import Calendar
import Postgres

extension StateTime {
    private static let key = "state.timeZone"
    private static let usual = "America/Los_Angeles"

    /// The state's time as the copy of the settings has it (DESIGN §4.10).
    static func read(_ session: borrowing Session) throws -> StateTime {
        let zone = try session.row("SELECT value FROM setting WHERE key = \(key)", as: String.self)
        guard let time = StateTime(zone ?? usual) ?? StateTime(usual) else { throw TimeZoneMissing() }
        return time
    }
}

/// This machine does not know the time zones.
private struct TimeZoneMissing: Error {}
