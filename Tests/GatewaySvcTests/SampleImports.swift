import Contracts
import Synchronization

/// Many at once, each as if it had come alone; one that says so is refused.
struct SampleSubmissions: SubmissionsService {
    let imports: SampleImports

    func submitImports(_ ask: SubmitImportsRequest, _ call: Call) async throws -> SubmitImportsReply {
        try imports.all.ask("submitImports", call)
        imports.all.state.withLock { $0.groups.append(ask.imports.count) }
        var reply = SubmitImportsReply()
        for one in ask.imports {
            do {
                let item = try await imports.submitImport(one, call)
                reply.imports.append(.with { $0.item = item })
            } catch let fault as Fault {
                reply.imports.append(
                    .with {
                        $0.code = fault.code.rawValue
                        $0.detail = fault.detail
                        $0.retryAfterMs = fault.retryAfterMilliseconds
                    })
            }
        }
        return reply
    }
}

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

    func countImports(_ ask: CountImportsRequest, _ call: Call) async throws -> ImportCounts {
        try all.ask("countImports", call)
        let items = all.state.withLock { $0.imports.values.map(\.item).filter { $0.id & 7 == owner } }
        return .with {
            $0.counts = Dictionary(grouping: items, by: \.content).sorted { $0.key < $1.key }.map { content, items in
                .with {
                    $0.content = content
                    $0.status = "ACCEPTED"
                    $0.imports = Int64(items.count)
                }
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

struct SampleIntake: IntakeService {
    let all: Neighbours

    private static let report = Reconciliation.with {
        $0.id = 5
        $0.name = "reconciliation_20260102030405.csv"
        $0.createdUs = 1_767_323_045_000_000
        $0.afterUs = 1_767_225_600_000_000
        $0.beforeUs = 1_767_312_000_000_000
        $0.rows = 2
    }

    func listWaiting(_ ask: Empty, _ call: Call) async throws -> WaitingList {
        try all.ask("listWaiting", call)
        return .with {
            $0.waiting = [
                .with {
                    $0.reason = "UNKNOWN_SCHOOL"
                    $0.wanted = "88100110110009"
                    $0.results = 12
                    $0.sinceUs = 1_767_225_600_000_000
                }
            ]
        }
    }

    func getCoverage(_ ask: Empty, _ call: Call) async throws -> Coverage {
        try all.ask("getCoverage", call)
        return .with {
            $0.rows = [
                .with {
                    $0.assessment = "ICA-3"
                    $0.label = "Grade 3 ICA"
                    $0.subject = "Math"
                    $0.grade = "03"
                    $0.type = "ica"
                    $0.schoolYear = 2026
                    $0.results = 7
                    $0.lastLoadUs = 1_767_225_600_000_000
                }, .with { $0.assessment = "SUM-3" },
            ]
        }
    }

    func makeReconciliation(_ ask: MakeReconciliationRequest, _ call: Call) async throws -> Reconciliation {
        try all.ask("makeReconciliation", call)
        // Only a window of a day has imports.
        return ask.beforeUs - ask.afterUs == 86_400_000_000 ? Self.report : Reconciliation()
    }

    func listReconciliations(_ ask: Empty, _ call: Call) async throws -> ReconciliationList {
        try all.ask("listReconciliations", call)
        return .with { $0.reports = [Self.report] }
    }

    func countExams(_ ask: ExamChoice, _ call: Call) async throws -> ExamCount {
        try all.ask("countExams", call)
        return .with {
            $0.results = Int64(ask.assessment.utf8.count)
            $0.students = Int64(ask.schoolYear)
            $0.limit = 5_000
        }
    }

    func removeExams(_ ask: RemoveExamsRequest, _ call: Call) async throws -> RemovedExams {
        try all.ask("removeExams", call)
        guard ask.expected == 3 else { throw Fault(.conflict, "These are 3 results now.") }
        return .with {
            $0.importID = 11
            $0.removed = ask.expected
        }
    }

    func readReconciliation(_ ask: ReadReconciliationRequest, _ call: Call) async throws -> ReconciliationPart {
        try all.ask("readReconciliation", call)
        guard ask.id == 5, (0..<3).contains(ask.part) else { throw Fault(.notFound, "no such report") }
        return .with {
            $0.bytes = Array("part \(ask.part)\r\n".utf8)
            $0.more = ask.part < 2
            $0.name = Self.report.name
        }
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
