/// An exam with its packed columns and the hash that tells equal content; a class for the same reason as `ExamWork`.
/// Rule: ingest §3.11.
final class PackedExam: Sendable {
    let draft: ExamDraft
    let traits: [UInt8]
    let targets: [UInt8]
    let items: [UInt8]
    let responses: [UInt8]
    let extra: [UInt8]
    /// Over every value that is stored; equal content of another spelling has the same.
    let contentHash: Int64

    init(_ draft: ExamDraft) {
        self.draft = draft
        traits = ExamPacking.traits(draft.traits)
        targets = ExamPacking.targets(draft.targets)
        items = ExamPacking.items(draft.items, completed: draft.completed)
        responses = ExamPacking.responses(draft.items)
        extra = ExamPacking.extra(draft)
        let columns = Self.columns(draft)
        contentHash = Self.hash([columns, traits, targets, items, responses, extra])
    }

    /// Every value of the exam in one deterministic row of bytes; equal exactly when all stored values are.
    var content: [UInt8] {
        var writer = ByteWriter(capacity: 4096)
        for block in [Self.columns(draft), traits, targets, items, responses, extra] { writer.block(block) }
        return writer.bytes
    }

    private static func columns(_ draft: ExamDraft) -> [UInt8] {
        var writer = ByteWriter(capacity: 512)
        writer.signed(draft.assessmentID)
        writer.text(draft.opportunityID)
        writer.signed(draft.schoolYear)
        writer.signed(draft.schoolID)
        writer.signed(draft.status)
        for moment in [draft.statusDate, draft.completed, draft.started, draft.forceCompleted] {
            writer.optional(moment?.microseconds)
        }
        writer.optional(draft.effective?.daysSince1970)
        writer.text(draft.enrolledGrade)
        writer.optional(draft.condition)
        writer.optional(draft.completeness)
        writer.optional(draft.sessionID)
        for flag in [draft.iep, draft.lep, draft.section504, draft.economicDisadvantage, draft.migrant] {
            writer.optional(flag)
        }
        writer.optional(draft.elas)
        writer.optional(draft.elasStart?.daysSince1970)
        for text in [draft.language, draft.englishLevel, draft.titleIIIProgram, draft.primaryDisability] {
            writer.optional(text)
        }
        writer.optional(draft.military)
        writer.unsigned(UInt64(draft.claims.count))
        for score in [draft.overall] + draft.claims + draft.alternates {
            writer.optional(score.scaleMilli)
            writer.optional(score.errorMilli)
            writer.optional(score.theta)
            writer.optional(score.thetaError)
            writer.optional(score.level)
        }
        writer.unsigned(UInt64(draft.accommodationIDs.count))
        for id in draft.accommodationIDs { writer.signed(id) }
        return writer.bytes
    }

    /// FNV-1a, with the bits mixed at the end. Nobody gains by making two contents collide but to lose an own update.
    private static func hash(_ blocks: [[UInt8]]) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for block in blocks {
            for byte in block { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ UInt64(block.count)) &* 0x100_0000_01B3
        }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return Int64(bitPattern: hash ^ (hash >> 33))
    }
}
