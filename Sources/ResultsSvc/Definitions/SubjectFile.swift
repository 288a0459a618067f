import Ledger
import XML

/// Reads a subject definition: the published schema, then the defaults, then the rules.
///
/// Rule: ingest §5.1, §5.2.
enum SubjectFile {
    /// The largest real file has 420 KB.
    static let sizeLimit = 16 << 20

    /// - Throws: `ImportRefusal` `BAD_FORMAT` with the text for the sender.
    static func read(_ payload: [UInt8]) throws(ImportRefusal) -> SubjectDefinition {
        let subject: SubjectDefinition
        do {
            subject = try parse(payload)
        } catch {
            throw unreadable("\(error)")
        }
        let messages = SubjectRules.check(subject)
        guard messages.isEmpty else { throw ImportRefusal(.badFormat, messages.subjectText()) }
        return subject
    }

    /// Also the form in which a change that would break stored assessments is refused (ingest §5.3).
    static func unreadable(_ reason: String) -> ImportRefusal {
        ImportRefusal(.badFormat, "Unable to read Subject resource: \(reason)")
    }

    private static func parse(_ payload: [UInt8]) throws -> SubjectDefinition {
        let limits = XMLLimits(size: sizeLimit, value: 64 << 10)
        let root = try XMLElement.read(payload, limits: limits)
        guard root.name == "Subject" else {
            throw SchemaViolation(line: root.line, problem: "the root is <\(root.name)>, not <Subject>")
        }
        var reader = SchemaReader(root)
        var subject = SubjectDefinition(
            code: try reader.text("code", limit: 10), name: try reader.text("name"),
            messages: try list(reader.child("Messages"), "Message", message),
            types: try list(reader.child("AssessmentTypes"), "AssessmentType", count: 1...3, assessmentType))
        subject.depthsOfKnowledge = try list(reader.optionalChild("DepthsOfKnowledge"), "DepthOfKnowledge", depth)
        subject.itemDifficulties = try list(reader.optionalChild("ItemDifficulties"), "ItemDifficulty", difficulty)
        subject.reportGrades = try list(reader.optionalChild("ReportGrades"), "ReportGrade", reportGrade)
        let alternates = try list(reader.optionalChild("AltScores"), "AltScore", scorable)
        subject.traits = try list(reader.optionalChild("Traits"), "Trait", trait)
        let claims = try list(reader.optionalChild("Claims"), "Claim", claim)
        subject.standards = try list(reader.optionalChild("Standards"), "Standard", count: 0...Int.max, standard)
        try reader.finish()
        guard !subject.code.trimmingBlanks.isEmpty else { throw reader.violation("the code of <Subject> is blank") }
        // The schema does not say so, but each of these is a key.
        try requireUnique("AssessmentType", subject.types.map(\.type.code), in: reader)
        try requireUnique("Message", subject.messages.map(\.key), in: reader)
        try requireUnique("DepthOfKnowledge", subject.depthsOfKnowledge.map { String($0.level) }, in: reader)

        subject.alternates = try zip(alternates, dataOrders(alternates.map(\.dataOrder))).map { draft, order in
            AlternateDefinition(
                code: draft.code, name: draft.name, dataOrder: order, displayOrder: draft.displayOrder,
                icon: draft.icon ?? CodeLists.icon, description: draft.description)
        }
        // Only scorable claims have a place in the data; what an other one says about it means nothing.
        var orders = try dataOrders(claims.filter(\.scorable).map(\.scorableDraft.dataOrder)).makeIterator()
        subject.claims = claims.map { draft in
            let score = draft.scorableDraft
            return ClaimDefinition(
                code: score.code, name: score.name, scorable: draft.scorable, organizational: draft.organizational,
                dataOrder: draft.scorable ? orders.next() : nil, displayOrder: score.displayOrder,
                icon: score.icon ?? CodeLists.icon, description: score.description, targets: draft.targets)
        }
        return subject
    }

    private static func requireUnique(
        _ name: String, _ keys: [String], in reader: borrowing SchemaReader
    ) throws(SchemaViolation) {
        var doubles: [String] = []
        SubjectRules.findDoubles(keys) { doubles.append($0) }
        if let double = doubles.first { throw reader.violation("<\(name)> [\(double)] occurs twice") }
    }

