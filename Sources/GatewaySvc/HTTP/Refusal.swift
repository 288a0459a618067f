import Contracts
import HTTPTypes

/// A request that HTTP itself lets us refuse, before it has become a question to a service.
struct Refusal: Error {
    let status: HTTPResponse.Status
    let detail: String
    var headers = HTTPFields()
    var violations: [Fault.Violation] = []

    static let notFound = Refusal(status: .notFound, detail: "There is nothing at this address.")
    static let tooLarge = Refusal(status: .contentTooLarge, detail: "The request is larger than this address takes.")

    static func methodNotAllowed(_ allowed: [HTTPRequest.Method]) -> Refusal {
        let names = Set(allowed.map(\.rawValue) + (allowed.contains(.get) ? ["HEAD"] : [])).sorted()
        return Refusal(
            status: .methodNotAllowed, detail: "This address does not know the method.",
            headers: [.allow: names.joined(separator: ", ")])
    }

    static func unsupportedMediaType(_ wanted: String) -> Refusal {
        Refusal(status: .unsupportedMediaType, detail: "The content type must be \(wanted).")
    }
}
