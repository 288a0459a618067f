import Ledger

/// The rules that a subject keeps beyond its schema, each with the text its author reads.
///
/// Rule: ingest §5.2. Of the texts there, those about missing or doubled data orders and about more than six levels,
/// claims or alternates cannot occur: the schema and the filling of data orders refuse such files before.
enum SubjectRules {
    static func check(_ subject: SubjectDefinition) -> ImportMessages {
        var messages = ImportMessages()
        for type in subject.types { check(type, &messages) }
        check(alternates: subject.alternates, &messages)
        check(claims: subject.claims, &messages)
        check(difficulties: subject.itemDifficulties, &messages)
        findDoubles(subject.traits.map(\.code)) { messages.add("Traits", nil, "Duplicate trait code found: \($0)") }
        findDoubles(subject.standards.map(\.code)) {
            messages.add("Standards", nil, "Duplicate standard code found: \($0)")
        }
        for message in ReportRules.check(subject).entries { messages.add(message) }
        return messages
    }

    private static func check(_ type: AssessmentTypeDefinition, _ messages: inout ImportMessages) {
        let place = "AssessmentType(\(type.type.code))"
        check(type.overall, place, &messages)
        if let alternate = type.alternate { check(alternate, place + ":AltScoring", &messages) }
        if let claim = type.claim { check(claim, place + ":ClaimScoring", &messages) }

        guard type.type == .block else { return }
        if type.overall.levels.count != 3 {
            messages.add(
                place, nil,
                "IAB assessments only support 3 performance levels, but found \(type.overall.levels.count)")
        }
        if type.overall.standardCutoff != nil {
            messages.add(place, nil, "IAB assessments do not support having a standardCutoff value")
        }
        if type.alternate != nil {
            messages.add(place + ":AltScoring", nil, "IAB assessments do not support alt scoring")
        }
        if type.claim != nil {
            messages.add(place + ":ClaimScoring", nil, "IAB assessments do not support claim scoring")
        }
    }

    private static func check(
        _ scoring: AssessmentTypeDefinition.Scoring, _ place: String, _ messages: inout ImportMessages
    ) {
        let levels = scoring.levels.map(\.level).sorted()
        if levels.first != 1 { messages.add(place, nil, "Performance levels must start at level 1") }
        if zip(levels, levels.dropFirst()).contains(where: { $1 != $0 + 1 }) {
            messages.add(place, nil, "Performance levels must be continuous (1, 2, 3, etc)")
        }
        if let cutoff = scoring.standardCutoff, !levels.contains(cutoff) {
            messages.add(place, nil, "Performance level cutoff: \(cutoff) must reference an existing performance level")
        }
    }

    private static func check(alternates: [AlternateDefinition], _ messages: inout ImportMessages) {
        var codes = Set<String>()
        var displayOrders = Set<Int16>()
        for alternate in alternates {
            let place = "AltScore(\(alternate.code))"
            guard codes.insert(alternate.code).inserted else {
                messages.add(place, nil, "Duplicate code found: \(alternate.code)")
                continue
            }
            guard let order = alternate.displayOrder else {
                messages.add(place, nil, "AltScores must have a displayOrder defined")
                continue
            }
            if !displayOrders.insert(order).inserted {
                messages.add(place, nil, "Duplicate display order found: \(order)")
            }
        }
    }

    private static func check(claims: [ClaimDefinition], _ messages: inout ImportMessages) {
        var codes = Set<String>()
        var displayOrders = Set<Int16>()
        for claim in claims {
            let place = "Claim(\(claim.code))"
            guard codes.insert(claim.code).inserted else {
                messages.add(place, nil, "Duplicate code found: \(claim.code)")
                continue
            }
            if !claim.scorable && !claim.organizational {
                messages.add(place, nil, "Claim must be scorable, organizational, or both")
            }
            if claim.scorable {
                if let order = claim.displayOrder {
                    if !displayOrders.insert(order).inserted {
                        messages.add(place, nil, "Duplicate displayOrder found: \(order)")
                    }
                } else {
                    messages.add(place, nil, "Scorable Claims must have a displayOrder defined")
                }
            }
            if claim.organizational {
                findDoubles(claim.targets.map(\.code)) {
                    messages.add(place + ":Targets", nil, "Duplicate target code found: \($0)")
                }
            } else if !claim.targets.isEmpty {
                messages.add(place, nil, "A non-organizational claim cannot contain targets")
            }
        }
    }

    private static func check(
        difficulties: [SubjectDefinition.ItemDifficulty], _ messages: inout ImportMessages
    ) {
        var grades = Set<String>()
        for difficulty in difficulties {
            let place = "ItemDifficulty(\(difficulty.grade))"
            if !grades.insert(difficulty.grade).inserted {
                messages.add(place, nil, "Duplicate code found: \(difficulty.grade)")
            }
            // Equal ends leave no moderate items, which is odd but taken.
            if difficulty.moderateLowEnd > difficulty.difficultLowEnd {
                messages.add(
                    place, nil, "Moderate low end cutpoint must be less than the difficult low end cutpoint")
            }
        }
    }

    static func findDoubles<Code: Hashable>(_ codes: [Code], _ found: (Code) -> Void) {
        var seen = Set<Code>()
        for code in codes where !seen.insert(code).inserted { found(code) }
    }
}
