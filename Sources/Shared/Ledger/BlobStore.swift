import Contracts
import Crypto
import Postgres

/// Bytes that come in parts, until they are sealed and become a payload. They lie compressed in the owner's schema, so
/// that no service keeps files and no process holds a large body in memory.
public struct BlobStore: BlobsService {
    let database: Database

    public init(database: Database) { self.database = database }

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
                "INSERT INTO blob (id, login) VALUES (\(ask.blobID), \(login)) ON CONFLICT (id) DO NOTHING")
            // Locked, so that a part cannot slip in while the blob is being sealed.
            let open = try session.row(
                "SELECT sealed FROM blob WHERE id = \(ask.blobID) AND login = \(login) FOR UPDATE", as: (Bool).self)
            guard let open else { throw Fault(.notFound, "no such blob") }
            guard !open else { throw Fault(.preconditionFailed, "the blob is sealed") }
            _ = try session.run(
                """
                INSERT INTO blob_part (blob_id, part, encoding, length, body)
                VALUES (\(ask.blobID), \(Int32(ask.part)), \(archived.encoding), \(archived.length), \(archived.body))
                ON CONFLICT (blob_id, part) DO UPDATE SET encoding = excluded.encoding, length = excluded.length, body = excluded.body
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
                "SELECT sealed FROM blob WHERE id = \(ask.blobID) AND login = \(login) FOR UPDATE", as: (Bool).self)
            guard found != nil else { throw Fault(.notFound, "no such blob") }
            let stored = try session.row(
                """
                SELECT count(*), coalesce(sum(length), 0)::bigint, coalesce(max(part), -1)::bigint
                  FROM blob_part WHERE blob_id = \(ask.blobID)
                """, as: (Int64, Int64, Int64).self)
            guard let stored, stored.0 == ask.parts, stored.1 == ask.total, stored.2 == ask.parts - 1 else {
                throw Fault(.preconditionFailed, "parts of the blob are missing")
            }
            _ = try session.run("UPDATE blob SET sealed = true, total = \(ask.total) WHERE id = \(ask.blobID)")
        }
        return Empty()
    }

    /// Blobs that nobody sealed or used within an hour.
    public func dropAbandoned(_ call: Call) async throws {
        _ = try await database.transaction(call) { session in
            try session.run("DELETE FROM blob WHERE created < now() - interval '1 hour'")
        }
    }

    /// The MD5 digest of a sealed blob and its first bytes, read part by part: its memory does not grow with the blob.
    func digest(of blobID: [UInt8], _ call: Call) async throws -> (digest: [UInt8], length: Int, first: [UInt8]) {
        let login = try uploader(call)
        let parts = try await database.read(call) { session in
            try session.row(
                """
                SELECT (SELECT count(*) FROM blob_part WHERE blob_id = b.id) FROM blob b
                 WHERE b.id = \(blobID) AND b.login = \(login) AND b.sealed
                """, as: (Int64).self)
        }
        guard let parts else { throw Fault(.notFound, "no such sealed blob") }
        var hash = Insecure.MD5()
        var total = 0
        var first: [UInt8] = []
        for part in 0..<parts {
            let row = try await database.read(call) { session in
                try session.row(
                    "SELECT encoding, length, body FROM blob_part WHERE blob_id = \(blobID) AND part = \(Int32(part))",
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
