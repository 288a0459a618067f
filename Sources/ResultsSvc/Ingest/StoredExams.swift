import Calendar
import Postgres

/// What is stored under one key (assessment, opportunity). Rule: ingest §3.11.
struct StoredExam: Sendable {
    var id: Int64
    /// Of the row, and of its partition.
    var schoolYear: Int32
    /// Nil for a key whose exam is made in this transaction.
    var exam: Exam?

    struct Exam: Sendable {
        var studentID: Int64
        var statusDate: Moment?
        var resetAt: Moment?
        var deleted: Bool
        var contentHash: Int64
    }
}

struct ExamKey: Sendable, Hashable {
    var assessmentID: Int32
    var opportunityID: String

    init(_ draft: ExamDraft) {
        assessmentID = draft.assessmentID
        opportunityID = draft.opportunityID
    }

    init(assessmentID: Int32, opportunityID: String) {
        self.assessmentID = assessmentID
        self.opportunityID = opportunityID
    }
}

enum StoredExams {
    /// Makes the keys that are new, locks the others and says what is stored under each.
    ///
    /// Whoever has made a key or holds its lock alone changes its exam, so two transmissions of one key end as if one after
    /// the other. Keys are made in one order by everybody, and then locked in it, or two workers would wait for each other.
    /// What is stored is read by a statement of its own: one that waits for a lock still sees the rows of before the wait.
    static func lock(_ drafts: [ExamDraft], _ session: borrowing Session) throws -> [ExamKey: StoredExam] {
        let assessments = drafts.map(\.assessmentID)
        let opportunities = drafts.map(\.opportunityID)
        let made = try session.rows(
            """
            INSERT INTO exam_key (assessment_id, opportunity_id, exam_id, school_year)
            SELECT a, o, nextval('exam_id'), y FROM (
                SELECT * FROM unnest(\(assessments), \(opportunities), \(drafts.map(\.schoolYear))) AS u(a, o, y)
                 ORDER BY a, o COLLATE "C") s
            ON CONFLICT DO NOTHING
            RETURNING assessment_id, opportunity_id, exam_id, school_year
            """, as: (Int32, String, Int64, Int32).self)
        var stored: [ExamKey: StoredExam] = [:]
        stored.reserveCapacity(drafts.count)
        for (assessmentID, opportunityID, id, year) in made {
            stored[ExamKey(assessmentID: assessmentID, opportunityID: opportunityID)] = StoredExam(
                id: id, schoolYear: year, exam: nil)
        }
        let others = drafts.filter { stored[ExamKey($0)] == nil }
        if !others.isEmpty {
            stored.merge(try lockKnown(others, session)) { made, _ in made }
        }
        return stored
    }

    /// The keys that are not new.
    private static func lockKnown(
        _ drafts: [ExamDraft], _ session: borrowing Session
    ) throws -> [ExamKey: StoredExam] {
        let keys = try session.rows(
            """
            SELECT k.assessment_id, k.opportunity_id, k.exam_id, k.school_year
              FROM exam_key k JOIN unnest(\(drafts.map(\.assessmentID)), \(drafts.map(\.opportunityID))) AS u(a, o)
                ON k.assessment_id = u.a AND k.opportunity_id = u.o
             ORDER BY k.assessment_id, k.opportunity_id COLLATE "C" FOR UPDATE OF k
            """, as: (Int32, String, Int64, Int32).self)
        let exams = try session.rows(
            """
            SELECT e.id, e.student_id, e.status_at, e.reset_at, e.deleted, e.content_hash
              FROM unnest(\(keys.map(\.2)), \(keys.map(\.3))) AS u(id, year)
              JOIN exam e ON e.id = u.id AND e.school_year = u.year
            """, as: (Int64, Int64, Timestamp?, Timestamp?, Bool, Int64).self)
        var byID: [Int64: StoredExam.Exam] = [:]
        for (id, studentID, statusDate, resetAt, deleted, hash) in exams {
            byID[id] = StoredExam.Exam(
                studentID: studentID, statusDate: Moment(statusDate), resetAt: Moment(resetAt), deleted: deleted,
                contentHash: hash)
        }
        var stored: [ExamKey: StoredExam] = [:]
        for (assessmentID, opportunityID, id, year) in keys {
            stored[ExamKey(assessmentID: assessmentID, opportunityID: opportunityID)] = StoredExam(
                id: id, schoolYear: year, exam: byID[id])
        }
        return stored
    }

