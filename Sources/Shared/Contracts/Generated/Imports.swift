// Made by Tools/protogen from proto/imports.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

public struct ImportProperty: ProtoMessage {
    public var name: String = ""
    public var value: String = ""

    public init() {}
}

extension ImportProperty {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__import_property()
    }

    public init(copying c: UnsafePointer<Ers__ImportProperty>) throws(ProtoError) {
        self.name = try protoString(c.pointee.name)
        self.value = try protoString(c.pointee.value)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ImportProperty>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.name = try arena.string(name)
        c.pointee.value = try arena.string(value)
    }
}

public struct SubmitImportRequest: ProtoMessage {
    /// "EXAM", "PACKAGE" … (ingest §1)
    public var content: String = ""
    /// stored, not judged
    public var contentType: String = ""
    /// up to 1 MiB; else empty and blob_id
    public var body: [UInt8] = []
    /// a sealed blob of the same service
    public var blobID: [UInt8] = []
    /// up to 250 characters
    public var batch: String = ""
    public var properties: [ImportProperty] = []

    public init() {}
}

extension SubmitImportRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__submit_import_request()
    }

    public init(copying c: UnsafePointer<Ers__SubmitImportRequest>) throws(ProtoError) {
        self.content = try protoString(c.pointee.content)
        self.contentType = try protoString(c.pointee.content_type)
        self.body = protoBytes(c.pointee.body)
        self.blobID = protoBytes(c.pointee.blob_id)
        self.batch = try protoString(c.pointee.batch)
        self.properties = try protoMessages(c.pointee.n_properties, c.pointee.properties)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SubmitImportRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.content = try arena.string(content)
        c.pointee.content_type = try arena.string(contentType)
        c.pointee.body = try arena.bytes(body)
        c.pointee.blob_id = try arena.bytes(blobID)
        c.pointee.batch = try arena.string(batch)
        c.pointee.n_properties = properties.count
        c.pointee.properties = try arena.messages(properties)
    }
}

public struct SubmitImportsRequest: ProtoMessage {
    public var imports: [SubmitImportRequest] = []

    public init() {}
}

extension SubmitImportsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__submit_imports_request()
    }

    public init(copying c: UnsafePointer<Ers__SubmitImportsRequest>) throws(ProtoError) {
        self.imports = try protoMessages(c.pointee.n_imports, c.pointee.imports)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SubmitImportsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_imports = imports.count
        c.pointee.imports = try arena.messages(imports)
    }
}

public struct SubmittedImport: ProtoMessage {
    /// none when it was refused
    public var item: Import? = nil
    /// of the fault, and what it says
    public var code: Int32 = 0
    public var detail: String = ""
    public var retryAfterMs: UInt32 = 0

    public init() {}
}

extension SubmittedImport {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__submitted_import()
    }

    public init(copying c: UnsafePointer<Ers__SubmittedImport>) throws(ProtoError) {
        self.item = try protoMessage(c.pointee.item)
        self.code = c.pointee.code
        self.detail = try protoString(c.pointee.detail)
        self.retryAfterMs = c.pointee.retry_after_ms
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SubmittedImport>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.item = try arena.message(optional: item)
        c.pointee.code = code
        c.pointee.detail = try arena.string(detail)
        c.pointee.retry_after_ms = retryAfterMs
    }
}

public struct SubmitImportsReply: ProtoMessage {
    public var imports: [SubmittedImport] = []

    public init() {}
}

extension SubmitImportsReply {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__submit_imports_reply()
    }

    public init(copying c: UnsafePointer<Ers__SubmitImportsReply>) throws(ProtoError) {
        self.imports = try protoMessages(c.pointee.n_imports, c.pointee.imports)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SubmitImportsReply>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_imports = imports.count
        c.pointee.imports = try arena.messages(imports)
    }
}

public struct Import: ProtoMessage {
    public var id: Int64 = 0
    public var content: String = ""
    public var contentType: String = ""
    /// MD5, 32 upper-case hex digits
    public var digest: String = ""
    /// ingest §2.6, such as "PROCESSED"
    public var status: String = ""
    public var batch: String = ""
    public var creator: String = ""
    public var createdAtUs: Int64 = 0
    public var updatedAtUs: Int64 = 0
    public var message: String? = nil

    public init() {}
}

