import Access
import Contracts
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import NIOCore

/// One request from the network to its answer: what holds for every route, in the order in which it happens.
struct Edge: Sendable {
    let config: GatewayConfig
    let table: RouteTable
    let web: WebFiles
    let sessions: Sessions
    let bearers: BearerTokens
    let limits: RateLimits
    let log: Logger
    let metrics: RouteMetrics

    private var cookie: SessionCookie { SessionCookie(secure: config.secureCookies) }

    /// A request on its way, as far as it is known.
    private struct Visit {
        var call: Call
        let requestID: String
        let peer: SocketAddress?
        let body: IncomingBody
        var route: Route?
        /// The cookie it came with is worth nothing any more.
        var forgetCookie = false
    }

    func respond(_ request: Request, _ channel: any Channel) async -> Response {
        let begun = ContinuousClock.now
        var call = Call.starting(budget: config.requestBudget, service: "gateway")
        call.traceparent = Trace.continued(request.headers[.traceparent], requestID: call.requestID)
        var visit = Visit(
            call: call, requestID: Hex.lower(call.requestID), peer: channel.remoteAddress,
            body: IncomingBody(request))

        var answer: Answer
        do {
            answer = try await admitted(request, &visit)
        } catch {
            answer = problem(error, visit).answer(
                as: visit.route?.about.problems ?? .details, requestID: visit.requestID)
            if answer.status == .unauthorized, visit.route?.admission.usesBearer == true {
                answer.headers[.wwwAuthenticate] = "Bearer"
            }
        }
        if visit.forgetCookie, answer.headers[.setCookie] == nil { answer.headers[.setCookie] = cookie.clearing() }
        let response = finish(answer, request, visit, channel)
        record(response, request, visit, begun)
        return response
    }

    // MARK: Before the route

    private func admitted(_ request: Request, _ visit: inout Visit) async throws -> Answer {
        let target = try Target(request.head.path ?? "")
        let values: [String: String]
        switch table.find(request.method, target.segments) {
        case .nothing:
            return try web.answer(request, target.segments)
        case .otherMethods(let methods):
            throw Refusal.methodNotAllowed(methods)
        case .route(let route, let found):
            visit.route = route
            values = found
        }
        guard let route = visit.route else { throw Refusal.notFound }

        let address = Origin(config: config).address(visit.peer, request.headers)
        let session = try await self.session(request, route, address, &visit)
        let bearer = try await self.bearer(request, route, address, &visit)
        if !route.admission.usesSession, !route.admission.usesBearer {
            try limits.admit(address: address, route.about.traffic)
        }
        try checkPermission(route, visit.call.caller, scope: values["scope"])

        var ask = Ask(
            call: visit.call, headers: request.headers, values: try read(route.about, values, target.query),
            query: target.query, session: session, bearer: bearer, address: address,
            origin: Origin(config: config).base(visit.peer, request.head))
        try await BodyReader.read(request, visit.body, as: route.about.body, into: &ask)
        return try await route.handler(ask)
    }

    private func session(
        _ request: Request, _ route: Route, _ address: String, _ visit: inout Visit
    ) async throws -> ActiveSession? {
        let changes = request.method != .get && request.method != .head
        guard route.admission.usesSession else {
            // Without a session there is nothing to forge but the session itself.
            if changes, !route.admission.usesBearer, !SessionCookie.isOwnSite(request.headers) {
                throw Self.foreignPage
            }
            return nil
        }
        guard let secret = cookie.secret(in: request.headers) else {
            try limits.admit(address: address, .ordinary)
            visit.forgetCookie = request.headers[.cookie] != nil
            throw Fault(.unauthenticated, "Please sign in.")
        }
        try limits.admit(session: secret, route.about.traffic)
        if changes, !SessionCookie.isOwnPage(request.headers, secret: secret) { throw Self.foreignPage }

        var use = true
        if case .session = route.admission { use = false }
        do {
            let session = try await sessions.resume(secret, use: use, visit.call)
            visit.call.caller = session.claims
            visit.call.callerToken = session.view.callerToken
            return session
        } catch let fault as Fault where fault.code == .unauthenticated {
            // A guessed secret costs a token of the address as well.
            try limits.admit(address: address, .ordinary)
            // In the sandbox it says who may go on after a time-out.
            visit.forgetCookie = config.mode != .sandbox
            throw fault
        }
    }

    private static let foreignPage = Fault(.forbidden, "This request does not come from a page of this system.")

    private func bearer(
        _ request: Request, _ route: Route, _ address: String, _ visit: inout Visit
    ) async throws -> Bearer? {
        guard route.admission.usesBearer else { return nil }
        guard let token = BearerTokens.token(in: request.headers) else {
            try limits.admit(address: address, .ordinary)
            throw Fault(.unauthenticated, "a bearer token is missing")
        }
        var bearer = bearers.kept(token)
        if bearer == nil {
            try limits.admit(address: address, .ordinary)
            bearer = try await bearers.resume(token, visit.call)
        }
        visit.call.caller = bearer?.claims
        visit.call.callerToken = bearer?.view.callerToken ?? []
        return bearer
    }

