import Access
import Clocks
import Contracts
import Credentials
import Feed
import Postgres

/// The stored sessions: begun, resumed, ended. Rule: Identity R4.
///
/// The rights of a session are those of its beginning: a change of roles counts from the next logon (access §3.1).
struct Sessions: Sendable {
    let database: Database
    let issuer: CallerTokenIssuer
    let clocks: Clocks
    let idleTime: Duration
    let sessionTime: Duration
    let announce: @Sendable () -> Void

    /// A caller token lives no longer; whoever holds one comes back for the next.
    static let callerTokenTime: Duration = .seconds(60)

    /// How long after a time-out a sandbox visitor may go on with what is theirs (access §3.3).
    static let visitorKept: Duration = .seconds(30 * 60)

    struct Beginning: Sendable {
        /// Without times and session id.
        var claims: CallerClaims
        var displayName: String
        var organizationName: String
    }

    func begin(_ beginning: Beginning, _ session: borrowing Session) throws -> (Secret, SessionView) {
        let secret = Secret(bits: 128)
        let now = clocks.wallMicroseconds()
        let ends = now + sessionTime.wholeMicroseconds
        let idleEnds = min(now + idleTime.wholeMicroseconds, ends)
        var claims = beginning.claims
        claims.sessionID = secret.hash
        try session.run(
            """
            INSERT INTO identity.session
                   (hash, user_id, login, sandbox, claims, display_name, organization_name, started, idle_ends, ends)
            VALUES (\(secret.hash), \(claims.userID), \(claims.login), \(claims.sandbox), \(try claims.serialized()),
                    \(beginning.displayName), \(beginning.organizationName), \(Timestamp(microseconds: now)),
                    \(Timestamp(microseconds: idleEnds)), \(Timestamp(microseconds: ends)))
            """)
        let view = try self.view(claims, beginning.displayName, beginning.organizationName, now, idleEnds, ends)
        return (secret, view)
    }

    /// - Parameter touch: the person did something, so the idle time begins anew.
    /// - Throws: `Fault` `.unauthenticated` for a secret that is unknown, ended or timed out: all look the same.
    func resume(_ secret: [UInt8], touch: Bool, _ call: Call) async throws -> SessionView {
        let hash = Secret.hash(of: secret)
        let now = clocks.wallMicroseconds()
        let at = Timestamp(microseconds: now)
        let idleEnds = Timestamp(microseconds: now + idleTime.wholeMicroseconds)
        typealias Stored = ([UInt8], String, String, Timestamp, Timestamp)
        let found: Stored?
        if touch {
            found = try await database.transaction(call) { session in
                try session.row(
                    """
                    UPDATE identity.session SET idle_ends = least(ends, \(idleEnds))
                     WHERE hash = \(hash) AND idle_ends > \(at) AND ends > \(at)
                    RETURNING claims, display_name, organization_name, idle_ends, ends
                    """, as: ([UInt8], String, String, Timestamp, Timestamp).self)
            }
        } else {
            found = try await database.read(call) { session in
                try session.row(
                    """
                    SELECT claims, display_name, organization_name, idle_ends, ends FROM identity.session
                     WHERE hash = \(hash) AND idle_ends > \(at) AND ends > \(at)
                    """, as: ([UInt8], String, String, Timestamp, Timestamp).self)
            }
        }
        guard let (claims, displayName, organizationName, idle, ends) = found else {
            throw Fault(.unauthenticated, "the session has ended")
        }
        return try view(
            CallerClaims(decoding: claims), displayName, organizationName, now, idle.microseconds, ends.microseconds)
    }

    /// The claims of a sandbox visitor whose session lives; nil when it has ended or was another's.
    func visitor(_ userID: Int64, _ sessionID: [UInt8], _ session: borrowing Session) throws -> CallerClaims? {
        let at = Timestamp(microseconds: clocks.wallMicroseconds())
        return try session.row(
            """
            SELECT claims FROM identity.session
             WHERE hash = \(sessionID) AND user_id = \(userID) AND sandbox AND idle_ends > \(at) AND ends > \(at)
            """, as: [UInt8].self
        ).map { try CallerClaims(decoding: $0) }
    }

