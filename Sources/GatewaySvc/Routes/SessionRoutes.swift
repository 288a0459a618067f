import Contracts
import HTTPTypes

/// What the web app must know about its session.
struct SessionAnswer: Sendable {
    let settings: TenantSettings

    static let reply = RouteDescription.ok(.named("Session"))

    func answer(_ session: ActiveSession, status: HTTPResponse.Status = .ok) -> Answer {
        let (view, claims) = (session.view, session.claims)
        return .json(status) { json in
            json.object {
                $0.object("user") {
                    $0.field("displayName", view.displayName)
                    $0.field("login", claims.login)
                    $0.field("organizationName", view.organizationName)
                }
                $0.field("role", claims.role)
                $0.array("permissions", claims.permissions) { $0.write($1.permission) }
                $0.field("csrf", SessionCookie.csrfToken(of: session.secret))
                $0.field("idleSecondsLeft", min(86_400, session.idleSecondsLeft))
                $0.field("idleSeconds", min(86_400, max(0, view.idleSeconds)))
                $0.field("sandbox", claims.sandbox)
                $0.field("stateName", settings.stateName)
                $0.field("currentSchoolYear", settings.currentSchoolYear)
                $0.array("schoolYears", settings.schoolYears) { $0.write($1) }
                $0.field("transferAccess", settings.transferAccess)
            }
        }
    }
}

/// `GET /api/v1/session`: who is signed in. Does not count as use.
struct GetSessionRoute: RouteHandler {
    let session: SessionAnswer

    static let about = RouteDescription(
        summary: "The signed-in person. Asking does not keep the session alive.", replies: [SessionAnswer.reply],
        compressed: false)

    func callAsFunction(_ ask: Ask) async throws -> Answer { session.answer(try ask.requireSession()) }
}

/// `POST /api/v1/session/keep-alive`: the person is still there.
struct KeepAliveRoute: RouteHandler {
    let session: SessionAnswer
    let sessions: Sessions

    static let about = RouteDescription(
        summary: "Keeps the session alive.", replies: [SessionAnswer.reply], compressed: false)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let secret = try ask.requireSession().secret
        return session.answer(try await sessions.resume(secret, use: true, now: true, ask.call))
    }
}

/// `DELETE /api/v1/session`: signs out.
struct EndSessionRoute: RouteHandler {
    let sessions: Sessions
    let cookie: SessionCookie

    static let about = RouteDescription(
        summary: "Signs out.", replies: [.init(status: 204, meaning: "Signed out; the cookie is cleared.")],
        compressed: false)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        try await sessions.end(try ask.requireSession().secret, ask.call)
        return Answer.nothing.adding(.setCookie, cookie.clearing())
    }
}

/// `POST /api/v1/sandbox/sessions`: a new sandbox user and its session. There is no such address in production.
struct EnterSandboxRoute: RouteHandler {
    let identity: IdentityClient
    let session: SessionAnswer
    let sessions: Sessions
    let cookie: SessionCookie

    static let about = RouteDescription(
        summary: "Enters the sandbox as a new user, or goes on as the one whose session timed out.",
        body: .json(
            .object([
                Schema.member(
                    "entry",
                    .text(
                        length: 1...100, pattern: Parameter.Characters.printable,
                        meaning: "Key of an entry of the context.")),
                // The session of the cookie timed out, and the same visitor wants to go on.
                Schema.optional("goOn", .boolean),
            ])),
        replies: [.init(status: 201, meaning: "Signed in.", schema: .named("Session"))],
        traffic: .sandboxEntry, compressed: false)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        try ask.requireMembers(["entry", "goOn"])
        let entry = try ask.jsonText("entry", length: 1...100)
        let goesOn = try ask.jsonFlag("goOn") ?? false
        let new = try await identity.enterSandbox(
            .with {
                $0.entry = entry
                $0.address = ask.address
                $0.userAgent = UserAgent.bounded(ask.headers[.userAgent])
                if goesOn { $0.previousSecret = cookie.secret(in: ask.headers) ?? [] }
            }, ask.call)
        return session.answer(try sessions.begin(new), status: .created)
            .adding(.setCookie, cookie.setting(new.sessionSecret))
    }
}

/// A browser's own words about itself, cut to what a record of a session keeps.
enum UserAgent {
    static func bounded(_ header: String?) -> String {
        let printable = (header ?? "").unicodeScalars.filter { (0x20..<0x7F).contains($0.value) }
        return String(String.UnicodeScalarView(printable.prefix(200)))
    }
}
