/// An assessment of a package that has passed all rules, in the codes of its subject, ready to be stored.
struct AssessmentDraft: Sendable, Equatable {
    var naturalID: String
    var name: String
    var label: String
    var version: String?
    /// The subject's code as its definition writes it.
    var subject: String
    var type: AssessmentType
    var grade: String
    var schoolYear: Int32
    /// Of the overall score. Four for a block, although its results have three levels.
    var levels: [LevelRange]
    /// Of the subject's alternate scores, in data order.
    var alternates: [[LevelRange]]
    var items: [ItemDraft]

    var minimum: Double { levels.first?.low ?? 0 }
    var maximum: Double { levels.last?.high ?? 0 }
    /// Cut point n is where level n + 1 begins.
    var cutPoints: [Double] { levels.dropFirst().map(\.low) }
}

/// An item of a package in the codes of its subject.
struct ItemDraft: Sendable, Equatable {
    var naturalID: String
    var position: Int16?
    var type: String?
    var target: TargetCode
    /// Without repetitions, in the order of the file.
    var otherTargets: [TargetCode]
    /// Codes of standards, sorted.
    var standards: [String]
    var depthOfKnowledge: Int16
    var difficulty: Double
    /// `E`, `M` or `D`; nil when the subject has no cuts for the grade.
    var difficultyCode: String?
    var maxPoints: Int16
    var mathPractice: Int16?
    var allowCalculator: Bool?
    var fieldTest: Bool?
    var active: Bool?
    var answerKey: String?
    var optionsCount: Int16
    var writingType: String?
}

/// A target within its claim: targets of two claims may share a code.
struct TargetCode: Sendable, Hashable {
    var claim: String
    var target: String
}
