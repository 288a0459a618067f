import Ledger

/// The rules for the texts of printed reports: each refers to something the subject has, and none is missing.
///
/// Rule: ingest §5.2, locations from `ReportGrade`.
enum ReportRules {
    static func check(_ subject: SubjectDefinition) -> ImportMessages {
        var messages = ImportMessages()
        var grades = Set<String>()
        for grade in subject.reportGrades {
            let place = "ReportGrade(\(grade.code))"
            if !grades.insert(grade.code).inserted {
                messages.add(place, nil, "Duplicate code found: \(grade.code)")
            }
            var types = Set<AssessmentType>()
            for type in grade.types {
                let code = type.type.code
                let place = place + ":ReportAssessmentType(\(code))"
                if !types.insert(type.type).inserted {
                    messages.add(place, nil, "Duplicate code found: \(code)")
                }
                guard let definition = subject.type(type.type) else {
                    messages.add(
                        place, nil,
                        "ReportAssessmentType code must reference an existing Subject.AssessmentType code: \(code)")
                    continue
                }
                check(type.levels, against: definition.overall, place, &messages)
                if let claims = type.claims, let scoring = definition.claim {
                    check(claims, of: subject, scoring, place, &messages)
                }
            }
        }
        return messages
    }

    private static func check(
        _ claims: [ReportGrade.ScoreText], of subject: SubjectDefinition, _ scoring: AssessmentTypeDefinition.Scoring,
        _ place: String, _ messages: inout ImportMessages
    ) {
        var missing = subject.claims.filter(\.scorable).map(\.code)
        var seen = Set<String>()
        for claim in claims {
            let place = place + ":ReportClaim(\(claim.code))"
            guard seen.insert(claim.code).inserted else {
                messages.add(place, nil, "Duplicate report claim: \(claim.code)")
                continue
            }
            if let index = missing.firstIndex(of: claim.code) {
                missing.remove(at: index)
            } else {
                messages.add(place, nil, "Report references non-existent scorable claim: \(claim.code)")
            }
            check(claim.levels, against: scoring, place, &messages)
        }
        if !missing.isEmpty {
            messages.add(
                place + ":ReportClaim", nil,
                "There exist scorable claims without associated ReportClaim elements: \(missing.joined(separator: ", "))"
            )
        }
    }

    private static func check(
        _ texts: [ReportGrade.LevelText], against scoring: AssessmentTypeDefinition.Scoring, _ place: String,
        _ messages: inout ImportMessages
    ) {
        let place = place + ":ReportPerformanceLevels"
        var missing = Set(scoring.levels.map(\.level))
        var seen = Set<Int16>()
        for text in texts {
            guard seen.insert(text.level).inserted else {
                messages.add(place, nil, "Duplicate performance level: \(text.level)")
                continue
            }
            if missing.remove(text.level) == nil {
                messages.add(place, nil, "Report references non-existent performance level: \(text.level)")
            }
        }
        if !missing.isEmpty {
            let list = missing.sorted().map(String.init).joined(separator: ", ")
            messages.add(place, nil, "Performance levels exist without associated report messages: \(list)")
        }
    }
}
