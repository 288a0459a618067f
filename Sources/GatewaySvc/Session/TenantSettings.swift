import Calendar
import Contracts
import Synchronization

/// Settings and school years of the state, as Identity has them, in memory.
final class TenantSettings: Sendable {
    private struct State {
        var values: [String: String] = [:]
        var years: Set<Int32> = []
        var known = false
        var time: StateTime?
    }

    private let state = Mutex(State())

    var isKnown: Bool { state.withLock { $0.known } }

    func value(_ key: String) -> String? { state.withLock { $0.values[key] } }

    var stateName: String { value("state.name") ?? "" }

    /// Newest first.
    var schoolYears: [Int32] { state.withLock { $0.years.sorted(by: >) } }

    /// As set; else the newest year there is, or 0 when there is none yet.
    var currentSchoolYear: Int32 {
        state.withLock { state in
            if let text = state.values["schoolYear.current"], let year = boundedInteger(text) {
                return Int32(clamping: year)
            }
            return state.years.max() ?? 0
        }
    }

    /// Exams at other schools than the caller's (DESIGN §5): on unless set to off.
    var transferAccess: Bool { value("transferAccess") != "off" }

    /// The state's civil time; its default zone until the setting is known (DESIGN §4.10).
    var time: StateTime? { state.withLock { $0.time } ?? Self.defaultTime }

    func apply(_ rows: [SettingRow]) {
        state.withLock { state in
            for row in rows {
                if row.schoolYear != 0 {
                    if row.deleted { state.years.remove(row.schoolYear) } else { state.years.insert(row.schoolYear) }
                } else {
                    state.values[row.key] = row.deleted ? nil : row.value
                }
            }
            state.known = true
            state.time = state.values["state.timeZone"].flatMap(StateTime.init)
        }
    }

    func clear() {
        state.withLock { $0 = State() }
    }

    private static let defaultTime = StateTime("America/Los_Angeles")
}
