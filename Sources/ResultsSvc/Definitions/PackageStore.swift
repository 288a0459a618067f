import Feed
import Ledger
import Postgres

/// Takes the assessments of a package into the database: new ones made, known ones changed where something differs.
///
/// Items are changed and added, never removed: exams may refer to them. Rule: ingest §4.5.
enum PackageStore {
    static func load(
        _ payload: [UInt8], importID: Int64, _ session: borrowing Session
    ) throws -> ImportOutcome {
        let subjects: [String: StoredSubject]
        let drafts: [AssessmentDraft]
        do {
            let assessments = try PackageFile.read(payload)
            let stored = try StoredSubject.read(codes: assessments.map(\.subject), session)
            subjects = Dictionary(uniqueKeysWithValues: stored.map { ($0.definition.code, $0) })
            drafts = try PackageRules.check(assessments, stored.map(\.index))
        } catch let refusal as ImportRefusal {
            return ImportOutcome(refusal.status, refusal.message)
        }
        let stored = try StoredAssessment.read(naturalIDs: drafts.map(\.naturalID), session)
        var plan = Plan()
        for draft in drafts {
            guard let subject = subjects[draft.subject] else { continue }  // the rules saw to it that there is one
            let known = stored[draft.naturalID]
            let new = draft.items.count { known?.items[$0.naturalID] == nil }
            guard (known?.items.count ?? 0) + new <= itemLimit else {
                return ImportOutcome(
                    .badData,
                    "Unable to read Assessment package: more than \(itemLimit) items in \(draft.naturalID)")
            }
            plan.add(draft, subject, known)
        }
        try store(plan, importID: importID, session)
        return ImportOutcome(
            .processed,
            "Assessments processed: \(drafts.count), created: \(plan.created.count), updated: \(plan.updated.count), "
                + "rejected: \(plan.rejected)")
    }

    /// An item's number in packed columns has 16 bits. The largest real assessment has 70 items.
    static let itemLimit = 10_000

    /// What has to be written.
    private struct Plan {
        struct Assessment {
            var id: Int32?
            var draft: AssessmentDraft
            var subjectID: Int32
            /// With the id of the item when it is known, else the ordinal of the new one.
            var items: [(id: Int32?, ordinal: Int16, row: ItemRow)]
        }

        var created: [Assessment] = []
        var updated: [Assessment] = []
        var rejected = 0

        mutating func add(_ draft: AssessmentDraft, _ subject: StoredSubject, _ stored: StoredAssessment?) {
            let rows = draft.items.map { ItemRow($0, subject) }
            guard let stored else {
                let items = rows.enumerated().map { (id: Int32?.none, ordinal: Int16($0.offset), row: $0.element) }
                created.append(.init(id: nil, draft: draft, subjectID: subject.id, items: items))
                return
            }
            guard stored.subjectID == subject.id, stored.type == draft.type.rawValue, stored.grade == draft.grade else {
                rejected += 1
                return
            }
            var items: [(id: Int32?, ordinal: Int16, row: ItemRow)] = []
            var ordinal = stored.nextOrdinal
            for row in rows {
                if let known = stored.items[row.naturalID] {
                    if !known.row.says(theSameAs: row) { items.append((known.id, 0, row)) }
                } else {
                    items.append((nil, ordinal, row))
                    ordinal += 1
                }
            }
            if items.isEmpty, stored.content.says(theSameAs: .init(draft)) { return }
            updated.append(.init(id: stored.id, draft: draft, subjectID: subject.id, items: items))
        }
    }

    private static func store(_ plan: Plan, importID: Int64, _ session: borrowing Session) throws {
        let ids = try insert(plan.created, importID: importID, session) + plan.updated.compactMap(\.id)
        if ids.isEmpty { return }
        try update(plan.updated, importID: importID, session)
        let items = zip(ids, plan.created + plan.updated).flatMap { id, assessment in
            assessment.items.map { (assessment: id, id: $0.id, ordinal: $0.ordinal, row: $0.row) }
        }
        try insert(items: items.filter { $0.id == nil }.map { ($0.assessment, $0.ordinal, $0.row) }, session)
        try update(items: items.compactMap { item in item.id.map { ($0, item.row) } }, session)
        let first = try FeedOwner.stamp(session, schema: "results", count: ids.count)
        try session.run(
            """
            UPDATE assessment a SET change = \(first) - 1 + new.number, updated = now(), import_id = \(importID)
              FROM unnest(\(ids)) WITH ORDINALITY AS new (id, number) WHERE a.id = new.id
            """)
    }

    // MARK: Assessments

    /// The columns that a package may change, as parallel arrays for `unnest`; arrays of numbers travel as text.
    private static func contents(_ assessments: [Plan.Assessment]) -> SQL {
        let all = assessments.map { StoredAssessment.Content($0.draft) }
        return """
            \(all.map(\.name)), \(all.map(\.label)), \(all.map(\.version)), \(all.map(\.schoolYear)),
            \(all.map { literal($0.lows) }), \(all.map { literal($0.highs) }),
            \(all.map { literal($0.alternateLows) }), \(all.map { literal($0.alternateHighs) })
            """
    }

