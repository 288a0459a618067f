import Contracts
import Crypto
import Postgres

/// Bytes that come in parts, until they are sealed and become a payload. They lie compressed in the owner's schema, so
/// that no service keeps files and no process holds a large body in memory. Each part is written once: as the payload of
/// an import whose number is drawn with the first part, and which is made when somebody sends the sealed blob.
public struct BlobStore: BlobsService {
    let database: Database
    let owner: ImportOwner

    public init(database: Database, owner: ImportOwner) {
        self.database = database
        self.owner = owner
    }

    /// 500 MB and the rest of the form (ingest §2.3).
    static let totalLimit: Int64 = 512 << 20

    public func appendBlob(_ ask: AppendBlobRequest, _ call: Call) async throws -> Empty {
        let login = try uploader(call)
        guard ask.blobID.count == 16 else { throw Fault(.malformed, "blob id of \(ask.blobID.count) bytes") }
        guard (0..<(Self.totalLimit >> 10)).contains(ask.part) else { throw Fault(.malformed, "blob part \(ask.part)") }
        guard (1...ArchivedBytes.partLimit).contains(ask.bytes.count) else {
            throw Fault(.malformed, "a blob part has 1 to \(ArchivedBytes.partLimit) bytes")
        }
        let archived = ArchivedBytes(compressing: ask.bytes)
        try await database.transaction(call) { session in
            _ = try session.run(
                """
                INSERT INTO blob (id, login, import_id)
                SELECT \(ask.blobID), \(login), nextval('import_number') * 8 + \(owner.rawValue)
                 WHERE NOT EXISTS (SELECT FROM blob WHERE id = \(ask.blobID))
                ON CONFLICT (id) DO NOTHING
                """)
            // Locked, so that a part cannot slip in while the blob is being sealed.
            let blob = try session.row(
                "SELECT sealed, import_id FROM blob WHERE id = \(ask.blobID) AND login = \(login) FOR UPDATE",
                as: (Bool, Int64).self)
            guard let (isSealed, importID) = blob else { throw Fault(.notFound, "no such blob") }
            guard !isSealed else { throw Fault(.preconditionFailed, "the blob is sealed") }
            // All parts of a blob lie in the month of its first.
            _ = try session.run(
                """
                INSERT INTO payload (import_id, part, month, encoding, length, body)
                SELECT \(importID), \(Int32(ask.part)), date_trunc('month', created AT TIME ZONE 'UTC')::date,
                       \(archived.encoding), \(archived.length), \(archived.body)
                  FROM blob WHERE id = \(ask.blobID)
                ON CONFLICT (import_id, part, month)
                    DO UPDATE SET encoding = excluded.encoding, length = excluded.length, body = excluded.body
                """)
        }
        return Empty()
    }

    public func sealBlob(_ ask: SealBlobRequest, _ call: Call) async throws -> Empty {
        let login = try uploader(call)
        guard (0...Self.totalLimit).contains(ask.total) else {
            throw Fault(.malformed, "a payload of \(ask.total) bytes is over the limit of \(Self.totalLimit)")
        }
        try await database.transaction(call) { session in
            let found = try session.row(
                "SELECT import_id FROM blob WHERE id = \(ask.blobID) AND login = \(login) FOR UPDATE", as: Int64.self)
            guard let importID = found else { throw Fault(.notFound, "no such blob") }
            let stored = try session.row(
                """
                SELECT count(*), coalesce(sum(length), 0)::bigint, coalesce(max(part), -1)::bigint
                  FROM payload WHERE import_id = \(importID)
                """, as: (Int64, Int64, Int64).self)
            guard let stored, stored.0 == ask.parts, stored.1 == ask.total, stored.2 == ask.parts - 1 else {
                throw Fault(.preconditionFailed, "parts of the blob are missing")
            }
            _ = try session.run("UPDATE blob SET sealed = true, total = \(ask.total) WHERE id = \(ask.blobID)")
        }
        return Empty()
    }

    /// Drops blobs that nobody sealed or used within an hour, and sees to it that the next months have a place for payloads.
    public func keepHouse(_ call: Call) async throws {
        _ = try await database.transaction(call) { session in
            let gone = try session.rows(
                "DELETE FROM blob WHERE created < now() - interval '1 hour' RETURNING import_id", as: Int64.self)
            // By number, so that no plan reads the archive from end to end.
            if !gone.isEmpty { try session.run("DELETE FROM payload WHERE import_id = ANY(\(gone))") }
        }
        _ = try await database.transaction(call) { session in try session.run("SELECT payload_months()") }
    }

    /// The MD5 digest of a sealed blob and its first bytes, read part by part: its memory does not grow with the blob.
    func digest(of blobID: [UInt8], _ call: Call) async throws -> (digest: [UInt8], length: Int, first: [UInt8]) {
        let login = try uploader(call)
        let sealed = try await database.read(call) { session in
            try session.row(
                """
                SELECT b.import_id, (SELECT count(*) FROM payload p WHERE p.import_id = b.import_id) FROM blob b
                 WHERE b.id = \(blobID) AND b.login = \(login) AND b.sealed
                """, as: (Int64, Int64).self)
        }
        guard let (importID, parts) = sealed else { throw Fault(.notFound, "no such sealed blob") }
        var hash = Insecure.MD5()
        var total = 0
        var first: [UInt8] = []
        for part in 0..<parts {
            let row = try await database.read(call) { session in
                try session.row(
                    "SELECT encoding, length, body FROM payload WHERE import_id = \(importID) AND part = \(Int32(part))",
                    as: (Int16, Int32, [UInt8]).self)
            }
            guard let (encoding, length, body) = row else {
                throw Fault(.preconditionFailed, "parts of the blob are missing")
            }
            let bytes = try ArchivedBytes(encoding: encoding, length: length, body: body).restored()
            if part == 0 { first = Array(bytes.prefix(8)) }
            hash.update(data: bytes)
            total += bytes.count
        }
        return (Array(hash.finalize()), total, first)
    }

    private func uploader(_ call: Call) throws -> String {
        guard let caller = call.caller else { throw Fault(.unauthenticated, "a token is needed") }
        return caller.login
    }
}
