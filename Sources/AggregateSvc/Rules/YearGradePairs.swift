/// The year of each grade of a longitudinal report: of the highest grade the chosen one, of each other as many years before as
/// their numbers differ, whatever grades lie between (aggregates §2.2, T14).
enum YearGradePairs {
    /// - Returns: nil when a grade does not advance by years.
    static func of(_ grades: [String], to year: Int32) -> [String: Int32]? {
        let numbers = grades.compactMap { code in Grades.number(code).map { (code, $0) } }
        guard numbers.count == grades.count, let top = numbers.map(\.1).max() else { return nil }
        return Dictionary(numbers.map { ($0.0, year - Int32(top - $0.1)) }, uniquingKeysWith: { first, _ in first })
    }
}
