import Contracts
import Crypto
import NIOCore

/// A text that is the same for everybody as long as the process lives, with a tag for asking again.
struct FixedText: Sendable {
    let bytes: ByteBuffer
    private let tag: String

    init(_ bytes: ByteBuffer) {
        self.bytes = bytes
        tag = "W/\"\(Hex.lower(SHA256.hash(data: Array(bytes.readableBytesView)).prefix(12)))\""
    }

    var answer: Answer {
        Answer(
            headers: [.contentType: "application/json", .cacheControl: "no-cache", .eTag: tag], body: .bytes(bytes))
    }
}

/// `GET /api/openapi.json`: this API, described.
struct OpenAPIRoute: RouteHandler {
    let document: FixedText

    static let about = RouteDescription(
        summary: "This document.", replies: [RouteDescription.ok(.object([]), "OpenAPI 3.1.")])

    func callAsFunction(_ ask: Ask) async throws -> Answer { document.answer }
}

/// `GET /api/v1/texts/en`: every text that a user may see, by key.
struct TextsRoute: RouteHandler {
    let catalogue: FixedText

    static let about = RouteDescription(
        summary: "The texts of the web app by key.", replies: [RouteDescription.ok(.dictionary(Schemas.text))])

    func callAsFunction(_ ask: Ask) async throws -> Answer { catalogue.answer }
}
