import Contracts

/// The statistics of a results panel, for each kind of score (results §2.1–2.5).
enum ExamStatistics {
    static func fill(_ results: inout AssessmentResults, _ exams: [Exam], _ scores: SubjectScores?) {
        let overall = exams.compactMap { exam -> (milli: Int64?, level: Int)? in
            // Overall: scored means a level and a scale score.
            guard let score = exam.overall, score.level > 0, let milli = score.scaleScoreMilli else { return nil }
            return (milli, Int(score.level))
        }
        results.overall = statistics("", ScoreSummary(scores: overall, levels: scores?.overallLevels ?? 0))
        results.alternates = parts(
            exams.map(\.alternates), scores?.alternates ?? [], levels: scores?.alternateLevels ?? 0)
        results.claims = parts(exams.map(\.claims), scores?.claims ?? [], levels: scores?.claimLevels ?? 0)
    }

    /// An exam contributes only if every one of its parts is scored (results §2.1).
    private static func parts(_ exams: [[ExamScore]], _ codes: [SubjectScores.Code], levels: Int) -> [ScoreStatistics] {
        let complete = exams.filter { !$0.isEmpty && $0.allSatisfy { $0.level > 0 } }
        return codes.enumerated().map { index, code in
            let scores = complete.map { (milli: $0[index].scaleScoreMilli, level: Int($0[index].level)) }
            return statistics(code.code, ScoreSummary(scores: scores, levels: levels))
        }
    }

    private static func statistics(_ code: String, _ summary: ScoreSummary) -> ScoreStatistics {
        .with {
            $0.code = code
            $0.results = Int32(summary.results)
            $0.average = summary.average ?? 0
            $0.standardErrorOfMean = summary.standardErrorOfMean ?? 0
            $0.averageRounded = Int32(roundHalfUp(summary.average ?? 0))
            $0.standardErrorRounded = Int32(roundHalfUp(summary.standardErrorOfMean ?? 0))
            $0.levelCounts = summary.levelCounts.map(Int32.init)
            $0.levelPercents = summary.levelPercents.map(Int32.init)
        }
    }
}
