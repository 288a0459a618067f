/// A subject as its file describes it: what it is scored by, what its items can be about, and its texts.
///
/// Nothing in this program knows a subject; whatever differs between subjects stands here. Rule: ingest §5.
struct SubjectDefinition: Sendable, Equatable {
    var code: String
    var name: String
    /// Texts by key, such as `standard-description`.
    var messages: [Message] = []
    /// One to three, in the order of the file.
    var types: [AssessmentTypeDefinition]
    var depthsOfKnowledge: [DepthOfKnowledge] = []
    var itemDifficulties: [ItemDifficulty] = []
    var reportGrades: [ReportGrade] = []
    var alternates: [AlternateDefinition] = []
    var traits: [TraitDefinition] = []
    var claims: [ClaimDefinition] = []
    var standards: [StandardDefinition] = []

    struct Message: Sendable, Equatable {
        var key: String
        var text: String
    }

    struct DepthOfKnowledge: Sendable, Equatable {
        var level: Int16
        var name: String
        var reference: String
    }

    /// Where an item of this grade stops being easy, and where it begins to be difficult.
    struct ItemDifficulty: Sendable, Equatable {
        var grade: String
        var moderateLowEnd: Double
        var difficultLowEnd: Double

        func code(of difficulty: Double) -> String {
            difficulty < moderateLowEnd ? "E" : difficulty < difficultLowEnd ? "M" : "D"
        }
    }

    func type(_ type: AssessmentType) -> AssessmentTypeDefinition? {
        types.first { $0.type == type }
    }

    func difficulty(grade: String) -> ItemDifficulty? {
        itemDifficulties.first { $0.grade == grade }
    }
}

/// The three kinds of assessment; the raw value is the number in the database.
enum AssessmentType: Int16, Sendable, CaseIterable {
    case comprehensive = 1
    case block = 2
    case summative = 3

    var code: String {
        switch self {
        case .comprehensive: "ica"
        case .block: "iab"
        case .summative: "sum"
        }
    }

    init?(code: String) {
        guard let type = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = type
    }
}

/// How assessments of one type are scored and reported in a subject.
struct AssessmentTypeDefinition: Sendable, Equatable {
    var type: AssessmentType
    var name: String
    var longName: String
    var targetReport: Bool
    var printedReport: Bool
    var traitReport: Bool
    var overall: Scoring
    var alternate: Scoring?
    var claim: Scoring?

    struct Scoring: Sendable, Equatable {
        var name: String
        var minimum: Int32?
        var maximum: Int32?
        /// The level at which the standard is met.
        var standardCutoff: Int16?
        /// In the order of the file; the rules see to it that they are 1, 2, 3 …
        var levels: [Level]
    }

    struct Level: Sendable, Equatable {
        var level: Int16
        var name: String
        var shortName: String
        var suffix: String?
        var color: String
    }
}

/// A score beside the overall score and the claims, such as a composite.
struct AlternateDefinition: Sendable, Equatable {
    var code: String
    var name: String
    /// The position in an exam's arrays, from 1.
    var dataOrder: Int16
    var displayOrder: Int16?
    var icon: String
    var description: String?
}

/// A part of the subject that is scored, that items belong to, or both.
struct ClaimDefinition: Sendable, Equatable {
    var code: String
    var name: String
    var scorable: Bool
    var organizational: Bool
    /// The position in an exam's arrays, from 1; nil for claims that are not scored.
    var dataOrder: Int16?
    var displayOrder: Int16?
    var icon: String
    var description: String?
    var targets: [Target]

    struct Target: Sendable, Equatable {
        var code: String
        var name: String
        var description: String?
    }
}

/// What is judged in a written answer, for one purpose and category of writing.
struct TraitDefinition: Sendable, Equatable {
    var code: String
    var purpose: String
    var category: String
    var maxScore: Int16
}

struct StandardDefinition: Sendable, Equatable {
    var code: String
    var description: String
}

/// The texts of a printed report for one grade, by assessment type.
struct ReportGrade: Sendable, Equatable {
    var code: String
    var types: [ReportType]

    struct ReportType: Sendable, Equatable {
        var type: AssessmentType
        var overallMessage: String?
        var alternateMessage: String?
        var claimMessage: String?
        var levels: [LevelText]
        /// nil when the file has no such element, which asks for no texts at all.
        var alternates: [ScoreText]?
        var claims: [ScoreText]?
    }

    struct LevelText: Sendable, Equatable {
        var level: Int16
        var text: String
    }

    struct ScoreText: Sendable, Equatable {
        var code: String
        var levels: [LevelText]
    }
}
