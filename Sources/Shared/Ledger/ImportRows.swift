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
                $0.digest = Hex.upper(digest)
                $0.status = ImportStatus(rawValue: status)?.name ?? String(status)
                $0.batch = batch
                $0.creator = creator
                $0.createdAtUs = created.microseconds
                $0.updatedAtUs = updated.microseconds
                $0.message = message
            }
        }
    }
}
