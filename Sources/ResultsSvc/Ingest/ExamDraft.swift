import Calendar

/// An exam as it will be stored; every value typed and within its limits. Rule: ingest §3.6.
struct ExamDraft: Sendable, Equatable {
    // The key.
    var assessmentID: Int32
    var opportunityID: String

    // Of the assessment, for columns that filters need.
    var subjectID: Int32
    var type: Int16

    var schoolYear: Int32
    var schoolID: Int64
    /// Number in `ExamCodes.statuses`.
    var status: Int16
    var statusDate: Moment?
    var completed: Moment
    var started: Moment?
    var forceCompleted: Moment?
    var effective: CalendarDay?
    var enrolledGrade: String
    var condition: Int16?
    var completeness: Int16?
    var sessionID: String?

    var iep: Bool?
    var lep: Bool?
    var section504: Bool?
    var economicDisadvantage: Bool?
    var migrant: Bool?
    var elas: Int16?
    var elasStart: CalendarDay?
    var language: String?
    var englishLevel: String?
    var titleIIIProgram: String?
    var primaryDisability: String?
    var military: Int16?

    var overall = ScoreDraft()
    /// One for each claim and alternate of the template, in data order.
    var claims: [ScoreDraft]
    var alternates: [ScoreDraft]
    /// By trait id, ascending.
    var traits: [TraitScore] = []
    /// By target id, ascending.
    var targets: [TargetScore] = []
    /// In document order.
    var items: [ItemScore] = []
    /// Ascending, each once.
    var accommodationIDs: [Int32] = []

    var delivery = Delivery()
    /// The student's own data as this transmission gave them.
    var student: StudentDraft

    var isReset: Bool { status == ExamCodes.statusReset }

    struct ScoreDraft: Sendable, Equatable {
        var scaleMilli: Int64?
        var errorMilli: Int64?
        var theta: Double?
        var thetaError: Double?
        var level: Int16?
    }

    struct TraitScore: Sendable, Equatable {
        var traitID: Int32
        var score: Int16?
        var conditionCode: String?
    }

    struct TargetScore: Sendable, Equatable {
        var targetID: Int32
        var studentRelative: Double?
        var standardMet: Double?
    }

    struct ItemScore: Sendable, Equatable {
        /// The item's number within its assessment.
        var ordinal: Int16
        var position: UInt32
        /// -1000: not scored; nil: none given.
        var scoreMilli: Int32?
        var scoreStatus: Int16?
        var isSelected: Bool
        var administered: Moment?
        var submitted: Moment?
        var visits: UInt32
        var durationMicroseconds: Int64
        var mimeType: Int16
        var pageNumber: UInt32
        var pageVisits: UInt32
        var pageMilliseconds: Int32
        var responseType: Int16?
        /// Empty: none.
        var response: String
        /// One for each of `ExamCodes.itemTraits` that was given, by number.
        var traits: [SubScore]

        struct SubScore: Sendable, Equatable {
            /// Number in `ExamCodes.itemTraits`.
            var trait: Int16
            var pointsMilli: Int32?
            /// Number in `ExamCodes.subScoreStatuses`.
            var status: Int16
        }
    }

    /// What the delivery said about itself; kept, not shown.
    struct Delivery: Sendable, Equatable {
        var assessmentVersion: String?
        var mode: Int16 = ExamCodes.modeOnline
        var contract: String?
        var handScoreProject: Int64?
        var examineeKey: Int64?
        /// In the order of `TRTDocument.Opportunity.Count` and `.Text`.
        var counts: [Int64?] = []
        var texts: [String?] = []
    }
}

/// A student's own data, as one source gives them. Rule: ingest §3.12.
struct StudentDraft: Sendable, Equatable {
    var ssid: String
    var firstName: String?
    var lastName: String?
    var middleName: String?
    var aliasName: String?
    var gender: Int16?
    var birthday: CalendarDay?
    var usEntry: CalendarDay?
    var lepEntry: CalendarDay?
    var lepExit: CalendarDay?
    /// Bit n - 1: number n of `ExamCodes.ethnicities`.
    var ethnicities: Int16 = 0
}

/// A result that may be stored: the exam, and the groups that it names. Rule: ingest §3.13.
struct ExamResult: Sendable, Equatable {
    var exam: ExamDraft
    /// Sorted, each once.
    var groupNames: [String]
}
