import Contracts
import Foundation
import Postgres

/// What one owner has received, read back: imports, their bytes and what came beside them (ingest §2.4, §2.8).
///
/// Who may read is for the owner's server to say, before it asks here.
public struct ImportArchive: Sendable {
    private let database: Database
    private let looked: PayloadLook?

    /// Records that somebody takes a payload away, in the transaction that reads it; what it throws keeps it from leaving.
    public typealias PayloadLook = @Sendable (borrowing Session, Call, _ importID: Int64) throws -> Void

    public static let listPage: Int64 = 1_000
    static let propertyLimit = 64

    public init(database: Database, looked: PayloadLook? = nil) {
        self.database = database
        self.looked = looked
    }

    /// - Throws: `Fault` `.notFound`.
    public func get(_ id: Int64, _ call: Call) async throws -> Import {
        let rows = try await database.read(call) { try ImportRows.all($0, where: "i.id = \(id)", limit: 1) }
        guard let row = rows.first else { throw Fault(.notFound, "no such element") }
        return row
    }

    /// One page of the imports that meet a filter, by id. A filter's limit ends the list: nothing follows it.
    ///
    /// - Parameter only: a further condition on table `i`.
    public func list(_ ask: ImportFilter, now: Int64, only: SQL = "true", _ call: Call) async throws -> ImportList {
        let rule = try ImportFilterRule(ask, now: now)
        guard (0...Int32(Self.listPage)).contains(ask.pageSize) else {
            throw Fault(.malformed, "a page of \(ask.pageSize) imports")
        }
        let limit = rule.limit ?? .max
        let page = min(limit, ask.pageSize == 0 ? Self.listPage : Int64(ask.pageSize))
        let last = ask.pageBeforeID > 0 ? ask.pageBeforeID : Int64.max
        let chosen: SQL = "\(rule.condition(afterID: max(0, ask.pageAfterID))) AND i.id < \(last)"
        let rows = try await database.read(call) {
            try ImportRows.all(
                $0, where: "\(chosen) AND \(only)", limit: page + 1, newestFirst: ask.newestFirst)
        }
        return .with {
            $0.imports = Array(rows.prefix(Int(page)))
            $0.more = rows.count > Int(page) && page < limit
        }
    }

    /// How many imports stand where: all that wait or were refused, and of those that are done the ones made since a time.
    public func counts(_ ask: CountImportsRequest, _ call: Call) async throws -> ImportCounts {
        let since = Timestamp(microseconds: ask.sinceUs)
        let rows = try await database.read(call) { session in
            try session.rows(
                """
                SELECT i.content, i.status, count(*) FROM import i WHERE i.status <= 0 GROUP BY 1, 2
                UNION ALL
                SELECT i.content, i.status, count(*) FROM import i WHERE i.status > 0 AND i.created >= \(since) GROUP BY 1, 2
                ORDER BY 1, 2
                """, as: (Int16, Int16, Int64).self)
        }
        return .with {
            $0.counts = rows.map { content, status, imports in
                .with {
                    $0.content = ImportContent(rawValue: content)?.name ?? ""
                    $0.status = ImportStatus(rawValue: status)?.name ?? ""
                    $0.imports = imports
                }
            }
        }
    }

    /// At most 1 MiB of the stored bytes from an offset. Once for each download, with its first part, it is on record.
    ///
    /// - Throws: `Fault` `.notFound`, `.malformed` for a negative offset.
    public func payload(_ ask: ReadImportPayloadRequest, _ call: Call) async throws -> ImportPayloadPart {
        guard ask.offset >= 0 else { throw Fault(.malformed, "offset \(ask.offset)") }
        let found: ((String, String), (bytes: [UInt8], total: Int64))
        if let looked, ask.offset == 0 {
            found = try await database.transaction(call) { session in
                let found = try Self.part(ask, session)
                try looked(session, call, ask.id)
                return found
            }
        } else {
            found = try await database.read(call) { session in try Self.part(ask, session) }
        }
        let properties = try Self.properties(found.0.1)
        return .with {
            $0.bytes = found.1.bytes
            $0.total = found.1.total
            $0.contentType = found.0.0
            $0.filename = properties.first { $0.name == "filename" }?.value ?? ""
        }
    }

    private static func part(
        _ ask: ReadImportPayloadRequest, _ session: borrowing Session
    ) throws -> ((String, String), (bytes: [UInt8], total: Int64)) {
        let row = try session.row(
            "SELECT content_type, properties FROM import WHERE id = \(ask.id)", as: (String, String).self)
        guard let row, let part = try ImportPayload.part(of: ask.id, offset: ask.offset, session) else {
            throw Fault(.notFound, "no such element")
        }
        return (row, part)
    }

    /// - Throws: `Fault` `.notFound`.
    public func properties(of id: Int64, _ call: Call) async throws -> ImportProperties {
        let text = try await database.read(call) {
            try $0.row("SELECT properties FROM import WHERE id = \(id)", as: (String).self)
        }
        guard let text else { throw Fault(.notFound, "no such element") }
        let properties = try Self.properties(text)
        return .with { $0.properties = properties }
    }

    /// What is stored beside a payload, as JSON. What the service itself knows stands first, so that no parameter of the
    /// same name overrides it; of a repeated parameter the first value counts (ingest §2.3, §2.8).
    ///
    /// - Throws: `Fault` `.malformed` for too many.
    public static func json(
        _ parameters: [ImportProperty], contentType: String, length: Int, username: String
    ) throws -> String {
        let own = [("Content-Type", contentType), ("Content-Length", String(length)), ("username", username)]
        let all = own + parameters.map { ($0.name, $0.value) }
        guard all.count <= propertyLimit else { throw Fault(.malformed, "more than \(propertyLimit) parameters") }
        // By hand: an encoder over a dictionary took longer than storing the row (docs/ingest.md).
        // They are few: to look through them takes less than a set of them.
        var text = "{"
        for (index, (name, value)) in all.enumerated() where !all[..<index].contains(where: { $0.0 == name }) {
            if index > 0 { text += "," }
            ImportMessage.quote(name, to: &text)
            text += ":"
            ImportMessage.quote(value, to: &text)
        }
        return text + "}"
    }

    /// What the sender said beside the bytes, without what the service itself knew of them.
    static func parameters(of json: String) throws -> [ImportProperty] {
        let own: Set<String> = ["Content-Type", "Content-Length", "username", "filename"]
        return try properties(json).filter { !own.contains($0.name) }
    }

    private static func properties(_ json: String) throws -> [ImportProperty] {
        try JSONDecoder().decode([String: String].self, from: Data(json.utf8)).sorted { $0.key < $1.key }.map { entry in
            .with {
                $0.name = entry.key
                $0.value = entry.value
            }
        }
    }
}
