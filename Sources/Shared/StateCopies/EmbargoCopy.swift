import Contracts
import Postgres

/// A service's copy of the embargo settings in table `embargo_setting` of its schema, used only under the lease of its feed.
public enum EmbargoCopy {
    public static func apply(_ session: borrowing Session, _ rows: [EmbargoSettingRow]) throws {
        for row in rows {
            let kind = Int16(truncatingIfNeeded: row.kind.rawValue)
            if row.deleted || row.value == .unset {
                _ = try session.run(
                    """
                    DELETE FROM embargo_setting
                     WHERE school_year = \(row.schoolYear) AND district_id = \(row.districtID) AND kind = \(kind)
                    """)
            } else {
                _ = try session.run(
                    """
                    INSERT INTO embargo_setting (school_year, district_id, kind, value)
                    VALUES (\(row.schoolYear), \(row.districtID), \(kind), \(Int16(truncatingIfNeeded: row.value.rawValue)))
                    ON CONFLICT (school_year, district_id, kind) DO UPDATE SET value = excluded.value
                    """)
            }
        }
    }

    public static func clear(_ session: borrowing Session) throws {
        _ = try session.run("DELETE FROM embargo_setting")
    }
}