    // MARK: Elements

    private struct ScorableDraft {
        var code: String
        var name: String
        var dataOrder: Int32?
        var displayOrder: Int16?
        var icon: String?
        var description: String?
    }

    private struct ClaimDraft {
        var scorableDraft: ScorableDraft
        var scorable: Bool
        var organizational: Bool
        var targets: [ClaimDefinition.Target]
    }

    /// The children of a list element, none when the element is missing.
    private static func list<Value>(
        _ element: XMLElement?, _ name: String, count: ClosedRange<Int> = 1...Int.max,
        _ read: (inout SchemaReader) throws -> Value
    ) throws -> [Value] {
        guard let element else { return [] }
        var reader = SchemaReader(element)
        let children = try reader.children(name, count)
        try reader.finish()
        return try children.map { child in
            var reader = SchemaReader(child)
            return try read(&reader)
        }
    }

    private static func message(_ reader: inout SchemaReader) throws -> SubjectDefinition.Message {
        .init(key: try reader.text("key"), text: try reader.finishWithText())
    }

    private static func assessmentType(_ reader: inout SchemaReader) throws -> AssessmentTypeDefinition {
        let type = try reader.choice("code", AssessmentType.init(code:))
        let name = try reader.text("name")
        let definition = AssessmentTypeDefinition(
            type: type, name: name, longName: try reader.optionalText("longName") ?? name,
            targetReport: try reader.flag("targetReport") ?? (type == .summative),
            printedReport: try reader.flag("printedReport") ?? true,
            traitReport: try reader.flag("traitReport") ?? false,
            overall: try scoring(reader.child("OverallScoring")),
            alternate: try reader.optionalChild("AltScoring").map(scoring),
            claim: try reader.optionalChild("ClaimScoring").map(scoring))
        try reader.finish()
        return definition
    }

    private static func scoring(_ element: XMLElement) throws -> AssessmentTypeDefinition.Scoring {
        var reader = SchemaReader(element)
        let name = try reader.text("name")
        let minimum = try reader.number("minScore", in: Int32.min...Int32.max)
        let maximum = try reader.number("maxScore", in: Int32.min...Int32.max)
        var levels = SchemaReader(try reader.child("PerformanceLevels"))
        try reader.finish()
        let cutoff = try levels.number("standardCutoff", in: Int16(1)...6)
        let children = try levels.children("PerformanceLevel", 1...6)
        try levels.finish()
        return .init(
            name: name, minimum: minimum, maximum: maximum, standardCutoff: cutoff,
            levels: try children.map { child in
                var reader = SchemaReader(child)
                let name = try reader.text("name")
                let level = AssessmentTypeDefinition.Level(
                    level: try reader.requiredNumber("level", in: Int16(1)...6), name: name,
                    shortName: try reader.optionalText("shortName") ?? name,
                    suffix: try reader.optionalText("suffix"),
                    color: try reader.choice("color") { CodeLists.colors.contains($0) ? $0 : nil })
                try reader.finish()
                return level
            })
    }

    private static func depth(_ reader: inout SchemaReader) throws -> SubjectDefinition.DepthOfKnowledge {
        let depth = SubjectDefinition.DepthOfKnowledge(
            level: try reader.requiredNumber("level", in: 1...Int16.max), name: try reader.text("name"),
            reference: try reader.childText("Reference").trimmingBlanks)
        try reader.finish()
        return depth
    }

    private static func difficulty(_ reader: inout SchemaReader) throws -> SubjectDefinition.ItemDifficulty {
        let difficulty = SubjectDefinition.ItemDifficulty(
            grade: try reader.choice("gradeCode", grade), moderateLowEnd: try reader.decimal("moderateLowEnd"),
            difficultLowEnd: try reader.decimal("difficultLowEnd"))
        try reader.finish()
        return difficulty
    }

    private static func grade(_ code: String) -> String? {
        CodeLists.grades.contains(code) ? code : nil
    }

    private static func reportGrade(_ reader: inout SchemaReader) throws -> ReportGrade {
        let code = try reader.choice("code", grade)
        // The published schema allows two lists; they count as one.
        let lists = try reader.children("ReportAssessmentTypes", 1...2)
        try reader.finish()
        return ReportGrade(code: code, types: try lists.flatMap { try list($0, "ReportAssessmentType", reportType) })
    }