extension Import {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__import()
    }

    public init(copying c: UnsafePointer<Ers__Import>) throws(ProtoError) {
        self.id = c.pointee.id
        self.content = try protoString(c.pointee.content)
        self.contentType = try protoString(c.pointee.content_type)
        self.digest = try protoString(c.pointee.digest)
        self.status = try protoString(c.pointee.status)
        self.batch = try protoString(c.pointee.batch)
        self.creator = try protoString(c.pointee.creator)
        self.createdAtUs = c.pointee.created_at_us
        self.updatedAtUs = c.pointee.updated_at_us
        if c.pointee.message_presence_case.rawValue == 10 {
            self.message = try protoString(c.pointee.message)
        }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__Import>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.content = try arena.string(content)
        c.pointee.content_type = try arena.string(contentType)
        c.pointee.digest = try arena.string(digest)
        c.pointee.status = try arena.string(status)
        c.pointee.batch = try arena.string(batch)
        c.pointee.creator = try arena.string(creator)
        c.pointee.created_at_us = createdAtUs
        c.pointee.updated_at_us = updatedAtUs
        if let message {
            c.pointee.message_presence_case = Ers__Import__MessagePresenceCase(rawValue: 10)
            c.pointee.message = try arena.string(message)
        }
    }
}

public struct GetImportRequest: ProtoMessage {
    public var id: Int64 = 0

    public init() {}
}

extension GetImportRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__get_import_request()
    }

    public init(copying c: UnsafePointer<Ers__GetImportRequest>) throws(ProtoError) {
        self.id = c.pointee.id
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__GetImportRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
    }
}

/// Values as they came in the URL; empty is "not given". The service reads them (ingest §2.5).
public struct ImportFilter: ProtoMessage {
    public var content: String = ""
    public var status: String = ""
    public var batch: String = ""
    public var creator: String = ""
    public var after: String = ""
    public var before: String = ""
    public var limit: String = ""
    /// for reading a long list in pages
    public var pageAfterID: Int64 = 0
    /// by descending id
    public var newestFirst: Bool = false
    /// the same for a list with the newest first; 0: from the newest
    public var pageBeforeID: Int64 = 0
    /// 1 to 1000; 0: 1000
    public var pageSize: Int32 = 0
    /// must be readable; the content of the path holds (ingest §2.5)
    public var givenContent: String = ""

    public init() {}
}

extension ImportFilter {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__import_filter()
    }

    public init(copying c: UnsafePointer<Ers__ImportFilter>) throws(ProtoError) {
        self.content = try protoString(c.pointee.content)
        self.status = try protoString(c.pointee.status)
        self.batch = try protoString(c.pointee.batch)
        self.creator = try protoString(c.pointee.creator)
        self.after = try protoString(c.pointee.after)
        self.before = try protoString(c.pointee.before)
        self.limit = try protoString(c.pointee.limit)
        self.pageAfterID = c.pointee.page_after_id
        self.newestFirst = c.pointee.newest_first != 0
        self.pageBeforeID = c.pointee.page_before_id
        self.pageSize = c.pointee.page_size
        self.givenContent = try protoString(c.pointee.given_content)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ImportFilter>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.content = try arena.string(content)
        c.pointee.status = try arena.string(status)
        c.pointee.batch = try arena.string(batch)
        c.pointee.creator = try arena.string(creator)
        c.pointee.after = try arena.string(after)
        c.pointee.before = try arena.string(before)
        c.pointee.limit = try arena.string(limit)
        c.pointee.page_after_id = pageAfterID
        c.pointee.newest_first = newestFirst ? 1 : 0
        c.pointee.page_before_id = pageBeforeID
        c.pointee.page_size = pageSize
        c.pointee.given_content = try arena.string(givenContent)
    }
}

public struct CountImportsRequest: ProtoMessage {
    public var sinceUs: Int64 = 0

    public init() {}
}

extension CountImportsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__count_imports_request()
    }

    public init(copying c: UnsafePointer<Ers__CountImportsRequest>) throws(ProtoError) {
        self.sinceUs = c.pointee.since_us
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__CountImportsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.since_us = sinceUs
    }
}

public struct ImportCount: ProtoMessage {
    public var content: String = ""
    public var status: String = ""
    public var imports: Int64 = 0

    public init() {}
}

