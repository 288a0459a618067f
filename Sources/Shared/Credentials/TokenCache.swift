import Synchronization

/// Tokens whose signatures were found right, so that the next request with the same bytes costs no curve arithmetic.
///
/// Only who signed is remembered: whoever reads judges times again.
final class TokenCache<Claims: Sendable>: Sendable {
    /// Bytes of tokens. A caller's token has a few hundred, so this holds tens of thousands.
    private let limit: Int

    private struct State {
        var known: [[UInt8]: Claims] = [:]
        var size = 0
    }
    private let state = Mutex(State())

    init(limit: Int = 8 << 20) { self.limit = limit }

    subscript(token: [UInt8]) -> Claims? { state.withLock { $0.known[token] } }

    /// A full cache begins anew: tokens live a minute, so most of what it held was of no more use.
    func keep(_ claims: Claims, for token: [UInt8]) {
        state.withLock {
            if $0.size + token.count > limit {
                $0.known.removeAll(keepingCapacity: true)
                $0.size = 0
            }
            if $0.known.updateValue(claims, forKey: token) == nil { $0.size += token.count }
        }
    }

    var count: Int { state.withLock { $0.known.count } }
}
