/// The definition of a subject as XML (ingest §5), with texts of its own.
struct SubjectFile {
    let subject: DemoSubject

    var xml: String {
        var parts = ["<Messages>", indented(messages), "</Messages>", "<AssessmentTypes>"]
        parts += DemoAssessment.Kind.allCases.compactMap(assessmentType)
        parts.append("</AssessmentTypes>")
        if subject.hasItems {
            parts += [
                "<DepthsOfKnowledge>", indented(depths), "</DepthsOfKnowledge>", "<ItemDifficulties>",
                indented(difficulties), "</ItemDifficulties>", "<ReportGrades>",
            ]
            parts += subject.grades.map(reportGrade)
            parts.append("</ReportGrades>")
        }
        if !subject.alternates.isEmpty { parts += ["<AltScores>", indented(alternates), "</AltScores>"] }
        if hasTraits { parts += ["<Traits>", indented(traits), "</Traits>"] }
        parts += ["<Claims>", indented(claims), "</Claims>"]
        if subject.hasItems { parts += ["<Standards>", indented(standards), "</Standards>"] }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Subject code="\(subject.code)" name="\(escaped(subject.name))">
            \(parts.joined(separator: "\n"))
            </Subject>

            """
    }

    private func indented(_ lines: [String]) -> String { lines.map { "  " + $0 }.joined(separator: "\n") }

    private var hasTraits: Bool { subject.code == DemoSubject.english.code }

    // MARK: Texts

    private var messages: [String] {
        var list = [("standard-description", "What students of the sandbox are taught in \(subject.name).")]
        for kind in DemoAssessment.Kind.allCases {
            guard let levels = subject.scoring(.overall, of: kind)?.levels else { continue }
            let names = levels.map(\.name).joined(separator: ", ")
            list.append(
                (
                    "\(kind.code).performance-info",
                    "The result is one of \(levels.count): \(names). It was delivered with the result."
                ))
        }
        if hasTraits {
            for purpose in WritingPurpose.allCases {
                list.append(("trait.purpose.\(purpose.code).name", purpose.rawValue))
                list.append(("trait.purpose.\(purpose.code).description", purpose.description))
            }
            for trait in WritingTrait.allCases {
                list.append(("trait.category.\(trait.code).name", trait.rawValue))
                for points in 0...trait.maximum {
                    list.append(("trait.category.\(trait.code).\(points)", trait.rubric[points]))
                }
            }
        }
        return list.map { "<Message key=\"\($0.0)\">\(escaped($0.1))</Message>" }
    }

    // MARK: Scores

    private func assessmentType(_ kind: DemoAssessment.Kind) -> String? {
        guard let scorings = subject.scorings[kind] else { return nil }
        var attributes = "code=\"\(kind.code)\" name=\"\(kind.name)\" longName=\"\(kind.longName)\""
        if kind == .summative {
            attributes += " targetReport=\"\(subject.hasItems)\" traitReport=\"\(hasTraits)\""
            if subject.isForEnglishLearners { attributes += " printedReport=\"false\"" }
        }
        let scores = scorings.map { scoring in
            let cutoff = scoring.cutoff.map { " standardCutoff=\"\($0)\"" } ?? ""
            let levels = scoring.levels.enumerated().map { index, level in
                let suffix = level.suffix.isEmpty ? "" : " suffix=\"\(level.suffix)\""
                return """
                          <PerformanceLevel level="\(index + 1)" name="\(level.name)" shortName="\(level.shortName)"\
                    \(suffix) color="\(level.color)"/>
                    """
            }
            return """
                    <\(scoring.part.rawValue) name="\(scoring.name)" minScore="\(scoring.range.lowerBound)" \
                maxScore="\(scoring.range.upperBound)">
                      <PerformanceLevels\(cutoff)>
                \(levels.joined(separator: "\n"))
                      </PerformanceLevels>
                    </\(scoring.part.rawValue)>
                """
        }
        return "  <AssessmentType \(attributes)>\n\(scores.joined(separator: "\n"))\n  </AssessmentType>"
    }

    private var alternates: [String] {
        subject.alternates.enumerated().map { index, score in
            """
            <AltScore code="\(score.code)" name="\(score.name)" dataOrder="\(index + 1)" displayOrder="\(index + 1)">\
            <Icon>\(score.icon)</Icon></AltScore>
            """
        }
    }

    private var traits: [String] {
        WritingPurpose.allCases.flatMap { purpose in
            WritingTrait.allCases.map { trait in
                """
                <Trait code="\(trait.code(purpose))" purpose="\(purpose.code)" category="\(trait.code)" \
                maxScore="\(trait.maximum)"/>
                """
            }
        }
    }

    private var claims: [String] {
        var order = 0
        return subject.claims.map { claim in
            var attributes = "code=\"\(claim.code)\" name=\"\(escaped(claim.name))\""
            if claim.isScorable {
                order += 1
                // Data and display order differ on purpose: whoever mixes them up shows the wrong column.
                let data = subject.scorableClaims.count + 1 - order
                attributes += " dataOrder=\"\(data)\" displayOrder=\"\(order)\""
            } else {
                attributes += " scorable=\"false\""
            }
            if !claim.isOrganizational { attributes += " organizational=\"false\"" }
            let targets = subject.grades.flatMap { subject.targets(of: claim, grade: $0) }
                .map { target in
                    """
                    <Target code="\(target.code)" name="\(target.name)"><Description>\(escaped(target.description))\
                    </Description></Target>
                    """
                }
            let list = targets.isEmpty ? "" : "<Targets>\(targets.joined())</Targets>"
            return "<Claim \(attributes)><Icon>\(claim.icon)</Icon>\(list)</Claim>"
        }
    }

    // MARK: What items refer to

    private static let depthNames = [
        "Recall and Reproduction", "Basic Skills and Concepts", "Strategic Thinking and Reasoning", "Extended Thinking",
    ]

    private var depths: [String] {
        Self.depthNames.enumerated().map { index, name in
            """
            <DepthOfKnowledge level="\(index + 1)" name="\(name)"><Reference>https://example.org/depth/\(index + 1)\
            </Reference></DepthOfKnowledge>
            """
        }
    }

    private var difficulties: [String] {
        subject.grades.compactMap { grade in
            subject.difficulties[grade].map { cut in
                """
                <ItemDifficulty gradeCode="\(grade)" moderateLowEnd="\(cut.moderate)" difficultLowEnd="\(cut.difficult)"/>
                """
            }
        }
    }

    private var standards: [String] {
        subject.grades.flatMap { subject.standards(grade: $0) }
            .map { standard in
                """
                <Standard code="\(standard.code)"><Description>\(escaped(standard.description))</Description></Standard>
                """
            }
    }

    // MARK: Printed reports

    private static let steps = [
        "needs much more practice", "is on the way", "works as expected", "goes beyond what is expected",
    ]

    private func reportGrade(_ grade: String) -> String {
        let types = DemoAssessment.Kind.allCases.compactMap { kind in
            subject.scorings[kind].map { reportType(kind, $0) }
        }
        return """
              <ReportGrade code="\(grade)">
                <ReportAssessmentTypes>
            \(types.joined(separator: "\n"))
                </ReportAssessmentTypes>
              </ReportGrade>
            """
    }

    private func reportType(_ kind: DemoAssessment.Kind, _ scorings: [DemoSubject.Scoring]) -> String {
        let hasClaims = scorings.contains { $0.part == .claim }
        let overall = scorings.first { $0.part == .overall }?.levels ?? []
        var lines = ["<OverallAchievementMessage>{0}''s result in \(subject.name):</OverallAchievementMessage>"]
        if hasClaims { lines.append("<ClaimAchievementMessage>{0}''s results by claim:</ClaimAchievementMessage>") }
        lines.append("<ReportPerformanceLevels>")
        lines += overall.indices.map { levelText($0, of: overall.count, in: subject.name) }
        lines.append("</ReportPerformanceLevels>")
        if hasClaims {
            let levels = scorings.first { $0.part == .claim }?.levels ?? []
            lines.append("<ReportClaims>")
            for claim in subject.scorableClaims {
                let texts = levels.indices.map { levelText($0, of: levels.count, in: claim.name) }
                lines.append(
                    """
                    <ReportClaim code="\(claim.code)"><ReportPerformanceLevels>\(texts.joined())</ReportPerformanceLevels>\
                    </ReportClaim>
                    """)
            }
            lines.append("</ReportClaims>")
        }
        return """
                  <ReportAssessmentType code="\(kind.code)">
            \(lines.map { "        " + $0 }.joined(separator: "\n"))
                  </ReportAssessmentType>
            """
    }

    private func levelText(_ index: Int, of count: Int, in area: String) -> String {
        // Three levels skip the second step: below, as expected, beyond.
        let step = Self.steps[count == 3 && index > 0 ? index + 1 : index]
        return """
            <ReportPerformanceLevel level="\(index + 1)">{0} \(step) in \(escaped(area)).</ReportPerformanceLevel>
            """
    }
}

func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x22 }) else { return text }
    return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
}
