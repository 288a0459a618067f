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
        """
        COALESCE(
          (SELECT bool_or(rule_setting.value = \(ReleaseStatus.released.rawValue))
             FROM \(schema).embargo_setting rule_setting
            WHERE rule_setting.school_year = \(year) AND rule_setting.district_id IN (0, \(district))
              AND rule_setting.kind = \(kind.rawValue) AND rule_setting.value <> 0),
          (SELECT NOT rule_year.embargoed_by_default
             FROM \(schema).school_year rule_year WHERE rule_year.year = \(year)),
          false)
        """
    }
}
