import Access
import HTTPTypes
import NIOCore

/// The API document (OpenAPI 3.1), made from the table of routes: what is not in the table is not in the document.
enum OpenAPIDocument {
    /// - Parameter cookie: the name of the session cookie in this deployment.
    static func text(of routes: [Route], cookie: String) -> ByteBuffer {
        jsonText(capacity: 64 << 10) { json in
            json.object {
                $0.field("openapi", "3.1.0")
                $0.object("info") {
                    $0.field("title", "Educator Reporting System")
                    $0.field("version", "1")
                    $0.field("description", "The JSON API of the web app, and the import API of test delivery systems.")
                }
                $0.object("paths") { json in
                    for (path, routes) in grouped(routes) {
                        json.key(named: path)
                        json.object { json in
                            for route in routes {
                                json.key(named: route.method.rawValue.lowercased())
                                write(route, &json)
                            }
                        }
                    }
                }
                $0.object("components") {
                    $0.object("schemas") { json in
                        for (name, schema) in Schemas.all {
                            json.key(named: name)
                            schema.write(&json)
                        }
                    }
                    $0.object("securitySchemes") {
                        writeSecurity(&$0, cookie: cookie)
                    }
                }
            }
        }
    }

    /// Paths in the order of the table.
    private static func grouped(_ routes: [Route]) -> [(String, [Route])] {
        var order: [String] = []
        let byPath = Dictionary(grouping: routes, by: \.path)
        for route in routes where !order.contains(route.path) { order.append(route.path) }
        return order.map { ($0, byPath[$0] ?? []) }
    }

    private static func write(_ route: Route, _ json: inout JSONWriter) {
        let about = route.about
        json.object {
            $0.field("operationId", operationID(route))
            $0.field("summary", about.summary)
            if !about.parameters.isEmpty {
                $0.array("parameters", about.parameters) { write($1, &$0) }
            }
            writeBody(about.body, &$0)
            $0.object("responses") { json in
                for reply in replies(route) { write(reply, &json) }
            }
            writeAdmission(route, &$0)
        }
    }

    private static func writeAdmission(_ route: Route, _ json: inout JSONWriter) {
        let scheme: String? =
            route.admission.usesSession ? "session" : route.admission.usesBearer ? "bearer" : nil
        json.array("security", scheme.map { [$0] } ?? []) { json, scheme in
            json.object { json in
                json.key(named: scheme)
                json.array([String]()) { $0.write($1) }
                if scheme == "session", route.method != .get {
                    json.key(named: "csrf")
                    json.array([String]()) { $0.write($1) }
                }
            }
        }
        switch route.admission {
        case .anyOf(let permissions):
            json.array("x-permissions", permissions) { $0.write($1.rawValue) }
        case .statewideClient(let permission):
            json.array("x-permissions", [permission]) { $0.write($1.rawValue) }
        case .scopeClient:
            json.array("x-permissions", [Permission.dataWrite, .groupWrite]) { $0.write($1.rawValue) }
        default:
            break
        }
    }

    private static func write(_ parameter: Parameter, _ json: inout JSONWriter) {
        json.object {
            $0.field("name", parameter.name)
            $0.field("in", parameter.place.rawValue)
            $0.field("required", parameter.required)
            $0.field("description", parameter.meaning)
            $0.key("schema")
            parameter.form.schema.write(&$0)
        }
    }

    private static func writeBody(_ body: RouteDescription.Body, _ json: inout JSONWriter) {
        func content(_ mediaTypes: [(String, Schema)], _ json: inout JSONWriter) {
            json.object("requestBody") {
                $0.field("required", true)
                $0.object("content") { json in
                    for (mediaType, schema) in mediaTypes {
                        json.key(named: mediaType)
                        json.object {
                            $0.key("schema")
                            schema.write(&$0)
                        }
                    }
                }
            }
        }
        switch body {
        case .none:
            break
        case .json(let schema, _):
            content([("application/json", schema)], &json)
        case .form(let parameters):
            let members = parameters.map { Schema.Member(name: $0.name, schema: $0.form.schema, required: $0.required) }
            content([("application/x-www-form-urlencoded", .object(members))], &json)
        case .stream:
            content(
                [
                    ("application/xml", .bytes), ("text/csv", .bytes), ("application/json", .anything),
                    ("multipart/form-data", .dictionary(.bytes)),
                ], &json)
        }
    }

