import Contracts
import Synchronization

struct SampleImports: ImportsService {
    let all: Neighbours
    /// Low bits of the ids that this owner gives.
    let owner: Int64

    func submitImport(_ ask: SubmitImportRequest, _ call: Call) async throws -> Import {
        try all.ask("submitImport", call)
        return all.state.withLock { state in
            state.submitted.append(ask)
            let id = Int64(state.imports.count + 1) << 3 | owner
            let item = Import.with {
                $0.id = id
                $0.content = ask.content
                $0.contentType = ask.contentType
                $0.digest = String(repeating: "A", count: 32)
                $0.status = "ACCEPTED"
                $0.batch = ask.batch
                $0.creator = call.caller?.login ?? ""
                $0.createdAtUs = 1_767_225_600_123_456
                $0.updatedAtUs = 1_767_225_600_123_456
            }
            let body = ask.blobID.isEmpty ? ask.body : Array((state.blobs[ask.blobID] ?? []).joined())
            state.imports[id] = (item, body, ask.properties)
            return item
        }
    }

    private func find(_ id: Int64) throws -> (item: Import, body: [UInt8], properties: [ImportProperty]) {
        guard let found = all.state.withLock({ $0.imports[id] }) else { throw Fault(.notFound, "no such element") }
        return found
    }

    func getImport(_ ask: GetImportRequest, _ call: Call) async throws -> Import {
        try all.ask("getImport", call)
        return try find(ask.id).item
    }

    func listImports(_ ask: ImportFilter, _ call: Call) async throws -> ImportList {
        try all.ask("listImports", call)
        return all.state.withLock { state in
            state.filters.append(ask)
            let items = state.imports.values.map(\.item).filter { $0.id > ask.pageAfterID }.sorted { $0.id < $1.id }
            let limit = Int(ask.limit) ?? .max
            let page = min(limit, state.pageSize)
            return .with {
                $0.imports = Array(items.prefix(page))
                $0.more = items.count > page && page < limit
            }
        }
    }

    func resubmitImports(_ ask: ImportFilter, _ call: Call) async throws -> ResubmitImportsReply {
        try all.ask("resubmitImports", call)
        all.state.withLock { $0.filters.append(ask) }
        return .with { $0.queued = 42 }
    }

    func readImportPayload(_ ask: ReadImportPayloadRequest, _ call: Call) async throws -> ImportPayloadPart {
        try all.ask("readImportPayload", call)
        let found = try find(ask.id)
        return .with {
            $0.bytes = Array(found.body.dropFirst(Int(ask.offset)).prefix(1000))
            $0.total = Int64(found.body.count)
            $0.contentType = found.item.contentType
            $0.filename = found.properties.first { $0.name == "filename" }?.value ?? ""
        }
    }

    /// Whatever the import held, line by line: a line with a bang is a problem.
    func listZipFiles(_ ask: ListZipFilesRequest, _ call: Call) async throws -> ZipFileList {
        try all.ask("listZipFiles", call)
        let found = try find(ask.id)
        let lines = String(decoding: found.body, as: UTF8.self).split(separator: "\n").map(String.init)
        let size = all.state.withLock { $0.pageSize }
        let rest = lines.enumerated().dropFirst(Int(ask.afterNumber))
        return .with {
            $0.files = rest.prefix(size).map { index, line in
                .with {
                    $0.number = Int32(index + 1)
                    $0.name = line
                    if line.hasPrefix("!") { $0.problem = "the file is damaged" } else { $0.item = found.item }
                    $0.knownBefore = index > 0
                }
            }
            $0.more = rest.count > size
        }
    }

    func getImportProperties(_ ask: GetImportRequest, _ call: Call) async throws -> ImportProperties {
        try all.ask("getImportProperties", call)
        let properties = try find(ask.id).properties
        return .with { $0.properties = properties }
    }
}

struct SampleBlobs: BlobsService {
    let all: Neighbours

    func appendBlob(_ ask: AppendBlobRequest, _ call: Call) async throws -> Empty {
        try all.ask("appendBlob", call)
        try all.state.withLock { state in
            guard Int64(state.blobs[ask.blobID, default: []].count) == ask.part else {
                throw Fault(.preconditionFailed, "a part is missing")
            }
            state.blobs[ask.blobID, default: []].append(ask.bytes)
        }
        return Empty()
    }

    func sealBlob(_ ask: SealBlobRequest, _ call: Call) async throws -> Empty {
        try all.ask("sealBlob", call)
        try all.state.withLock { state in
            let parts = state.blobs[ask.blobID] ?? []
            guard Int64(parts.count) == ask.parts, Int64(parts.reduce(0) { $0 + $1.count }) == ask.total else {
                throw Fault(.preconditionFailed, "the blob is not whole")
            }
            state.sealed.insert(ask.blobID)
        }
        return Empty()
    }
}

struct SampleHealth: HealthService {
    let all: Neighbours
    let name: String

    func checkHealth(_ ask: Empty, _ call: Call) async throws -> HealthReport {
        let ready = all.state.withLock { !$0.unready.contains(name) }
        return .with {
            $0.service = name
            $0.ready = ready
            $0.parts = [
                .with {
                    $0.name = "database"; $0.ready = ready; $0.reason = ready ? "" : "does not answer"
                }
            ]
        }
    }
}
