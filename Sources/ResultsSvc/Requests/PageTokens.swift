import Contracts
import Crypto
import Foundation

/// Page tokens: the id of the last row of a page, signed together with the question it belongs to, so that a token made
/// up or taken from elsewhere is refused. What a page holds is decided by the gate alone, again for each page.
struct PageTokens: Sendable {
    private let key: SymmetricKey

    init(secret: [UInt8]) { key = SymmetricKey(data: SHA256.hash(data: secret)) }

    func seal(_ last: Int64, scope: String) -> String {
        let position = withUnsafeBytes(of: last.bigEndian) { Array($0) }
        return Data(position + signature(position, scope)).base64EncodedString()
    }

    /// The row after which to go on; nil for an empty token, the first page.
    /// - Throws: `Fault` `.malformed`.
    func open(_ token: String, scope: String) throws -> Int64? {
        if token.isEmpty { return nil }
        guard token.utf8.count <= 64, let bytes = Data(base64Encoded: token), bytes.count == 24 else {
            throw Self.foreign
        }
        let position = Array(bytes.prefix(8))
        guard
            HMAC<SHA256>.isValidAuthenticationCode(
                bytes.dropFirst(8) + fullSuffix(position, scope), authenticating: message(position, scope), using: key)
        else { throw Self.foreign }
        return position.reduce(0) { $0 << 8 | Int64($1) }
    }

    private static let foreign = Fault(
        .malformed, "the page token does not belong to this question",
        violations: [.init(field: "pageToken", problem: "foreign")])

    private func message(_ position: [UInt8], _ scope: String) -> [UInt8] { position + Array(scope.utf8) }

    private func signature(_ position: [UInt8], _ scope: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message(position, scope), using: key).prefix(16))
    }

    /// The half of the code that a token leaves out.
    private func fullSuffix(_ position: [UInt8], _ scope: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message(position, scope), using: key).dropFirst(16))
    }
}
