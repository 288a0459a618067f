/// Rule: ingest §3.7.
extension ExamCheck {
    struct Scores {
        var overall = ExamDraft.ScoreDraft()
        var claims: [ExamDraft.ScoreDraft]
        var alternates: [ExamDraft.ScoreDraft]
        var traits: [ExamDraft.TraitScore] = []
        var targets: [ExamDraft.TargetScore] = []
    }

    /// A score on a scale, known by its `measureLabel`.
    private enum Scale: String {
        case scaleScore = "ScaleScore"
        case thetaScore = "ThetaScore"
        case performanceLevel = "PerformanceLevel"
    }

    mutating func checkScores() -> Scores {
        var scores = Scores(
            claims: Array(repeating: ExamDraft.ScoreDraft(), count: template.claims.count),
            alternates: Array(repeating: ExamDraft.ScoreDraft(), count: template.alternates.count))
        for score in document.scores {
            switch template.measures[score.measureOf] {
            case .overall: take(score, range: template.overall, into: &scores.overall)
            case .claim(let index): take(score, range: nil, into: &scores.claims[index])
            case .alternate(let index):
                take(score, range: template.alternates[index].range, into: &scores.alternates[index])
            case .target(let id): take(score, target: id, into: &scores.targets)
            case .trait(let trait): take(score, trait: trait, into: &scores.traits)
            case nil:
                let label = score.measureLabel
                if label == "StudentRelativeResidualScore" || label == "StandardMetRelativeResidualScore" {
                    values.problems.add(
                        "scoreOf [\(score.measureOf)] for label [\(label)]", score.value,
                        "unrecognizable score for the asmt")
                }
            }
        }
        return scores
    }

    private mutating func take(
        _ score: TRTDocument.Score, range: ClosedRange<Double>?, into draft: inout ExamDraft.ScoreDraft
    ) {
        guard let scale = Scale(rawValue: score.measureLabel) else { return }
        // Made only when something is wrong: most scores are right, and a text takes longer than reading a number.
        var element: String { "\(score.measureOf) \(score.measureLabel)" }
        switch scale {
        case .scaleScore:
            draft.scaleMilli = scaleScore(element, score.value, range)
            let error = standardError(element, score.standardError).flatMap { Numbers.thousandths($0) }
            draft.errorMilli = draft.scaleMilli == nil ? nil : error
        case .thetaScore:
            draft.theta = number(element, score.value)
            let error = standardError(element, score.standardError)
            draft.thetaError = draft.theta == nil ? nil : error
        case .performanceLevel: draft.level = level(element, score.value)
        }
    }

    /// Thousandths; nil for no score: an unscored test sends a blank, `NS` or 0.
    private mutating func scaleScore(
        _ element: @autoclosure () -> String, _ value: String, _ range: ClosedRange<Double>?
    ) -> Int64? {
        let text = value.trimmed
        guard !text.isEmpty, text.lowercased() != "ns" else { return nil }
        guard let number = number(element(), value), number != 0 else { return nil }
        if let range, !range.contains(number) {
            values.problems.add(element(), value, "invalid value, must be \(range.lowerBound) - \(range.upperBound)")
            return nil
        }
        return Numbers.thousandths(number)
    }

    private mutating func level(_ element: @autoclosure () -> String, _ value: String) -> Int16? {
        guard let text = value.nonBlank else { return nil }
        guard let number = Numbers.integer(text), let level = Int16(exactly: number) else {
            values.problems.add(element(), value, ValueCheck.unreadable(text))
            return nil
        }
        guard level > 0 else {
            values.problems.add(element(), value, "invalid value, must be a positive number")
            return nil
        }
        return level
    }

    private mutating func standardError(_ element: @autoclosure () -> String, _ value: String) -> Double? {
        guard let error = number("\(element()) StandardError", value) else { return nil }
        guard error >= 0 else {
            values.problems.add("\(element()) StandardError", value, "invalid value, must be a positive number")
            return nil
        }
        return error
    }

    /// Nil when blank or unreadable.
    private mutating func number(_ element: @autoclosure () -> String, _ value: String) -> Double? {
        guard let text = value.nonBlank else { return nil }
        guard let number = Numbers.decimal(text), abs(number) <= Numbers.scoreLimit else {
            values.problems.add(element(), value, ValueCheck.unreadable(text))
            return nil
        }
        return number
    }

    private mutating func take(
        _ score: TRTDocument.Score, target id: Int32, into targets: inout [ExamDraft.TargetScore]
    ) {
        let isStudentRelative: Bool
        switch score.measureLabel {
        case "StudentRelativeResidualScore", "Benchmark": isStudentRelative = true
        case "StandardMetRelativeResidualScore", "ProficiencyDelta": isStudentRelative = false
        default: return
        }
        let residual = number("\(score.measureOf) \(score.measureLabel)", score.value)
        let index: Int
        if let known = targets.firstIndex(where: { $0.targetID == id }) {
            index = known
        } else {
            index = targets.count
            targets.append(ExamDraft.TargetScore(targetID: id))
        }
        if isStudentRelative {
            targets[index].studentRelative = residual
        } else {
            targets[index].standardMet = residual
        }
    }

    private mutating func take(
        _ score: TRTDocument.Score, trait: ExamTemplate.Trait, into traits: inout [ExamDraft.TraitScore]
    ) {
        guard score.measureLabel == "RawScore" else { return }
        guard !traits.contains(where: { $0.traitID == trait.id }) else {
            values.problems.add("Score", trait.code, "duplicate trait score")
            return
        }
        var points: Int16?
        if let text = score.value.nonBlank {
            if let number = Numbers.integer(text) {
                if (0...Int64(trait.maximum)).contains(number) {
                    points = Int16(exactly: number)
                } else {
                    values.problems.add(
                        trait.code, score.value, "invalid value, must be between 0 and \(trait.maximum)")
                }
            } else {
                values.problems.add(trait.code, score.value, ValueCheck.unreadable(text))
            }
        }
        let condition = values.text(trait.code, score.conditionCode, limit: 20, required: false)
        traits.append(ExamDraft.TraitScore(traitID: trait.id, score: points, conditionCode: condition))
    }
}
