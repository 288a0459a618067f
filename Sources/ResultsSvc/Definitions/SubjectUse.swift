import Ledger
import Postgres

/// What stored assessments, items and exams need of a subject, and therefore what a new definition must keep.
///
/// Rule: ingest §5.3. The first thing that breaks refuses the whole file.
struct SubjectUse {
    let stored: StoredSubject
    let new: SubjectDefinition

    /// - Throws: `ImportRefusal` `BAD_FORMAT`.
    func requireUnbroken(_ session: borrowing Session) throws {
        let assessments = try session.rows(
            "SELECT DISTINCT type, grade FROM assessment WHERE subject_id = \(stored.id)", as: (Int16, String).self)
        // Most subjects change before there is anything that relies on them.
        guard !assessments.isEmpty else { return }
        let types = Set(assessments.compactMap { AssessmentType(rawValue: $0.0) })
        try requireTypes(types)
        try requireScores(types)
        try requireItemReferences(session)
        try requireDifficulties(of: Set(assessments.map(\.1)))
        try requireTraits(session)
    }

    private func requireTypes(_ used: Set<AssessmentType>) throws {
        for old in stored.definition.types where used.contains(old.type) {
            let end =
                "due to existing assessments for subject: \(stored.definition.code) assessment type: \(old.type.code)"
            guard let type = new.type(old.type) else {
                throw SubjectFile.unreadable("Unable to delete subject assessment type \(end)")
            }
            guard type.binding == old.binding else {
                throw SubjectFile.unreadable("Unable to update subject assessment type \(end)")
            }
        }
    }

    /// Exams hold their claim and alternate scores by data order.
    private func requireScores(_ used: Set<AssessmentType>) throws {
        let types = stored.definition.types.filter { used.contains($0.type) }
        var kept = true
        if types.contains(where: { $0.claim != nil }) {
            for old in stored.definition.claims where old.scorable {
                kept = kept && new.claims.contains { $0.code == old.code && $0.dataOrder == old.dataOrder }
            }
        }
        if types.contains(where: { $0.alternate != nil }) {
            for old in stored.definition.alternates {
                kept = kept && new.alternates.contains { $0.code == old.code && $0.dataOrder == old.dataOrder }
            }
        }
        guard kept else {
            throw SubjectFile.unreadable(
                "Unable to delete or change existing subject score for subject: \(stored.id) due to being referenced by "
                    + "an existing assessment")
        }
    }

    private func requireItemReferences(_ session: borrowing Session) throws {
        let claims = Set(new.claims.filter(\.organizational).map(\.code))
        let targets = Set(
            new.claims.flatMap { claim in
                claim.targets.map { TargetCode(claim: claim.code, target: $0.code) }
            })
        let standards = Set(new.standards.map(\.code))
        let depths = Set(new.depthsOfKnowledge.map(\.level))
        let goneClaims = stored.claimIDs.filter { !claims.contains($0.key) }
        let goneTargets = stored.targetIDs.filter { !targets.contains($0.key) }
        let goneStandards = stored.standardIDs.filter { !standards.contains($0.key) }
        let goneDepths = stored.depthIDs.filter { !depths.contains($0.key) }

        let usedClaims = try used(goneClaims.values, "item.claim_id = gone.id", session)
        if let claim = goneClaims.filter({ usedClaims.contains($0.value) }).map(\.key).min() {
            throw SubjectFile.unreadable("Cannot delete claim: \(claim) due to existing assessment items")
        }
        let usedTargets = try used(
            goneTargets.values, "item.target_id = gone.id OR gone.id = ANY (item.other_target_ids)", session)
        let target = goneTargets.filter { usedTargets.contains($0.value) }.map(\.key)
            .min { ($0.claim, $0.target) < ($1.claim, $1.target) }
        if let target {
            throw SubjectFile.unreadable(
                "Cannot remove target: \(target.target) for claim: \(target.claim) subject: \(stored.definition.code) "
                    + "because it is referenced by assessment items")
        }
        let usedStandards = try used(goneStandards.values, "gone.id = ANY (item.standard_ids)", session)
        if let (code, id) = goneStandards.filter({ usedStandards.contains($0.value) }).min(by: { $0.key < $1.key }) {
            throw SubjectFile.unreadable(
                "Cannot remove standard: \(id) code: \(code) because it is referenced by an assessment item.")
        }
        let usedDepths = try used(goneDepths.values, "item.depth_of_knowledge_id = gone.id", session)
        if let (level, id) = goneDepths.filter({ usedDepths.contains($0.value) }).min(by: { $0.key < $1.key }) {
            throw SubjectFile.unreadable(
                "Unable to delete Depth of Knowledge id: \(id) subject: \(stored.definition.code) level: \(level) "
                    + "because it is referenced by an assessment item")
        }
    }

