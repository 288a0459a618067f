import Ledger

/// Compares the assessments of a package with their subjects and collects everything that is wrong.
///
/// Rule: ingest §4.3, the second table of §4.4. Any error: nothing of the file is taken.
struct PackageRules {
    /// By code, case ignored.
    private let subjects: [String: SubjectIndex]
    private var messages = ImportMessages()

    private init(_ subjects: [SubjectIndex]) {
        self.subjects = Dictionary(
            subjects.map { ($0.definition.code.lowercased(), $0) }, uniquingKeysWith: { one, _ in one })
    }

    /// - Throws: `ImportRefusal` `BAD_DATA` with the collected errors, in the order of the file.
    static func check(
        _ assessments: [PackageAssessment], _ subjects: [SubjectIndex]
    ) throws(ImportRefusal) -> [AssessmentDraft] {
        var rules = PackageRules(subjects)
        let drafts = assessments.compactMap { rules.check($0) }
        guard rules.messages.isEmpty else { throw ImportRefusal(.badData, rules.messages.collectedText()) }
        return drafts
    }

    // MARK: Assessments

    /// - Returns: nil when something was wrong.
    private mutating func check(_ assessment: PackageAssessment) -> AssessmentDraft? {
        let place = "[\(assessment.id)], "
        checkLength("AssessmentId", assessment.id, 250)
        checkLength(place + "AssessmentName", assessment.name, 250)
        checkLength(place + "AssessmentLabel", assessment.label, 250)
        checkLength(place + "AssessmentVersion", assessment.version, 30)
        let grade = CodeLists.grade(assessment.grade)
        if grade == nil {
            messages.add(place + "AssessmentGrade", assessment.grade, "unknown grade code [\(assessment.grade)]")
        }
        let subject = subjects[assessment.subject.lowercased()]
        if subject == nil {
            messages.add(
                place + "AssessmentSubject", assessment.subject, "unknown subject code [\(assessment.subject)]")
        }
        let type = AssessmentType(code: assessment.type)
        if type == nil {
            messages.add(place + "AssessmentType", assessment.type, "unknown assessment type code [\(assessment.type)]")
        }
        if let subject, let type {
            if let definition = subject.definition.type(type) {
                checkScores(assessment, definition, alternates: subject.definition.alternates.count, place)
            } else {
                messages.add(
                    place + "AssessmentType", assessment.type,
                    "assessment type [\(assessment.type)] is not defined for subject [\(subject.definition.code)]")
            }
        }
        let items = assessment.items.map { check($0, subject, grade, place) }
        guard let grade, let subject, let type, let year = assessment.schoolYear else { return nil }
        return AssessmentDraft(
            naturalID: assessment.id, name: assessment.name, label: assessment.label,
            version: assessment.version.isEmpty ? nil : assessment.version, subject: subject.definition.code,
            type: type, grade: grade, schoolYear: year, levels: assessment.overall, alternates: assessment.alternates,
            items: items.compactMap(\.self))
    }

    private mutating func checkScores(
        _ assessment: PackageAssessment, _ definition: AssessmentTypeDefinition, alternates: Int, _ place: String
    ) {
        // A block's four ranges are the levels of the scale; its results have three categories.
        let expected = definition.type == .block ? 4 : definition.overall.levels.count
        if assessment.overall.count != expected {
            messages.add(
                place + "Scores", String(assessment.overall.count), "Does not match expected level count (\(expected))")
        }
        let expectedAlternates = definition.alternate == nil ? 0 : alternates
        if assessment.alternates.count != expectedAlternates {
            messages.add(
                place + "AltScores", String(assessment.alternates.count),
                "Does not match expected number of alt scorings (\(expectedAlternates))")
        } else if let levels = definition.alternate?.levels.count {
            for ranges in assessment.alternates where ranges.count != levels {
                messages.add(
                    place + "AltScores", String(ranges.count), "Does not match expected level count (\(levels))")
            }
        }
        checkCutPoints(assessment.overall, definition.overall, place)
        if let alternate = definition.alternate {
            for ranges in assessment.alternates { checkCutPoints(ranges, alternate, place) }
        }
    }

    /// Within the assessment's own range they are by the order of the levels.
    private mutating func checkCutPoints(
        _ levels: [LevelRange], _ scoring: AssessmentTypeDefinition.Scoring, _ place: String
    ) {
        for (index, level) in levels.dropFirst().enumerated() {
            let element = place + "Cutpoint\(index + 1)"
            if let minimum = scoring.minimum, level.low < Double(minimum) {
                messages.add(element, level.low.plainText, "Cutpoint less than subject min score")
            }
            if let maximum = scoring.maximum, level.low > Double(maximum) {
                messages.add(element, level.low.plainText, "Cutpoint greater than subject max score")
            }
        }
    }

    // MARK: Items

