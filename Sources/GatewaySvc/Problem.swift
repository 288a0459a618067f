import Contracts
import HTTPTypes

/// A failure as HTTP tells it: Problem Details (RFC 9457), or plain text where the import API wants that.
struct Problem {
    enum Form: Sendable {
        case details
        /// ingest §2.10: the body is the text of the problem; 404 says `no such element`.
        case plainText
    }

    let status: HTTPResponse.Status
    let detail: String
    var violations: [Fault.Violation] = []
    var headers = HTTPFields()

    /// The one place where a fault gets its status.
    init(_ fault: Fault) {
        detail = fault.detail
        violations = fault.violations
        switch fault.code {
        case .malformed: status = .badRequest
        case .unauthenticated: status = .unauthorized
        case .forbidden: status = .forbidden
        case .notFound: status = .notFound
        case .conflict, .alreadyExists: status = .conflict
        case .preconditionFailed: status = .preconditionFailed
        case .tooMany: status = .tooManyRequests
        case .unavailable, .cancelled: status = .serviceUnavailable
        case .deadlinePassed: status = .gatewayTimeout
        case .unimplemented: status = .notImplemented
        default: status = .internalServerError
        }
        if status == .tooManyRequests || status == .serviceUnavailable {
            let seconds = (UInt64(fault.retryAfterMilliseconds) + 999) / 1000
            headers[.retryAfter] = String(max(1, seconds))
        }
    }

    init(_ refusal: Refusal) {
        status = refusal.status
        detail = refusal.detail
        headers = refusal.headers
        violations = refusal.violations
    }

    func answer(as form: Form, requestID: String) -> Answer {
        // What went wrong inside is for the log; the request id leads there.
        let detail =
            status == .internalServerError ? "Something went wrong. Please report the request id." : self.detail
        var answer: Answer
        switch form {
        case .plainText:
            answer = .text(status, status == .notFound ? "no such element" : detail)
        case .details:
            answer = .json(status) { json in
                json.object {
                    $0.field("type", "about:blank")
                    $0.field("title", status.reasonPhrase)
                    $0.field("status", status.code)
                    $0.field("detail", detail)
                    $0.field("requestId", requestID)
                    if !violations.isEmpty {
                        $0.array("violations", violations) { json, violation in
                            json.object {
                                $0.field("field", violation.field)
                                $0.field("problem", violation.problem)
                            }
                        }
                    }
                }
            }
            answer.headers[.contentType] = "application/problem+json"
        }
        for field in headers { answer.headers[field.name] = field.value }
        return answer
    }
}
