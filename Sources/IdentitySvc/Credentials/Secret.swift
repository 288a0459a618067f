import Crypto

/// A random secret that is handed out once; only its hash is ever stored. Rule: Identity R4.
struct Secret: Sendable {
    let bytes: [UInt8]

    /// - Parameter bits: 128 for a session, 256 for an access token.
    init(bits: Int) {
        var random = SystemRandomNumberGenerator()
        bytes = (0..<bits / 8).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    var hash: [UInt8] { Self.hash(of: bytes) }

    /// Random bytes cannot be guessed, so a fast hash is enough.
    static func hash(of bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    /// The text form of an access token: base64url without padding.
    var text: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let group = bytes[index..<min(index + 3, bytes.count)]
            let number = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for position in 0...group.count { result.append(alphabet[number >> (18 - 6 * position) & 63]) }
            index += 3
        }
        return String(decoding: result, as: UTF8.self)
    }
}
