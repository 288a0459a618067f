import Contracts
import HTTPTypes

/// A request that has passed the edge: who asks is known, parameters are within their bounds, the body is read.
struct Ask: Sendable {
    /// Caller, deadline, trace and request id for every question that follows.
    var call: Call
    let headers: HTTPFields
    /// Declared parameters that were given.
    let values: [String: Parameter.Value]
    /// The whole query as given, for the import API, where every parameter is kept.
    let query: [Target.Pair]
    /// Of a route that takes JSON.
    var json = JSONValue.null
    /// Of a route that takes a form.
    var form: [Target.Pair] = []
    /// Of a route that reads the body itself.
    var body = IncomingBody()
    let session: ActiveSession?
    let bearer: Bearer?
    /// Where the client is, as far as we can know.
    let address: String
    /// `https://host`, for absolute links.
    let origin: String

    /// An undeclared parameter is a mistake in a route, not in a request.
    struct NotDeclared: Error { let name: String }

    func integer(_ name: String) throws -> Int64 {
        guard case .integer(let value)? = values[name] else { throw NotDeclared(name: name) }
        return value
    }

    func year(_ name: String = "year") throws -> Int32 {
        // Within Parameter.years, checked at the edge.
        Int32(clamping: try integer(name))
    }

    func text(_ name: String) throws -> String {
        guard case .text(let value)? = values[name] else { throw NotDeclared(name: name) }
        return value
    }

    func optionalInteger(_ name: String) -> Int64? {
        if case .integer(let value)? = values[name] { value } else { nil }
    }

    func optionalText(_ name: String) -> String? {
        if case .text(let value)? = values[name] { value } else { nil }
    }

    func integers(_ name: String) -> [Int64] {
        if case .integers(let value)? = values[name] { value } else { [] }
    }

    func requireSession() throws -> ActiveSession {
        guard let session else { throw Fault(.unauthenticated, "Please sign in.") }
        return session
    }

    func requireBearer() throws -> Bearer {
        guard let bearer else { throw Fault(.unauthenticated, "a bearer token is missing") }
        return bearer
    }

    // MARK: The body as JSON

    /// A member of the body's object that must be a text.
    func jsonText(_ name: String, length: ClosedRange<Int>) throws -> String {
        guard case .string(let text)? = json[name] else { throw Self.violation(name, "must be a text") }
        guard length.contains(text.unicodeScalars.count) else {
            throw Self.violation(name, "must have \(length.lowerBound) to \(length.upperBound) characters")
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Self.violation(name, "has a control character")
        }
        return text
    }

    func jsonInteger(_ name: String, in range: ClosedRange<Int64>) throws -> Int64 {
        guard case .integer(let value)? = json[name], range.contains(value) else {
            throw Self.violation(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Nil when it was not given.
    func jsonFlag(_ name: String) throws -> Bool? {
        guard let value = json[name] else { return nil }
        guard case .bool(let flag) = value else { throw Self.violation(name, "must be true or false") }
        return flag
    }

    func requireMembers(_ names: Set<String>) throws {
        guard case .object(let members) = json else { throw Fault(.malformed, "The body must be a JSON object.") }
        // The name of a member is from outside and may be anything: it is not repeated.
        guard members.keys.allSatisfy(names.contains) else {
            throw Fault(.malformed, "The body has a member other than \(names.sorted().joined(separator: ", ")).")
        }
    }

    static func violation(_ field: String, _ problem: String) -> Fault {
        Fault(.malformed, "\(field): \(problem)", violations: [.init(field: field, problem: problem)])
    }
}
