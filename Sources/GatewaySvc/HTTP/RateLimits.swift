import Clocks
import Contracts

/// How often one session, or one address, may ask. Authenticated import clients are not limited (DESIGN §6).
struct RateLimits: Sendable {
    private let session: TokenBuckets
    private let address: TokenBuckets
    private let sandboxEntry: TokenBuckets
    private let studentSearch: TokenBuckets
    private let tokens: TokenBuckets

    init(_ config: GatewayConfig, clocks: Clocks) {
        session = TokenBuckets(perMinute: config.sessionRate, clocks: clocks)
        address = TokenBuckets(perMinute: config.addressRate, clocks: clocks)
        sandboxEntry = TokenBuckets(perMinute: config.sandboxEntryRate, clocks: clocks)
        studentSearch = TokenBuckets(perMinute: config.studentSearchRate, clocks: clocks)
        tokens = TokenBuckets(perMinute: config.tokenRate, clocks: clocks)
    }

    /// Before anything is known but the address.
    func admit(address: String, _ traffic: RouteDescription.Traffic) throws {
        try Self.check(self.address.take(address))
        switch traffic {
        case .sandboxEntry: try Self.check(sandboxEntry.take(address))
        case .tokens: try Self.check(tokens.take(address))
        case .ordinary, .studentSearch: break
        }
    }

    /// - Parameter secret: of the session; the key is its text, held only in memory like the secret itself.
    func admit(session secret: [UInt8], _ traffic: RouteDescription.Traffic) throws {
        let key = Base64URL.encode(secret)
        try Self.check(session.take(key))
        if traffic == .studentSearch { try Self.check(studentSearch.take(key)) }
    }

    private static func check(_ wait: Duration?) throws {
        guard let wait else { return }
        let milliseconds = UInt32(clamping: wait.wholeMicroseconds / 1000 + 1)
        throw Fault(.tooMany, "Too many requests. Please wait a moment.", retryAfterMilliseconds: milliseconds)
    }
}
