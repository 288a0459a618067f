import Access
import Contracts
import Crypto
import Postgres

/// The import resource of one owner: receiving, listing, reading back and queuing again (ingest §2).
struct LedgerServer: ImportsService {
    let database: Database
    let acceptor: Acceptor
    let blobs: BlobStore
    let contents: Set<ImportContent>
    let nowMicroseconds: @Sendable () -> Int64
    let queued: @Sendable () -> Void

    static let resubmitDefault: Int64 = 100

    private var archive: ImportArchive { ImportArchive(database: database) }

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
                properties: try ImportArchive.json(
                    ask.properties, contentType: ask.contentType, length: length, username: caller.login),
                digest: digest, bytes: bytes), call)
    }

    func getImport(_ ask: GetImportRequest, _ call: Call) async throws -> Import {
        _ = try authorized(call)
        return try await archive.get(ask.id, call)
    }

    func listImports(_ ask: ImportFilter, _ call: Call) async throws -> ImportList {
        _ = try authorized(call)
        _ = try owned(ask.content)
        return try await archive.list(ask, now: nowMicroseconds(), call)
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
        return try await archive.payload(ask, call)
    }

    func getImportProperties(_ ask: GetImportRequest, _ call: Call) async throws -> ImportProperties {
        _ = try authorized(call)
        return try await archive.properties(of: ask.id, call)
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
}
