/// Where an import stands (ingest §2.6). `ACCEPTED` becomes exactly one of the others.
public enum ImportStatus: Int16, Sendable, CaseIterable {
    case noUpdate = 2
    case processed = 1
    case accepted = 0
    case invalid = -1
    case badFormat = -2
    case badData = -3
    case unauthorized = -4
    case unknownAssessment = -5
    case unknownSchool = -6
    case pipelineFailure = -7

    /// The name that vendors match on.
    public var name: String {
        switch self {
        case .noUpdate: "NO_UPDATE"
        case .processed: "PROCESSED"
        case .accepted: "ACCEPTED"
        case .invalid: "INVALID"
        case .badFormat: "BAD_FORMAT"
        case .badData: "BAD_DATA"
        case .unauthorized: "UNAUTHORIZED"
        case .unknownAssessment: "UNKNOWN_ASMT"
        case .unknownSchool: "UNKNOWN_SCHOOL"
        case .pipelineFailure: "PIPELINE_FAILURE"
        }
    }

    /// A name in any case, or a number, as in a URL.
    public init?(text: String) {
        if let number = Int16(text), let status = ImportStatus(rawValue: number) {
            self = status
            return
        }
        let upper = text.uppercased()
        guard let status = Self.allCases.first(where: { $0.name == upper }) else { return nil }
        self = status
    }
}

/// What a payload holds (ingest §1). The number is stored, the name is shown.
public enum ImportContent: Int16, Sendable, CaseIterable {
    case exam = 1
    case package = 2
    case codes = 3
    case organization = 4
    case groups = 5
    case norms = 7
    case subject = 8
    case students = 9
    /// Ours: many results in one call (DESIGN §6).
    case examZip = 10

    public var name: String {
        switch self {
        case .exam: "EXAM"
        case .package: "PACKAGE"
        case .codes: "CODES"
        case .organization: "ORGANIZATION"
        case .groups: "GROUPS"
        case .norms: "NORMS"
        case .subject: "SUBJECT"
        case .students: "STUDENTS"
        case .examZip: "EXAM_ZIP"
        }
    }

    /// Contents that no call brings: the health probe and embargoes (ingest §1).
    private static let notReceived = ["PROBE": 0, "EMBARGO": 6]

    /// Whether a text names a content as it may stand in a URL: its name in any case, or its number (ingest §2.5).
    static func isNameOrNumber(_ text: String) -> Bool {
        if let number = Int16(text) {
            return ImportContent(rawValue: number) != nil || notReceived.values.contains(Int(number))
        }
        let name = text.uppercased()
        return ImportContent(name: name) != nil || notReceived[name] != nil
    }

    public init?(name: String) {
        guard let content = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = content
    }
}

/// The service that keeps an import; the low three bits of an import id name it, so that the gateway can route by id.
public enum ImportOwner: Int64, Sendable {
    case identity = 1
    case group = 2
    case results = 3
}