    /// What the route says, and what the edge may say before it.
    static func replies(_ route: Route) -> [RouteDescription.Reply] {
        let about = route.about
        func problem(_ status: Int, _ meaning: String) -> RouteDescription.Reply {
            switch about.problems {
            case .details:
                .init(
                    status: status, meaning: meaning, mediaType: "application/problem+json", schema: .named("Problem"))
            case .plainText:
                .init(status: status, meaning: meaning, mediaType: "text/plain", schema: Schemas.text)
            }
        }
        var replies = about.replies
        func add(_ status: Int, _ meaning: String) {
            if !replies.contains(where: { $0.status == status }) { replies.append(problem(status, meaning)) }
        }
        add(400, "The request makes no sense; says which field.")
        if route.admission.usesSession || route.admission.usesBearer {
            add(401, "Not signed in.")
            add(403, "Not permitted, or not from a page of this system.")
        } else if route.method != .get {
            add(403, "Not from a page of this system.")
        }
        add(404, "No such thing, or the caller may not know that there is.")
        switch about.body {
        case .none: break
        case .stream: add(413, "Too large.")
        case .json, .form:
            add(413, "Too large.")
            add(415, "Another content type is wanted.")
        }
        if case .json = about.body { add(409, "It changed since it was read.") }
        if case .json = about.body { add(412, "Not in this mode of the system.") }
        add(429, "Too many requests; Retry-After says when to ask again.")
        add(500, "A bug; report the request id.")
        add(503, "A part of the system is down; ask again later.")
        add(504, "A part of the system is slow; ask again later.")
        return replies.sorted { $0.status < $1.status }
    }

    private static func write(_ reply: RouteDescription.Reply, _ json: inout JSONWriter) {
        json.key(named: String(reply.status))
        json.object {
            $0.field("description", reply.meaning)
            if let schema = reply.schema {
                $0.object("content") { json in
                    json.key(named: reply.mediaType)
                    json.object {
                        $0.key("schema")
                        schema.write(&$0)
                    }
                    // An address that cannot be read, or of another shape, is no route of the import API.
                    if reply.mediaType == "text/plain", [400, 404].contains(reply.status) {
                        json.object("application/problem+json") {
                            $0.key("schema")
                            Schema.named("Problem").write(&$0)
                        }
                    }
                }
            }
        }
    }

    private static func writeSecurity(_ json: inout JSONWriter, cookie: String) {
        json.object("session") {
            $0.field("type", "apiKey")
            $0.field("in", "cookie")
            $0.field("name", cookie)
        }
        json.object("csrf") {
            $0.field("type", "apiKey")
            $0.field("in", "header")
            $0.field("name", "X-CSRF")
        }
        json.object("bearer") {
            $0.field("type", "http")
            $0.field("scheme", "bearer")
        }
    }

    /// `GET /api/v1/schools/{schoolID}/grades` is `get_schools_schoolID_grades`.
    private static func operationID(_ route: Route) -> String {
        let words = route.path.split { !$0.isLetter && !$0.isNumber }.filter { $0 != "api" && $0 != "v1" }
        return ([route.method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "_")
    }
}

extension Parameter.Form {
    var schema: Schema {
        switch self {
        case .integer(let range): .integer(range)
        case .integers(let range, let atMost): .list(.integer(range), atMost: atMost)
        case .texts(let length, let characters, let atMost):
            .list(.text(length: length, pattern: characters.pattern), atMost: atMost)
        case .text(let length, let characters): .text(length: length, pattern: characters.pattern)
        case .choice(let choices): .oneOf(choices)
        }
    }
}
