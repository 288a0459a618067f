/// Where a socket listens or dials: `ipc:///run/ers/results.sock`, `tcp://host:port`, `tls+tcp://host:port`,
/// and `inproc://name` within one process.
struct BusURL: Sendable, Equatable {
    enum Scheme: String {
        case ipc, tcp, inproc
        case tls = "tls+tcp"
    }

    let text: String
    let scheme: Scheme
    /// The name that the peer's certificate must carry; empty for `ipc` and `inproc`.
    let host: String

    /// The longest path that fits into the address of a Unix socket, with its closing zero.
    static let longestPath = 107

    init(_ text: String) throws {
        guard let colon = text.firstRange(of: "://"), let scheme = Scheme(rawValue: String(text[..<colon.lowerBound]))
        else { throw BusProblem("\(text): the URL must begin with ipc://, tcp://, tls+tcp:// or inproc://") }
        let rest = text[colon.upperBound...]
        guard !rest.isEmpty, !text.utf8.contains(0) else { throw BusProblem("\(text): the URL names no address") }
        switch scheme {
        case .ipc:
            guard rest.utf8.count <= Self.longestPath else {
                throw BusProblem("\(text): the path has \(rest.utf8.count) bytes, more than \(Self.longestPath)")
            }
            host = ""
        case .inproc:
            host = ""
        case .tcp, .tls:
            guard let end = rest.lastIndex(of: ":"), UInt16(rest[rest.index(after: end)...]) != nil else {
                throw BusProblem("\(text): the URL needs host and port")
            }
            host = rest[..<end].trimmingBrackets()
        }
        self.text = text
        self.scheme = scheme
    }
}

extension Substring {
    /// `::1` from `[::1]`; anything else as it is.
    fileprivate func trimmingBrackets() -> String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : String(self)
    }
}
