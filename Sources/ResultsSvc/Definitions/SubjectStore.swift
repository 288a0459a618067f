import Feed
import Ledger
import Postgres

/// Takes a subject definition into the database: the file is the whole truth about its subject.
///
/// Everything is checked before the first row is written, so a refusal leaves nothing to undo. Rule: ingest §5.3.
enum SubjectStore {
    static func load(
        _ payload: [UInt8], importID: Int64, _ session: borrowing Session
    ) throws -> ImportOutcome {
        let definition: SubjectDefinition
        let stored: StoredSubject?
        do {
            definition = try SubjectFile.read(payload)
            // The lane runs one import after the other; the lock keeps others who may write apart.
            _ = try session.rows(
                "SELECT id FROM subject WHERE lower(code) = lower(\(definition.code)) FOR UPDATE", as: Int32.self)
            stored = try StoredSubject.read(codes: [definition.code], session).first
            if let stored { try SubjectUse(stored: stored, new: definition).requireUnbroken(session) }
        } catch let refusal as ImportRefusal {
            return ImportOutcome(refusal.status, refusal.message)
        }
        try store(definition, over: stored, importID: importID, session)
        return ImportOutcome(.processed, "Subject \(definition.name) (\(definition.code)) processed")
    }

    private static func store(
        _ definition: SubjectDefinition, over stored: StoredSubject?, importID: Int64, _ session: borrowing Session
    ) throws {
        var new = definition.canonical
        let texts = SubjectTexts.texts(of: definition)
        if let stored { try keepTraits(of: stored, in: &new, session) }
        // Nothing that differs is nothing that changed: `updated` stays.
        if let stored, stored.definition == new, stored.texts == texts { return }

        let id = try stored?.id ?? insert(new, importID: importID, session)
        if stored?.definition.types != new.types { try replaceTypes(of: id, new.types, session) }
        try storeScores(of: id, new, session)
        try storeItemReferences(of: id, new, session)
        try storeTexts(of: id, texts, session)
        let change = try FeedOwner.stamp(session, schema: "results", count: 1)
        try session.run(
            """
            UPDATE subject SET code = \(new.code), name = \(new.name), import_id = \(importID), updated = now(),
                   change = \(change)
             WHERE id = \(id)
            """)
    }

    /// The change number is given at the end; until then the row has one that no other row has.
    private static func insert(
        _ new: SubjectDefinition, importID: Int64, _ session: borrowing Session
    ) throws -> Int32 {
        let ids = try session.rows(
            """
            INSERT INTO subject (id, code, name, import_id, change)
            SELECT id, \(new.code), \(new.name), \(importID), -id FROM nextval('definition_id') AS new (id)
            RETURNING id
            """, as: Int32.self)
        return ids[0]
    }

    /// A trait that exams have stays as it is, but for a maximum that all stored scores keep.
    private static func keepTraits(
        of stored: StoredSubject, in new: inout SubjectDefinition, _ session: borrowing Session
    ) throws {
        let old = Dictionary(uniqueKeysWithValues: stored.definition.traits.map { ($0.code, $0) })
        guard new.traits.contains(where: { trait in old[trait.code].map { $0 != trait } ?? false }) else { return }
        let highest = try SubjectUse.highestTraitScores(stored.id, session)
        for (index, trait) in new.traits.enumerated() {
            guard let known = old[trait.code], let id = stored.traitIDs[trait.code], let score = highest[id] else {
                continue
            }
            new.traits[index] = known
            if score <= trait.maxScore { new.traits[index].maxScore = trait.maxScore }
        }
    }

    // MARK: Tables

    private static func replaceTypes(
        of id: Int32, _ types: [AssessmentTypeDefinition], _ session: borrowing Session
    ) throws {
        try session.run("DELETE FROM subject_type WHERE subject_id = \(id)")
        for type in types {
            try session.run(
                """
                INSERT INTO subject_type (subject_id, type, name, long_name, target_report, printed_report, trait_report)
                VALUES (\(id), \(type.type.rawValue), \(type.name), \(type.longName), \(type.targetReport),
                        \(type.printedReport), \(type.traitReport))
                """)
            for (kind, scoring) in type.scorings {
                try session.run(
                    """
                    INSERT INTO subject_scoring (subject_id, type, kind, name, min_score, max_score, standard_cutoff)
                    VALUES (\(id), \(type.type.rawValue), \(kind.rawValue), \(scoring.name), \(scoring.minimum),
                            \(scoring.maximum), \(scoring.standardCutoff))
                    """)
                try session.run(
                    """
                    INSERT INTO subject_level (subject_id, type, kind, level, name, short_name, suffix, color)
                    SELECT \(id), \(type.type.rawValue), \(kind.rawValue), *
                      FROM unnest(\(scoring.levels.map(\.level)), \(scoring.levels.map(\.name)),
                                  \(scoring.levels.map(\.shortName)), \(scoring.levels.map(\.suffix)),
                                  \(scoring.levels.map(\.color)))
                    """)
            }
        }
    }

