import CArgon2
import Contracts
import Dispatch
import Synchronization

/// Argon2id of passwords and client secrets, in PHC form with the parameters inside, so that they can be raised later.
///
/// One is computed at a time, on a thread of its own: each takes 19 MiB and 50 ms of a core, and whoever guesses must not
/// take the memory and the cores of those who work. Rule: Identity R5.
final class PasswordVerifier: Sendable {
    /// OWASP's smallest set, measured at 54 ms here: 19 MiB, two passes, one lane.
    private static let memoryKiB: UInt32 = 19 * 1024
    private static let passes: UInt32 = 2
    private static let lanes: UInt32 = 1
    private static let saltSize = 16
    private static let hashSize = 32
    /// Who would wait longer than two seconds is told to come again.
    private static let queueLimit = 32
    /// Longer texts are refused before they cost anything.
    static let longestPassword = 1_000

    private let queue = DispatchQueue(label: "argon2")
    private let waiting = Mutex(0)

    /// The verifier to be stored for a new password.
    func verifier(for password: String) async throws -> String {
        try await onQueue { try Self.hash(Array(password.utf8)) }
    }

    /// - Parameter verifier: nil when there is no such account; costs as much as a wrong password, and is one.
    func matches(_ password: String, _ verifier: String?) async throws -> Bool {
        guard password.utf8.count <= Self.longestPassword else { return false }
        return try await onQueue {
            let candidate = Array(password.utf8)
            let known = verifier ?? Self.nobody
            let status = candidate.withUnsafeBytes { argon2id_verify(known, $0.baseAddress, $0.count) }
            switch status {
            case ARGON2_OK.rawValue: return verifier != nil
            case ARGON2_VERIFY_MISMATCH.rawValue: return false
            default: throw PasswordVerifierError(status: status)
            }
        }
    }

    /// The verifier of a password that nobody knows.
    private static let nobody: String = {
        let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        do { return try hash(secret) } catch { preconditionFailure("Argon2 does not work here: \(error)") }
    }()

    private static func hash(_ password: [UInt8]) throws -> String {
        guard password.count <= longestPassword else { throw Fault(.malformed, "the password is too long") }
        let salt = (0..<saltSize).map { _ in UInt8.random(in: .min ... .max) }
        let length = argon2_encodedlen(
            passes, memoryKiB, lanes, UInt32(saltSize), UInt32(hashSize), Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        let status = argon2id_hash_encoded(
            passes, memoryKiB, lanes, password, password.count, salt, saltSize, hashSize, &encoded, length)
        guard status == ARGON2_OK.rawValue else { throw PasswordVerifierError(status: status) }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func onQueue<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        let isFull = waiting.withLock { count in
            if count >= Self.queueLimit { return true }
            count += 1
            return false
        }
        if isFull { throw Fault(.tooMany, "too many logons at once", retryAfterMilliseconds: 1_000) }
        defer { waiting.withLock { $0 -= 1 } }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}

/// libargon2 refused: a stored verifier is damaged, or there is no memory. Holds its error number only.
struct PasswordVerifierError: Error {
    var status: Int32
}
