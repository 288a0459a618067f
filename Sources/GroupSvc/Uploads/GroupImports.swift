import Access
import Contracts
import Ledger
import Postgres

/// The import API's side of uploads: receiving, listing, reading back, queuing again (ingest §2, §10).
struct GroupImports: ImportsService {
    let database: Database
    let uploads: Uploads
    let nowMicroseconds: @Sendable () -> Int64

    private static let resubmitDefault: Int64 = 100
    private var archive: ImportArchive { ImportArchive(database: database) }

    func submitImport(_ ask: SubmitImportRequest, _ call: Call) async throws -> Import {
        guard ask.content == ImportContent.groups.name else { throw Fault(.notFound, "no such element") }
        guard !ask.blobID.isEmpty || !ask.body.isEmpty else { throw Fault(.malformed, "the payload is empty") }
        let fileName = ask.properties.first { $0.name == "filename" }?.value ?? ""
        return try await uploads.receive(
            Uploads.Arrival(
                fileName: fileName, contentType: ask.contentType, batch: ask.batch, properties: ask.properties,
                isWeb: false, body: ask.body, blobID: ask.blobID), call)
    }

    /// Reading single imports needs the data load permission, also of groups (ingest §2.2).
    func getImport(_ ask: GetImportRequest, _ call: Call) async throws -> Import {
        try requireDataLoad(call)
        return try await archive.get(ask.id, call)
    }

    func readImportPayload(_ ask: ReadImportPayloadRequest, _ call: Call) async throws -> ImportPayloadPart {
        try requireDataLoad(call)
        return try await archive.payload(ask, call)
    }

    func getImportProperties(_ ask: GetImportRequest, _ call: Call) async throws -> ImportProperties {
        try requireDataLoad(call)
        return try await archive.properties(of: ask.id, call)
    }

    func countImports(_ ask: CountImportsRequest, _ call: Call) async throws -> ImportCounts {
        try requireDataLoad(call)
        return try await archive.counts(ask, call)
    }

    /// Files of groups do not come in zips.
    func listZipFiles(_ ask: ListZipFilesRequest, _ call: Call) async throws -> ZipFileList {
        try requireDataLoad(call)
        throw Fault(.notFound, "no such element")
    }

    func listImports(_ ask: ImportFilter, _ call: Call) async throws -> ImportList {
        try await archive.list(ask, now: nowMicroseconds(), only: try Self.mine(call), call)
    }

    /// With the rights of each upload's own uploader, not those of whoever asks (ingest §2.9).
    func resubmitImports(_ ask: ImportFilter, _ call: Call) async throws -> ResubmitImportsReply {
        let mine = try Self.mine(call)
        var rule = try ImportFilterRule(ask, now: nowMicroseconds())
        let isBare = [ask.status, ask.batch, ask.creator, ask.after, ask.before, ask.limit].allSatisfy(\.isEmpty)
        if isBare { rule.status = .accepted }
        let limit = rule.limit ?? Self.resubmitDefault
        let chosen = rule.condition(afterID: 0)
        let count = try await database.transaction(call) { session in
            let ids = try session.rows(
                "SELECT i.id FROM import i WHERE \(chosen) AND \(mine) ORDER BY i.id LIMIT \(limit)", as: Int64.self)
            try session.run("UPDATE upload SET applied = NULL WHERE import_id = ANY(\(ids))")
            try session.run(
                """
                INSERT INTO import_queue (import_id, content)
                SELECT id, \(ImportContent.groups.rawValue) FROM unnest(\(ids)) AS q(id) ON CONFLICT (import_id) DO NOTHING
                """)
            return Int64(ids.count)
        }
        uploads.queued()
        return .with { $0.queued = count }
    }

    private func requireDataLoad(_ call: Call) throws {
        guard try call.person().scope(of: .dataWrite)?.statewide == true else { throw Fault.notPermitted }
    }

    /// Whoever manages the groups of the whole state sees all imports; others their own.
    private static func mine(_ call: Call) throws -> SQL {
        let caller = try call.person()
        return try caller.requireScope(of: .groupWrite).statewide ? "true" : "i.creator = \(caller.login)"
    }
}
