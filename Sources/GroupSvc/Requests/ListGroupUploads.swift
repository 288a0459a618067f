import Access
import Contracts
import Ledger
import Postgres
import StateCopies

/// The caller's own uploads, and those of others whose schools the caller may manage all (access §4.9).
///
/// - Returns: the newest first: the ones that were named, or the newest 200, fewer when their messages are long. What may
///   not be seen is left out.
/// - Throws: `Fault` `.forbidden` without `GROUP_WRITE`; `.malformed` for more than 200 ids.
struct ListGroupUploads: Sendable {
    let database: Database
    static let limit = 200
    /// A page stays below 1 MiB, or holds one upload.
    private static let messageBytes = 900 << 10

    func callAsFunction(_ ask: ListGroupUploadsRequest, _ call: Call) async throws -> GroupUploadList {
        let caller = try call.person()
        let scope = try caller.requireScope(of: .groupWrite)
        guard ask.ids.count <= Self.limit else { throw Fault(.malformed, "more than \(Self.limit) uploads") }
        let rows = try await database.read(call) { session in
            let wanted: SQL = ask.ids.isEmpty ? "true" : "u.import_id = ANY(\(ask.ids))"
            return try session.rows(
                """
                SELECT u.import_id, u.file_name, i.status, coalesce(i.message, ''), i.created, u.login,
                       u.user_id = \(caller.userID)
                  FROM upload u JOIN import i ON i.id = u.import_id
                 WHERE \(wanted) AND (u.user_id = \(caller.userID)
                    OR (u.all_schools_known AND cardinality(u.school_ids) > 0 AND NOT EXISTS (
                        SELECT 1 FROM unnest(u.school_ids) AS f(id) LEFT JOIN school c ON c.id = f.id
                         WHERE coalesce(\(scope.contains(school: "c")), false) IS NOT TRUE)))
                 ORDER BY u.import_id DESC LIMIT \(Int64(Self.limit))
                """, as: (Int64, String, Int16, String, Timestamp, String, Bool).self)
        }
        var bytes = 0
        let page = rows.prefix { row in
            defer { bytes += row.3.utf8.count }
            return bytes + row.3.utf8.count <= Self.messageBytes || bytes == 0
        }
        return .with {
            $0.uploads = page.map { row in
                .with {
                    $0.id = row.0
                    $0.fileName = row.1
                    $0.status = ImportStatus(rawValue: row.2)?.name ?? String(row.2)
                    $0.message = row.3
                    $0.createdAtUs = row.4.microseconds
                    $0.uploader = row.6 ? "" : row.5
                }
            }
        }
    }
}
