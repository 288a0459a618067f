import Feed
import Foundation
import Postgres

/// The settings of the state, which every service copies. Below are the keys that have a setting of the process; others
/// come from the operator's file.
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

    private static let own: Set<String> = [stateCode, stateName, timeZone, currentSchoolYear, transferAccess]

    /// The operator's file: a JSON object whose values are texts.
    ///
    /// - Throws: `SettingFileError`, in words.
    static func further(_ json: Data) throws -> [String: String] {
        let values: [String: String]
        do { values = try JSONDecoder().decode([String: String].self, from: json) } catch {
            throw SettingFileError(problem: "is not a JSON object of texts")
        }
        for (key, value) in values {
            guard (1...100).contains(key.count), value.count <= 1_000, !key.utf8.contains(0), !value.utf8.contains(0)
            else {
                throw SettingFileError(problem: "holds a key or a value that is too long, empty or not text")
            }
            if own.contains(key) {
                throw SettingFileError(problem: "must not hold \(key), which has a setting of its own")
            }
        }
        return values
    }

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

struct SettingFileError: Error, Equatable, CustomStringConvertible {
    var problem: String
    var description: String { problem }
}
