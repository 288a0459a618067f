import Foundation

/// One made-up test result.
struct DemoResult: Sendable {
    let assessment: DemoAssessment
    let student: DemoStudent
    let place: DemoStudent.Place
    let opportunity: String
    let attempt: Int
    /// `YYYY-MM-DD`, and the hour and minute in UTC.
    let day: String
    let time: String
    /// Empty for the few that were not given one.
    let session: String
    let condition: String
    let isPartial: Bool
    /// Nil when the test could not be scored.
    let score: Score?
    let alternates: [Score]
    let claims: [Score]
    let items: [ItemResult]
    /// `{claim}|{target}` and the two residuals in ten-thousandths.
    let targets: [(code: String, studentRelative: Int, standardMet: Int)]
    let writing: [WritingTrait: Int]
    /// Set when a summative's piece of writing could not be scored.
    let writingCondition: String

    struct Score: Sendable {
        let code: String
        let scale: Int
        let error: Int
        let level: Int
    }

    struct ItemResult: Sendable {
        let item: DemoItem
        /// Nil when it was not scored.
        let points: Int?
        let response: String
    }

    /// - Parameters:
    ///   - subject: the number of the assessment's subject.
    ///   - attempt: 0, or 1 for a block taken again.
    init(
        _ assessment: DemoAssessment, subject: Int, _ student: DemoStudent, _ place: DemoStudent.Place,
        opportunity: String, attempt: Int, seed: UInt64, _ random: inout SplitMix64
    ) {
        self.assessment = assessment
        self.student = student
        self.place = place
        self.opportunity = opportunity
        self.attempt = attempt
        let strength =
            student.strength(in: subject, year: assessment.year) + 0.22 * random.normal() + 0.15 * Double(attempt)
        (day, session) = Self.occasion(assessment, place, attempt, seed, &random)
        time = "T\(16 + random.below(5)):\(twoDigits(random.below(60)))"
        condition =
            assessment.kind == .summative
            ? (random.happens(0.025) ? "IN" : "Valid") : (random.happens(0.2) ? "NS" : "SD")
        isPartial = random.happens(0.025)
        let (score, alternates, claims) = Self.scores(assessment, strength, &random)
        (self.score, self.alternates, self.claims) = (score, alternates, claims)
        let writing = Self.writing(strength, &random)
        var items = assessment.items.map { Self.answer(to: $0, strength, writing, &random) }
        if isPartial { items.removeLast(items.count / 3) }
        self.items = items
        let hasExamTraits = assessment.kind == .summative && items.contains { $0.item.purpose != nil }
        self.writing = writing
        writingCondition = hasExamTraits && random.happens(0.03) ? "B" : ""
        targets = assessment.kind == .summative ? Self.targets(assessment, strength, &random) : []
    }

    // MARK: - When