    private func checkPermission(_ route: Route, _ caller: CallerClaims?, scope: String?) throws {
        switch route.admission {
        case .everyone, .session, .activeSession, .client:
            break
        case .anyOf(let permissions):
            guard let caller, permissions.contains(where: caller.has) else { throw Fault.notPermitted }
        case .statewideClient(let permission):
            guard let scope = caller?.scope(of: permission), scope.statewide else { throw Fault.notPermitted }
        case .scopeClient where scope == "groups":
            guard caller?.has(.groupWrite) == true else { throw Fault.notPermitted }
        case .scopeClient:
            guard caller?.scope(of: .dataWrite)?.statewide == true else { throw Fault.notPermitted }
        }
    }

    private func read(
        _ about: RouteDescription, _ path: [String: String], _ query: [Target.Pair]
    ) throws -> [String: Parameter.Value] {
        var values: [String: Parameter.Value] = [:]
        for parameter in about.parameters {
            let given =
                parameter.place == .path
                ? path[parameter.name].map { [$0] } ?? [] : query.filter { $0.name == parameter.name }.map(\.value)
            if given.isEmpty {
                if parameter.required { throw parameter.refusal("must be given") }
            } else {
                values[parameter.name] = try parameter.read(given)
            }
        }
        if !about.openQuery {
            let names = Set(about.parameters.filter { $0.place == .query }.map(\.name))
            guard query.allSatisfy({ names.contains($0.name) }) else {
                throw Fault(.malformed, "The query has a parameter that this address does not know.")
            }
        }
        return values
    }

    // MARK: After the route

    private func problem(_ error: any Error, _ visit: Visit) -> Problem {
        switch error {
        case let fault as Fault:
            if fault.code == .internalError { logFailure(fault.detail, visit) }
            return Problem(fault)
        case let refusal as Refusal:
            return Problem(refusal)
        case is CancellationError:
            return Problem(Fault(.cancelled, "The request was given up."))
        default:
            logFailure("\(type(of: error))", visit)
            return Problem(Fault(.internalError, ""))
        }
    }

    private func logFailure(_ what: String, _ visit: Visit) {
        log.error(
            "request failed",
            metadata: [
                "request": .string(visit.requestID), "route": .string(visit.route?.path ?? "none"),
                "error": .string(what),
            ])
    }

    private func finish(_ answer: Answer, _ request: Request, _ visit: Visit, _ channel: any Channel) -> Response {
        var answer = answer
        answer.headers[.requestID] = visit.requestID
        SecurityHeaders.add(to: &answer.headers, secure: config.secureCookies)
        if let tag = answer.headers[.eTag], answer.status == .ok, Self.names(request.headers[.ifNoneMatch], tag) {
            answer.status = .notModified
            answer.body = .bytes(ByteBuffer())
            answer.headers[.contentType] = nil
            answer.headers[.contentEncoding] = nil
        } else if visit.route?.about.compressed != false {
            Compression.apply(to: &answer, acceptEncoding: request.headers[.acceptEncoding])
        }
        var body: ResponseBody
        switch answer.body {
        case .bytes(let bytes): body = ResponseBody(byteBuffer: bytes)
        case .stream(let stream): body = stream
        }
        if visit.body.mayRemain {
            answer.headers[.connection] = "close"
            body = IncomingBody.closing(body, channel)
        }
        var response = Response(status: answer.status, headers: answer.headers, body: body)
        if answer.status == .noContent || answer.status == .notModified { response.headers[.contentLength] = nil }
        if request.method == .head { response = response.createHeadResponse() }
        return response
    }

    /// RFC 9110 §13.1.2, weak comparison.
    private static func names(_ ifNoneMatch: String?, _ tag: String) -> Bool {
        guard let ifNoneMatch else { return false }
        let plain: (String) -> String = { $0.hasPrefix("W/") ? String($0.dropFirst(2)) : $0 }
        return ifNoneMatch.split(separator: ",").map { trimmed($0) }.contains { $0 == "*" || plain($0) == plain(tag) }
    }

    /// One line and one observation per request: the pattern of the path, never the path, which holds ids.
    private func record(_ response: Response, _ request: Request, _ visit: Visit, _ begun: ContinuousClock.Instant) {
        let took = begun.duration(to: .now)
        metrics.record(visit.route, status: response.status.code, took)
        log.info(
            "request",
            metadata: [
                "request": .string(visit.requestID), "method": .string(RouteMetrics.methodLabel(request.method)),
                "route": .string(visit.route?.path ?? "-"), "status": .stringConvertible(response.status.code),
                "ms": .stringConvertible(took.wholeMicroseconds / 1000),
                "bytes": .stringConvertible(response.body.contentLength ?? -1),
            ])
    }
}
