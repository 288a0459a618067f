import Contracts

/// The version of the envelope. A server answers `unimplemented` to others.
let envelopeProtocol: UInt32 = 1

extension RpcReply {
    /// Whatever a handler says, the text stays short enough to be shown and sent.
    private static let longestDetail = 2000
    private static let mostViolations = 1000

    init(_ fault: Fault) {
        self.init()
        code = fault.code.rawValue
        // A bug is nobody's business but ours; its text is in the log, under the request id.
        if fault.code == .internalError { return }
        detail = fault.detail.fittingEnvelope(Self.longestDetail)
        violations = fault.violations.prefix(Self.mostViolations).map { violation in
            .with {
                $0.field = violation.field.fittingEnvelope(Self.longestDetail)
                $0.problem = violation.problem.fittingEnvelope(Self.longestDetail)
            }
        }
        retryAfterMs = fault.retryAfterMilliseconds
    }

    /// Whether the other process does not believe a token that this suite made: clocks or keys are wrong somewhere.
    var refusesOurTokens: Bool {
        code == Fault.Code.unauthenticated.rawValue
            && violations.contains { $0.field == "service token" || $0.field == "caller token" }
    }

    /// Nil for an answer.
    var fault: Fault? {
        guard code != 0 else { return nil }
        return Fault(
            Fault.Code(rawValue: code), detail,
            violations: violations.map { Fault.Violation(field: $0.field, problem: $0.problem) },
            retryAfterMilliseconds: retryAfterMs)
    }
}

extension String {
    /// Cut to a length, and without the NUL that the encoding refuses.
    fileprivate func fittingEnvelope(_ length: Int) -> String {
        if utf8.count <= length, !utf8.contains(0) { return self }
        return String(String.UnicodeScalarView(unicodeScalars.lazy.filter { $0.value != 0 }.prefix(length)))
    }
}

extension Fault.Code {
    /// For labels of metrics: a bounded set whatever a peer answers.
    static func outcome(_ code: Int32) -> String {
        switch code {
        case 0: "ok"
        case cancelled.rawValue: "cancelled"
        case malformed.rawValue: "malformed"
        case deadlinePassed.rawValue: "deadlinePassed"
        case notFound.rawValue: "notFound"
        case alreadyExists.rawValue: "alreadyExists"
        case forbidden.rawValue: "forbidden"
        case tooMany.rawValue: "tooMany"
        case preconditionFailed.rawValue: "preconditionFailed"
        case conflict.rawValue: "conflict"
        case unimplemented.rawValue: "unimplemented"
        case internalError.rawValue: "internalError"
        case unavailable.rawValue: "unavailable"
        case unauthenticated.rawValue: "unauthenticated"
        default: "other"
        }
    }
}
