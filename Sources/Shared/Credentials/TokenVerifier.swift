import Clocks
import Contracts
import Crypto
import ProtoRuntime
import Synchronization

/// Proves who asks: which process, and for which person.
public final class TokenVerifier: Sendable {
    /// Of a token. A caller with a thousand schools in each of 15 permissions stays below it.
    public static let sizeLimit = 256 << 10
    /// How far the clocks of two hosts may differ.
    static let skewMicroseconds: Int64 = 30_000_000

    private let keyring: Keyring
    private let service: String
    private let clocks: Clocks
    private let services = TokenCache<ServiceClaims>()
    private let callers = TokenCache<CallerClaims>()

    /// - Parameter service: whom tokens of processes must be meant for, such as `results`.
    public init(_ keyring: Keyring, service: String, clocks: Clocks) {
        self.keyring = keyring
        self.service = service
        self.clocks = clocks
    }

    /// - Returns: the name of the process, such as `gateway`.
    /// - Throws: `Fault` `.unauthenticated`.
    public func verifyService(_ token: [UInt8]) throws -> String {
        let claims = try verified(token, .service, services)
        try checkTimes(issued: claims.issuedAtUs, expires: claims.expiresAtUs)
        guard claims.audience == service else { throw refusal("meant for another service") }
        return claims.service
    }

    /// - Throws: `Fault` `.unauthenticated`.
    public func verifyCaller(_ token: [UInt8]) throws -> CallerClaims {
        let claims = try verified(token, .caller, callers)
        try checkTimes(issued: claims.issuedAtUs, expires: claims.expiresAtUs)
        return claims
    }

    /// The claims of a token whose signature is right; times are not judged yet. A signature is checked once per token.
    private func verified<Claims: ProtoMessage>(
        _ bytes: [UInt8], _ kind: TokenKind, _ cache: TokenCache<Claims>
    ) throws -> Claims {
        guard !bytes.isEmpty else { throw refusal("missing") }
        if let known = cache[bytes] { return known }
        guard let token = try? SignedToken(decoding: bytes, limit: Self.sizeLimit) else { throw refusal("garbled") }
        guard token.keyID.hasPrefix(kind.keyPrefix) else { throw refusal("signed with a key of another kind") }
        guard let key = keyring.keys[token.keyID] else { throw refusal("signed with an unknown key") }
        guard key.isValidSignature(token.signature, for: kind.signed(token.claims)) else {
            throw refusal("not signed by whom it names")
        }
        guard let claims = try? Claims(decoding: token.claims, limit: Self.sizeLimit) else { throw refusal("garbled") }
        // A process speaks for itself alone, whatever it signs.
        if let process = claims as? ServiceClaims, token.keyID != kind.keyPrefix + process.service {
            throw refusal("signed with the key of another process")
        }
        cache.keep(claims, for: bytes)
        return claims
    }

    private func checkTimes(issued: Int64, expires: Int64) throws {
        let now = clocks.wallMicroseconds()
        guard issued <= now + Self.skewMicroseconds else { throw refusal("issued in the future") }
        guard now < expires else { throw refusal("expired") }
        let (lifetime, overflow) = expires.subtractingReportingOverflow(issued)
        guard !overflow, lifetime <= tokenLifetimeMicroseconds else { throw refusal("valid for too long") }
    }

    private func refusal(_ why: String) -> Fault { Fault(.unauthenticated, "the token is \(why)") }
}

extension CallerClaims {
    /// Whether receivers whose wall clock shows `now` take it. Somebody who keeps claims asks before using them: a clock that is
    /// set ends them, or makes them claims from the future.
    public func isInForce(at now: Int64) -> Bool {
        issuedAtUs <= now + TokenVerifier.skewMicroseconds && now < expiresAtUs
    }
}
