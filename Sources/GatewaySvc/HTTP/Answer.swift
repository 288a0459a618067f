import HTTPTypes
import Hummingbird
import NIOCore

/// What a route answers, before the edge adds what every answer has.
struct Answer: Sendable {
    enum Body: Sendable {
        case bytes(ByteBuffer)
        /// Written as it becomes known; never compressed.
        case stream(ResponseBody)
    }

    var status: HTTPResponse.Status = .ok
    var headers = HTTPFields()
    var body = Body.bytes(ByteBuffer())

    static func json(
        _ status: HTTPResponse.Status = .ok, capacity: Int = 1024, _ fill: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        Answer(
            status: status, headers: [.contentType: "application/json"],
            body: .bytes(try jsonText(capacity: capacity, fill)))
    }

    static func text(_ status: HTTPResponse.Status = .ok, _ text: String) -> Answer {
        Answer(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .bytes(ByteBuffer(string: text)))
    }

    static let nothing = Answer(status: .noContent)

    func adding(_ name: HTTPField.Name, _ value: String) -> Answer {
        var answer = self
        answer.headers[name] = value
        return answer
    }
}
