import Contracts
import Postgres

/// Facts, kept equal to the results that ResultsSvc has: every scored attempt, the one that counts flagged.
///
/// Of the attempts of a student at one assessment in one year the latest counts; of two of the same time the one with the
/// lower id. When it goes, the next one counts again. Rule: Aggregate R2 (aggregates §1.2, T1).
enum FactCopy {
    /// A result that the tables cannot hold counts nowhere, as one without a score does.
    private static func isFact(_ exam: ExamChange) -> Bool {
        !exam.deleted && TypeCodes.numbers[exam.type] != nil && (1...6).contains(exam.level)
            && (-100_000_000...100_000_000).contains(exam.scaleScoreMilli) && (2000...2100).contains(exam.schoolYear)
            && Int32(exactly: exam.assessmentID) != nil
    }

    struct Key: Hashable {
        var student: Int64
        var assessment: Int32
        var year: Int16
        /// The same for all attempts at an assessment; it saves looking into the partitions of the others.
        var type: Int16
    }
    private struct Tallied: Hashable, Comparable {
        var year: Int16
        var assessment: Int32
        var school: Int64
        static func < (a: Tallied, b: Tallied) -> Bool {
            (a.year, a.assessment, a.school) < (b.year, b.assessment, b.school)
        }
    }

    /// Plans are kept: to make them over all partitions, for each page, took longer than carrying them out. One that was made
    /// while the tables were empty would scan them for ever, hence no scans.
    static let planning = "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off"

    static func apply(_ session: borrowing Session, _ rows: [ExamChange]) throws {
        try FactLog.lock(session)
        try session.script(planning)
        let gone = try remove(rows.map(\.id), session)
        let facts = rows.filter(isFact)
        try insert(facts, session)
        try ResidualCopy.replace(of: rows.map(\.id), by: facts, session)

        var contested: Set<Key> = []
        var deltas: [Tallied: Int32] = [:]
        var followed: Set<Int64> = []
        for (student, assessment, year, school, type) in gone {
            if type == TypeCodes.numbers[TypeCodes.summative] { followed.insert(student) }
            contested.insert(Key(student: student, assessment: assessment, year: year, type: type))
            deltas[Tallied(year: year, assessment: assessment, school: school), default: 0] -= 1
        }
        for exam in facts {
            if exam.type == TypeCodes.summative { followed.insert(exam.studentID) }
            let (assessment, year) = (Int32(clamping: exam.assessmentID), Int16(clamping: exam.schoolYear))
            contested.insert(
                Key(
                    student: exam.studentID, assessment: assessment, year: year, type: TypeCodes.numbers[exam.type] ?? 0
                ))
            deltas[Tallied(year: year, assessment: assessment, school: exam.schoolID), default: 0] += 1
        }
        try elect(contested, session)
        if !followed.isEmpty { try session.run("SELECT refresh_cohorts(\(followed.sorted()))") }
        try tally(deltas.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, session)
    }

    /// The facts of these exams, wherever they are. What has a higher id than every fact is new here: exams are numbered as
    /// they come, so most of a page need not be looked for in all partitions.
    private static func remove(
        _ exams: [Int64], _ session: borrowing Session
    ) throws -> [(student: Int64, assessment: Int32, year: Int16, school: Int64, type: Int16)] {
        let newest = try session.row("SELECT coalesce(max(exam_id), 0) FROM fact", as: Int64.self) ?? 0
        let known = exams.filter { $0 <= newest }
        if known.isEmpty { return [] }
        return try session.rows(
            """
            DELETE FROM fact WHERE exam_id = ANY(\(known))
            RETURNING student_id, assessment_id, school_year, school_id, type
            """, as: (Int64, Int32, Int16, Int64, Int16).self
        ).map { ($0.0, $0.1, $0.2, $0.3, $0.4) }
    }

