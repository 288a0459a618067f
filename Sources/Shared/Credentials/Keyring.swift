import Crypto
import Foundation

/// The public keys that this process believes, by id: `service-gateway` signs for a process, `caller-1` for persons.
public struct Keyring: Sendable {
    let keys: [String: Curve25519.Signing.PublicKey]

    /// Reads every `<id>.pub` of a folder: base64 of 32 bytes.
    ///
    /// - Throws: `CredentialsError` that names the file; also when there is none.
    public init(directory: String) throws {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".pub") }
        } catch {
            throw CredentialsError("the folder of keys cannot be read: \(directory)")
        }
        guard !names.isEmpty else { throw CredentialsError("no public key (*.pub) in \(directory)") }
        var raw: [String: [UInt8]] = [:]
        for name in names {
            guard let text = FileManager.default.contents(atPath: "\(directory)/\(name)"), text.count < 1000,
                let bytes = decodedKey(text)
            else { throw CredentialsError("\(directory)/\(name) is not base64 of 32 bytes") }
            raw[String(name.dropLast(4))] = bytes
        }
        try self.init(publicKeys: raw)
    }

    public init(publicKeys: [String: [UInt8]]) throws {
        var keys: [String: Curve25519.Signing.PublicKey] = [:]
        for (id, bytes) in publicKeys {
            guard isKeyID(id) else { throw CredentialsError("\(id) is no name of a key") }
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
                throw CredentialsError("the public key \(id) is not 32 bytes of Ed25519")
            }
            keys[id] = key
        }
        self.keys = keys
    }

    /// The 32 bytes of a key; nil when there is none of this id.
    public func publicKey(_ id: String) -> [UInt8]? { keys[id].map { [UInt8]($0.rawRepresentation) } }

    /// The ids of the keys, in order.
    public var ids: [String] { keys.keys.sorted() }
}

/// The 32 bytes of a key file: base64, blanks and line ends around it allowed.
func decodedKey(_ text: Data) -> [UInt8]? {
    let trimmed = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let data = Data(base64Encoded: trimmed), data.count == 32 else { return nil }
    return [UInt8](data)
}
