import Calendar
import Contracts
import Postgres

/// The results that an operator chose to be removed, as a condition over `exam e`, its assessment `a`, school `c` and
/// district `d` (ingest §11.4).
struct ExamChoiceRule: Sendable {
    let condition: SQL

    /// - Throws: `Fault` `.malformed` for a choice of everything, and for what cannot be read.
    init(_ choice: ExamChoice, time: StateTime) throws {
        var parts: [SQL] = []
        if choice.schoolYear != 0 { parts.append("e.school_year = \(try choice.schoolYear.checkedSchoolYear())") }
        if !choice.assessment.isEmpty { parts.append("a.natural_id = \(choice.assessment)") }
        if !choice.school.isEmpty { parts.append("c.natural_id = \(choice.school)") }
        if !choice.district.isEmpty { parts.append("d.natural_id = \(choice.district)") }
        if !choice.condition.isEmpty {
            guard let condition = ExamCodes.conditions.number(choice.condition) else {
                throw Self.unreadable("condition", "no such administration condition")
            }
            parts.append("e.condition = \(condition)")
        }
        if let from = try Self.day(choice.completedFrom, "completedFrom") {
            parts.append("e.completed_at >= \(Timestamp(time.start(of: from)))")
        }
        if let to = try Self.day(choice.completedTo, "completedTo") {
            // The whole day: up to the beginning of the next.
            guard let next = CalendarDay(daysSince1970: to.daysSince1970 + 1) else {
                throw Self.unreadable("completedTo", "no such day")
            }
            parts.append("e.completed_at < \(Timestamp(time.start(of: next)))")
        }
        guard !parts.isEmpty else {
            throw Fault(.malformed, "Choose at least a year, an assessment, a school, a district, a condition or days.")
        }
        condition = (["NOT e.deleted"] + parts).joined(separator: " AND ")
    }

    /// Tables and condition.
    var source: SQL {
        """
        exam e JOIN assessment a ON a.id = e.assessment_id JOIN school c ON c.id = e.school_id
          LEFT JOIN district d ON d.id = c.district_id WHERE \(condition)
        """
    }

    private static func day(_ text: String, _ field: String) throws -> CalendarDay? {
        if text.isEmpty { return nil }
        guard let day = CalendarDay(parsing: text) else { throw unreadable(field, "no day YYYY-MM-DD") }
        return day
    }

    private static func unreadable(_ field: String, _ problem: String) -> Fault {
        Fault(.malformed, "\(field): \(problem)", violations: [.init(field: field, problem: problem)])
    }
}
