import Crypto
import Foundation
import Glibc

/// An Ed25519 key that signs, under the id by which others know its public half.
public final class SigningKey: Sendable {
    public let id: String
    private let key: Curve25519.Signing.PrivateKey

    /// Reads a private key: base64 of 32 bytes.
    ///
    /// - Throws: `CredentialsError` when the file cannot be read, holds something else, or anybody may read it.
    public init(id: String, file: String) throws {
        guard isKeyID(id) else { throw CredentialsError("\(id) is no name of a key") }
        var status = stat()
        guard stat(file, &status) == 0 else { throw CredentialsError("the key \(id) cannot be read: \(file)") }
        guard status.st_mode & 0o007 == 0 else {
            throw CredentialsError("everybody may read the key \(id): chmod o-rwx \(file)")
        }
        guard let text = FileManager.default.contents(atPath: file) else {
            throw CredentialsError("the key \(id) cannot be read: \(file)")
        }
        guard text.count < 1000, let bytes = decodedKey(text),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
        else { throw CredentialsError("the key \(id) is not base64 of 32 bytes: \(file)") }
        self.id = id
        self.key = key
    }

    private init(id: String, key: Curve25519.Signing.PrivateKey) {
        self.id = id
        self.key = key
    }

    /// A new key; `id` is one of our own names.
    public static func generate(id: String) -> SigningKey {
        precondition(isKeyID(id), "\(id) is no name of a key")
        return SigningKey(id: id, key: Curve25519.Signing.PrivateKey())
    }

    /// 32 bytes.
    public var publicKey: [UInt8] { [UInt8](key.publicKey.rawRepresentation) }

    /// 64 bytes.
    public func sign(_ message: [UInt8]) throws -> [UInt8] {
        [UInt8](try key.signature(for: message))
    }

    /// Writes the private key to a new file that only its owner may read.
    ///
    /// - Throws: `CredentialsError` when the file exists or cannot be written.
    public func savePrivateKey(to file: String) throws {
        try write(Data(key.rawRepresentation).base64EncodedString() + "\n", to: file, mode: 0o600)
    }

    public func savePublicKey(to file: String) throws {
        try write(Data(publicKey).base64EncodedString() + "\n", to: file, mode: 0o644)
    }

    private func write(_ text: String, to file: String, mode: mode_t) throws {
        // O_EXCL: an old key is never overwritten, and no file with laxer rights is written into.
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw CredentialsError("cannot make \(file): \(String(cString: strerror(errno)))")
        }
        let bytes = Array(text.utf8)
        let written = Glibc.write(descriptor, bytes, bytes.count)
        guard fchmod(descriptor, mode) == 0, written == bytes.count, fsync(descriptor) == 0, close(descriptor) == 0
        else {
            unlink(file)
            throw CredentialsError("cannot write \(file)")
        }
    }
}