    /// An array literal of PostgreSQL.
    private static func literal(_ numbers: [some CustomStringConvertible]) -> String {
        "{" + numbers.map(\.description).joined(separator: ",") + "}"
    }

    /// - Returns: the new ids, in order.
    private static func insert(
        _ assessments: [Plan.Assessment], importID: Int64, _ session: borrowing Session
    ) throws -> [Int32] {
        if assessments.isEmpty { return [] }
        let ids = try session.rows(
            "SELECT nextval('definition_id')::int FROM generate_series(1, \(Int64(assessments.count)))", as: Int32.self)
        // The change numbers are given at the end; until then each has one that no other row has.
        try session.run(
            """
            INSERT INTO assessment (
                id, natural_id, subject_id, type, grade, name, label, version, school_year,
                level_lows, level_highs, alternate_lows, alternate_highs, import_id, change)
            SELECT id, natural_id, subject_id, type, grade, name, label, version, school_year,
                   lows::double precision[], highs::double precision[], alternate_lows::double precision[],
                   alternate_highs::double precision[], \(importID), -id
              FROM unnest(
                \(ids), \(assessments.map(\.draft.naturalID)), \(assessments.map(\.subjectID)),
                \(assessments.map(\.draft.type.rawValue)), \(assessments.map(\.draft.grade)), \(contents(assessments))
              ) AS new (id, natural_id, subject_id, type, grade, name, label, version, school_year, lows, highs,
                        alternate_lows, alternate_highs)
            """)
        return ids
    }

    private static func update(
        _ assessments: [Plan.Assessment], importID: Int64, _ session: borrowing Session
    ) throws {
        if assessments.isEmpty { return }
        try session.run(
            """
            UPDATE assessment a SET name = new.name, label = new.label, version = new.version,
                   school_year = new.school_year, level_lows = lows::double precision[],
                   level_highs = highs::double precision[], alternate_lows = new.alternate_lows::double precision[],
                   alternate_highs = new.alternate_highs::double precision[]
              FROM unnest(\(assessments.compactMap(\.id)), \(contents(assessments)))
                AS new (id, name, label, version, school_year, lows, highs, alternate_lows, alternate_highs)
             WHERE a.id = new.id
            """)
    }

    // MARK: Items

    private static let itemColumns: SQL = """
        natural_id, position, type, claim_id, target_id, other_targets, standards, depth_id, difficulty, \
        difficulty_code, max_points, math_practice, allow_calculator, field_test, active, answer_key, options_count, \
        writing_type
        """

    private static func contents(_ rows: [ItemRow]) -> SQL {
        """
        \(rows.map(\.naturalID)), \(rows.map(\.position)), \(rows.map(\.type)), \(rows.map(\.claimID)),
        \(rows.map(\.targetID)), \(rows.map { literal($0.otherTargetIDs) }), \(rows.map { literal($0.standardIDs) }),
        \(rows.map(\.depthID)), \(rows.map(\.difficulty)), \(rows.map(\.difficultyCode)), \(rows.map(\.maxPoints)),
        \(rows.map(\.mathPractice)), \(rows.map(\.allowCalculator)), \(rows.map(\.fieldTest)), \(rows.map(\.active)),
        \(rows.map(\.answerKey)), \(rows.map(\.optionsCount)), \(rows.map(\.writingType))
        """
    }

    private static func insert(
        items: [(assessmentID: Int32, ordinal: Int16, row: ItemRow)], _ session: borrowing Session
    ) throws {
        if items.isEmpty { return }
        try session.run(
            """
            INSERT INTO item (
                assessment_id, ordinal, natural_id, position, type, claim_id, target_id, other_target_ids, standard_ids,
                depth_of_knowledge_id, difficulty, difficulty_code, max_points, math_practice, allow_calculator,
                field_test, active, answer_key, options_count, writing_type)
            SELECT assessment_id, ordinal, natural_id, position, type, claim_id, target_id, other_targets::int[],
                   standards::int[], depth_id, difficulty, difficulty_code, max_points, math_practice, allow_calculator,
                   field_test, active, answer_key, options_count, writing_type
              FROM unnest(\(items.map(\.assessmentID)), \(items.map(\.ordinal)), \(contents(items.map(\.row))))
                AS new (assessment_id, ordinal, \(itemColumns))
            """)
    }

    private static func update(items: [(id: Int32, row: ItemRow)], _ session: borrowing Session) throws {
        if items.isEmpty { return }
        try session.run(
            """
            UPDATE item i SET position = new.position, type = new.type, claim_id = new.claim_id,
                   target_id = new.target_id, other_target_ids = other_targets::int[], standard_ids = standards::int[],
                   depth_of_knowledge_id = depth_id, difficulty = new.difficulty,
                   difficulty_code = new.difficulty_code, max_points = new.max_points,
                   math_practice = new.math_practice, allow_calculator = new.allow_calculator,
                   field_test = new.field_test, active = new.active, answer_key = new.answer_key,
                   options_count = new.options_count, writing_type = new.writing_type
              FROM unnest(\(items.map(\.id)), \(contents(items.map(\.row)))) AS new (id, \(itemColumns))
             WHERE i.id = new.id
            """)
    }
}
