/// The scores of one performance level, both ends included.
struct LevelRange: Sendable, Equatable {
    var low: Double
    var high: Double
}

/// One assessment as the rows of a package say it, before it is compared with its subject.
struct PackageAssessment: Sendable, Equatable {
    var id: String
    var name: String
    var label: String
    /// As written, such as `MATH`.
    var subject: String
    /// Lower case, `summative` read as `sum`.
    var type: String
    /// One digit padded.
    var grade: String
    var schoolYear: Int32?
    var version: String
    /// Those of the last row. Empty when the columns are.
    var overall: [LevelRange]
    var alternates: [[LevelRange]]
    var items: [PackageItem] = []
}

/// One item as its row says it. A text is empty and a value nil when the cell is blank.
struct PackageItem: Sendable, Equatable {
    var key: String
    var claimContentTarget: String
    var secondaryClaimContentTarget: String
    var commonCore: String
    var secondaryCommonCore: String
    var depthOfKnowledge: Int32?
    var difficulty: Double?
    var maxPoints: Int32?
    var position: Int32?
    var type: String
    var allowCalculator: Bool?
    var mathPractice: Int32?
    var fieldTest: Bool?
    var active: Bool?
    /// Nil when the file has no such column.
    var answerKey: String?
    var optionsCount: Int32?
    var writingType: String
}
