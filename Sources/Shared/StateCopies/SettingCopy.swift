import Contracts
import Postgres

/// A service's copy of settings and school years, in tables `setting` and `school_year` of its schema.
public enum SettingCopy {
    public static func apply(_ session: borrowing Session, _ rows: [SettingRow]) throws {
        for row in rows {
            switch (row.schoolYear, row.deleted) {
            case (0, true): _ = try session.run("DELETE FROM setting WHERE key = \(row.key)")
            case (0, false):
                _ = try session.run(
                    """
                    INSERT INTO setting (key, value) VALUES (\(row.key), \(row.value))
                    ON CONFLICT (key) DO UPDATE SET value = excluded.value
                    """)
            case (let year, true): _ = try session.run("DELETE FROM school_year WHERE year = \(year)")
            case (let year, false):
                _ = try session.run(
                    """
                    INSERT INTO school_year (year, embargoed_by_default) VALUES (\(year), \(row.embargoedByDefault))
                    ON CONFLICT (year) DO UPDATE SET embargoed_by_default = excluded.embargoed_by_default
                    """)
            }
        }
    }

    public static func clear(_ session: borrowing Session) throws {
        _ = try session.run("DELETE FROM setting")
        _ = try session.run("DELETE FROM school_year")
    }
}