    /// Those ids that an item refers to.
    private func used(
        _ gone: some Collection<Int32>, _ condition: SQL, _ session: borrowing Session
    ) throws -> Set<Int32> {
        if gone.isEmpty { return [] }
        return Set(
            try session.rows(
                """
                SELECT gone.id FROM unnest(\(Array(gone))) AS gone (id)
                 WHERE EXISTS (
                    SELECT FROM item JOIN assessment a ON a.id = item.assessment_id
                     WHERE a.subject_id = \(stored.id) AND (\(condition)))
                """, as: Int32.self))
    }

    /// The table has no ids of its own: the text shows the subject's.
    private func requireDifficulties(of grades: Set<String>) throws {
        for old in stored.definition.itemDifficulties where grades.contains(old.grade) {
            let end =
                "existing item difficulty cutpoint id: \(stored.id) grade code: \(old.grade) due to existing assessment "
                + "references"
            guard let difficulty = new.difficulty(grade: old.grade) else {
                throw SubjectFile.unreadable("Unable to delete \(end)")
            }
            guard difficulty == old else { throw SubjectFile.unreadable("Unable to update \(end)") }
        }
    }

    private func requireTraits(_ session: borrowing Session) throws {
        let kept = Set(new.traits.map(\.code))
        let gone = stored.traitIDs.filter { !kept.contains($0.key) }
        if gone.isEmpty { return }
        let used = try Self.highestTraitScores(stored.id, session)
        if let trait = gone.filter({ used[$0.value] != nil }).map(\.key).min() {
            throw SubjectFile.unreadable("Cannot delete trait: \(trait) due to existing exams")
        }
    }

    /// The highest stored score of each trait that any exam of the subject has, by id; -1 for a condition code only.
    static func highestTraitScores(_ subjectID: Int32, _ session: borrowing Session) throws -> [Int32: Int16] {
        var highest: [Int32: Int16] = [:]
        // Two bytes say: none.
        let query = "SELECT traits FROM exam WHERE subject_id = \(subjectID) AND length(traits) > 2"
        try session.copyOut("COPY (\(query)) TO STDOUT (FORMAT binary)", as: ([UInt8]).self) { packed in
            for trait in try ExamPacking.traits(packed) {
                highest[trait.traitID] = max(highest[trait.traitID] ?? -1, trait.score ?? -1)
            }
        }
        return highest
    }
}

extension AssessmentTypeDefinition {
    /// What assessments and exams of the type rely on: everything but names and colours.
    fileprivate struct Binding: Equatable {
        var flags: [Bool]
        var scorings: [Scoring?]

        struct Scoring: Equatable {
            var minimum: Int32?
            var maximum: Int32?
            var cutoff: Int16?
            var levels: Int
        }
    }

    fileprivate var binding: Binding {
        Binding(
            flags: [targetReport, printedReport, traitReport],
            scorings: [overall, alternate, claim].map { scoring in
                scoring.map {
                    .init(minimum: $0.minimum, maximum: $0.maximum, cutoff: $0.standardCutoff, levels: $0.levels.count)
                }
            })
    }
}
