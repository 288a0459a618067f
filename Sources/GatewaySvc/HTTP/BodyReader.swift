import Contracts
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads the body of a request as its route wants it.
enum BodyReader {
    /// In bytes, for what people fill in.
    static let usualLimit = 16 << 10

    /// - Throws: `Refusal` for another media type or too many bytes, `Fault` `.malformed` for what cannot be read.
    static func read(
        _ request: Request, _ body: IncomingBody, as wanted: RouteDescription.Body, into ask: inout Ask
    ) async throws {
        switch wanted {
        case .none:
            break
        case .stream:
            ask.body = body
        case .json(_, let limit):
            guard HeaderValue(request.headers[.contentType] ?? "")?.word == "application/json" else {
                throw Refusal.unsupportedMediaType("application/json")
            }
            let bytes = try await collect(body, atMost: limit)
            do {
                ask.json = try JSONValue(parsing: bytes)
            } catch {
                throw Fault(.malformed, "The body is not acceptable JSON: \(error.what) at byte \(error.offset).")
            }
        case .form:
            let wanted = "application/x-www-form-urlencoded"
            guard HeaderValue(request.headers[.contentType] ?? "")?.word == wanted else {
                throw Refusal.unsupportedMediaType(wanted)
            }
            guard let text = String(validating: try await collect(body, atMost: usualLimit), as: UTF8.self) else {
                throw Fault(.malformed, "The body is not UTF-8.")
            }
            ask.form = try Target.pairs(text[...], "The body")
        }
    }

    private static func collect(_ body: IncomingBody, atMost limit: Int) async throws -> [UInt8] {
        guard body.announced ?? 0 <= Int64(limit) else { throw Refusal.tooLarge }
        var bytes: [UInt8] = []
        for try await chunk in body {
            guard chunk.readableBytes <= limit - bytes.count else { throw Refusal.tooLarge }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        return bytes
    }
}
