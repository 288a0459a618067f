import Calendar
import Postgres

/// An exam on its way into its row.
struct ExamWrite: Sendable {
    var id: Int64
    var packed: PackedExam
    var studentID: Int64
    var importID: Int64
    /// Made deleted: a reset of an exam that has not been seen.
    var deleted = false
    var resetAt: Moment?
    var change: Int64 = 0
}

/// The columns of table `exam` that a transmission decides, for statements that write many rows at once.
struct ExamColumns {
    private(set) var names: [String] = []
    private var arrays: [SQL] = []
    /// What the column takes, from row `u` of the unnested arrays.
    private(set) var expressions: [String] = []

    init(_ writes: [ExamWrite]) {
        let drafts = writes.map(\.packed.draft)
        add("id", "\(writes.map(\.id))")
        add("school_year", "\(drafts.map(\.schoolYear))")
        add("assessment_id", "\(drafts.map(\.assessmentID))")
        add("opportunity_id", "\(drafts.map(\.opportunityID))")
        add("subject_id", "\(drafts.map(\.subjectID))")
        add("type", "\(drafts.map(\.type))")
        add("student_id", "\(writes.map(\.studentID))")
        add("school_id", "\(drafts.map(\.schoolID))")
        add("deleted", "\(writes.map(\.deleted))")
        add("status", "\(drafts.map(\.status))")
        add("status_at", "\(drafts.map { Timestamp($0.statusDate) })")
        add("reset_at", "\(writes.map { Timestamp($0.resetAt) })")
        add("completed_at", "\(drafts.map { Timestamp($0.completed) })")
        add("started_at", "\(drafts.map { Timestamp($0.started) })")
        add("forced_at", "\(drafts.map { Timestamp($0.forceCompleted) })")
        add("effective_on", "\(drafts.map { Day($0.effective) })")
        add("enrolled_grade", "\(drafts.map(\.enrolledGrade))")
        add("condition", "\(drafts.map(\.condition))")
        add("completeness", "\(drafts.map(\.completeness))")
        add("session_id", "\(drafts.map(\.sessionID))")
        add("iep", "\(drafts.map(\.iep))")
        add("lep", "\(drafts.map(\.lep))")
        add("section504", "\(drafts.map(\.section504))")
        add("economic_disadvantage", "\(drafts.map(\.economicDisadvantage))")
        add("migrant", "\(drafts.map(\.migrant))")
        add("elas", "\(drafts.map(\.elas))")
        add("elas_start", "\(drafts.map { Day($0.elasStart) })")
        add("language", "\(drafts.map(\.language))")
        add("english_level", "\(drafts.map(\.englishLevel))")
        add("title3_program", "\(drafts.map(\.titleIIIProgram))")
        add("disability", "\(drafts.map(\.primaryDisability))")
        add("military", "\(drafts.map(\.military))")
        add("scale_score_milli", "\(drafts.map(\.overall.scaleMilli))")
        add("standard_error_milli", "\(drafts.map(\.overall.errorMilli))")
        add("theta", "\(drafts.map(\.overall.theta))")
        add("theta_error", "\(drafts.map(\.overall.thetaError))")
        add("level", "\(drafts.map(\.overall.level))")
        addArray("claim_scores_milli", "bigint", drafts.map { $0.claims.map(\.scaleMilli) })
        addArray("claim_errors_milli", "bigint", drafts.map { $0.claims.map(\.errorMilli) })
        addArray("claim_levels", "smallint", drafts.map { $0.claims.map(\.level) })
        addArray("alternate_scores_milli", "bigint", drafts.map { $0.alternates.map(\.scaleMilli) })
        addArray("alternate_errors_milli", "bigint", drafts.map { $0.alternates.map(\.errorMilli) })
        addArray("alternate_levels", "smallint", drafts.map { $0.alternates.map(\.level) })
        add(
            "accommodation_ids", "\(drafts.map { Self.literal($0.accommodationIDs.map { $0 }) })",
            "u.accommodation_ids::int[]")
        add("traits", "\(writes.map { $0.packed.draft.traits.isEmpty ? nil : $0.packed.traits })")
        add("targets", "\(writes.map { $0.packed.draft.targets.isEmpty ? nil : $0.packed.targets })")
        add("items", "\(writes.map { $0.packed.draft.items.isEmpty ? nil : $0.packed.items })")
        add("responses", "\(writes.map { $0.packed.draft.items.isEmpty ? nil : $0.packed.responses })")
        add("extra", "\(writes.map(\.packed.extra))")
        add("content_hash", "\(writes.map(\.packed.contentHash))")
        add("import_id", "\(writes.map(\.importID))")
        add("change", "\(writes.map(\.change))")
    }

    /// `unnest(…) AS u(…)`, a row for each exam.
    var source: SQL { "unnest(\(arrays.joined(separator: ", "))) AS u(\(raw: names.joined(separator: ", ")))" }

    private mutating func add(_ name: String, _ array: SQL, _ expression: String? = nil) {
        names.append(name)
        arrays.append(array)
        expressions.append(expression ?? "u.\(name)")
    }

    /// Arrays cannot be unnested into arrays: each travels as its literal. No scores of the kind: NULL.
    private mutating func addArray<Number: FixedWidthInteger>(_ name: String, _ type: String, _ values: [[Number?]]) {
        add(name, "\(values.map { $0.isEmpty ? nil : Self.literal($0) })", "u.\(name)::\(type)[]")
    }

    private static func literal<Number: FixedWidthInteger>(_ values: [Number?]) -> String {
        "{" + values.map { value in value.map { String($0) } ?? "NULL" }.joined(separator: ",") + "}"
    }
}

extension Timestamp {
    init(_ moment: Moment) { self.init(microseconds: moment.microseconds) }

    init?(_ moment: Moment?) {
        guard let moment else { return nil }
        self.init(moment)
    }
}

extension Moment {
    init(_ timestamp: Timestamp) { self.init(microseconds: timestamp.microseconds) }

    init?(_ timestamp: Timestamp?) {
        guard let timestamp else { return nil }
        self.init(timestamp)
    }
}

extension Day {
    init?(_ day: CalendarDay?) {
        guard let day else { return nil }
        self.init(daysSince1970: day.daysSince1970)
    }
}

extension CalendarDay {
    init?(_ day: Day?) {
        guard let day else { return nil }
        self.init(daysSince1970: day.daysSince1970)
    }
}