    private static func insert(_ facts: [ExamChange], _ session: borrowing Session) throws {
        if facts.isEmpty { return }
        try session.run(
            """
            INSERT INTO fact (exam_id, student_id, school_id, completed_at, assessment_id, score, school_year, type, language,
                              context, level, counted, attributes, enrolled, claims, cohort)
            SELECT u.exam, u.student, u.school, u.completed, u.assessment, u.score, u.year, u.type, u.language, u.context,
                   u.level, true, u.attributes | coalesce(s.attributes, \(Attributes.unknownStudent)), u.enrolled, u.claims,
                   CASE WHEN u.type = 3 AND u.enrolled >= 0 AND u.enrolled = grade_number(a.grade)
                        THEN own_cohort(u.enrolled, c.district_id) ELSE 0 END
              FROM unnest(\(facts.map(\.id)), \(facts.map(\.studentID)), \(facts.map(\.schoolID)),
                          \(facts.map { Timestamp(microseconds: $0.completedAtUs) }),
                          \(facts.map { Int32(clamping: $0.assessmentID) }),
                          \(facts.map { Int32(clamping: $0.scaleScoreMilli) }),
                          \(facts.map { Int16(clamping: $0.schoolYear) }), \(facts.map { TypeCodes.numbers[$0.type] ?? 0 }),
                          \(facts.map { Languages.number($0.language) }),
                          \(facts.map { Context.number(completeness: $0.completeness, condition: $0.condition) }),
                          \(facts.map { Int16(clamping: $0.level) }), \(facts.map { Attributes.ofExam($0) }),
                          \(facts.map { Int16(Grades.number($0.enrolledGrade) ?? -1) }),
                          \(facts.map { ClaimWord.word($0.claimLevels) }))
                   AS u(exam, student, school, completed, assessment, score, year, type, language, context, level, attributes,
                        enrolled, claims)
              LEFT JOIN student s ON s.id = u.student
              LEFT JOIN assessment a ON a.id = u.assessment
              LEFT JOIN school c ON c.id = u.school
            """)
    }

    /// Says anew which attempt counts.
    private static func elect(_ keys: Set<Key>, _ session: borrowing Session) throws {
        if keys.isEmpty { return }
        let keys = Array(keys)
        try session.run(
            """
            UPDATE fact f SET counted = e.wins
              FROM (SELECT x.exam_id, x.school_year, x.type, x.counted,
                           row_number() OVER (PARTITION BY x.student_id, x.assessment_id, x.school_year
                                              ORDER BY x.completed_at DESC, x.exam_id) = 1 AS wins
                      FROM unnest(\(keys.map(\.student)), \(keys.map(\.assessment)), \(keys.map(\.year)), \(keys.map(\.type)))
                           AS k(student, assessment, year, type)
                      JOIN fact x ON x.student_id = k.student AND x.assessment_id = k.assessment AND x.school_year = k.year
                       AND x.type = k.type
                   ) e
             WHERE e.counted <> e.wins AND f.exam_id = e.exam_id AND f.school_year = e.school_year AND f.type = e.type
            """)
    }

    private static func tally(_ deltas: [(Tallied, Int32)], _ session: borrowing Session) throws {
        let less = deltas.filter { $0.1 < 0 }
        if !less.isEmpty {
            try session.run(
                """
                UPDATE tally t SET attempts = t.attempts + u.delta
                  FROM unnest(\(less.map(\.0.year)), \(less.map(\.0.assessment)), \(less.map(\.0.school)), \(less.map(\.1)))
                       AS u(year, assessment, school, delta)
                 WHERE t.school_year = u.year AND t.assessment_id = u.assessment AND t.school_id = u.school
                """)
        }
        let more = deltas.filter { $0.1 > 0 }
        if !more.isEmpty {
            try session.run(
                """
                INSERT INTO tally (school_year, assessment_id, school_id, attempts)
                SELECT * FROM unnest(\(more.map(\.0.year)), \(more.map(\.0.assessment)), \(more.map(\.0.school)), \(more.map(\.1)))
                ON CONFLICT (school_year, assessment_id, school_id) DO UPDATE SET attempts = tally.attempts + excluded.attempts
                """)
        }
    }

    static func clear(_ session: borrowing Session) throws {
        try FactLog.lock(session)
        try session.run("TRUNCATE fact, fact_target, tally")
    }
}

