/// The texts of a subject under the keys by which translations and operators override them.
///
/// Rule: ingest §5.3, last but one paragraph.
enum SubjectTexts {
    static func texts(of subject: SubjectDefinition) -> [String: String] {
        var texts = Writer(prefix: "subject.\(subject.code).")
        for message in subject.messages { texts.add(message.key, message.text) }
        texts.add("name", subject.name)
        for type in subject.types { add(type, to: &texts) }
        for depth in subject.depthsOfKnowledge { texts.add("dok.\(depth.level).name", depth.name) }
        for alternate in subject.alternates {
            let key = "alt.\(alternate.code)"
            texts.add(key + ".name", alternate.name)
            texts.add(key + ".icon", alternate.icon)
            texts.add(key + ".description", alternate.description)
        }
        for claim in subject.claims {
            let key = "claim.\(claim.code)"
            texts.add(key + ".name", claim.name)
            texts.add(key + ".icon", claim.icon)
            texts.add(key + ".description", claim.description)
            for target in claim.targets {
                texts.add("\(key).target.\(target.code).name", target.name)
                texts.add("\(key).target.\(target.code).description", target.description)
            }
        }
        for standard in subject.standards { texts.add("standard.\(standard.code).description", standard.description) }
        for grade in subject.reportGrades {
            for type in grade.types { add(type, "report-grade.\(grade.code).asmt-type.\(type.type.code)", to: &texts) }
        }
        return texts.all
    }

    private struct Writer {
        let prefix: String
        var all: [String: String] = [:]

        mutating func add(_ key: String, _ text: String?) {
            if let text { all[prefix + key] = text }
        }
    }

    private static func add(_ type: AssessmentTypeDefinition, to texts: inout Writer) {
        let key = "asmt-type.\(type.type.code)"
        texts.add(key + ".name", type.name)
        texts.add(key + ".long-name", type.longName)
        add(type.overall, key + ".overall-score", levels: key, to: &texts)
        if let scoring = type.alternate { add(scoring, key + ".alt-score", levels: key + ".alt-score", to: &texts) }
        if let scoring = type.claim { add(scoring, key + ".claim-score", levels: key + ".claim-score", to: &texts) }
    }

    private static func add(
        _ scoring: AssessmentTypeDefinition.Scoring, _ key: String, levels: String, to texts: inout Writer
    ) {
        texts.add(key + ".name", scoring.name)
        for level in scoring.levels {
            texts.add("\(levels).level.\(level.level).name", level.name)
            texts.add("\(levels).level.\(level.level).short-name", level.shortName)
            texts.add("\(levels).level.\(level.level).suffix", level.suffix)
            texts.add("\(levels).level.\(level.level).color", level.color)
        }
    }

    private static func add(_ type: ReportGrade.ReportType, _ key: String, to texts: inout Writer) {
        texts.add(key + ".overall", type.overallMessage)
        texts.add(key + ".alt", type.alternateMessage)
        texts.add(key + ".claim", type.claimMessage)
        for level in type.levels { texts.add("\(key).overall.level.\(level.level)", level.text) }
        for (kind, scores) in [("alt", type.alternates ?? []), ("claim", type.claims ?? [])] {
            for score in scores {
                for level in score.levels { texts.add("\(key).\(kind).\(score.code).level.\(level.level)", level.text) }
            }
        }
    }
}