extension ImportCount {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__import_count()
    }

    public init(copying c: UnsafePointer<Ers__ImportCount>) throws(ProtoError) {
        self.content = try protoString(c.pointee.content)
        self.status = try protoString(c.pointee.status)
        self.imports = c.pointee.imports
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ImportCount>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.content = try arena.string(content)
        c.pointee.status = try arena.string(status)
        c.pointee.imports = imports
    }
}

public struct ImportCounts: ProtoMessage {
    public var counts: [ImportCount] = []

    public init() {}
}

extension ImportCounts {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__import_counts()
    }

    public init(copying c: UnsafePointer<Ers__ImportCounts>) throws(ProtoError) {
        self.counts = try protoMessages(c.pointee.n_counts, c.pointee.counts)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ImportCounts>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_counts = counts.count
        c.pointee.counts = try arena.messages(counts)
    }
}

public struct ImportList: ProtoMessage {
    public var imports: [Import] = []
    public var more: Bool = false

    public init() {}
}

extension ImportList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__import_list()
    }

    public init(copying c: UnsafePointer<Ers__ImportList>) throws(ProtoError) {
        self.imports = try protoMessages(c.pointee.n_imports, c.pointee.imports)
        self.more = c.pointee.more != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ImportList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_imports = imports.count
        c.pointee.imports = try arena.messages(imports)
        c.pointee.more = more ? 1 : 0
    }
}

public struct ResubmitImportsReply: ProtoMessage {
    public var queued: Int64 = 0

    public init() {}
}

extension ResubmitImportsReply {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__resubmit_imports_reply()
    }

    public init(copying c: UnsafePointer<Ers__ResubmitImportsReply>) throws(ProtoError) {
        self.queued = c.pointee.queued
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ResubmitImportsReply>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.queued = queued
    }
}

public struct ReadImportPayloadRequest: ProtoMessage {
    public var id: Int64 = 0
    public var offset: Int64 = 0

    public init() {}
}

extension ReadImportPayloadRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__read_import_payload_request()
    }

    public init(copying c: UnsafePointer<Ers__ReadImportPayloadRequest>) throws(ProtoError) {
        self.id = c.pointee.id
        self.offset = c.pointee.offset
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReadImportPayloadRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.offset = offset
    }
}

public struct ImportPayloadPart: ProtoMessage {
    public var bytes: [UInt8] = []
    public var total: Int64 = 0
    public var contentType: String = ""
    public var filename: String = ""

    public init() {}
}

extension ImportPayloadPart {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__import_payload_part()
    }

    public init(copying c: UnsafePointer<Ers__ImportPayloadPart>) throws(ProtoError) {
        self.bytes = protoBytes(c.pointee.bytes)
        self.total = c.pointee.total
        self.contentType = try protoString(c.pointee.content_type)
        self.filename = try protoString(c.pointee.filename)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ImportPayloadPart>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.bytes = try arena.bytes(bytes)
        c.pointee.total = total
        c.pointee.content_type = try arena.string(contentType)
        c.pointee.filename = try arena.string(filename)
    }
}

public struct ListZipFilesRequest: ProtoMessage {
    public var id: Int64 = 0
    public var afterNumber: Int32 = 0

    public init() {}
}

extension ListZipFilesRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__list_zip_files_request()
    }

    public init(copying c: UnsafePointer<Ers__ListZipFilesRequest>) throws(ProtoError) {
        self.id = c.pointee.id
        self.afterNumber = c.pointee.after_number
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ListZipFilesRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.after_number = afterNumber
    }
}

public struct ZipFile: ProtoMessage {
    /// from 1, in the order of the zip
    public var number: Int32 = 0
    public var name: String = ""
    /// none when there is a problem
    public var item: Import? = nil
    /// the same bytes had come before, alone or in a zip
    public var knownBefore: Bool = false
    public var problem: String = ""

    public init() {}
}

extension ZipFile {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__zip_file()
    }

    public init(copying c: UnsafePointer<Ers__ZipFile>) throws(ProtoError) {
        self.number = c.pointee.number
        self.name = try protoString(c.pointee.name)
        self.item = try protoMessage(c.pointee.item)
        self.knownBefore = c.pointee.known_before != 0
        self.problem = try protoString(c.pointee.problem)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ZipFile>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.number = number
        c.pointee.name = try arena.string(name)
        c.pointee.item = try arena.message(optional: item)
        c.pointee.known_before = knownBefore ? 1 : 0
        c.pointee.problem = try arena.string(problem)
    }
}

