import Contracts
import Postgres
import StateCopies

/// One exam as read through the gate, with what the lists and statistics need.
struct ExamRow: Sendable {
    let exam: Exam
    let subjectID: Int32
    let type: Int16
    /// The administering school lies in the scope that the question is asked from.
    let schoolIsInScope: Bool
    /// The filter of the question lets it through.
    let fits: Bool

    /// The tables that the gate's predicate speaks of: exam `e`, its student `s`, its school `c`; and assessment `a`.
    static let tables: SQL = """
        exam e JOIN student s ON s.id = e.student_id JOIN school c ON c.id = e.school_id
          JOIN assessment a ON a.id = e.assessment_id
        """

    /// The exams that meet `condition` and are visible, by last name, first name and time. Every claim and alternate code
    /// of the subject's definition has its entry, in display order.
    static func read(
        _ session: borrowing Session, _ view: Gate.View, scope: Scope, subjects: SubjectCatalogue.Content,
        where condition: SQL, fitting filter: SQL = "true", limit: Int64
    ) throws -> [ExamRow] {
        // For SQL it is unknown, not false, whether a school without a group lies in a scope of groups.
        let core = try session.rows(
            """
            SELECT e.id, e.assessment_id, e.student_id, s.ssid, coalesce(s.first_name, ''), coalesce(s.last_name, ''),
                   e.school_id, c.name, e.school_year, e.enrolled_grade, e.completed_at, coalesce(e.session_id, ''),
                   coalesce(e.completeness, 0::smallint), coalesce(e.condition, 0::smallint),
                   e.scale_score_milli, e.standard_error_milli, coalesce(e.level, 0::smallint),
                   coalesce(e.claim_scores_milli, '{}'), coalesce(e.claim_errors_milli, '{}'), coalesce(e.claim_levels, '{}'),
                   coalesce(e.alternate_scores_milli, '{}'), coalesce(e.alternate_errors_milli, '{}'),
                   coalesce(e.alternate_levels, '{}'),
                   e.opportunity_id, e.subject_id, e.type, coalesce(\(scope.contains(school: "c")), false),
                   \(view.embargoed), coalesce(\(filter), false)
              FROM \(tables)
             WHERE \(condition) AND \(view.visible)
             ORDER BY lower(s.last_name), lower(s.first_name), e.completed_at, e.id
             LIMIT \(limit)
            """,
            as: (
                Int64, Int32, Int64, String, String, String, Int64, String, Int32, String, Timestamp, String, Int16,
                Int16,
                Int64?, Int64?, Int16, [Int64?], [Int64?], [Int16?], [Int64?], [Int64?], [Int16?], String, Int32, Int16,
                Bool, Bool, Bool
            ).self)
        return core.map { row in
            let scores = subjects.scores[.init(subjectID: row.24, type: row.25)]
            return ExamRow(
                exam: .with {
                    $0.id = row.0
                    $0.assessmentID = Int64(row.1)
                    $0.studentID = row.2
                    $0.ssid = row.3
                    $0.firstName = row.4
                    $0.lastName = row.5
                    $0.schoolID = row.6
                    $0.schoolName = row.7
                    $0.schoolYear = row.8
                    $0.enrolledGrade = row.9
                    $0.completedAtUs = row.10.microseconds
                    $0.sessionID = row.11
                    $0.completeness = ExamCode.completenesses[row.12] ?? ""
                    $0.condition = ExamCode.conditions[row.13] ?? ""
                    $0.overall = score("", row.14, row.15, row.16)
                    $0.claims = parts(scores?.claims ?? [], row.17, row.18, row.19)
                    $0.alternates = parts(scores?.alternates ?? [], row.20, row.21, row.22)
                    $0.opportunityID = row.23
                    $0.embargoed = row.27
                }, subjectID: row.24, type: row.25, schoolIsInScope: row.26, fits: row.28)
        }
    }

    private static func score(_ code: String, _ scale: Int64?, _ error: Int64?, _ level: Int16) -> ExamScore {
        .with {
            $0.code = code
            $0.scaleScoreMilli = scale
            $0.standardErrorMilli = error
            $0.level = Int32(level)
        }
    }

    private static func parts(
        _ codes: [SubjectScores.Code], _ scales: [Int64?], _ errors: [Int64?], _ levels: [Int16?]
    ) -> [ExamScore] {
        codes.map { code in
            func at<T>(_ values: [T?]) -> T? { values.indices.contains(code.position) ? values[code.position] : nil }
            return score(code.code, at(scales), at(errors), at(levels) ?? 0)
        }
    }
}

/// Assessments as the screens name them.
enum AssessmentRows {
    /// - Parameter rows: id, natural id, label, grade, type, subject id, school year.
    static func assessment(
        _ row: (Int32, String, String, String, Int16, Int32, Int32), _ subjects: SubjectCatalogue.Content
    ) -> Assessment {
        .with {
            $0.id = Int64(row.0)
            $0.naturalID = row.1
            $0.label = row.2
            $0.grade = row.3
            $0.type = ExamCode.types[row.4] ?? ""
            $0.subject = subjects.codes[row.5] ?? ""
            $0.schoolYear = row.6
        }
    }

    static func byID(
        _ session: borrowing Session, _ ids: [Int32], _ subjects: SubjectCatalogue.Content
    ) throws -> [Assessment] {
        try session.rows(
            """
            SELECT id, natural_id, label, grade, type, subject_id, school_year FROM assessment WHERE id = ANY(\(ids))
             ORDER BY grade, lower(label), id
            """, as: (Int32, String, String, String, Int16, Int32, Int32).self
        ).map { assessment($0, subjects) }
    }
}
