import Contracts
import Logging
import Postgres
import ServiceLifecycle

/// Chains closed batches of records once a second, so that a record that is changed, removed or slipped in later shows.
///
/// Writers never wait: a batch is all records of transactions that are over for certain, known from their transaction
/// ids. Each seal is the SHA-256 of the seal before and of the records of its batch.
public struct AuditSealer: Service {
    private let database: Database
    private let schema: String
    private let log: Logger
    static let pause: Duration = .seconds(1)
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
                    try await seal(.starting(budget: .seconds(10)))
                    isFailing = false
                } catch {
                    if !isFailing, !Task.isCancelled { log.warning("records are not sealed", metadata: ["error": "\(error)"]) }
                    isFailing = true
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Seals what is closed. Of several sealers one works, the others find nothing to do.
    /// - Returns: the number of records sealed.
    @discardableResult
    public func seal(_ call: Call) async throws -> Int64 {
        let schema = schema
        return try await database.transaction(call) { session in
            let free = try session.row("SELECT pg_try_advisory_xact_lock(\(Self.lock), hashtext(\(schema)))", as: (Bool).self)
            guard free == true else { return 0 }
            let sealed = try session.row(
                """
                WITH last AS (
                    SELECT number, to_xid, hash FROM \(raw: schema).audit_seal ORDER BY number DESC LIMIT 1
                ), batch AS (
                    SELECT coalesce((SELECT to_xid FROM last), '0'::xid8) AS from_xid,
                           pg_snapshot_xmin(pg_current_snapshot()) AS to_xid
                ), records AS (
                    SELECT count(*) AS count, \(raw: Self.digest(previous: "coalesce((SELECT hash FROM last), '')")) AS hash
                      FROM \(raw: schema).audit a, batch b WHERE a.xid >= b.from_xid AND a.xid < b.to_xid
                ), added AS (
                    INSERT INTO \(raw: schema).audit_seal (number, from_xid, to_xid, records, hash)
                    SELECT coalesce((SELECT number FROM last), 0) + 1, b.from_xid, b.to_xid, r.count, r.hash
                      FROM batch b, records r WHERE r.count > 0
                    RETURNING records
                )
                SELECT coalesce((SELECT records FROM added), 0)
                """, as: (Int64).self)
            return sealed ?? 0
        }
    }

    /// The numbers of the seals that do not fit the records or each other; empty when the trail is whole.
    public func broken(_ call: Call) async throws -> [Int64] {
        let schema = schema
        return try await database.read(call) { session in
            try session.rows(
                """
                SELECT s.number FROM \(raw: schema).audit_seal s
                  LEFT JOIN \(raw: schema).audit_seal p ON p.number = s.number - 1
                 CROSS JOIN LATERAL (
                    SELECT count(*) AS count, \(raw: Self.digest(previous: "coalesce(p.hash, '')")) AS hash
                      FROM \(raw: schema).audit a WHERE a.xid >= s.from_xid AND a.xid < s.to_xid
                 ) r
                 WHERE r.hash <> s.hash OR r.count <> s.records OR (s.number > 1 AND p.number IS NULL)
                    OR s.from_xid <> coalesce(p.to_xid, '0'::xid8)
                 ORDER BY s.number
                """, as: (Int64).self)
        }
    }

    /// Over records `a`: every column, in the order of their transactions. Time in whole microseconds, so that no setting
    /// changes the text.
    private static func digest(previous: String) -> String {
        """
        sha256(\(previous)::bytea || convert_to(coalesce(string_agg(concat_ws('|', a.id, a.xid,
            (extract(epoch FROM a.at) * 1000000)::bigint, a.event, a.user_id, a.login, a.role, encode(a.session_id, 'hex'),
            encode(a.request_id, 'hex'), a.student_ids::text, a.details::text), E'\\n' ORDER BY a.xid, a.id), ''), 'UTF8'))
        """
    }
}