public struct ZipFileList: ProtoMessage {
    public var files: [ZipFile] = []
    public var more: Bool = false

    public init() {}
}

extension ZipFileList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__zip_file_list()
    }

    public init(copying c: UnsafePointer<Ers__ZipFileList>) throws(ProtoError) {
        self.files = try protoMessages(c.pointee.n_files, c.pointee.files)
        self.more = c.pointee.more != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ZipFileList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_files = files.count
        c.pointee.files = try arena.messages(files)
        c.pointee.more = more ? 1 : 0
    }
}

public struct ImportProperties: ProtoMessage {
    public var properties: [ImportProperty] = []

    public init() {}
}

extension ImportProperties {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__import_properties()
    }

    public init(copying c: UnsafePointer<Ers__ImportProperties>) throws(ProtoError) {
        self.properties = try protoMessages(c.pointee.n_properties, c.pointee.properties)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ImportProperties>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_properties = properties.count
        c.pointee.properties = try arena.messages(properties)
    }
}

/// What a server of `ers.Imports` answers.
public protocol ImportsService: Sendable {
    /// Registers a payload: committed with its ledger row when the answer comes. The same bytes give the same import.
    func submitImport(_ ask: SubmitImportRequest, _ call: Call) async throws -> Import
    func getImport(_ ask: GetImportRequest, _ call: Call) async throws -> Import
    func listImports(_ ask: ImportFilter, _ call: Call) async throws -> ImportList
    /// How many imports stand where: all that wait or were refused, and those done since a time.
    func countImports(_ ask: CountImportsRequest, _ call: Call) async throws -> ImportCounts
    /// Queues stored payloads again and answers how many.
    func resubmitImports(_ ask: ImportFilter, _ call: Call) async throws -> ResubmitImportsReply
    /// At most 1 MiB of the stored bytes from an offset.
    func readImportPayload(_ ask: ReadImportPayloadRequest, _ call: Call) async throws -> ImportPayloadPart
    /// The files of a zip with many payloads, 500 at a time (DESIGN 6).
    func listZipFiles(_ ask: ListZipFilesRequest, _ call: Call) async throws -> ZipFileList
    func getImportProperties(_ ask: GetImportRequest, _ call: Call) async throws -> ImportProperties
}

/// What each method of `ers.Imports` demands of whoever calls it.
public enum ImportsMethods {
    public static let submitImport = RPCMethodInfo(
        service: "ers.Imports", method: "SubmitImport", idempotent: true,
        callers: ["gateway"], person: true)
    public static let getImport = RPCMethodInfo(
        service: "ers.Imports", method: "GetImport", idempotent: true,
        callers: ["gateway"], person: true)
    public static let listImports = RPCMethodInfo(
        service: "ers.Imports", method: "ListImports", idempotent: true,
        callers: ["gateway"], person: true)
    public static let countImports = RPCMethodInfo(
        service: "ers.Imports", method: "CountImports", idempotent: true,
        callers: ["gateway"], person: true)
    public static let resubmitImports = RPCMethodInfo(
        service: "ers.Imports", method: "ResubmitImports", idempotent: false,
        callers: ["gateway"], person: true)
    public static let readImportPayload = RPCMethodInfo(
        service: "ers.Imports", method: "ReadImportPayload", idempotent: true,
        callers: ["gateway"], person: true)
    public static let listZipFiles = RPCMethodInfo(
        service: "ers.Imports", method: "ListZipFiles", idempotent: true,
        callers: ["gateway"], person: true)
    public static let getImportProperties = RPCMethodInfo(
        service: "ers.Imports", method: "GetImportProperties", idempotent: true,
        callers: ["gateway"], person: true)
}

