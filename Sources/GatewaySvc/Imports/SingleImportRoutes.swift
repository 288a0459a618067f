import Contracts
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /imports/{id}`: one import of any content.
struct GetImportRoute: RouteHandler {
    let owners: ImportOwners

    static let about = RouteDescription(
        summary: "One import.", parameters: [.importID], replies: [RouteDescription.ok(.named("Import"))],
        problems: .plainText, openQuery: true)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        let item = try await owners.owner(ofImport: id).imports.getImport(.with { $0.id = id }, ask.call)
        return .json { $0.importResource(item, origin: ask.origin) }
    }
}

/// `GET /imports/{id}/payload/properties`: what was stored beside the bytes.
struct ImportPropertiesRoute: RouteHandler {
    let owners: ImportOwners

    static let about = RouteDescription(
        summary: "What was stored beside the payload.", parameters: [.importID],
        replies: [RouteDescription.ok(.dictionary(Schemas.text))], problems: .plainText, openQuery: true)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        let stored = try await owners.owner(ofImport: id).imports.getImportProperties(.with { $0.id = id }, ask.call)
        return .json { json in
            json.object { json in
                for property in stored.properties { json.field(named: property.name, property.value) }
            }
        }
    }
}

/// `GET /imports/{id}/payload`: the stored bytes, as an attachment, part by part.
struct ImportPayloadRoute: RouteHandler {
    let owners: ImportOwners
    let budget: Duration

    static let about = RouteDescription(
        summary: "The payload as it was received.", parameters: [.importID],
        replies: [.init(status: 200, meaning: "The bytes.", mediaType: "*/*", schema: .anything)],
        problems: .plainText, openQuery: true)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        let imports = try owners.owner(ofImport: id).imports
        let first = try await imports.readImportPayload(.with { $0.id = id }, ask.call)

        var answer = Answer(headers: [
            .contentType: Self.headerText(first.contentType).nonEmpty ?? "application/xml",
            .contentDisposition: Self.disposition(first.filename.nonEmpty ?? "\(id).xml"),
        ])
        guard Int64(first.bytes.count) < first.total else {
            answer.body = .bytes(ByteBuffer(bytes: first.bytes))
            return answer
        }
        let (call, budget) = (ask.call, self.budget)
        answer.body = .stream(
            ResponseBody(contentLength: Int(clamping: first.total)) { writer in
                var part = first
                var sent: Int64 = 0
                while true {
                    try await writer.write(ByteBuffer(bytes: part.bytes))
                    sent += Int64(part.bytes.count)
                    guard sent < first.total else { break }
                    var next = call
                    next.deadline = .now + budget
                    let offset = sent
                    part = try await imports.readImportPayload(
                        .with {
                            $0.id = id
                            $0.offset = offset
                        }, next)
                    // Cut short is better than an endless loop; the client sees the length that is missing.
                    guard !part.bytes.isEmpty, Int64(part.bytes.count) <= first.total - sent else { throw Cut() }
                }
                try await writer.finish(nil)
            })
        return answer
    }

    private struct Cut: Error {}

    /// The name quoted for old clients and percent-encoded for the others (RFC 6266).
    static func disposition(_ filename: String) -> String {
        let marks = Set("!#$&+-.^_`|~".utf8)
        var encoded = ""
        var quoted = ""
        for byte in filename.utf8 {
            if Parameter.Characters.alphanumeric.contains(byte) || marks.contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "%" + Hex.upper([byte])
            }
        }
        for scalar in filename.unicodeScalars {
            let plain = (0x20..<0x7F).contains(scalar.value) && scalar != "\"" && scalar != "\\" && scalar != "%"
            quoted.unicodeScalars.append(plain ? scalar : "_")
        }
        return "attachment; filename=\"\(quoted)\"; filename*=UTF-8''\(encoded)"
    }

    /// What was stored came from outside: nothing that could begin another header.
    private static func headerText(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { (0x20..<0x7F).contains($0.value) }.prefix(250)))
    }
}

/// `GET /imports/user`: who the token's bearer is (ingest §2.1).
struct ImportUserRoute: RouteHandler {
    static let about: RouteDescription = {
        let grant = Schema.object([
            Schema.member("level", Schemas.text), Schema.member("name", Schemas.text),
            Schema.member("id", Schemas.text),
            Schema.member("role", Schemas.text), Schema.member("clientId", Schemas.text),
            Schema.member("stateId", Schemas.text), Schema.member("entityId", Schemas.text),
        ])
        return RouteDescription(
            summary: "The user behind the token, and its grants.",
            replies: [
                RouteDescription.ok(
                    .object([
                        Schema.member("username", Schemas.text), Schema.member("password", .oneOf(["N/A"])),
                        Schema.member("authorities", .list(Schemas.text)),
                        Schema.member("tenancyChain", .object([Schema.member("grants", .list(grant))])),
                        Schema.member("accountNonExpired", .boolean), Schema.member("accountNonLocked", .boolean),
                        Schema.member("credentialsNonExpired", .boolean), Schema.member("enabled", .boolean),
                    ]))
            ],
            problems: .plainText, compressed: false, openQuery: true)
    }()

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let bearer = try ask.requireBearer()
        let roles = bearer.view.grants.map(\.role).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        // The one state of the suite: the entity of a grant at that level.
        let state = bearer.view.grants.first { $0.level.uppercased() == "STATE" }?.entityID ?? ""
        return .json { json in
            json.object {
                $0.field("username", bearer.claims.login)
                $0.field("password", "N/A")
                $0.array("authorities", roles) { $0.write($1) }
                $0.object("tenancyChain") {
                    $0.array("grants", bearer.view.grants) { json, grant in
                        json.object {
                            $0.field("level", grant.level)
                            $0.field("name", grant.entityName)
                            $0.field("id", grant.entityID)
                            $0.field("role", grant.role)
                            $0.field("clientId", bearer.view.clientID)
                            $0.field("stateId", state)
                            $0.field("entityId", grant.entityID)
                        }
                    }
                }
                for flag in ["accountNonExpired", "accountNonLocked", "credentialsNonExpired", "enabled"] {
                    $0.key(named: flag)
                    $0.write(true)
                }
            }
        }
    }
}
