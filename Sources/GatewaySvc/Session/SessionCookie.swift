import Crypto
import HTTPTypes

/// The cookie that holds the session secret, and the token against forged requests that is derived from it.
struct SessionCookie: Sendable {
    /// False only where no TLS proxy stands in front (demo, tests): browsers then refuse `__Host-` and `Secure`.
    let secure: Bool

    var name: String { secure ? "__Host-ers" : "ers" }

    /// The secret in the request's cookies; nil when there is none, more than one, or no sensible one.
    ///
    /// A browser cannot mend a cookie that it is not allowed to read: whatever makes no sense counts as signed out.
    func secret(in headers: HTTPFields) -> [UInt8]? {
        var found: [UInt8]?
        var seen = 0
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let sides = pair.split(separator: "=", maxSplits: 1)
                guard sides.count == 2, trimmed(sides[0]) == name else { continue }
                seen += 1
                found = Base64URL.decode(trimmed(sides[1]), limit: 128)
            }
        }
        guard seen == 1, let found, (16...64).contains(found.count) else { return nil }
        return found
    }

    func setting(_ secret: [UInt8]) -> String {
        "\(name)=\(Base64URL.encode(secret)); Path=/; HttpOnly; SameSite=Lax\(secure ? "; Secure" : "")"
    }

    func clearing() -> String {
        "\(name)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax\(secure ? "; Secure" : "")"
    }

    /// Known only to whoever may read the answer of `GET /api/v1/session`; the same in every replica.
    static func csrfToken(of secret: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("ers csrf 1".utf8), using: SymmetricKey(data: secret))
        return Base64URL.encode(code)
    }

    /// Whether a request that changes something may be believed to come from our own page.
    ///
    /// The token is required; what the browser says about the origin must agree where it says anything.
    static func isOwnPage(_ headers: HTTPFields, secret: [UInt8]) -> Bool {
        guard isOwnSite(headers), let given = headers[.csrf] else { return false }
        return constantTimeEqual(Array(given.utf8), Array(csrfToken(of: secret).utf8))
    }

    static func isOwnSite(_ headers: HTTPFields) -> Bool {
        guard let site = headers[.secFetchSite] else { return true }
        return site == "same-origin" || site == "none"
    }
}

/// Equal, in a time that depends on the lengths alone.
func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
