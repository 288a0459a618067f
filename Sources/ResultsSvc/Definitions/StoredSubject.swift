import Postgres

/// A subject as the database holds it, with the ids that items and exams refer to.
struct StoredSubject: Sendable {
    let id: Int32
    /// In canonical order, without messages and report texts, which are in `texts`.
    let definition: SubjectDefinition
    let texts: [String: String]
    let alternateIDs: [String: Int32]
    let claimIDs: [String: Int32]
    let targetIDs: [TargetCode: Int32]
    let standardIDs: [String: Int32]
    let depthIDs: [Int16: Int32]
    let traitIDs: [String: Int32]

    var index: SubjectIndex { SubjectIndex(id: id, definition: definition) }

    /// The subjects with these codes, case ignored. Those that are not stored are left out.
    static func read(codes: [String], _ session: borrowing Session) throws -> [StoredSubject] {
        let wanted = Array(Set(codes.map { $0.lowercased() }))
        let subjects = try session.rows(
            "SELECT id, code, name FROM subject WHERE lower(code) = ANY (\(wanted)) ORDER BY id",
            as: (Int32, String, String).self)
        return try subjects.map { try read(id: $0, code: $1, name: $2, session) }
    }

    private static func read(
        id: Int32, code: String, name: String, _ session: borrowing Session
    ) throws -> StoredSubject {
        let alternates = try session.rows(
            """
            SELECT id, code, name, data_order, display_order, coalesce(icon, ''), description FROM alternate
             WHERE subject_id = \(id)
            """, as: (Int32, String, String, Int16, Int16, String, String?).self)
        let claims = try session.rows(
            """
            SELECT id, code, name, scorable, organizational, data_order, display_order, coalesce(icon, ''), description
              FROM claim WHERE subject_id = \(id)
            """, as: (Int32, String, String, Bool, Bool, Int16?, Int16?, String, String?).self)
        let targets = try session.rows(
            """
            SELECT t.id, c.code, t.code, t.name, t.description FROM target t JOIN claim c ON c.id = t.claim_id
             WHERE c.subject_id = \(id)
            """, as: (Int32, String, String, String, String?).self)
        let standards = try session.rows(
            "SELECT id, code, coalesce(description, '') FROM standard WHERE subject_id = \(id)",
            as: (Int32, String, String).self)
        let depths = try session.rows(
            "SELECT id, level, name, coalesce(reference, '') FROM depth_of_knowledge WHERE subject_id = \(id)",
            as: (Int32, Int16, String, String).self)
        let traits = try session.rows(
            "SELECT id, code, purpose, category, max_score FROM trait WHERE subject_id = \(id)",
            as: (Int32, String, String, String, Int16).self)
        let difficulties = try session.rows(
            "SELECT grade, moderate_low_end, difficult_low_end FROM item_difficulty WHERE subject_id = \(id)",
            as: (String, Double, Double).self)
        let texts = try session.rows(
            "SELECT key, text FROM subject_text WHERE subject_id = \(id)", as: (String, String).self)

        let targetsByClaim = Dictionary(grouping: targets, by: \.1)
        let definition = SubjectDefinition(
            code: code, name: name, types: try types(of: id, session),
            depthsOfKnowledge: depths.map { .init(level: $0.1, name: $0.2, reference: $0.3) },
            itemDifficulties: difficulties.map { .init(grade: $0.0, moderateLowEnd: $0.1, difficultLowEnd: $0.2) },
            alternates: alternates.map {
                .init(code: $0.1, name: $0.2, dataOrder: $0.3, displayOrder: $0.4, icon: $0.5, description: $0.6)
            },
            traits: traits.map { .init(code: $0.1, purpose: $0.2, category: $0.3, maxScore: $0.4) },
            claims: claims.map { claim in
                .init(
                    code: claim.1, name: claim.2, scorable: claim.3, organizational: claim.4, dataOrder: claim.5,
                    displayOrder: claim.6, icon: claim.7, description: claim.8,
                    targets: targetsByClaim[claim.1, default: []].map {
                        .init(code: $0.2, name: $0.3, description: $0.4)
                    })
            },
            standards: standards.map { .init(code: $0.1, description: $0.2) })
        return StoredSubject(
            id: id, definition: definition.canonical, texts: Dictionary(uniqueKeysWithValues: texts),
            alternateIDs: Dictionary(uniqueKeysWithValues: alternates.map { ($0.1, $0.0) }),
            claimIDs: Dictionary(uniqueKeysWithValues: claims.map { ($0.1, $0.0) }),
            targetIDs: Dictionary(uniqueKeysWithValues: targets.map { (TargetCode(claim: $0.1, target: $0.2), $0.0) }),
            standardIDs: Dictionary(uniqueKeysWithValues: standards.map { ($0.1, $0.0) }),
            depthIDs: Dictionary(uniqueKeysWithValues: depths.map { ($0.1, $0.0) }),
            traitIDs: Dictionary(uniqueKeysWithValues: traits.map { ($0.1, $0.0) }))
    }

