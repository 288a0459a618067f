import Access
import Contracts
import Postgres

/// Which student fields a person may use in reports (aggregates §0.2, §1.4): the state's settings say it, for results and
/// reports alike (`Access.StudentField`).
enum FieldVisibility {
    static func fields(for caller: CallerClaims, _ session: borrowing Session) throws -> [StudentField] {
        let settings = Dictionary(
            try session.rows(
                "SELECT key, value FROM setting WHERE key LIKE 'studentField.%'", as: (String, String).self),
            uniquingKeysWith: { first, _ in first })
        return StudentField.all.filter { $0.field.isVisible(to: caller, setting: settings[$0.field.settingKey]) }
    }
}

/// The assessment types that a person may report on, in the order in which they are offered (aggregates §4.9).
///
/// Settings `aggregate.types`, `aggregate.statewideTypes` and `aggregate.stateRowTypes`: codes with commas, or `none`.
struct ReportTypes: Sendable {
    let offered: [String]
    /// For which a State row may be had.
    let stateRows: [String]

    init(for scope: Scope, _ session: borrowing Session) throws {
        let set = Dictionary(
            try session.rows(
                "SELECT key, value FROM setting WHERE key LIKE 'aggregate.%ypes'", as: (String, String).self),
            uniquingKeysWith: { first, _ in first })
        func types(_ key: String, _ usual: [String]) -> [String] {
            guard let text = set[key] else { return usual }
            let named = text.split(separator: ",").map { $0.filter { !$0.isWhitespace }.lowercased() }
            return TypeCodes.offered.filter(named.contains)
        }
        offered = types(scope.statewide ? "aggregate.statewideTypes" : "aggregate.types", TypeCodes.offered)
        stateRows = types("aggregate.stateRowTypes", [TypeCodes.summative])
    }
}

/// Whether filters are printed with a report and its export: a filtered report must not look unfiltered (DESIGN §5).
///
/// Setting `aggregate.filtersInOutput`: `off` gives the guide's columns.
enum PrintedFilters {
    static func isOn(_ session: borrowing Session) throws -> Bool {
        try session.row(
            "SELECT value <> 'off' FROM aggregate.setting WHERE key = 'aggregate.filtersInOutput'", as: Bool.self)
            ?? true
    }
}
