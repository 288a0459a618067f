import Access
import Contracts
import Crypto
import Postgres
import Zip

/// Many payloads in one question (`LedgerServer.submitImports`).
struct SubmissionsServer: SubmissionsService {
    let ledger: LedgerServer

    func submitImports(_ ask: SubmitImportsRequest, _ call: Call) async throws -> SubmitImportsReply {
        try await ledger.submitImports(ask, call)
    }
}

/// The import resource of one owner: receiving, listing, reading back and queuing again (ingest §2).
struct LedgerServer: ImportsService {
    let database: Database
    let acceptor: Acceptor
    let blobs: BlobStore
    let contents: Set<ImportContent>
    let zips: ZipRule?
    let looked: ImportArchive.PayloadLook?
    let nowMicroseconds: @Sendable () -> Int64
    let queued: @Sendable (Set<ImportContent>) -> Void

    static let resubmitDefault: Int64 = 100

    private var archive: ImportArchive { ImportArchive(database: database, looked: looked) }

    func submitImport(_ ask: SubmitImportRequest, _ call: Call) async throws -> Import {
        let arrival = try await arrival(ask, try authorized(call), call)
        return try await acceptor.accept([arrival], call)[0].get()
    }

    /// Each for itself: what one is refused for is not the others' business.
    func submitImports(_ ask: SubmitImportsRequest, _ call: Call) async throws -> SubmitImportsReply {
        let caller = try authorized(call)
        guard (1...Self.submissionLimit).contains(ask.imports.count) else {
            throw Fault(.malformed, "\(ask.imports.count) payloads; at most \(Self.submissionLimit) at once")
        }
        var answers: [Result<Import, any Error>?] = []
        var arrivals: [Arrival] = []
        for one in ask.imports {
            do {
                arrivals.append(try await arrival(one, caller, call))
                answers.append(nil)
            } catch {
                answers.append(.failure(error))
            }
        }
        var accepted = try await acceptor.accept(arrivals, call)[...]
        return try .with {
            $0.imports = try answers.compactMap { answer in try (answer ?? accepted.popFirst()).map(Self.told) }
        }
    }

    /// As many as the gateway sends at once.
    private static let submissionLimit = 64

    /// - Throws: what is nobody's fault.
    private static func told(_ answer: Result<Import, any Error>) throws -> SubmittedImport {
        try .with {
            do {
                $0.item = try answer.get()
            } catch let fault as Fault {
                $0.code = fault.code.rawValue
                $0.detail = fault.detail
                $0.retryAfterMs = fault.retryAfterMilliseconds
            }
        }
    }

    private func arrival(_ ask: SubmitImportRequest, _ caller: CallerClaims, _ call: Call) async throws -> Arrival {
        var content = try owned(ask.content)
        guard ask.batch.unicodeScalars.count <= 250 else {
            throw Fault(
                .malformed, "batch is longer than 250 characters",
                violations: [.init(field: "batch", problem: "too long")])
        }
        guard !ask.contentType.isEmpty, ask.contentType.utf8.count <= 250 else {
            throw Fault(.malformed, "content type is missing or too long")
        }
        let bytes: Arrival.Bytes
        var original: [UInt8]?
        let digest: [UInt8]
        let length: Int
        let first: [UInt8]
        if ask.blobID.isEmpty {
            guard !ask.body.isEmpty else { throw Fault(.malformed, "the payload is empty") }
            guard ask.body.count <= ArchivedBytes.partLimit else {
                throw Fault(.malformed, "larger payloads come as a blob")
            }
            digest = Array(Insecure.MD5.hash(data: ask.body))
            length = ask.body.count
            first = Array(ask.body.prefix(8))
            bytes = .archived(ArchivedBytes(compressing: ask.body))
            if length <= HandOver.bodyLimit { original = ask.body }
        } else {
            (digest, length, first) = try await blobs.digest(of: ask.blobID, call)
            bytes = .blob(ask.blobID)
        }
        // By its bytes, as the content type is stored and not judged (ingest §2.3).
        if let zips, zips.files == content, first.starts(with: ZipDirectory.firstBytes) { content = zips.zip }
        return Arrival(
            content: content, contentType: ask.contentType, batch: ask.batch, creator: caller.login,
            properties: try ImportArchive.json(
                ask.properties, contentType: ask.contentType, length: length, username: caller.login),
            digest: digest, bytes: bytes, original: original)
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

    func countImports(_ ask: CountImportsRequest, _ call: Call) async throws -> ImportCounts {
        _ = try authorized(call)
        return try await archive.counts(ask, call)
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
        queued([content])
        return .with { $0.queued = count ?? 0 }
    }

    func readImportPayload(_ ask: ReadImportPayloadRequest, _ call: Call) async throws -> ImportPayloadPart {
        _ = try authorized(call)
        return try await archive.payload(ask, call)
    }

    /// The files of a zip in their order, each with its import or with the problem that it had.
    func listZipFiles(_ ask: ListZipFilesRequest, _ call: Call) async throws -> ZipFileList {
        _ = try authorized(call)
        guard let zips, ask.afterNumber >= 0 else { throw Fault(.notFound, "no such element") }
        return try await database.read(call) { session in
            let content = try session.row("SELECT content FROM import WHERE id = \(ask.id)", as: Int16.self)
            guard content == zips.zip.rawValue else { throw Fault(.notFound, "no such element") }
            let rows = try session.rows(
                """
                SELECT number, name, coalesce(import_id, 0), known_before, coalesce(problem, '') FROM import_zip_file
                 WHERE zip_id = \(ask.id) AND number > \(ask.afterNumber) ORDER BY number LIMIT \(Self.zipPage + 1)
                """, as: (Int32, String, Int64, Bool, String).self)
            let page = rows.prefix(Int(Self.zipPage))
            let imports = try ImportRows.all(
                session, where: "i.id = ANY(\(page.map(\.2)))", limit: Self.zipPage)
            let byID = Dictionary(imports.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            return .with {
                $0.files = page.map { number, name, id, known, problem in
                    .with {
                        $0.number = number
                        $0.name = name
                        $0.item = byID[id]
                        $0.knownBefore = known
                        $0.problem = problem
                    }
                }
                $0.more = rows.count > page.count
            }
        }
    }

    private static let zipPage: Int64 = 500

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