    private static func types(
        of id: Int32, _ session: borrowing Session
    ) throws -> [AssessmentTypeDefinition] {
        let types = try session.rows(
            """
            SELECT type, name, long_name, target_report, printed_report, trait_report FROM subject_type
             WHERE subject_id = \(id)
            """, as: (Int16, String, String, Bool, Bool, Bool).self)
        let scorings = try session.rows(
            "SELECT type, kind, name, min_score, max_score, standard_cutoff FROM subject_scoring WHERE subject_id = \(id)",
            as: (Int16, Int16, String, Int32?, Int32?, Int16?).self)
        let levels = try session.rows(
            "SELECT type, kind, level, name, short_name, suffix, color FROM subject_level WHERE subject_id = \(id)",
            as: (Int16, Int16, Int16, String, String, String?, String).self)

        func scoring(_ type: Int16, _ kind: ScoreKind) -> AssessmentTypeDefinition.Scoring? {
            guard let row = scorings.first(where: { $0.0 == type && $0.1 == kind.rawValue }) else { return nil }
            return .init(
                name: row.2, minimum: row.3, maximum: row.4, standardCutoff: row.5,
                levels: levels.filter { $0.0 == type && $0.1 == kind.rawValue }.map {
                    .init(level: $0.2, name: $0.3, shortName: $0.4, suffix: $0.5, color: $0.6)
                })
        }
        return types.compactMap { row in
            guard let type = AssessmentType(rawValue: row.0), let overall = scoring(row.0, .overall) else { return nil }
            return AssessmentTypeDefinition(
                type: type, name: row.1, longName: row.2, targetReport: row.3, printedReport: row.4,
                traitReport: row.5, overall: overall, alternate: scoring(row.0, .alternate),
                claim: scoring(row.0, .claim))
        }
    }
}

/// The kinds of score a type may have; the raw value is the number in the database.
enum ScoreKind: Int16, Sendable {
    case overall = 0
    case alternate = 1
    case claim = 2
}

extension SubjectDefinition {
    /// What the tables hold, in an order of its own: two definitions say the same exactly when these are equal and
    /// their texts are.
    var canonical: SubjectDefinition {
        var subject = self
        subject.messages = []
        subject.reportGrades = []
        subject.types = types.map(\.canonical).sorted { $0.type.rawValue < $1.type.rawValue }
        subject.depthsOfKnowledge.sort { $0.level < $1.level }
        subject.itemDifficulties.sort { $0.grade < $1.grade }
        subject.alternates.sort { $0.code < $1.code }
        subject.traits.sort { $0.code < $1.code }
        subject.claims = claims.map { claim in
            var claim = claim
            claim.targets.sort { $0.code < $1.code }
            return claim
        }.sorted { $0.code < $1.code }
        subject.standards.sort { $0.code < $1.code }
        return subject
    }
}

extension AssessmentTypeDefinition {
    fileprivate var canonical: AssessmentTypeDefinition {
        var type = self
        type.overall.levels.sort { $0.level < $1.level }
        type.alternate?.levels.sort { $0.level < $1.level }
        type.claim?.levels.sort { $0.level < $1.level }
        return type
    }

    /// The scorings that there are.
    var scorings: [(kind: ScoreKind, scoring: Scoring)] {
        let all: [(ScoreKind, Scoring?)] = [(.overall, overall), (.alternate, alternate), (.claim, claim)]
        return all.compactMap { kind, scoring in scoring.map { (kind, $0) } }
    }
}
