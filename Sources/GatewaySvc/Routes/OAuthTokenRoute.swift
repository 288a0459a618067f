import Contracts
import HTTPTypes

/// `POST /oauth2/token`: access tokens for import clients, as RFC 6749 wants it (access §3.5).
struct OAuthTokenRoute: RouteHandler {
    let identity: IdentityClient

    static let about: RouteDescription = {
        let failure = Schema.object([
            Schema.member(
                "error",
                .oneOf(["invalid_request", "invalid_client", "invalid_grant", "unsupported_grant_type"])),
            Schema.member("error_description", Schemas.text),
        ])
        let text = Parameter.Form.text(length: 1...1000, .any)
        return RouteDescription(
            summary: "Gives an access token to a client, with a system user (password) or in its own name.",
            body: .form([
                .required("grant_type", .choice(["password", "client_credentials"]), "Kind of grant."),
                .optional("username", text, "System user; with grant_type password."),
                .optional("password", text, "Its password."),
                .optional("client_id", text, "The client, unless given by HTTP Basic."),
                .optional("client_secret", text, "Its secret, unless given by HTTP Basic."),
                .optional("scope", text, "Scopes of the client, separated by blanks; all of them when not given."),
            ]),
            replies: [
                RouteDescription.ok(
                    .object([
                        Schema.member("access_token", Schemas.text), Schema.member("token_type", .oneOf(["Bearer"])),
                        Schema.member("expires_in", .integer(0...Int64(Int32.max))),
                        Schema.optional("scope", Schemas.text),
                    ])),
                .init(status: 400, meaning: "The request or the grant is refused.", schema: failure),
                .init(status: 401, meaning: "The client is refused.", schema: failure),
            ],
            traffic: .tokens, compressed: false)
    }()

    /// A refusal in the words of RFC 6749 §5.2.
    struct Refused: Error {
        let error: String
        let description: String
    }

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let basic = ask.headers[.authorization] != nil
        do {
            let token = try await identity.issueAccessToken(try question(ask), ask.call)
            return .json { json in
                json.object {
                    $0.field("access_token", token.token)
                    $0.field("token_type", "Bearer")
                    $0.field("expires_in", token.expiresInSeconds)
                    if !token.scopes.isEmpty { $0.field("scope", token.scopes.joined(separator: " ")) }
                }
            }.adding(.pragma, "no-cache")
        } catch let refused as Refused {
            return Self.answer(refused, basic: basic)
        } catch let fault as Fault {
            guard let refused = Self.refused(fault) else { throw fault }
            return Self.answer(refused, basic: basic)
        }
    }

    private func question(_ ask: Ask) throws -> AccessTokenRequest {
        let known = Set(["grant_type", "username", "password", "client_id", "client_secret", "scope"])
        var given: [String: String] = [:]
        for pair in ask.form where known.contains(pair.name) {
            guard given.updateValue(pair.value, forKey: pair.name) == nil else {
                throw Refused(error: "invalid_request", description: "a parameter stands there twice")
            }
            guard pair.value.utf8.count <= 1000 else {
                throw Refused(error: "invalid_request", description: "a parameter is too long")
            }
        }
        guard let grant = given["grant_type"], !grant.isEmpty else {
            throw Refused(error: "invalid_request", description: "grant_type is missing")
        }
        guard grant == "password" || grant == "client_credentials" else {
            throw Refused(error: "unsupported_grant_type", description: "password and client_credentials are known")
        }
        let client = try client(ask.headers, given)
        if grant == "password", given["username"]?.isEmpty ?? true || given["password"]?.isEmpty ?? true {
            throw Refused(error: "invalid_request", description: "username or password is missing")
        }
        return .with {
            $0.grantType = grant
            ($0.clientID, $0.clientSecret) = client
            if grant == "password" {
                $0.username = given["username"] ?? ""
                $0.password = given["password"] ?? ""
            }
            $0.address = ask.address
            $0.scope = given["scope"] ?? ""
        }
    }

    /// By HTTP Basic or in the form, not both (RFC 6749 §2.3).
    private func client(_ headers: HTTPFields, _ given: [String: String]) throws -> (id: String, secret: String) {
        if let header = headers[.authorization] {
            guard let client = BasicCredentials(header) else {
                throw Refused(error: "invalid_client", description: "the authorization header is not readable")
            }
            guard given["client_secret"] == nil, given["client_id"] ?? client.user == client.user else {
                throw Refused(error: "invalid_request", description: "the client is given twice")
            }
            return (client.user, client.password)
        }
        guard let id = given["client_id"], !id.isEmpty, let secret = given["client_secret"], !secret.isEmpty else {
            throw Refused(error: "invalid_client", description: "client_id or client_secret is missing")
        }
        return (id, secret)
    }

    /// Identity says in its detail which of the two it is; anything else is no refusal of a grant.
    private static func refused(_ fault: Fault) -> Refused? {
        switch fault.code {
        case .unauthenticated, .forbidden, .malformed, .preconditionFailed:
            let known = ["invalid_client", "invalid_grant", "unsupported_grant_type", "invalid_request"]
            let error = known.first { fault.detail.contains($0) } ?? "invalid_grant"
            let words = [
                "invalid_client": "the client is not known", "invalid_grant": "the user or the password is wrong",
            ]
            return Refused(error: error, description: words[error] ?? "the request is refused")
        default:
            return nil
        }
    }

    private static func answer(_ refused: Refused, basic: Bool) -> Answer {
        let isClient = refused.error == "invalid_client"
        var answer = Answer.json(isClient ? .unauthorized : .badRequest) { json in
            json.object {
                $0.field("error", refused.error)
                $0.field("error_description", refused.description)
            }
        }
        answer.headers[.pragma] = "no-cache"
        if isClient, basic { answer.headers[.wwwAuthenticate] = "Basic realm=\"import\"" }
        return answer
    }
}