    private mutating func check(
        _ item: PackageItem, _ subject: SubjectIndex?, _ grade: String?, _ place: String
    ) -> ItemDraft? {
        let place = place + "item id [\(item.key)], "
        let target = check(target: item.claimContentTarget, place + "ClaimContentTarget", subject)
        checkLength(place + "FullKey", item.key, 40, required: true)
        require(item.difficulty != nil, place + "avg_b", nil)
        let depth = item.depthOfKnowledge.flatMap(Int16.init(exactly:))
        if let subject {
            require(
                depth.map(subject.hasDepthOfKnowledge) ?? false, place + "DOK", item.depthOfKnowledge.map { "\($0)" })
        }
        let points = item.maxPoints.flatMap(Int16.init(exactly:)).flatMap { $0 >= 0 ? $0 : nil }
        require(points != nil, place + "MaxPoints", item.maxPoints.map { "\($0)" })
        let practice = item.mathPractice.flatMap { (1...8).contains($0) ? Int16($0) : nil }
        require(
            practice != nil || item.mathPractice == nil, place + "MathPractice", item.mathPractice.map { "\($0)" })
        let standards = check(standardsOf: item, place, subject)
        let others = check(otherTargetsOf: item, place, subject)
        let options = item.optionsCount.flatMap(Int16.init(exactly:)).flatMap { $0 >= 0 ? $0 : nil }
        require(options != nil, place + "NumberOfAnswerOptions", item.optionsCount.map { "\($0)" })
        checkLength(place + "PtWritingType", item.writingType, 16)
        if ["MC", "MS"].contains(item.type.uppercased()), (item.answerKey ?? "").isEmpty {
            messages.add(place + "AnswerKey", item.answerKey, "value may not be blank")
        }
        // Not in the reference, which leaves these to its database.
        checkLength(place + "ItemType", item.type, 40)
        let position = item.position.flatMap(Int16.init(exactly:))
        require(position != nil || item.position == nil, place + "ItemPosition", item.position.map { "\($0)" })

        guard let target, let difficulty = item.difficulty, let depth, let points, let options, let subject, let grade
        else { return nil }
        return ItemDraft(
            naturalID: item.key, position: position, type: item.type.isEmpty ? nil : item.type, target: target,
            otherTargets: others, standards: standards, depthOfKnowledge: depth, difficulty: difficulty,
            difficultyCode: subject.definition.difficulty(grade: grade)?.code(of: difficulty), maxPoints: points,
            mathPractice: practice, allowCalculator: item.allowCalculator, fieldTest: item.fieldTest,
            active: item.active, answerKey: item.answerKey.flatMap { $0.isEmpty ? nil : $0 }, optionsCount: options,
            writingType: item.writingType.isEmpty ? nil : item.writingType)
    }

    /// `{claim}|{target}`, split at the first bar only: targets hold bars themselves.
    private mutating func check(target text: String, _ element: String, _ subject: SubjectIndex?) -> TargetCode? {
        let text = text.trimmingBlanks
        guard let bar = text.firstIndex(of: "|"), bar > text.startIndex else {
            messages.add(element, text, "invalid value")
            return nil
        }
        guard let subject else { return nil }
        guard let claim = subject.claim(String(text[..<bar]).trimmingBlanks) else {
            messages.add(element, text, "claim not found")
            return nil
        }
        guard let target = subject.target(String(text[text.index(after: bar)...]).trimmingBlanks, of: claim) else {
            messages.add(element, text, "target not found")
            return nil
        }
        return TargetCode(claim: claim, target: target)
    }

    private mutating func check(
        otherTargetsOf item: PackageItem, _ place: String, _ subject: SubjectIndex?
    ) -> [TargetCode] {
        if item.secondaryClaimContentTarget.isEmpty { return [] }
        var targets: [TargetCode] = []
        for part in item.secondaryClaimContentTarget.split(separator: ";", omittingEmptySubsequences: false) {
            guard let target = check(target: String(part), place + "SecondaryClaimContentTarget", subject) else {
                continue
            }
            if !targets.contains(target) { targets.append(target) }
        }
        return targets
    }

    private mutating func check(
        standardsOf item: PackageItem, _ place: String, _ subject: SubjectIndex?
    ) -> [String] {
        guard let subject else { return [] }
        let codes = [item.commonCore, item.secondaryCommonCore].flatMap { cell in
            cell.split(separator: ";").map { String($0).replacing("\t", with: "").trimmingBlanks }
        }.filter { !$0.isEmpty }
        let found = codes.map(subject.standard)
        if found.contains(nil) {
            messages.add(
                place + "CommonCoreStandards", item.commonCore,
                "unable to find all common core standards for an item and subject id [\(subject.id)]")
        }
        return Set(found.compactMap(\.self)).sorted()
    }

    // MARK: Values

    private mutating func checkLength(_ element: String, _ value: String, _ limit: Int, required: Bool = false) {
        if required, value.isEmpty {
            messages.add(element, value, "value may not be blank")
        } else if value.unicodeScalars.count > limit {
            messages.add(element, value, "string is too long, max length is \(limit)")
        }
    }

    private mutating func require(_ good: Bool, _ element: String, _ value: String?) {
        if !good { messages.add(element, value, "invalid value") }
    }
}
