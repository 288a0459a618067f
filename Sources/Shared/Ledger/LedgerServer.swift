import Access
import Contracts
import Crypto
import Foundation
import Postgres

/// The import resource of one owner: receiving, listing, reading back and queuing again (ingest §2).
struct LedgerServer: ImportsService {
    let database: Database
    let acceptor: Acceptor
    let blobs: BlobStore
    let contents: Set<ImportContent>
    let nowMicroseconds: @Sendable () -> Int64
    let queued: @Sendable () -> Void

    static let listPage: Int64 = 1_000
    static let resubmitDefault: Int64 = 100
    static let propertyLimit = 64

    func submitImport(_ ask: SubmitImportRequest, _ call: Call) async throws -> Import {
        let caller = try authorized(call)
        let content = try owned(ask.content)
        guard ask.batch.unicodeScalars.count <= 250 else {
            throw Fault(
                .malformed, "batch is longer than 250 characters",
                violations: [.init(field: "batch", problem: "too long")])
        }
        guard !ask.contentType.isEmpty, ask.contentType.utf8.count <= 250 else {
            throw Fault(.malformed, "content type is missing or too long")
        }
        let bytes: Arrival.Bytes
        let digest: [UInt8]
        let length: Int
        if ask.blobID.isEmpty {
            guard !ask.body.isEmpty else { throw Fault(.malformed, "the payload is empty") }
            guard ask.body.count <= ArchivedBytes.partLimit else {
                throw Fault(.malformed, "larger payloads come as a blob")
            }
            digest = Array(Insecure.MD5.hash(data: ask.body))
            length = ask.body.count
            bytes = .archived(ArchivedBytes(compressing: ask.body))
        } else {
            (digest, length) = try await blobs.digest(of: ask.blobID, call)
            bytes = .blob(ask.blobID)
        }
        return try await acceptor.accept(
            Arrival(
                content: content, contentType: ask.contentType, batch: ask.batch, creator: caller.login,
                properties: try Self.json(Self.own(ask, caller, length: length) + ask.properties), digest: digest,
                bytes: bytes), call)
    }

    func getImport(_ ask: GetImportRequest, _ call: Call) async throws -> Import {
        _ = try authorized(call)
        let rows = try await database.read(call) { try ImportRows.all($0, where: "i.id = \(ask.id)", limit: 1) }
        guard let row = rows.first else { throw Fault(.notFound, "no such element") }
        return row
    }

    func listImports(_ ask: ImportFilter, _ call: Call) async throws -> ImportList {
        _ = try authorized(call)
        let rule = try ImportFilterRule(ask, now: nowMicroseconds())
        _ = try owned(ask.content)
        let page = min(rule.limit ?? .max, Self.listPage)
        let rows = try await database.read(call) {
            try ImportRows.all($0, where: rule.condition(afterID: max(0, ask.pageAfterID)), limit: page + 1)
        }
        return .with {
            $0.imports = Array(rows.prefix(Int(page)))
            $0.more = rows.count > Int(page)
        }
    }

    func resubmitImports(_ ask: ImportFilter, _ call: Call) async throws -> ResubmitImportsReply {
        _ = try authorized(call)
        var rule = try ImportFilterRule(ask, now: nowMicroseconds())
        let content = try owned(ask.content)
        let isBare = [ask.status, ask.batch, ask.creator, ask.after, ask.before, ask.limit].allSatisfy(\.isEmpty)
        if isBare { rule.status = .accepted }
        let limit = rule.limit ?? Self.resubmitDefault
        let chosen = rule.condition(afterID: 0)
        let count = try await database.transaction(call) { session in
            try session.row(
                """
                WITH chosen AS (SELECT i.id FROM import i WHERE \(chosen) ORDER BY i.id LIMIT \(limit)),
                     added AS (INSERT INTO import_queue (import_id, content) SELECT id, \(content.rawValue) FROM chosen
                               ON CONFLICT (import_id) DO NOTHING)
                SELECT count(*) FROM chosen
                """, as: (Int64).self)
        }
        queued()
        return .with { $0.queued = count ?? 0 }
    }

    func readImportPayload(_ ask: ReadImportPayloadRequest, _ call: Call) async throws -> ImportPayloadPart {
        _ = try authorized(call)
        guard ask.offset >= 0 else { throw Fault(.malformed, "offset \(ask.offset)") }
        let found = try await database.read(call) { session in
            let row = try session.row(
                "SELECT content_type, properties FROM import WHERE id = \(ask.id)", as: (String, String).self)
            guard let row, let part = try ImportPayload.part(of: ask.id, offset: ask.offset, session) else {
                throw Fault(.notFound, "no such element")
            }
            return (row, part)
        }
        let properties = try Self.properties(found.0.1)
        return .with {
            $0.bytes = found.1.bytes
            $0.total = found.1.total
            $0.contentType = found.0.0
            $0.filename = properties.first { $0.name == "filename" }?.value ?? ""
        }
    }

    func getImportProperties(_ ask: GetImportRequest, _ call: Call) async throws -> ImportProperties {
        _ = try authorized(call)
        let text = try await database.read(call) {
            try $0.row("SELECT properties FROM import WHERE id = \(ask.id)", as: (String).self)
        }
        guard let text else { throw Fault(.notFound, "no such element") }
        let properties = try Self.properties(text)
        return .with { $0.properties = properties }
    }

    /// Everything but groups needs the data load permission at state level (access §3.5).
    private func authorized(_ call: Call) throws -> CallerClaims {
        guard let caller = call.caller else { throw Fault(.unauthenticated, "a token is needed") }
        guard caller.scope(of: .dataWrite)?.statewide == true else {
            throw Fault(.forbidden, "the data load permission is needed")
        }
        return caller
    }

    private func owned(_ name: String) throws -> ImportContent {
        guard let content = ImportContent(name: name), contents.contains(content) else {
            throw Fault(.notFound, "no such element")
        }
        return content
    }

    /// What the service itself knows stands first, so that no parameter of the same name overrides it (ingest §2.3, §2.8).
    private static func own(_ ask: SubmitImportRequest, _ caller: CallerClaims, length: Int) -> [ImportProperty] {
        [("Content-Type", ask.contentType), ("Content-Length", String(length)), ("username", caller.login)].map {
            known in
            .with {
                $0.name = known.0
                $0.value = known.1
            }
        }
    }

    private static func json(_ properties: [ImportProperty]) throws -> String {
        guard properties.count <= propertyLimit else {
            throw Fault(.malformed, "more than \(propertyLimit) parameters")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // The first value only, if a parameter is repeated (ingest §2.3).
        let first = Dictionary(properties.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        return String(decoding: try encoder.encode(first), as: UTF8.self)
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