    /// Alternates and claims keep their ids as long as their codes stay.
    private static func storeScores(
        of id: Int32, _ new: SubjectDefinition, _ session: borrowing Session
    ) throws {
        let alternates = new.alternates
        try session.run("DELETE FROM alternate WHERE subject_id = \(id) AND code <> ALL (\(alternates.map(\.code)))")
        try session.run(
            """
            INSERT INTO alternate AS old (subject_id, code, name, icon, description, data_order, display_order)
            SELECT \(id), * FROM unnest(
                \(alternates.map(\.code)), \(alternates.map(\.name)), \(alternates.map(\.icon)),
                \(alternates.map(\.description)), \(alternates.map(\.dataOrder)), \(alternates.map(\.displayOrder)))
            ON CONFLICT (subject_id, code) DO UPDATE SET name = excluded.name, icon = excluded.icon,
                description = excluded.description, data_order = excluded.data_order,
                display_order = excluded.display_order
            """)
        let claims = new.claims
        let claimCodes = claims.map(\.code)
        try session.run(
            """
            DELETE FROM target WHERE claim_id IN (
                SELECT id FROM claim WHERE subject_id = \(id) AND code <> ALL (\(claimCodes)))
            """)
        try session.run("DELETE FROM claim WHERE subject_id = \(id) AND code <> ALL (\(claimCodes))")
        try session.run(
            """
            INSERT INTO claim AS old (
                subject_id, code, name, icon, description, scorable, organizational, data_order, display_order)
            SELECT \(id), * FROM unnest(
                \(claimCodes), \(claims.map(\.name)), \(claims.map(\.icon)), \(claims.map(\.description)),
                \(claims.map(\.scorable)), \(claims.map(\.organizational)), \(claims.map(\.dataOrder)),
                \(claims.map(\.displayOrder)))
            ON CONFLICT (subject_id, code) DO UPDATE SET name = excluded.name, icon = excluded.icon,
                description = excluded.description, scorable = excluded.scorable,
                organizational = excluded.organizational, data_order = excluded.data_order,
                display_order = excluded.display_order
            """)
    }

    /// What items are about: targets, standards, depths, difficulties; and the traits of writing.
    private static func storeItemReferences(
        of id: Int32, _ new: SubjectDefinition, _ session: borrowing Session
    ) throws {
        let targets = new.claims.flatMap { claim in claim.targets.map { (claim.code, $0) } }
        try session.run(
            """
            DELETE FROM target t USING claim c
             WHERE c.id = t.claim_id AND c.subject_id = \(id)
               AND NOT EXISTS (
                SELECT FROM unnest(\(targets.map(\.0)), \(targets.map(\.1.code))) AS new (claim, code)
                 WHERE new.claim = c.code AND new.code = t.code)
            """)
        try session.run(
            """
            INSERT INTO target AS old (claim_id, code, name, description)
            SELECT c.id, new.code, new.name, new.description
              FROM unnest(\(targets.map(\.0)), \(targets.map(\.1.code)), \(targets.map(\.1.name)),
                          \(targets.map(\.1.description))) AS new (claim, code, name, description)
              JOIN claim c ON c.subject_id = \(id) AND c.code = new.claim
            ON CONFLICT (claim_id, code) DO UPDATE SET name = excluded.name, description = excluded.description
             WHERE (old.name, old.description) IS DISTINCT FROM (excluded.name, excluded.description)
            """)
        let standards = new.standards
        try session.run("DELETE FROM standard WHERE subject_id = \(id) AND code <> ALL (\(standards.map(\.code)))")
        try session.run(
            """
            INSERT INTO standard AS old (subject_id, code, description)
            SELECT \(id), * FROM unnest(\(standards.map(\.code)), \(standards.map(\.description)))
            ON CONFLICT (subject_id, code) DO UPDATE SET description = excluded.description
             WHERE old.description IS DISTINCT FROM excluded.description
            """)
        let depths = new.depthsOfKnowledge
        try session.run(
            "DELETE FROM depth_of_knowledge WHERE subject_id = \(id) AND level <> ALL (\(depths.map(\.level)))")
        try session.run(
            """
            INSERT INTO depth_of_knowledge AS old (subject_id, level, name, reference)
            SELECT \(id), * FROM unnest(\(depths.map(\.level)), \(depths.map(\.name)), \(depths.map(\.reference)))
            ON CONFLICT (subject_id, level) DO UPDATE SET name = excluded.name, reference = excluded.reference
            """)
        let cuts = new.itemDifficulties
        try session.run("DELETE FROM item_difficulty WHERE subject_id = \(id)")
        try session.run(
            """
            INSERT INTO item_difficulty (subject_id, grade, moderate_low_end, difficult_low_end)
            SELECT \(id), * FROM unnest(
                \(cuts.map(\.grade)), \(cuts.map(\.moderateLowEnd)), \(cuts.map(\.difficultLowEnd)))
            """)
        let traits = new.traits
        try session.run("DELETE FROM trait WHERE subject_id = \(id) AND code <> ALL (\(traits.map(\.code)))")
        try session.run(
            """
            INSERT INTO trait AS old (subject_id, code, purpose, category, max_score)
            SELECT \(id), * FROM unnest(
                \(traits.map(\.code)), \(traits.map(\.purpose)), \(traits.map(\.category)), \(traits.map(\.maxScore)))
            ON CONFLICT (subject_id, code) DO UPDATE SET purpose = excluded.purpose, category = excluded.category,
                max_score = excluded.max_score
            """)
    }

    private static func storeTexts(
        of id: Int32, _ texts: [String: String], _ session: borrowing Session
    ) throws {
        let sorted = texts.sorted { $0.key < $1.key }
        try session.run("DELETE FROM subject_text WHERE subject_id = \(id) AND key <> ALL (\(sorted.map(\.key)))")
        try session.run(
            """
            INSERT INTO subject_text AS old (subject_id, key, text)
            SELECT \(id), * FROM unnest(\(sorted.map(\.key)), \(sorted.map(\.value)))
            ON CONFLICT (subject_id, key) DO UPDATE SET text = excluded.text WHERE old.text <> excluded.text
            """)
    }
}