    /// A signed token of these claims, for as long as any caller token.
    func acting(_ claims: CallerClaims) throws -> ActingToken {
        var claims = claims
        claims.issuedAtUs = clocks.wallMicroseconds()
        claims.expiresAtUs = claims.issuedAtUs + Self.callerTokenTime.wholeMicroseconds
        return try .with {
            $0.callerToken = try issuer.issue(claims)
            $0.claims = claims
        }
    }

    /// Ends a session and tells everybody who keeps something for it. Ending what is not there is nothing.
    ///
    /// - Returns: the claims of the session that was ended here.
    func end(_ secret: [UInt8], _ session: borrowing Session) throws -> CallerClaims? {
        try finish("hash = \(Secret.hash(of: secret))", session).first
    }

    /// Takes a sandbox session that timed out but has not been ended yet, so that a new one may go on with its visitor.
    ///
    /// No end is told to anybody: what the visitor left stays, and no token outlives the idle time.
    /// - Parameter isWanted: whether it is the session of the entry that is asked for; otherwise it is left alone.
    func takeTimedOut(
        _ secret: [UInt8], _ session: borrowing Session, isWanted: (CallerClaims) -> Bool
    ) throws -> CallerClaims? {
        guard !secret.isEmpty else { return nil }
        let hash = Secret.hash(of: secret)
        let stored = try session.row(
            """
            SELECT claims FROM identity.session
             WHERE hash = \(hash) AND sandbox AND idle_ends <= \(Timestamp(microseconds: clocks.wallMicroseconds()))
               FOR UPDATE
            """, as: [UInt8].self)
        guard let stored else { return nil }
        let claims = try CallerClaims(decoding: stored)
        guard isWanted(claims) else { return nil }
        try session.run("DELETE FROM identity.session WHERE hash = \(hash)")
        return claims
    }

    /// Ends what has timed out; at most `limit` at once. A sandbox visitor may come back for a while.
    func endExpired(limit: Int32 = 500, _ call: Call) async throws -> Int {
        let now = clocks.wallMicroseconds()
        let (at, before) = (
            Timestamp(microseconds: now), Timestamp(microseconds: now - Self.visitorKept.wholeMicroseconds)
        )
        let ended = try await database.transaction(call) { session in
            try finish(
                """
                hash IN (SELECT hash FROM identity.session
                          WHERE idle_ends <= \(at) AND (NOT sandbox OR idle_ends <= \(before))
                          ORDER BY idle_ends LIMIT \(limit) FOR UPDATE SKIP LOCKED)
                """, session)
        }
        if !ended.isEmpty { announce() }
        return ended.count
    }

    private func finish(_ condition: SQL, _ session: borrowing Session) throws -> [CallerClaims] {
        let ended = try session.rows(
            "DELETE FROM identity.session WHERE \(condition) RETURNING hash, user_id, login, sandbox, claims",
            as: ([UInt8], Int64, String, Bool, [UInt8]).self)
        guard !ended.isEmpty else { return [] }
        let now = Timestamp(microseconds: clocks.wallMicroseconds())
        let first = try FeedOwner.stamp(session, schema: "identity", count: ended.count)
        try session.run(
            """
            INSERT INTO identity.session_end (session_id, user_id, login, sandbox, ended, change)
            SELECT id, user_id, login, sandbox, \(now), \(first) - 1 + number
              FROM unnest(\(ended.map(\.0)), \(ended.map(\.1)), \(ended.map(\.2)), \(ended.map(\.3)))
                   WITH ORDINALITY AS new (id, user_id, login, sandbox, number)
            """)
        return try ended.map { try CallerClaims(decoding: $0.4) }
    }

    private func view(
        _ claims: CallerClaims, _ displayName: String, _ organizationName: String, _ now: Int64, _ idleEnds: Int64,
        _ ends: Int64
    ) throws -> SessionView {
        var claims = claims
        claims.issuedAtUs = now
        claims.expiresAtUs = min(now + Self.callerTokenTime.wholeMicroseconds, idleEnds, ends)
        return try .with {
            $0.callerToken = try issuer.issue(claims)
            $0.claims = claims
            $0.idleSecondsLeft = Int32(clamping: max(0, idleEnds - now) / 1_000_000)
            $0.idleSeconds = Int32(clamping: idleTime.components.seconds)
            $0.displayName = displayName
            $0.organizationName = organizationName
        }
    }
}
