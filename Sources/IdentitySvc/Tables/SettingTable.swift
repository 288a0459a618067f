import Feed
import Postgres

/// The settings of the state, which every service copies. Keys are listed here and nowhere else.
enum SettingTable {
    /// Two letters, such as `CA`.
    static let stateCode = "state.code"
    /// As people read it, such as `California`.
    static let stateName = "state.name"
    /// An IANA name; days are computed in it.
    static let timeZone = "state.timeZone"
    /// The year in which the current school year ends.
    static let currentSchoolYear = "schoolYear.current"
    /// `on` or `off`: whether a school sees what its present students did elsewhere (access §2.8).
    static let transferAccess = "transferAccess"

    static func read(_ session: borrowing Session) throws -> [String: String] {
        let rows = try session.rows("SELECT key, value FROM identity.setting", as: (String, String).self)
        return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }

    /// Writes what differs, and tells the copies.
    ///
    /// - Returns: whether anything changed.
    static func write(_ values: [String: String], _ session: borrowing Session) throws -> Bool {
        let present = try read(session)
        let changed = values.filter { present[$0.key] != $0.value }.sorted { $0.key < $1.key }
        guard !changed.isEmpty else { return false }
        let first = try FeedOwner.stamp(session, schema: "identity", count: changed.count)
        try session.run(
            """
            INSERT INTO identity.setting (key, value, change)
            SELECT key, value, \(first) - 1 + number
              FROM unnest(\(changed.map(\.key)), \(changed.map(\.value))) WITH ORDINALITY AS new (key, value, number)
            ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, change = EXCLUDED.change
            """)
        return true
    }
}
