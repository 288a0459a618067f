/// The rule of `ReleaseStatus.effective` as SQL, over a service's own copies of the settings.
///
/// The copies are `embargo_setting(school_year, district_id, kind, value)` with district 0 for the State, and
/// `school_year(year, embargoed_by_default)`. Tests hold both forms of the rule against each other.
public enum ReleaseStatusSQL {
    /// A boolean expression, never null: summative results of this year and district are released.
    ///
    /// A year that the copy does not know is embargoed: fail closed. The rule's own aliases begin with `rule_`, so that an
    /// expression such as `y.year` means the asker's `y` and never a table in here.
    ///
    /// - Parameters:
    ///   - schema: the schema of the copies.
    ///   - year: SQL expression of the school year, such as `e.school_year`.
    ///   - district: SQL expression of the district of the exam's school, such as `e.district_id`.
    public static func isReleased(schema: String, year: String, district: String, kind: ResultKind) -> String {
        // The two expressions stand in a query of their own, where no table of the rule is visible: whatever their
        // columns are called, they mean the caller's.
        """
        (SELECT COALESCE(
          (SELECT bool_or(s.value = \(ReleaseStatus.released.rawValue))
             FROM \(schema).embargo_setting s
            WHERE s.school_year = asked.year AND s.district_id IN (0, asked.district) AND s.kind = \(kind.rawValue)
              AND s.value <> 0),
          (SELECT NOT y.embargoed_by_default FROM \(schema).school_year y WHERE y.year = asked.year),
          false)
           FROM (SELECT (\(year))::integer AS year, (\(district))::bigint AS district) AS asked)
        """
    }

    /// A boolean expression, never null: the State itself has released this year, so that every district is, whatever it
    /// says. A year that was loaded as history is not enough: there a district may still hold back its own.
    public static func isReleasedByState(schema: String, year: String, kind: ResultKind) -> String {
        """
        EXISTS (SELECT FROM \(schema).embargo_setting rule_state
                 WHERE rule_state.school_year = \(year) AND rule_state.district_id = 0
                   AND rule_state.kind = \(kind.rawValue) AND rule_state.value = \(ReleaseStatus.released.rawValue))
        """
    }
}
