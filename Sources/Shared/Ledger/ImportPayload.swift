import Contracts
import Postgres

/// Reading the archive.
enum ImportPayload {
    /// The whole bytes of each import, by id. For payloads whose size has been checked.
    static func whole(of ids: [Int64], _ session: borrowing Session) throws -> [Int64: [UInt8]] {
        if ids.isEmpty { return [:] }
        let parts = try session.rows(
            """
            SELECT import_id, encoding, length, body FROM payload WHERE import_id = ANY(\(ids)) ORDER BY import_id, part
            """, as: (Int64, Int16, Int32, [UInt8]).self)
        var bodies: [Int64: [UInt8]] = [:]
        for (id, encoding, length, body) in parts {
            let bytes = try ArchivedBytes(encoding: encoding, length: length, body: body).restored()
            if bodies[id]?.append(contentsOf: bytes) == nil { bodies[id] = bytes }
        }
        return bodies
    }

    /// The stored part that holds `offset`, from there on, and the total length; nil when there is no such import.
    static func part(of id: Int64, offset: Int64, _ session: borrowing Session) throws -> (
        bytes: [UInt8], total: Int64
    )? {
        let sizes = try session.rows(
            "SELECT part, length FROM payload WHERE import_id = \(id) ORDER BY part", as: (Int32, Int32).self)
        guard !sizes.isEmpty else { return nil }
        var start: Int64 = 0
        var found: (part: Int32, start: Int64)?
        for (part, length) in sizes {
            if found == nil, offset >= start, offset < start + Int64(length) { found = (part, start) }
            start += Int64(length)
        }
        guard let found else { return ([], start) }
        let row = try session.row(
            "SELECT encoding, length, body FROM payload WHERE import_id = \(id) AND part = \(found.part)",
            as: (Int16, Int32, [UInt8]).self)
        guard let (encoding, length, body) = row else { throw ArchiveDamaged() }
        let bytes = try ArchivedBytes(encoding: encoding, length: length, body: body).restored()
        let from = Int(offset - found.start)
        return (Array(bytes[from..<min(bytes.count, from + ArchivedBytes.partLimit)]), start)
    }
}
