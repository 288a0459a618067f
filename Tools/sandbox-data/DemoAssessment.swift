/// An assessment of the sandbox with items of its own.
struct DemoAssessment: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case block = "IAB"
        case comprehensive = "ICA"
        case summative = "SUM"

        var code: String { rawValue.lowercased() }
        var name: String { self == .summative ? "Summative" : rawValue }
        var longName: String {
            switch self {
            case .block: "Interim Assessment Blocks"
            case .comprehensive: "Interim Comprehensive Assessment"
            case .summative: "Summative Assessment"
            }
        }
    }

    let subject: DemoSubject
    let grade: String
    let year: Int
    let kind: Kind
    /// The block's topic; empty otherwise.
    let topic: String
    let items: [DemoItem]
    /// Lowest reported score, lower bounds of levels 2 to 4, highest.
    let cuts: [Int]

    var id: String { "(DEMO)\(name)-\(year)" }
    let name: String
    let label: String

    /// Everything that can be taken in a year, by grade. The forms of a grade are the same in every year.
    static func catalogue(year: Int) -> [String: [DemoAssessment]] {
        var all: [String: [DemoAssessment]] = [:]
        for subject in DemoSubject.all {
            for grade in subject.grades {
                var form = 0
                for kind in Kind.allCases where subject.scorings[kind] != nil {
                    let topics: [BlockTopic?] = kind == .block ? BlockTopic.of(subject) : [nil]
                    for topic in topics {
                        all[grade, default: []].append(DemoAssessment(subject, grade, year, kind, topic, form: form))
                        form += 1
                    }
                }
            }
        }
        return all
    }

    private init(_ subject: DemoSubject, _ grade: String, _ year: Int, _ kind: Kind, _ topic: BlockTopic?, form: Int) {
        self.subject = subject
        self.grade = grade
        self.year = year
        self.kind = kind
        self.topic = topic?.name ?? ""
        cuts = subject.cuts[grade] ?? []
        name = "DEMO-\(kind.rawValue)-\(subject.code.uppercased())-\(grade)" + (topic.map { "-\($0.code)" } ?? "")
        let place = grade == "KG" ? "Kindergarten" : "Grade \(Int(grade) ?? 0)"
        switch kind {
        case .block: label = "\(place) \(subject.name) - \(topic?.name ?? "") (IAB)"
        case .comprehensive: label = "\(place) \(subject.name) - Interim Assessment (ICA)"
        case .summative: label = "\(place) \(subject.name) Summative"
        }
        items = subject.hasItems ? DemoItem.form(of: subject, grade, kind, topic, number: form) : []
    }
}

/// What one block is about.
struct BlockTopic: Sendable {
    let code: String
    let name: String
    /// The claims its items belong to.
    let claims: [String]
    let hasWriting: Bool

    static func of(_ subject: DemoSubject) -> [BlockTopic] {
        subject.code == DemoSubject.english.code
            ? [
                BlockTopic(code: "STORIES", name: "Read Stories", claims: ["1-LT"], hasWriting: false),
                BlockTopic(code: "FACTS", name: "Read to Be Informed", claims: ["1-IT", "3-L"], hasWriting: false),
                BlockTopic(code: "PERF", name: "Performance Task", claims: ["4-CR"], hasWriting: true),
            ]
            : [
                BlockTopic(code: "NUMBERS", name: "Numbers and Operations", claims: ["1"], hasWriting: false),
                BlockTopic(code: "PROBLEMS", name: "Solve Problems", claims: ["2", "3", "4"], hasWriting: false),
            ]
    }
}

/// One item on a form.
struct DemoItem: Sendable {
    static let bank = 900

    let key: Int
    let type: String
    let maxPoints: Int
    let claim: DemoSubject.Claim
    let target: DemoSubject.Target
    let standard: String
    /// As IRT measures it.
    let difficulty: Double
    let depth: Int
    let mathPractice: Int?
    let allowsCalculator: Bool?
    let purpose: WritingPurpose?
    let text: ItemText

    /// Answer options that are counted; open items and items in two parts have none.
    var options: Int { type == "MC" || type == "MS" ? text.choices.count : 0 }

    static func form(
        of subject: DemoSubject, _ grade: String, _ kind: DemoAssessment.Kind, _ topic: BlockTopic?, number form: Int
    ) -> [DemoItem] {
        let isEnglish = subject.code == DemoSubject.english.code
        let claims = subject.itemClaims.filter { topic?.claims.contains($0.code) ?? true }
        let count = kind == .block ? (topic?.hasWriting == true ? 4 : 8) : 12
        var types = isEnglish ? ["MC", "MS", "EBSR", "SA"] : ["MC", "EQ", "MS", "SA", "EQ"]
        if topic?.hasWriting == true { types = ["SA", "MC"] }
        let key = (isEnglish ? 100_000 : 200_000) + (Int(grade) ?? 0) * 1_000 + form * 50
        var items: [DemoItem] = []
        for number in 0..<count {
            let claim = claims[number % claims.count]
            let targets = subject.targets(of: claim, grade: grade)
            let target = targets[(number / claims.count) % targets.count]
            let isTask = isEnglish && number == count - 1 && topic?.claims.contains("4-CR") ?? true
            let type = isTask ? "WER" : types[number % types.count]
            let purpose = isTask ? WritingPurpose.asked(in: grade) : nil
            let text: ItemText
            if let purpose {
                text = ItemText(
                    stem: purpose.task, rubric: WritingTrait.organization.rubric,
                    exemplar: WritingTrait.sample(points: 6))
            } else if isEnglish {
                text = ReadingBank.text(
                    type: type, stories: claim.code == "1-LT" || claim.code == "2-W", number: number + form)
            } else {
                text = NumberBank.text(type: type, grade: grade, number: number + form * 20)
            }
            let writing = subject.itemClaims.first { $0.code == "2-W" }
            let itemClaim = isTask ? writing ?? claim : claim
            let itemTarget = isTask ? subject.targets(of: itemClaim, grade: grade)[1] : target
            items.append(
                DemoItem(
                    key: key + number, type: type, maxPoints: isTask ? 6 : type == "SA" ? 2 : 1, claim: itemClaim,
                    target: itemTarget, standard: subject.standard(of: itemClaim, target: itemTarget, grade: grade),
                    difficulty: Double(number % 7) * 0.6 - 1.8, depth: type == "MC" ? 1 + number % 2 : isTask ? 4 : 3,
                    mathPractice: isEnglish ? nil : 1 + number % 8,
                    allowsCalculator: isEnglish ? nil : (Int(grade) ?? 0) >= 6 && number % 2 == 0, purpose: purpose,
                    text: text))
        }
        return items
    }
}
