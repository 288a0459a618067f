import Calendar

/// A test result transmission that keeps to the published schema; its values are still the sender's. Rule: ingest §3.1.
///
/// What the schema types is typed here; what only the rules can judge is still text.
struct TRTDocument: Sendable, Equatable {
    var test = Test()
    /// Nil when the element is missing.
    var examinee: Examinee?
    var opportunity = Opportunity()
    var accommodationCodes: [String] = []
    var scores: [Score] = []
    var items: [Item] = []

    struct Test: Sendable, Equatable {
        /// The natural id of the assessment; `testId` is its name (trap 1).
        var name = ""
        var subject = ""
        var grade = ""
        /// Digits, any number of them.
        var academicYear = ""
        var assessmentVersion: String?
        var mode: Int16 = ExamCodes.modeOnline
        var contract: String?
        var handScoreProject: Int64?
    }

    struct Examinee: Sendable, Equatable {
        var key: Int64?
        var isDemo = false
        /// The chosen value of each `ExamineeField`, by its number; nil when no element of the name exists.
        var values = [Chosen?](repeating: nil, count: ExamineeField.allCases.count)
        var finalGroupNames: [String?] = []
        var initialGroupNames: [String?] = []

        /// The value as the rule "the first FINAL, else the last INITIAL" leaves it.
        struct Chosen: Sendable, Equatable {
            var value: String?
            var isFinal: Bool
        }

        /// What the rules see: of the field, or of its alternate when no element of its name exists.
        subscript(field: ExamineeField) -> String? {
            if let chosen = values[field.rawValue] { return chosen.value }
            return field.alternate.flatMap { values[$0.rawValue]?.value }
        }

        mutating func take(_ field: ExamineeField, _ value: String?, isFinal: Bool) {
            if let before = values[field.rawValue], before.isFinal { return }
            values[field.rawValue] = Chosen(value: value, isFinal: isFinal)
        }
    }

    struct Opportunity: Sendable, Equatable {
        var oppID: String?
        /// Nil when the attribute is empty.
        var completed: Moment?
        var status: Int16 = ExamCodes.statusScored
        var statusDate: Moment?
        var started: Moment?
        var forceCompleted: Moment?
        var effective: CalendarDay?
        var completeness: String?
        var completeStatus: String?
        var administrationCondition: String?
        var sessionID: String?
        /// `opportunity itemCount ftCount pauseCount abnormalStarts gracePeriodRestarts`, in the order of `Count`.
        var counts = [Int64?](repeating: nil, count: Count.allCases.count)
        /// In the order of `Text`.
        var texts = [String?](repeating: nil, count: Text.allCases.count)

        enum Count: Int, CaseIterable {
            case opportunity, itemCount, ftCount, pauseCount, abnormalStarts, gracePeriodRestarts
        }

        /// Attributes that are kept as they are.
        enum Text: Int, CaseIterable {
            case windowID, windowOpportunity, taID, taName, clientName, server, database, testReason, userAgent

            var limit: Int {
                switch self {
                case .windowID: 50
                case .windowOpportunity: 8
                case .taID, .taName, .server, .database: 128
                case .clientName: 60
                case .testReason: 255
                case .userAgent: 512
                }
            }

            /// Of the attribute.
            var name: String {
                switch self {
                case .windowID: "windowId"
                case .windowOpportunity: "windowOpportunity"
                case .taID: "taId"
                case .taName: "taName"
                case .clientName: "clientName"
                case .server: "server"
                case .database: "database"
                case .testReason: "testReason"
                case .userAgent: "assessmentParticipantSessionPlatformUserAgent"
                }
            }

            /// As the sender is told of it.
            var element: String { Self.elements[rawValue] }

            private static let elements = allCases.map { $0.name.prefix(1).uppercased() + $0.name.dropFirst() }
        }
    }

    struct Score: Sendable, Equatable {
        var measureOf = ""
        var measureLabel = ""
        var value = ""
        /// Blank or a number.
        var standardError = ""
        var conditionCode: String?
    }

    struct Item: Sendable, Equatable {
        var bankKey: UInt32 = 0
        var key: UInt32 = 0
        var position: UInt32 = 0
        /// Blank or a number of at least 0, or -1.
        var score = ""
        var scoreStatus: Int16?
        var isSelected = false
        var administered: Moment?
        var visits: UInt32 = 0
        /// Of the time spent, as `responseDuration` gives it in seconds.
        var durationMicroseconds: Int64 = 0
        var mimeType: Int16 = 0
        var pageNumber: UInt32 = 0
        var pageVisits: UInt32 = 0
        var pageMilliseconds: Int32 = 0
        var response = ""
        var responseType: Int16?
        var responded: Moment?
        var subScores: [SubScore] = []

        struct SubScore: Sendable, Equatable {
            var dimension: String
            var scorePoint: String
            var status: Int16
        }
    }
}
