import Postgres

/// An assessment as the database holds it, in the terms in which a package is compared with it.
struct StoredAssessment: Sendable {
    let id: Int32
    let subjectID: Int32
    let type: Int16
    let grade: String
    let content: Content
    /// By natural id.
    var items: [String: Item] = [:]
    /// The number that the next new item gets.
    var nextOrdinal: Int16 = 0

    /// What a package may change.
    struct Content: Sendable {
        var name: String
        var label: String
        var version: String?
        var schoolYear: Int32
        var lows: [Double]
        var highs: [Double]
        var alternateLows: [Double]
        var alternateHighs: [Double]
    }

    struct Item: Sendable {
        let id: Int32
        let row: ItemRow
    }

    /// The assessments with these natural ids, locked, with their items.
    static func read(naturalIDs: [String], _ session: borrowing Session) throws -> [String: StoredAssessment] {
        let rows = try session.rows(
            """
            SELECT natural_id, id, subject_id, type, grade, name, label, version, school_year,
                   level_lows, level_highs, alternate_lows, alternate_highs
              FROM assessment WHERE natural_id = ANY (\(naturalIDs)) ORDER BY id FOR UPDATE
            """,
            as: (
                String, Int32, Int32, Int16, String, String, String, String?, Int32, [Double], [Double], [Double],
                [Double]
            )
            .self)
        var found: [Int32: StoredAssessment] = [:]
        for row in rows {
            let content = Content(
                name: row.5, label: row.6, version: row.7, schoolYear: row.8, lows: row.9, highs: row.10,
                alternateLows: row.11, alternateHighs: row.12)
            found[row.1] = StoredAssessment(id: row.1, subjectID: row.2, type: row.3, grade: row.4, content: content)
        }
        for (assessmentID, id, ordinal, row) in try ItemRow.read(of: Array(found.keys), session) {
            guard var assessment = found.removeValue(forKey: assessmentID) else { continue }
            assessment.items[row.naturalID] = Item(id: id, row: row)
            assessment.nextOrdinal = max(assessment.nextOrdinal, ordinal + 1)
            found[assessmentID] = assessment
        }
        return Dictionary(uniqueKeysWithValues: rows.compactMap { row in found[row.1].map { (row.0, $0) } })
    }
}

extension StoredAssessment.Content {
    init(_ draft: AssessmentDraft) {
        let alternates = draft.alternates.flatMap(\.self)
        self.init(
            name: draft.name, label: draft.label, version: draft.version, schoolYear: draft.schoolYear,
            lows: draft.levels.map(\.low), highs: draft.levels.map(\.high), alternateLows: alternates.map(\.low),
            alternateHighs: alternates.map(\.high))
    }

    func says(theSameAs other: Self) -> Bool {
        name == other.name && label == other.label && version == other.version && schoolYear == other.schoolYear
            && lows.isClose(to: other.lows) && highs.isClose(to: other.highs)
            && alternateLows.isClose(to: other.alternateLows) && alternateHighs.isClose(to: other.alternateHighs)
    }
}

/// An item in the ids of its subject, as its row holds it.
struct ItemRow: Sendable {
    var naturalID: String
    var position: Int16?
    var type: String?
    var claimID: Int32?
    var targetID: Int32?
    /// Sorted, as are the standards: both are sets.
    var otherTargetIDs: [Int32]
    var standardIDs: [Int32]
    var depthID: Int32?
    var difficulty: Double?
    var difficultyCode: String?
    var maxPoints: Int16
    var mathPractice: Int16?
    var allowCalculator: Bool?
    var fieldTest: Bool?
    var active: Bool?
    var answerKey: String?
    var optionsCount: Int16?
    var writingType: String?

    init(_ draft: ItemDraft, _ subject: StoredSubject) {
        naturalID = draft.naturalID
        position = draft.position
        type = draft.type
        claimID = subject.claimIDs[draft.target.claim]
        targetID = subject.targetIDs[draft.target]
        otherTargetIDs = draft.otherTargets.compactMap { subject.targetIDs[$0] }.sorted()
        standardIDs = draft.standards.compactMap { subject.standardIDs[$0] }.sorted()
        depthID = subject.depthIDs[draft.depthOfKnowledge]
        difficulty = draft.difficulty
        difficultyCode = draft.difficultyCode
        maxPoints = draft.maxPoints
        mathPractice = draft.mathPractice
        allowCalculator = draft.allowCalculator
        fieldTest = draft.fieldTest
        active = draft.active
        answerKey = draft.answerKey
        optionsCount = draft.optionsCount
        writingType = draft.writingType
    }

    func says(theSameAs other: ItemRow) -> Bool {
        position == other.position && type == other.type && claimID == other.claimID && targetID == other.targetID
            && otherTargetIDs == other.otherTargetIDs && standardIDs == other.standardIDs && depthID == other.depthID
            && [difficulty].compactMap(\.self).isClose(to: [other.difficulty].compactMap(\.self))
            && difficultyCode == other.difficultyCode && maxPoints == other.maxPoints
            && mathPractice == other.mathPractice && allowCalculator == other.allowCalculator
            && fieldTest == other.fieldTest && active == other.active && answerKey == other.answerKey
            && optionsCount == other.optionsCount && writingType == other.writingType
    }

    /// Assessment, id, ordinal and row of each item of these assessments.
    static func read(
        of assessments: [Int32], _ session: borrowing Session
    ) throws -> [(Int32, Int32, Int16, ItemRow)] {
        let rows = try session.rows(
            """
            SELECT assessment_id, id, ordinal, natural_id, position, type, claim_id, target_id, other_target_ids,
                   standard_ids, depth_of_knowledge_id, difficulty, difficulty_code, max_points, math_practice,
                   allow_calculator, field_test, active, answer_key, options_count, writing_type
              FROM item WHERE assessment_id = ANY (\(assessments))
            """,
            as: (
                Int32, Int32, Int16, String, Int16?, String?, Int32?, Int32?, [Int32], [Int32], Int32?, Double?,
                String?,
                Int16, Int16?, Bool?, Bool?, Bool?, String?, Int16?, String?
            ).self)
        return rows.map { ($0.0, $0.1, $0.2, ItemRow($0)) }
    }

    private init(
        _ row: (
            Int32, Int32, Int16, String, Int16?, String?, Int32?, Int32?, [Int32], [Int32], Int32?, Double?, String?,
            Int16,
            Int16?, Bool?, Bool?, Bool?, String?, Int16?, String?
        )
    ) {
        naturalID = row.3
        position = row.4
        type = row.5
        claimID = row.6
        targetID = row.7
        otherTargetIDs = row.8
        standardIDs = row.9
        depthID = row.10
        difficulty = row.11
        difficultyCode = row.12
        maxPoints = row.13
        mathPractice = row.14
        allowCalculator = row.15
        fieldTest = row.16
        active = row.17
        answerKey = row.18
        optionsCount = row.19
        writingType = row.20
    }
}

extension [Double] {
    /// Equal to a relative 1e-5. Rule: ingest §4.5.
    func isClose(to other: [Double]) -> Bool {
        count == other.count
            && zip(self, other).allSatisfy { abs($0 - $1) <= 1e-5 * Swift.max(abs($0), abs($1)) }
    }
}
