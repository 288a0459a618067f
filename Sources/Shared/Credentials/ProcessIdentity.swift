import Clocks
import Contracts
import ProtoRuntime
import Synchronization

/// Who this process is, and how it proves it to the others: a token for each service it talks to.
public final class ProcessIdentity: Sendable {
    /// `gateway`
    public let service: String
    private let key: SigningKey
    private let clocks: Clocks
    private let tokens = Mutex<[String: (issued: Int64, token: [UInt8])]>([:])

    /// - Parameter key: its id is `service-` and the name of the service.
    public init(service: String, key: SigningKey, clocks: Clocks) {
        precondition(key.id == "service-\(service)", "the key \(key.id) does not speak for \(service)")
        self.service = service
        self.key = key
        self.clocks = clocks
    }

    /// A token that lives 60 seconds and is made anew after 30, so whoever gets one has 30 seconds to use it.
    public func token(for audience: String) -> [UInt8] {
        let now = clocks.wallMicroseconds()
        return tokens.withLock { tokens in
            // A clock that was set back makes the token one from the future; then it is made anew as well.
            if let known = tokens[audience], (known.issued..<known.issued + tokenLifetimeMicroseconds / 2).contains(now)
            {
                return known.token
            }
            let token = newToken(for: audience, at: now)
            tokens[audience] = (now, token)
            return token
        }
    }

    private func newToken(for audience: String, at now: Int64) -> [UInt8] {
        let claims = ServiceClaims.with {
            $0.service = service
            $0.audience = audience
            $0.issuedAtUs = now
            $0.expiresAtUs = now + tokenLifetimeMicroseconds
        }
        do {
            return try signedToken(.service, claims.serialized(), key)
        } catch {
            // Audiences are names from our own settings and the key was checked when it was read.
            preconditionFailure("\(service) cannot sign a token: \(error)")
        }
    }
}