    /// A class sits together: the day depends on school, class and assessment. A few make up for it later.
    private static func occasion(
        _ assessment: DemoAssessment, _ place: DemoStudent.Place, _ attempt: Int, _ seed: UInt64,
        _ random: inout SplitMix64
    ) -> (day: String, session: String) {
        let form = assessment.name.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFF_FFFF }
        var together = SplitMix64(
            seed: seed, 2, assessment.year, Int(place.school.id) ?? 0, form, place.classNumber)
        let isLate = random.happens(0.08)
        let year = assessment.kind == .block ? assessment.year - 1 : assessment.year
        // Interims run through autumn and winter, summatives in April and May.
        var month: Int
        switch assessment.kind {
        case .block: month = together.int(in: 9...10)
        case .comprehensive: month = together.int(in: 1...2)
        case .summative: month = together.int(in: 4...5)
        }
        var day = together.int(in: 1...21)
        if isLate { day += 7 }
        if attempt > 0 { month += 1 }
        let initials = String(place.school.name.split(separator: " ").compactMap(\.first))
        let letter = ["A", "B", "C", "D", "E", "F", "G", "H"][place.classNumber % 8]
        let session = "\(initials)-\(place.grade)\(letter)-\(twoDigits(month))\(twoDigits(day))"
        return ("\(year)-\(twoDigits(month))-\(twoDigits(day))", random.happens(0.03) ? "" : session)
    }

    // MARK: - Scores

    private static func scores(
        _ assessment: DemoAssessment, _ strength: Double, _ random: inout SplitMix64
    ) -> (Score?, [Score], [Score]) {
        let (subject, cuts) = (assessment.subject, assessment.cuts)
        let isUnscored = random.happens(0.0125)
        let scale = bounded(Double(cuts[2]) + strength * Double(subject.spread), cuts)
        let error = random.int(in: subject.standardErrors) + (assessment.kind == .block ? 16 : 0)
        let level =
            assessment.kind == .block ? category(scale, error: error, standard: cuts[2]) : self.level(scale, cuts)
        func part(_ claim: DemoSubject.Claim, _ level: (Int, Int) -> Int) -> Score {
            let scale = bounded(Double(scale) + random.normal() * Double(subject.spread) * 0.4, cuts)
            let error = error * 3 / 2
            return Score(code: claim.code, scale: scale, error: error, level: level(scale, error))
        }
        let alternates =
            subject.scoring(.alternate, of: assessment.kind) == nil
            ? [] : subject.alternates.map { part($0) { scale, _ in self.level(scale, cuts) } }
        let claims =
            subject.scoring(.claim, of: assessment.kind) == nil
            ? []
            : subject.scorableClaims.map {
                part($0) { scale, error in
                    // Without composites a claim is judged around the standard, a domain by the outer cut points.
                    subject.alternates.isEmpty
                        ? category(scale, error: error, standard: cuts[2])
                        : scale < cuts[1] ? 1 : scale < cuts[3] ? 2 : 3
                }
            }
        guard !isUnscored else { return (nil, [], []) }
        return (Score(code: "Overall", scale: scale, error: error, level: level), alternates, claims)
    }

    private static func bounded(_ scale: Double, _ cuts: [Int]) -> Int { min(max(Int(scale), cuts[0]), cuts[4]) }

    private static func level(_ scale: Int, _ cuts: [Int]) -> Int { 1 + cuts[1...3].count { scale >= $0 } }

    /// Below, near or above the standard by one and a half standard errors (results §2.10).
    private static func category(_ scale: Int, error: Int, standard: Int) -> Int {
        let band = (3 * error + 1) / 2
        if scale + band < standard { return 1 }
        return scale - band >= standard ? 3 : 2
    }

    private static func targets(
        _ assessment: DemoAssessment, _ strength: Double, _ random: inout SplitMix64
    ) -> [(code: String, studentRelative: Int, standardMet: Int)] {
        var seen = Set<String>()
        return assessment.items.compactMap { item in
            let code = "\(item.claim.code)|\(item.target.code)"
            guard seen.insert(code).inserted else { return nil }
            return (code, Int(random.normal() * 1_500), Int((strength * 0.15 + random.normal() * 0.1) * 10_000))
        }
    }

    // MARK: - Items

    private static func writing(_ strength: Double, _ random: inout SplitMix64) -> [WritingTrait: Int] {
        var points: [WritingTrait: Int] = [:]
        for trait in WritingTrait.allCases {
            let share = 0.5 + 0.2 * strength + 0.12 * random.normal()
            points[trait] = min(max(Int(share * Double(trait.maximum) + 0.5), 0), trait.maximum)
        }
        return points
    }

    private static func answer(
        to item: DemoItem, _ strength: Double, _ writing: [WritingTrait: Int], _ random: inout SplitMix64
    ) -> ItemResult {
        if item.purpose != nil {
            // The mean of organization and evidence, and the conventions: 6 at most.
            let (first, second) = (writing[.organization] ?? 0, writing[.evidence] ?? 0)
            let points = (first + second + 1) / 2 + (writing[.conventions] ?? 0)
            return ItemResult(item: item, points: points, response: WritingTrait.sample(points: points))
        }
        let chance = 1 / (1 + exp(-1.3 * (strength - item.difficulty)))
        var points = 0
        for _ in 0..<item.maxPoints where random.happens(chance) { points += 1 }
        let response = points == item.maxPoints ? item.text.exemplar : wrong(item, points, &random)
        return ItemResult(item: item, points: random.happens(0.004) ? nil : points, response: response)
    }

    private static func wrong(_ item: DemoItem, _ points: Int, _ random: inout SplitMix64) -> String {
        switch item.type {
        case "MC": return random.one(of: ["A", "B", "C", "D"].filter { $0 != item.text.answer })
        case "MS": return random.one(of: ["A", "B,C", "A,D", "C,E", "B,D"])
        case "EBSR": return random.one(of: ["A;A,D", "B;B,C", "C;A,B", "D;C,D"])
        case "EQ": return String((Int(item.text.exemplar) ?? 0) + random.int(in: 1...9))
        default:
            guard points > 0 else { return "I am not sure." }
            return item.text.exemplar.split(separator: ",").first.map { "\($0)." } ?? "I think so."
        }
    }
}
