import Clocks
import Contracts
import Credentials
import Crypto
import Synchronization

/// A person behind a cookie, at the time of one request.
struct ActiveSession: Sendable {
    let secret: [UInt8]
    let view: SessionView
    let claims: CallerClaims
    /// Of the idle time, when this request came.
    let idleSecondsLeft: Int32
}

/// Session secrets exchanged for caller tokens at Identity, kept for the short life of a token.
///
/// - A token is dropped within a second when its session or grants end (`drop`), by the feed of Identity.
/// - Identity unreachable: a kept token serves until it ends, then the fault of Identity (503) shows.
/// - Use of the page counts as use of the session: told to Identity at most every 5 seconds, so its idle clock is never
///   behind by more.
final class Sessions: Sendable {
    private struct Entry {
        let view: SessionView
        let claims: CallerClaims
        /// When Identity was asked; the idle time of the view counts from there.
        let askedAt: ContinuousClock.Instant
        let usableUntil: ContinuousClock.Instant
        /// When use was last told to Identity.
        let toldAt: ContinuousClock.Instant?
    }

    private struct State {
        var entries: [[UInt8]: Entry] = [:]
        /// Grows with every drop: what was asked before a drop is not kept after it.
        var drops: UInt64 = 0
    }

    static let entryLimit = 50_000
    static let tellEvery: Duration = .seconds(5)
    /// A token must still be valid when the last service of a request looks at it.
    static let margin: Duration = .seconds(2)

    private let identity: IdentityClient
    private let clocks: Clocks
    private let state = Mutex(State())

    init(identity: IdentityClient, clocks: Clocks) {
        self.identity = identity
        self.clocks = clocks
    }

    /// Who holds this secret.
    ///
    /// - Parameter use: true when the request counts as use of the session.
    /// - Throws: `Fault` `.unauthenticated` for a secret that is not, or no longer, one; `.unavailable` and
    ///   `.deadlinePassed` when Identity cannot be asked and nothing is kept.
    func resume(_ secret: [UInt8], use: Bool, now force: Bool = false, _ call: Call) async throws -> ActiveSession {
        let key = Array(SHA256.hash(data: secret))
        let now = clocks.monotonic()
        let kept = self.kept(key)
        if let kept, !force, now < kept.usableUntil, !use || isTold(kept, now) {
            return active(secret, kept, now)
        }
        do {
            return try await ask(secret, key, use: use, call)
        } catch let fault as Fault where fault.code == .unavailable || fault.code == .deadlinePassed {
            guard let kept = self.kept(key), now < kept.usableUntil, !force else { throw fault }
            return active(secret, kept, now)
        }
    }

    private func kept(_ key: [UInt8]) -> Entry? {
        let (entry, wall) = (state.withLock { $0.entries[key] }, clocks.wallMicroseconds())
        return entry.flatMap { $0.claims.isInForce(at: wall) ? $0 : nil }
    }

    /// Puts a session that Identity has just made beside the others.
    func begin(_ session: NewSession) throws -> ActiveSession {
        let now = clocks.monotonic()
        guard let view = session.session else { throw Fault(.internalError, "a session without a view") }
        let entry = try entry(of: view, askedAt: now, use: true)
        keep(entry, Array(SHA256.hash(data: session.sessionSecret)))
        return active(session.sessionSecret, entry, now)
    }

    /// Ends the session at Identity and here.
    func end(_ secret: [UInt8], _ call: Call) async throws {
        let key = Array(SHA256.hash(data: secret))
        state.withLock {
            $0.entries[key] = nil
            $0.drops += 1
        }
        _ = try await identity.endSession(
            .with {
                $0.sessionSecret = secret
                $0.reason = "logout"
            }, call)
    }

    /// Forgets the tokens of sessions, or of all sessions of users, that ended.
    func drop(_ ended: [SessionEndRow]) {
        guard !ended.isEmpty else { return }
        let sessions = Set(ended.map(\.sessionID).filter { !$0.isEmpty })
        let users = Set(ended.filter { $0.sessionID.isEmpty }.map(\.userID))
        state.withLock { state in
            state.drops += 1
            state.entries = state.entries.filter {
                !sessions.contains($0.value.claims.sessionID) && !users.contains($0.value.claims.userID)
            }
        }
    }

    /// Forgets everything: what was said about sessions may have been missed.
    func dropAll() {
        state.withLock {
            $0.entries = [:]
            $0.drops += 1
        }
    }

    var count: Int { state.withLock { $0.entries.count } }

    private func ask(_ secret: [UInt8], _ key: [UInt8], use: Bool, _ call: Call) async throws -> ActiveSession {
        let (now, drops) = (clocks.monotonic(), state.withLock { $0.drops })
        do {
            let view = try await identity.resumeSession(
                .with {
                    $0.sessionSecret = secret
                    $0.touch = use
                }, call)
            let entry = try entry(of: view, askedAt: now, use: use)
            if state.withLock({ $0.drops == drops }) { keep(entry, key) }
            return active(secret, entry, now)
        } catch let fault as Fault where fault.code == .unauthenticated || fault.code == .notFound {
            state.withLock { $0.entries[key] = nil }
            throw Fault(.unauthenticated, "The session has ended. Please sign in.")
        }
    }

    private func entry(of view: SessionView, askedAt: ContinuousClock.Instant, use: Bool) throws -> Entry {
        guard let claims = view.claims else { throw Fault(.internalError, "a session without claims") }
        let life = min(60_000_000, max(0, claims.expiresAtUs &- clocks.wallMicroseconds()))
        return Entry(
            view: view, claims: claims, askedAt: askedAt,
            usableUntil: askedAt + .microseconds(life) - Self.margin, toldAt: use ? askedAt : nil)
    }

    private func isTold(_ entry: Entry, _ now: ContinuousClock.Instant) -> Bool {
        guard let toldAt = entry.toldAt else { return false }
        return toldAt.duration(to: now) < Self.tellEvery
    }

    private func keep(_ entry: Entry, _ key: [UInt8]) {
        let now = clocks.monotonic()
        state.withLock { state in
            if state.entries.count >= Self.entryLimit {
                state.entries = state.entries.filter { $0.value.usableUntil > now }
                // Everybody is active: nobody loses more than a question to Identity.
                if state.entries.count >= Self.entryLimit { state.entries = [:] }
            }
            state.entries[key] = entry
        }
    }

    private func active(_ secret: [UInt8], _ entry: Entry, _ now: ContinuousClock.Instant) -> ActiveSession {
        let passed = max(0, entry.askedAt.duration(to: now).components.seconds)
        return ActiveSession(
            secret: secret, view: entry.view, claims: entry.claims,
            idleSecondsLeft: Int32(clamping: max(0, Int64(entry.view.idleSecondsLeft) - passed)))
    }
}
