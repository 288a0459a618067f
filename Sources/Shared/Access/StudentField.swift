import Contracts

/// What is recorded about a student, or about a student at the time of a test, and may be filtered, grouped and exported by.
///
/// A setting of the state says who sees each (access §2.11): filters, subgroups and exports are made of the visible ones.
public enum StudentField: String, CaseIterable, Sendable {
    case ethnicity, gender, military, elas, language, migrant, section504, iep, economicDisadvantage, englishLearner

    /// Who sees a field.
    public enum Visibility: String, Sendable {
        /// Everybody who sees results.
        case enabled
        /// Those who see individual results of whole schools.
        case admin
        case disabled
    }

    /// The setting that says who sees it: `enabled`, `admin` or `disabled`.
    public var settingKey: String { "studentField.\(rawValue)" }

    /// The guide names four filters; the others are there for a state that wants them (access §2.11).
    var shippedVisibility: Visibility {
        switch self {
        case .ethnicity, .elas, .language, .migrant: .enabled
        default: .disabled
        }
    }

    /// - Parameter setting: the value of its setting, in any case; nil without one. A word that is none hides the field.
    public func isVisible(to caller: CallerClaims, setting: String?) -> Bool {
        switch setting.map({ Visibility(rawValue: $0.lowercased()) ?? .disabled }) ?? shippedVisibility {
        case .enabled: true
        case .admin: caller.has(.individualPIIRead)
        case .disabled: false
        }
    }
}
