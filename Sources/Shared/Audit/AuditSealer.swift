import Contracts
import Logging
import Postgres
import ServiceLifecycle

/// Chains closed batches of records once a second, so that a record that is changed, removed or slipped in later shows.
///
/// Writers never wait: a batch is whatever records are committed and not sealed yet. Each seal is the SHA-256 of the seal
/// before and of the records of its batch. Its number and hash also go to the log: whoever can rewrite the whole database
/// cannot rewrite what has left it.
public struct AuditSealer: Service {
    /// A seal as it stands in the log.
    public struct Seal: Sendable, Equatable {
        public let number: Int64
        public let records: Int64
        public let hash: [UInt8]
    }

    private let database: Database
    private let schema: String
    private let log: Logger
    static let pause: Duration = .seconds(1)
    /// The most records of one seal; after a time without a sealer there are simply more seals.
    public static let batch: Int64 = 5_000
    /// Any number; the same for all sealers of a database.
    private static let lock: Int32 = 5_501

    public init(database: Database, schema: String, log: Logger) {
        self.database = database
        self.schema = schema
        self.log = log
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                do {
                    while try await seal(.starting(budget: .seconds(10))) == Self.batch {}
                    isFailing = false
                } catch {
                    if !isFailing, !Task.isCancelled {
                        log.warning("records are not sealed", metadata: ["error": "\(error)"])
                    }
                    isFailing = true
                }
                // Cancelled: the loop ends.
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Seals what is closed. Of several sealers one works, the others find nothing to do.
    ///
    /// - Returns: the number of records sealed, at most `batch`.
    @discardableResult
    public func seal(_ call: Call) async throws -> Int64 {
        let schema = schema
        let seal: Seal? = try await database.transaction(call) { session in
            let free = try session.row(
                "SELECT pg_try_advisory_xact_lock(\(Self.lock), hashtext(\(schema)))", as: Bool.self)
            guard free == true else { return nil }
            // A statement of its own: it sees what the sealer before has committed.
            return try session.row(
                """
                WITH last AS (
                    SELECT number, hash FROM \(raw: schema).audit_seal ORDER BY number DESC LIMIT 1
                ), taken AS (
                    DELETE FROM \(raw: schema).audit_unsealed
                     WHERE id = ANY (ARRAY(SELECT id FROM \(raw: schema).audit_unsealed ORDER BY id LIMIT \(Self.batch)))
                    RETURNING id
                ), records AS (
                    SELECT count(*) AS count, range_agg(int8range(a.id, a.id + 1)) AS ids,
                           \(raw: Self.digest(previous: "(SELECT hash FROM last)")) AS hash
                      FROM \(raw: schema).audit a JOIN taken t ON t.id = a.id
                )
                INSERT INTO \(raw: schema).audit_seal (number, ids, records, hash)
                SELECT coalesce((SELECT number FROM last), 0) + 1, r.ids, r.count, r.hash FROM records r WHERE r.count > 0
                RETURNING number, records, hash
                """, as: (Int64, Int64, [UInt8]).self
            ).map { Seal(number: $0.0, records: $0.1, hash: $0.2) }
        }
        guard let seal else { return 0 }
        let hash = Hex.lower(seal.hash)
        log.info(
            "audit records sealed",
            metadata: [
                "schema": "\(schema)", "seal": "\(seal.number)", "records": "\(seal.records)", "hash": "\(hash)",
            ])
        return seal.records
    }

    /// The newest seal, to be compared with the log; nil when nothing is sealed yet.
    public func head(_ call: Call) async throws -> Seal? {
        let schema = schema
        return try await database.read(call) { session in
            try session.row(
                "SELECT number, records, hash FROM \(raw: schema).audit_seal ORDER BY number DESC LIMIT 1",
                as: (Int64, Int64, [UInt8]).self
            ).map { Seal(number: $0.0, records: $0.1, hash: $0.2) }
        }
    }

    /// The numbers of the seals that do not fit the records or the seal before; empty when the trail is whole.
    ///
    /// - Parameter numbers: which seals to look at; a long trail is checked piece by piece.
    public func broken(_ call: Call, numbers: ClosedRange<Int64> = 1 ... .max) async throws -> [Int64] {
        let schema = schema
        return try await database.read(call) { session in
            try session.rows(
                """
                SELECT s.number FROM \(raw: schema).audit_seal s
                  LEFT JOIN \(raw: schema).audit_seal p ON p.number = s.number - 1
                 CROSS JOIN LATERAL (
                    SELECT count(*) AS count, \(raw: Self.digest(previous: "p.hash")) AS hash
                      FROM unnest(s.ids) AS r (ids)
                      JOIN \(raw: schema).audit a ON a.id >= lower(r.ids) AND a.id < upper(r.ids)
                 ) r
                 WHERE s.number BETWEEN \(numbers.lowerBound) AND \(numbers.upperBound)
                   AND (r.hash <> s.hash OR r.count <> s.records OR (s.number > 1 AND p.number IS NULL))
                 ORDER BY s.number
                """, as: Int64.self)
        }
    }

    /// Records that no seal covers and that do not wait for one: slipped in past the trigger, or their seals were removed.
    public func strays(_ call: Call) async throws -> [Int64] {
        let schema = schema
        return try await database.read(call) { session in
            try session.rows(
                """
                SELECT a.id FROM \(raw: schema).audit a
                 WHERE NOT a.id <@ coalesce((SELECT range_agg(r.ids) FROM \(raw: schema).audit_seal s, unnest(s.ids) AS r (ids)),
                                            '{}'::int8multirange)
                   AND NOT EXISTS (SELECT FROM \(raw: schema).audit_unsealed u WHERE u.id = a.id)
                 ORDER BY a.id LIMIT 1000
                """, as: Int64.self)
        }
    }

    /// Over records `a`: every column, quoted, so that no two records look alike. Time in whole microseconds, so that no
    /// setting changes the text.
    private static func digest(previous: String) -> String {
        """
        sha256(coalesce(\(previous), ''::bytea) || convert_to(coalesce(string_agg(jsonb_build_array(a.id,
            (extract(epoch FROM a.at) * 1000000)::bigint, a.event, a.user_id, a.login, a.role, encode(a.session_id, 'hex'),
            encode(a.request_id, 'hex'), a.student_ids, a.details)::text, E'\\n' ORDER BY a.id), ''), 'UTF8'))
        """
    }
}
