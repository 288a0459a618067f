/// How far a received payload has come. Rule: ingest §2.6; the numbers and names are part of the interface.
public enum ImportStatus: Int16, Sendable, CaseIterable {
    case noUpdate = 2
    case processed = 1
    case accepted = 0
    case invalid = -1
    /// The payload is not of the expected form.
    case badFormat = -2
    /// Readable, but wrong values.
    case badData = -3
    case unauthorized = -4
    case unknownAssessment = -5
    case unknownSchool = -6
    case pipelineFailure = -7

    /// As senders read it, such as `BAD_DATA`.
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
}

/// Why nothing of a payload was taken: what its import will show the sender.
public struct ImportRefusal: Error, Sendable, Equatable {
    public var status: ImportStatus
    public var message: String

    public init(_ status: ImportStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