/// What counts of a student as it is now; a correction changes all of the student's facts, in all years (T5).
enum StudentCopy {
    static func apply(_ session: borrowing Session, _ rows: [StudentChange]) throws {
        try FactLog.lock(session)
        try session.script(FactCopy.planning)
        let ids = rows.map(\.id)
        let words = rows.map { Attributes.ofStudent(gender: $0.gender, ethnicities: $0.ethnicities) }
        let changed = try session.rows(
            """
            INSERT INTO student AS s (id, attributes) SELECT * FROM unnest(\(ids), \(words))
            ON CONFLICT (id) DO UPDATE SET attributes = excluded.attributes WHERE s.attributes <> excluded.attributes
            RETURNING s.id, s.attributes
            """, as: (Int64, Int64).self)
        // Whoever is as before has no facts that say otherwise.
        if changed.isEmpty { return }
        try session.run(
            """
            UPDATE fact f SET attributes = (f.attributes & \(~Attributes.current)) | u.word
              FROM unnest(\(changed.map(\.0)), \(changed.map(\.1))) AS u(id, word)
             WHERE f.student_id = u.id AND (f.attributes & \(Attributes.current)) <> u.word
            """)
    }

    /// The facts keep what they have until the students come again.
    static func clear(_ session: borrowing Session) throws {
        try session.run("TRUNCATE student")
    }
}

/// Definitions as ResultsSvc has them; they are never deleted there.
enum DefinitionCopy {
    static func subjects(_ session: borrowing Session, _ rows: [SubjectChange]) throws {
        for row in rows {
            guard let subject = row.subject, let id = Int32(exactly: subject.id) else { continue }
            try session.run(
                """
                INSERT INTO subject (id, code, definition) VALUES (\(id), \(subject.code), \(try subject.serialized()))
                ON CONFLICT (id) DO UPDATE SET code = excluded.code, definition = excluded.definition
                """)
            try session.run("DELETE FROM target WHERE subject_id = \(id)")
            try session.run(
                """
                INSERT INTO target (id, subject_id, claim, claim_name, code, name)
                SELECT u.id, \(id), u.claim, u.claim_name, u.code, u.name
                  FROM unnest(\(row.targets.map(\.id)), \(row.targets.map(\.claim)), \(row.targets.map(\.claimName)),
                              \(row.targets.map(\.code)), \(row.targets.map(\.name))) AS u(id, claim, claim_name, code, name)
                """)
        }
    }

    static func clearSubjects(_ session: borrowing Session) throws {
        try session.run("DELETE FROM subject")
        try session.run("DELETE FROM target")
    }

    static func assessments(_ session: borrowing Session, _ rows: [AssessmentChange]) throws {
        let known: [(id: Int32, subject: Int32, type: Int16, row: Assessment, targets: [Int32])] = rows.compactMap {
            row in
            guard let assessment = row.assessment, let id = Int32(exactly: assessment.id),
                let subject = Int32(exactly: row.subjectID), let type = TypeCodes.numbers[assessment.type]
            else { return nil }
            return (id, subject, type, assessment, row.targetIDs)
        }
        if known.isEmpty { return }
        try session.run(
            """
            INSERT INTO assessment (id, natural_id, label, subject_id, type, grade, school_year)
            SELECT * FROM unnest(\(known.map(\.id)), \(known.map(\.row.naturalID)), \(known.map(\.row.label)),
                                 \(known.map(\.subject)), \(known.map(\.type)), \(known.map(\.row.grade)),
                                 \(known.map(\.row.schoolYear)))
            ON CONFLICT (id) DO UPDATE SET natural_id = excluded.natural_id, label = excluded.label,
                subject_id = excluded.subject_id, type = excluded.type, grade = excluded.grade,
                school_year = excluded.school_year
            """)
        try targets(of: known.map { ($0.id, $0.targets) }, session)
    }

    /// Beside what the statement above writes: lists of lists cannot be unnested.
    private static func targets(
        of assessments: [(id: Int32, targets: [Int32])], _ session: borrowing Session
    ) throws {
        let pairs = assessments.flatMap { assessment in assessment.targets.map { (assessment.id, $0) } }
        try session.run(
            """
            UPDATE assessment a
               SET targets = ARRAY(SELECT u.target FROM unnest(\(pairs.map(\.0)), \(pairs.map(\.1))) AS u(assessment, target)
                                    WHERE u.assessment = a.id ORDER BY u.target)
             WHERE a.id = ANY(\(assessments.map(\.id)))
            """)
    }

    static func clearAssessments(_ session: borrowing Session) throws { try session.run("DELETE FROM assessment") }
}