    private static func reportType(_ reader: inout SchemaReader) throws -> ReportGrade.ReportType {
        let type = ReportGrade.ReportType(
            type: try reader.choice("code", AssessmentType.init(code:)),
            overallMessage: try reader.optionalChildText("OverallAchievementMessage"),
            alternateMessage: try reader.optionalChildText("AltScoreAchievementMessage"),
            claimMessage: try reader.optionalChildText("ClaimAchievementMessage"),
            levels: try levelTexts(reader.child("ReportPerformanceLevels")),
            alternates: try reader.optionalChild("ReportAltScores").map { try list($0, "ReportAltScore", scoreText) },
            claims: try reader.optionalChild("ReportClaims").map { try list($0, "ReportClaim", scoreText) })
        try reader.finish()
        return type
    }

    private static func levelTexts(_ element: XMLElement) throws -> [ReportGrade.LevelText] {
        try list(element, "ReportPerformanceLevel") { reader in
            .init(level: try reader.requiredNumber("level", in: Int16(1)...6), text: try reader.finishWithText())
        }
    }

    private static func scoreText(_ reader: inout SchemaReader) throws -> ReportGrade.ScoreText {
        let text = ReportGrade.ScoreText(
            code: try reader.text("code", limit: 10), levels: try levelTexts(reader.child("ReportPerformanceLevels")))
        try reader.finish()
        return text
    }

    private static func scorableStart(_ reader: inout SchemaReader) throws -> ScorableDraft {
        ScorableDraft(
            code: try reader.text("code", limit: 10), name: try reader.text("name"),
            dataOrder: try reader.number("dataOrder", in: Int32.min...Int32.max),
            displayOrder: try reader.number("displayOrder", in: Int16.min...Int16.max),
            icon: try reader.optionalChildText("Icon"), description: try reader.optionalChildText("Description"))
    }

    private static func scorable(_ reader: inout SchemaReader) throws -> ScorableDraft {
        let draft = try scorableStart(&reader)
        try reader.finish()
        return draft
    }

    private static func claim(_ reader: inout SchemaReader) throws -> ClaimDraft {
        let draft = ClaimDraft(
            scorableDraft: try scorableStart(&reader), scorable: try reader.flag("scorable") ?? true,
            organizational: try reader.flag("organizational") ?? true,
            targets: try reader.children("Targets", 0...Int.max).flatMap { try list($0, "Target", target) })
        try reader.finish()
        return draft
    }

    private static func target(_ reader: inout SchemaReader) throws -> ClaimDefinition.Target {
        let target = ClaimDefinition.Target(
            code: try reader.text("code", limit: 10), name: try reader.text("name"),
            description: try reader.optionalChildText("Description"))
        try reader.finish()
        return target
    }

    private static func trait(_ reader: inout SchemaReader) throws -> TraitDefinition {
        let trait = TraitDefinition(
            code: try reader.text("code"), purpose: try reader.text("purpose", limit: 10),
            category: try reader.text("category", limit: 10),
            maxScore: try reader.requiredNumber("maxScore", in: 0...Int16.max))
        try reader.finish()
        return trait
    }

    private static func standard(_ reader: inout SchemaReader) throws -> StandardDefinition {
        let standard = StandardDefinition(
            code: try reader.text("code", limit: 20), description: try reader.childText("Description"))
        try reader.finish()
        return standard
    }

    // MARK: Defaults

    private struct DataOrderError: Error, CustomStringConvertible { var description: String }

    /// The places in an exam's arrays: those given, and for the others the free numbers in document order.
    private static func dataOrders(_ given: [Int32?]) throws -> [Int16] {
        let count = given.count
        guard count <= 6 else { throw DataOrderError(description: "Too many scorables: \(count)") }
        let used = given.compactMap { $0 }
        let invalid = used.filter { $0 < 1 || $0 > count }
        guard invalid.isEmpty else { throw DataOrderError(description: "Invalid data order: \(invalid)") }
        guard Set(used).count == used.count else { throw DataOrderError(description: "Duplicate data order: \(used)") }
        var free = (0..<count).map { Int32($0 + 1) }.filter { !used.contains($0) }.makeIterator()
        return given.compactMap { $0 ?? free.next() }.map(Int16.init)
    }
}
