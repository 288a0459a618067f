import Contracts
import ProtoRuntime

/// The two kinds of token. Each signs its own words in front of the claims, so that one is never taken for the other.
enum TokenKind: String {
    case service = "ers service token 1\n"
    case caller = "ers caller token 1\n"

    /// What the id of a key of this kind begins with.
    var keyPrefix: String {
        switch self {
        case .service: "service-"
        case .caller: "caller-"
        }
    }

    func signed(_ claims: [UInt8]) -> [UInt8] { Array(rawValue.utf8) + claims }
}

/// No token lives longer than this.
let tokenLifetimeMicroseconds: Int64 = 60_000_000

func signedToken(_ kind: TokenKind, _ claims: [UInt8], _ key: SigningKey) throws -> [UInt8] {
    try SignedToken.with {
        $0.keyID = key.id
        $0.claims = claims
        $0.signature = try key.sign(kind.signed(claims))
    }.serialized()
}
