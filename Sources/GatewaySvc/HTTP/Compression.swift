import HTTPTypes
import NIOCore

/// gzip for texts worth it.
enum Compression {
    /// Below it the headers cost more than is won.
    static let least = 1024
    static let level: Int32 = 4

    static func apply(to answer: inout Answer, acceptEncoding: String?) {
        guard case .bytes(let bytes) = answer.body, bytes.readableBytes > least,
            answer.headers[.contentEncoding] == nil,
            let type = answer.headers[.contentType], isText(type)
        else { return }
        answer.headers[.vary] = "Accept-Encoding"
        guard AcceptEncoding.takesGzip(acceptEncoding), let packed = try? Gzip.compress(bytes, level: level) else {
            // Without compression the answer is as good.
            return
        }
        answer.body = .bytes(packed)
        answer.headers[.contentEncoding] = "gzip"
    }

    static func isText(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }
        return type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("+xml") || type == "application/xml"
            || type == "application/javascript"
    }
}