extension ImportsService {
    /// For a server on the bus, or a channel straight into this process.
    public var rpcTable: RPCServiceTable {
        RPCServiceTable(
            "ers.Imports",
            [
                RPCMethod(ImportsMethods.submitImport) { try await self.submitImport($0, $1) },
                RPCMethod(ImportsMethods.getImport) { try await self.getImport($0, $1) },
                RPCMethod(ImportsMethods.listImports) { try await self.listImports($0, $1) },
                RPCMethod(ImportsMethods.countImports) { try await self.countImports($0, $1) },
                RPCMethod(ImportsMethods.resubmitImports) { try await self.resubmitImports($0, $1) },
                RPCMethod(ImportsMethods.readImportPayload) { try await self.readImportPayload($0, $1) },
                RPCMethod(ImportsMethods.listZipFiles) { try await self.listZipFiles($0, $1) },
                RPCMethod(ImportsMethods.getImportProperties) { try await self.getImportProperties($0, $1) },
            ])
    }
}

/// Asks `ers.Imports` over a channel.
public struct ImportsClient: Sendable {
    private let channel: any RPCChannel

    public init(_ channel: any RPCChannel) { self.channel = channel }

    /// Registers a payload: committed with its ledger row when the answer comes. The same bytes give the same import.
    public func submitImport(_ ask: SubmitImportRequest, _ call: Call) async throws -> Import {
        try await channel.ask(ImportsMethods.submitImport, ask, call)
    }

    public func getImport(_ ask: GetImportRequest, _ call: Call) async throws -> Import {
        try await channel.ask(ImportsMethods.getImport, ask, call)
    }

    public func listImports(_ ask: ImportFilter, _ call: Call) async throws -> ImportList {
        try await channel.ask(ImportsMethods.listImports, ask, call)
    }

    /// How many imports stand where: all that wait or were refused, and those done since a time.
    public func countImports(_ ask: CountImportsRequest, _ call: Call) async throws -> ImportCounts {
        try await channel.ask(ImportsMethods.countImports, ask, call)
    }

    /// Queues stored payloads again and answers how many.
    public func resubmitImports(_ ask: ImportFilter, _ call: Call) async throws -> ResubmitImportsReply {
        try await channel.ask(ImportsMethods.resubmitImports, ask, call)
    }

    /// At most 1 MiB of the stored bytes from an offset.
    public func readImportPayload(_ ask: ReadImportPayloadRequest, _ call: Call) async throws -> ImportPayloadPart {
        try await channel.ask(ImportsMethods.readImportPayload, ask, call)
    }

    /// The files of a zip with many payloads, 500 at a time (DESIGN 6).
    public func listZipFiles(_ ask: ListZipFilesRequest, _ call: Call) async throws -> ZipFileList {
        try await channel.ask(ImportsMethods.listZipFiles, ask, call)
    }

    public func getImportProperties(_ ask: GetImportRequest, _ call: Call) async throws -> ImportProperties {
        try await channel.ask(ImportsMethods.getImportProperties, ask, call)
    }
}

/// For payloads that come by the thousand, small and at once: results.
public protocol SubmissionsService: Sendable {
    /// As SubmitImport, for payloads that arrived while the last of these questions was under way: each is registered or
    /// refused for itself, and the answers are in the order of the question. At most 64, with 2 MiB of bodies together.
    func submitImports(_ ask: SubmitImportsRequest, _ call: Call) async throws -> SubmitImportsReply
}

/// What each method of `ers.Submissions` demands of whoever calls it.
public enum SubmissionsMethods {
    public static let submitImports = RPCMethodInfo(
        service: "ers.Submissions", method: "SubmitImports", idempotent: true,
        callers: ["gateway"], person: true)
}

extension SubmissionsService {
    /// For a server on the bus, or a channel straight into this process.
    public var rpcTable: RPCServiceTable {
        RPCServiceTable(
            "ers.Submissions",
            [
                RPCMethod(SubmissionsMethods.submitImports) { try await self.submitImports($0, $1) },
            ])
    }
}

/// Asks `ers.Submissions` over a channel.
public struct SubmissionsClient: Sendable {
    private let channel: any RPCChannel

    public init(_ channel: any RPCChannel) { self.channel = channel }

    /// As SubmitImport, for payloads that arrived while the last of these questions was under way: each is registered or
    /// refused for itself, and the answers are in the order of the question. At most 64, with 2 MiB of bodies together.
    public func submitImports(_ ask: SubmitImportsRequest, _ call: Call) async throws -> SubmitImportsReply {
        try await channel.ask(SubmissionsMethods.submitImports, ask, call)
    }
}
