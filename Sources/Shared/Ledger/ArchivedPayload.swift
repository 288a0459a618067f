import Contracts
import Crypto
import Postgres

/// A payload as it lies in the archive, compressed and in parts: a hundred megabytes of text take a few in memory.
public struct ArchivedPayload: Sendable {
    private let parts: [ArchivedBytes]
    /// The number of the import that a blob is kept for.
    private let importOfBlob: Int64?

    /// Bytes that came with a request, at most 1 MiB.
    public init(_ bytes: [UInt8]) throws {
        guard bytes.count <= ArchivedBytes.partLimit else { throw Fault(.malformed, "larger payloads come as a blob") }
        parts = bytes.isEmpty ? [] : [ArchivedBytes(compressing: bytes)]
        importOfBlob = nil
    }

    private init(parts: [(Int16, Int32, [UInt8])], importOfBlob: Int64? = nil) {
        self.importOfBlob = importOfBlob
        self.parts = parts.map { ArchivedBytes(encoding: $0.0, length: $0.1, body: $0.2) }
    }

    /// A sealed blob of this uploader.
    ///
    /// - Throws: `Fault` `.notFound`; `PayloadOverLimit`, and nothing is read.
    public init(blob id: [UInt8], login: String, limit: Int64, _ session: borrowing Session) throws {
        let sealed = try session.row(
            "SELECT import_id, total FROM blob WHERE id = \(id) AND login = \(login) AND sealed",
            as: (Int64, Int64?).self)
        guard let (importID, total) = sealed, let total else { throw Fault(.notFound, "no such sealed blob") }
        guard total <= limit else { throw PayloadOverLimit() }
        self.init(parts: try Self.parts(of: importID, session), importOfBlob: importID)
    }

    /// What an import came with.
    public init(import id: Int64, _ session: borrowing Session) throws {
        self.init(parts: try Self.parts(of: id, session))
    }

    private static func parts(of id: Int64, _ session: borrowing Session) throws -> [(Int16, Int32, [UInt8])] {
        try session.rows(
            "SELECT encoding, length, body FROM payload WHERE import_id = \(id) ORDER BY part",
            as: (Int16, Int32, [UInt8]).self)
    }

    /// In bytes as received.
    public var length: Int { parts.reduce(0) { $0 + Int($1.length) } }

    /// MD5 of the whole, never of the part that somebody has read so far (access §4.10).
    public func digest() throws -> [UInt8] {
        var hash = Insecure.MD5()
        for part in parts { hash.update(data: try part.restored()) }
        return Array(hash.finalize())
    }

    /// Piece after piece as received; nil at the end.
    public func pieces() -> () throws -> [UInt8]? {
        var rest = parts[...]
        return { try rest.popFirst()?.restored() }
    }

    /// The number of the import that this payload makes. That of a blob was drawn with its first part; the blob ends here.
    ///
    /// - Throws: `Fault` `.notFound` when the blob was used or dropped meanwhile.
    public func number(_ owner: ImportOwner, _ session: borrowing Session) throws -> Int64 {
        if let importOfBlob {
            guard try session.run("DELETE FROM blob WHERE import_id = \(importOfBlob)") == 1 else {
                throw Fault(.notFound, "no such sealed blob")
            }
            return importOfBlob
        }
        let drawn = try session.row("SELECT nextval('import_number') * 8 + \(owner.rawValue)", as: Int64.self)
        guard let drawn else { throw LedgerRowMissing() }
        return drawn
    }

    /// Keeps it as the payload of the import that has its number; a blob already lies there.
    public func store(as importID: Int64, _ session: borrowing Session) throws {
        if importOfBlob != nil { return }
        for (number, part) in parts.enumerated() {
            try session.run(
                """
                INSERT INTO payload (import_id, part, encoding, length, body)
                VALUES (\(importID), \(Int32(number)), \(part.encoding), \(part.length), \(part.body))
                """)
        }
    }

    /// The bytes have made an import before: what lies there under a number of its own goes.
    public func discard(_ session: borrowing Session) throws {
        if let importOfBlob { try session.run("DELETE FROM payload WHERE import_id = \(importOfBlob)") }
    }
}

/// A payload is larger than its kind may be.
public struct PayloadOverLimit: Error {}
