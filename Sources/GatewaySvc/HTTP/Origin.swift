import Contracts
import HTTPTypes
import NIOCore

/// Where a request comes from and which address it was sent to, believing proxies only where an operator named them.
struct Origin: Sendable {
    let config: GatewayConfig

    /// The client's IP address; `unknown` for a socket without one.
    func address(_ peer: SocketAddress?, _ headers: HTTPFields) -> String {
        guard let peer = peer?.ipAddress else { return "unknown" }
        guard config.trustedProxies.contains(peer) else { return peer }
        // The last one is what our own proxy saw; everything before it is the client's word.
        let chain = headers[values: .forwardedFor].joined(separator: ",").split(separator: ",")
        guard let last = chain.last.map(trimmed), (2...45).contains(last.utf8.count),
            last.utf8.allSatisfy({ Hex.digit($0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
        else { return peer }
        return last
    }

    /// `https://host[:port]` without a slash at the end.
    func base(_ peer: SocketAddress?, _ request: HTTPRequest) -> String {
        if let publicURL = config.publicURL { return publicURL }
        var scheme = config.secureCookies ? "https" : "http"
        var host = request.authority ?? "localhost"
        if let peer = peer?.ipAddress, config.trustedProxies.contains(peer) {
            if let forwarded = request.headerFields[.forwardedProto] {
                scheme = forwarded == "https" ? "https" : "http"
            }
            if let forwarded = request.headerFields[.forwardedHost] { host = forwarded }
        }
        return "\(scheme)://\(Self.isHost(host) ? host : "localhost")"
    }

    private static func isHost(_ text: String) -> Bool {
        let marks = Set(".-_:[]".utf8)
        return (1...255).contains(text.utf8.count)
            && text.utf8.allSatisfy { Parameter.Characters.alphanumeric.contains($0) || marks.contains($0) }
    }
}
