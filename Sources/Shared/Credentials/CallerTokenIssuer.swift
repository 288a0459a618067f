import Clocks
import Contracts
import ProtoRuntime

/// Signs what a person may do. Only IdentitySvc holds such a key.
public struct CallerTokenIssuer: Sendable {
    private let key: SigningKey
    private let clocks: Clocks

    /// - Parameter key: its id begins with `caller-`.
    public init(key: SigningKey, clocks: Clocks) {
        precondition(key.id.hasPrefix(TokenKind.caller.keyPrefix), "the key \(key.id) does not speak for persons")
        self.key = key
        self.clocks = clocks
    }

    /// A token of these claims from now on. It lives 60 seconds, or until `expiresAtUs` where that is set and earlier.
    public func issue(_ claims: CallerClaims) throws -> [UInt8] {
        let now = clocks.wallMicroseconds()
        var claims = claims
        claims.issuedAtUs = now
        let latest = now + tokenLifetimeMicroseconds
        claims.expiresAtUs = claims.expiresAtUs > 0 ? min(claims.expiresAtUs, latest) : latest
        return try signedToken(.caller, claims.serialized(limit: TokenVerifier.sizeLimit / 2), key)
    }
}
