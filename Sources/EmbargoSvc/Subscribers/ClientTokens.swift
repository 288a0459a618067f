import Clocks
import Contracts
import Crypto
import Synchronization

/// The scopes of access tokens, as Identity tells them; believed for at most a minute, like a caller token.
///
/// Kept by the hash, so that a dump of memory holds no token. With Identity away, who was known a minute ago goes on.
///
/// - Rule: Embargo R10.
final class ClientTokens: Sendable {
    private struct Entry {
        let scopes: Set<String>
        let usableUntil: ContinuousClock.Instant
    }

    static let life: Duration = .seconds(60)
    /// Of tokens; subscribers are few, and who is forgotten is asked for again.
    static let limit = 100

    private let clocks: Clocks
    private let resume: @Sendable (ResumeAccessTokenRequest, Call) async throws -> AccessTokenView
    private let entries = Mutex<[[UInt8]: Entry]>([:])

    init(
        clocks: Clocks, resume: @escaping @Sendable (ResumeAccessTokenRequest, Call) async throws -> AccessTokenView
    ) {
        self.clocks = clocks
        self.resume = resume
    }

    /// - Throws: `Fault` `.unauthenticated` for a token that is unknown or has expired, `.unavailable` without Identity.
    func scopes(_ token: String, _ call: Call) async throws -> Set<String> {
        let key = Array(SHA256.hash(data: Array(token.utf8)))
        let now = clocks.monotonic()
        if let known = entries.withLock({ $0[key] }), now < known.usableUntil { return known.scopes }
        let view = try await resume(.with { $0.token = token }, call)
        let entry = Entry(
            scopes: Set(view.scopes), usableUntil: now + min(Self.life, .seconds(max(0, Int(view.secondsLeft)))))
        entries.withLock { entries in
            if entries.count >= Self.limit { entries = entries.filter { now < $0.value.usableUntil } }
            if entries.count >= Self.limit { entries.removeAll() }
            entries[key] = entry
        }
        return entry.scopes
    }
}
