import Clocks
import Contracts
import Crypto
import Postgres

/// Counts failed attempts by client, account and address together (DESIGN §5): a guesser is slowed down, and nobody can
/// lock out somebody who comes from elsewhere. Unknown names are counted like known ones. Rule: Identity R6.
struct AttemptThrottle: Sendable {
    let database: Database
    let clocks: Clocks

    /// So many failures within `window` …
    static let limit: Int32 = 5
    /// … close the door until the window, counted from the last failure, is over.
    static let window: Duration = .seconds(15 * 60)

    /// - Throws: `Fault` `.tooMany` with the time to wait while the door is closed.
    func check(_ key: [UInt8], _ call: Call) async throws {
        let now = clocks.wallMicroseconds()
        let failed = try await database.read(call) { session in
            try session.row(
                "SELECT failures, since FROM identity.failed_attempt WHERE key = \(key)", as: (Int32, Timestamp).self)
        }
        guard let (failures, since) = failed, failures >= Self.limit else { return }
        let left = since.microseconds + Self.window.wholeMicroseconds - now
        guard left > 0 else { return }
        throw Fault(
            .tooMany, "too many failed attempts", retryAfterMilliseconds: UInt32(clamping: left / 1_000 + 1))
    }

    func failed(_ key: [UInt8], _ call: Call) async throws {
        let now = Timestamp(microseconds: clocks.wallMicroseconds())
        let stale = Timestamp(microseconds: now.microseconds - Self.window.wholeMicroseconds)
        _ = try await database.transaction(call) { session in
            try session.run(
                """
                INSERT INTO identity.failed_attempt AS f (key, failures, since) VALUES (\(key), 1, \(now))
                ON CONFLICT (key) DO UPDATE
                   SET failures = CASE WHEN f.since <= \(stale) THEN 1 ELSE f.failures + 1 END, since = \(now)
                """)
        }
    }

    func succeeded(_ key: [UInt8], _ call: Call) async throws {
        _ = try await database.transaction(call) { session in
            try session.run("DELETE FROM identity.failed_attempt WHERE key = \(key)")
        }
    }

    /// What stands for the three together; holds none of them.
    static func key(client: String, account: String, address: String) -> [UInt8] {
        var hash = SHA256()
        for part in [client, account, address] {
            hash.update(data: SHA256.hash(data: Array(part.lowercased().utf8)).map { $0 })
        }
        return Array(hash.finalize())
    }
}
