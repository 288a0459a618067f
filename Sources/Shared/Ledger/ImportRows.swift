import Contracts
import Postgres

/// Ledger rows as the import resource (ingest §2.4).
public enum ImportRows {
    /// The rows that meet `condition` on table `i`, by id.
    public static func all(
        _ session: borrowing Session, where condition: SQL, limit: Int64, newestFirst: Bool = false
    ) throws -> [Import] {
        try session.rows(
            """
            SELECT i.id, i.content, i.content_type, i.digest, i.status, coalesce(i.batch, ''), i.creator,
                   i.created, i.updated, i.message
              FROM import i WHERE \(condition) ORDER BY i.id \(raw: newestFirst ? "DESC" : "ASC") LIMIT \(limit)
            """,
            as: (Int64, Int16, String, [UInt8], Int16, String, String, Timestamp, Timestamp, String?).self
        ).map { id, content, contentType, digest, status, batch, creator, created, updated, message in
            Import.with {
                $0.id = id
                $0.content = ImportContent(rawValue: content)?.name ?? String(content)
                $0.contentType = contentType
                $0.digest = hex(digest)
                $0.status = ImportStatus(rawValue: status)?.name ?? String(status)
                $0.batch = batch
                $0.creator = creator
                $0.createdAtUs = created.microseconds
                $0.updatedAtUs = updated.microseconds
                $0.message = message
            }
        }
    }

    /// Upper-case hex digits.
    public static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What `hex` was made of.
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