    /// The exams as drafts, by id.
    static func drafts(_ exams: [(id: Int64, schoolYear: Int32)], _ session: borrowing Session) throws -> [Int64:
        ExamDraft]
    {
        if exams.isEmpty { return [:] }
        let source: SQL = """
            unnest(\(exams.map(\.id)), \(exams.map(\.schoolYear))) AS u(id, year)
              JOIN exam e ON e.id = u.id AND e.school_year = u.year
            """
        let columns = try session.rows(
            """
            SELECT e.id, e.assessment_id, e.opportunity_id, e.subject_id, e.type, e.school_year, e.school_id, e.status, e.status_at,
                   e.completed_at, e.started_at, e.forced_at, e.effective_on, e.enrolled_grade, e.condition, e.completeness,
                   e.session_id, e.iep, e.lep, e.section504, e.economic_disadvantage, e.migrant, e.elas, e.elas_start, e.language,
                   e.english_level, e.title3_program, e.disability, e.military
              FROM \(source)
            """,
            as: (
                Int64, Int32, String, Int32, Int16, Int32, Int64, Int16, Timestamp?, Timestamp, Timestamp?, Timestamp?,
                Day?, String, Int16?,
                Int16?, String?, Bool?, Bool?, Bool?, Bool?, Bool?, Int16?, Day?, String?, String?, String?, String?,
                Int16?
            ).self)
        var drafts: [Int64: ExamDraft] = [:]
        for row in columns {
            drafts[row.0] = ExamDraft(
                assessmentID: row.1, opportunityID: row.2, subjectID: row.3, type: row.4, schoolYear: row.5,
                schoolID: row.6,
                status: row.7, statusDate: Moment(row.8), completed: Moment(row.9), started: Moment(row.10),
                forceCompleted: Moment(row.11), effective: CalendarDay(row.12), enrolledGrade: row.13,
                condition: row.14,
                completeness: row.15, sessionID: row.16, iep: row.17, lep: row.18, section504: row.19,
                economicDisadvantage: row.20, migrant: row.21, elas: row.22, elasStart: CalendarDay(row.23),
                language: row.24,
                englishLevel: row.25, titleIIIProgram: row.26, primaryDisability: row.27, military: row.28, claims: [],
                alternates: [], student: StudentDraft(ssid: ""))
        }
        let scores = try session.rows(
            """
            SELECT e.id, e.scale_score_milli, e.standard_error_milli, e.theta, e.theta_error, e.level,
                   coalesce(e.claim_scores_milli, '{}'), coalesce(e.claim_errors_milli, '{}'), coalesce(e.claim_levels, '{}'),
                   coalesce(e.alternate_scores_milli, '{}'), coalesce(e.alternate_errors_milli, '{}'),
                   coalesce(e.alternate_levels, '{}'), e.accommodation_ids, e.traits, e.targets, e.items, e.responses, e.extra
              FROM \(source)
            """,
            as: (
                Int64, Int64?, Int64?, Double?, Double?, Int16?, [Int64?], [Int64?], [Int16?], [Int64?], [Int64?],
                [Int16?], [Int32],
                [UInt8]?, [UInt8]?, [UInt8]?, [UInt8]?, [UInt8]?
            ).self)
        for row in scores {
            guard var draft = drafts[row.0], let packed = row.17 else { continue }
            let extra = try ExamPacking.extra(packed)
            draft.overall = ExamDraft.ScoreDraft(
                scaleMilli: row.1, errorMilli: row.2, theta: row.3, thetaError: row.4, level: row.5)
            draft.claims = parts(row.6, row.7, row.8, extra.thetas[...])
            draft.alternates = parts(row.9, row.10, row.11, extra.thetas.dropFirst(draft.claims.count))
            draft.accommodationIDs = row.12
            draft.traits = try row.13.map { try ExamPacking.traits($0) } ?? []
            draft.targets = try row.14.map { try ExamPacking.targets($0) } ?? []
            draft.items = try row.15.map { try ExamPacking.items($0, row.16, completed: draft.completed) } ?? []
            draft.delivery = extra.delivery
            draft.student = extra.student
            drafts[row.0] = draft
        }
        return drafts
    }

    private static func parts(
        _ scores: [Int64?], _ errors: [Int64?], _ levels: [Int16?], _ thetas: ArraySlice<ExamPacking.Extra.Theta>
    ) -> [ExamDraft.ScoreDraft] {
        scores.indices.map { index in
            let theta = thetas.dropFirst(index).first
            return ExamDraft.ScoreDraft(
                scaleMilli: scores[index], errorMilli: errors.indices.contains(index) ? errors[index] : nil,
                theta: theta?.theta,
                thetaError: theta?.error, level: levels.indices.contains(index) ? levels[index] : nil)
        }
    }
}
