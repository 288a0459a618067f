import Access
import HTTPTypes

/// One line of the table: method, path, who may, and the handler.
struct Route: Sendable {
    enum Admission: Sendable {
        case everyone
        /// Anybody who is signed in. Asking does not count as use of the session.
        case session
        /// Anybody who is signed in; counts as use.
        case activeSession
        /// At least one of these permissions, wherever it holds.
        case anyOf([Permission])
        /// Any valid bearer token of an import client.
        case client
        /// A bearer token with this permission in the whole state.
        case statewideClient(Permission)
        /// A bearer token with what the scope of the path needs (ingest §2.1): to load data in the whole state, or for
        /// groups to manage groups anywhere.
        case scopeClient

        var usesBearer: Bool {
            switch self {
            case .client, .statewideClient, .scopeClient: true
            default: false
            }
        }

        var usesSession: Bool {
            switch self {
            case .session, .activeSession, .anyOf: true
            default: false
            }
        }
    }

    let method: HTTPRequest.Method
    let path: String
    let admission: Admission
    let handler: any RouteHandler
    let segments: [Segment]

    enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
    }

    init(_ method: HTTPRequest.Method, _ path: String, _ admission: Admission, _ handler: any RouteHandler) {
        self.method = method
        self.path = path
        self.admission = admission
        self.handler = handler
        segments = path.split(separator: "/").map { part in
            part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
        }
    }

    var about: RouteDescription { type(of: handler).about }

    /// The raw values of path parameters, or nil if the path is another. A choice takes part in the match, so that
    /// `/{scope}/imports` is not everything that ends so.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (segment, given) in zip(segments, path) {
            switch segment {
            case .literal(let text):
                guard text == given else { return nil }
            case .parameter(let name):
                if let parameter = about.parameters.first(where: { $0.name == name && $0.place == .path }),
                    case .choice(let choices) = parameter.form, !choices.contains(given)
                {
                    return nil
                }
                values[name] = given
            }
        }
        return values
    }
}

/// What answers a route. One file each, in `Routes/` and `Imports/`.
protocol RouteHandler: Sendable {
    static var about: RouteDescription { get }
    func callAsFunction(_ ask: Ask) async throws -> Answer
}

/// What the API document says about a route, and the edge enforces.
struct RouteDescription: Sendable {
    enum Body: Sendable {
        case none
        /// At most so many bytes.
        case json(Schema, atMost: Int = BodyReader.usualLimit)
        case form([Parameter])
        /// Read by the handler as it arrives.
        case stream
    }

    /// Which limit of frequency holds.
    enum Traffic: String, Sendable {
        case ordinary, sandboxEntry, studentSearch, tokens
    }

    struct Reply: Sendable {
        let status: Int
        let meaning: String
        var mediaType = "application/json"
        var schema: Schema?
    }

    let summary: String
    var parameters: [Parameter] = []
    var body = Body.none
    var replies: [Reply]
    var traffic = Traffic.ordinary
    var problems = Problem.Form.details
    /// False where the answer holds a secret beside what the asker sent (BREACH).
    var compressed = true
    /// True where other query parameters than the declared ones are allowed.
    var openQuery = false

    static func ok(_ schema: Schema, _ meaning: String = "OK") -> Reply {
        Reply(status: 200, meaning: meaning, schema: schema)
    }
}
