import Clocks
import Contracts
import Credentials
import Crypto
import HTTPTypes
import Synchronization

/// An import client behind a bearer token.
struct Bearer: Sendable {
    let view: AccessTokenView
    let claims: CallerClaims
    /// The grants as they are stored beside each payload; made once for a token, as every call needs them.
    let tenancyChain: String

    init(view: AccessTokenView, claims: CallerClaims) {
        self.view = view
        self.claims = claims
        tenancyChain = TenancyChainText.text(of: view)
    }
}

/// Bearer tokens exchanged for caller tokens at Identity; at most 100 are kept, none beyond its end (ingest §2.1).
///
/// Kept by the hash, so that a dump of memory holds no token.
final class BearerTokens: Sendable {
    private struct Entry {
        let bearer: Bearer
        let usableUntil: ContinuousClock.Instant
    }

    private struct State {
        var entries: [[UInt8]: Entry] = [:]
        var drops: UInt64 = 0
    }

    static let entryLimit = 100

    private let identity: IdentityClient
    private let clocks: Clocks
    private let state = Mutex(State())

    init(identity: IdentityClient, clocks: Clocks) {
        self.identity = identity
        self.clocks = clocks
    }

    /// The token of an `Authorization` header; nil for another scheme or a token no server of ours has made.
    static func token(in headers: HTTPFields) -> String? {
        guard let header = headers[.authorization], header.utf8.count <= 4096 + 7 else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = trimmed(parts[1])
        // RFC 6750, b64token.
        let marks = Set("-._~+/=".utf8)
        guard !token.isEmpty,
            token.utf8.allSatisfy({ Parameter.Characters.alphanumeric.contains($0) || marks.contains($0) })
        else { return nil }
        return token
    }

    /// What is kept for this token, without asking anybody.
    func kept(_ token: String) -> Bearer? {
        let now = clocks.monotonic()
        let entry = state.withLock { $0.entries[key(token)] }
        guard let entry, now < entry.usableUntil, entry.bearer.claims.isInForce(at: clocks.wallMicroseconds())
        else { return nil }
        return entry.bearer
    }

    /// Asks Identity and keeps the answer.
    ///
    /// - Throws: `Fault` `.unauthenticated` for a token that is not, or no longer, valid.
    func resume(_ token: String, _ call: Call) async throws -> Bearer {
        let (now, drops) = (clocks.monotonic(), state.withLock { $0.drops })
        let view = try await identity.resumeAccessToken(.with { $0.token = token }, call)
        guard let claims = view.claims else { throw Fault(.internalError, "a token without claims") }
        guard view.secondsLeft > 0 else { throw Fault(.unauthenticated, "the token has ended") }
        let bearer = Bearer(view: view, claims: claims)
        let life = min(
            Int64(view.secondsLeft) * 1_000_000, max(0, claims.expiresAtUs &- clocks.wallMicroseconds()), 60_000_000)
        let entry = Entry(bearer: bearer, usableUntil: now + .microseconds(life) - Sessions.margin)
        state.withLock { state in
            guard state.drops == drops else { return }
            if state.entries.count >= Self.entryLimit {
                state.entries = state.entries.filter { $0.value.usableUntil > now }
                if state.entries.count >= Self.entryLimit,
                    let oldest = state.entries.min(by: { $0.value.usableUntil < $1.value.usableUntil })
                {
                    state.entries[oldest.key] = nil
                }
            }
            state.entries[key(token)] = entry
        }
        return bearer
    }

    /// Forgets the tokens of users whose sessions or grants ended.
    func drop(_ ended: [SessionEndRow]) {
        guard !ended.isEmpty else { return }
        let users = Set(ended.map(\.userID))
        state.withLock { state in
            state.drops += 1
            state.entries = state.entries.filter { !users.contains($0.value.bearer.claims.userID) }
        }
    }

    func dropAll() {
        state.withLock {
            $0.entries = [:]
            $0.drops += 1
        }
    }

    var count: Int { state.withLock { $0.entries.count } }

    private func key(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }
}
