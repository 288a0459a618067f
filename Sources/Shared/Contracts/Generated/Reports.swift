// Made by Tools/protogen from proto/reports.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

public struct ReportRequest: ProtoMessage {
    public var id: Int64 = 0

    public init() {}
}

extension ReportRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_request()
    }

    public init(copying c: UnsafePointer<Ers__ReportRequest>) throws(ProtoError) {
        self.id = c.pointee.id
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
    }
}

public struct SavedQueryRequest: ProtoMessage {
    public var id: Int64 = 0

    public init() {}
}

extension SavedQueryRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__saved_query_request()
    }

    public init(copying c: UnsafePointer<Ers__SavedQueryRequest>) throws(ProtoError) {
        self.id = c.pointee.id
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SavedQueryRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
    }
}

/// What My Reports shows of a report, and what the owner reads its query from.
public struct ReportTopic: ProtoMessage {
    /// "CustomAggregate" …
    public var kind: String = ""
    public var assessmentType: String = ""
    public var subjects: [String] = []
    public var schoolYears: [Int32] = []

    public init() {}
}

extension ReportTopic {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_topic()
    }

    public init(copying c: UnsafePointer<Ers__ReportTopic>) throws(ProtoError) {
        self.kind = try protoString(c.pointee.kind)
        self.assessmentType = try protoString(c.pointee.assessment_type)
        self.subjects = try protoArray(c.pointee.n_subjects, c.pointee.subjects, protoString)
        self.schoolYears = try protoArray(c.pointee.n_school_years, c.pointee.school_years) { $0 }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportTopic>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.kind = try arena.string(kind)
        c.pointee.assessment_type = try arena.string(assessmentType)
        c.pointee.n_subjects = subjects.count
        c.pointee.subjects = try arena.strings(subjects)
        c.pointee.n_school_years = schoolYears.count
        c.pointee.school_years = try arena.array(schoolYears) { $0 }
    }
}

public struct Report: ProtoMessage {
    public var id: Int64 = 0
    public var name: String = ""
    public var topic: ReportTopic? = nil
    /// "PENDING", "RUNNING", "COMPLETED", "NO_RESULTS", "FAILED", "EXPIRED"
    public var status: String = ""
    /// percent while running
    public var progress: Int32 = 0
    public var createdAtUs: Int64 = 0
    /// 0 before
    public var finishedAtUs: Int64 = 0
    /// what the content shows the state of; 0 without content
    public var dataAsOfUs: Int64 = 0
    /// with data
    public var rows: Int64 = 0
    public var emptyRows: Int64 = 0
    /// it rests on results that are held back: no file of it leaves
    public var onlineOnly: Bool = false
    /// in the owner's own form
    public var query: [UInt8] = []

    public init() {}
}

extension Report {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report()
    }

    public init(copying c: UnsafePointer<Ers__Report>) throws(ProtoError) {
        self.id = c.pointee.id
        self.name = try protoString(c.pointee.name)
        self.topic = try protoMessage(c.pointee.topic)
        self.status = try protoString(c.pointee.status)
        self.progress = c.pointee.progress
        self.createdAtUs = c.pointee.created_at_us
        self.finishedAtUs = c.pointee.finished_at_us
        self.dataAsOfUs = c.pointee.data_as_of_us
        self.rows = c.pointee.rows
        self.emptyRows = c.pointee.empty_rows
        self.onlineOnly = c.pointee.online_only != 0
        self.query = protoBytes(c.pointee.query)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__Report>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.name = try arena.string(name)
        c.pointee.topic = try arena.message(optional: topic)
        c.pointee.status = try arena.string(status)
        c.pointee.progress = progress
        c.pointee.created_at_us = createdAtUs
        c.pointee.finished_at_us = finishedAtUs
        c.pointee.data_as_of_us = dataAsOfUs
        c.pointee.rows = rows
        c.pointee.empty_rows = emptyRows
        c.pointee.online_only = onlineOnly ? 1 : 0
        c.pointee.query = try arena.bytes(query)
    }
}

public struct ListReportsRequest: ProtoMessage {
    /// 1...100
    public var limit: Int32 = 0
    /// 0: from the newest
    public var beforeCreatedUs: Int64 = 0
    public var beforeID: Int64 = 0
    /// only these; at most 100
    public var ids: [Int64] = []

    public init() {}
}

extension ListReportsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__list_reports_request()
    }

    public init(copying c: UnsafePointer<Ers__ListReportsRequest>) throws(ProtoError) {
        self.limit = c.pointee.limit
        self.beforeCreatedUs = c.pointee.before_created_us
        self.beforeID = c.pointee.before_id
        self.ids = try protoArray(c.pointee.n_ids, c.pointee.ids) { $0 }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ListReportsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.limit = limit
        c.pointee.before_created_us = beforeCreatedUs
        c.pointee.before_id = beforeID
        c.pointee.n_ids = ids.count
        c.pointee.ids = try arena.array(ids) { $0 }
    }
}

public struct ReportList: ProtoMessage {
    public var reports: [Report] = []
    public var more: Bool = false

    public init() {}
}

extension ReportList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_list()
    }

    public init(copying c: UnsafePointer<Ers__ReportList>) throws(ProtoError) {
        self.reports = try protoMessages(c.pointee.n_reports, c.pointee.reports)
        self.more = c.pointee.more != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_reports = reports.count
        c.pointee.reports = try arena.messages(reports)
        c.pointee.more = more ? 1 : 0
    }
}

public struct ReadReportRequest: ProtoMessage {
    public var id: Int64 = 0
    public var partToken: String = ""

    public init() {}
}

extension ReadReportRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__read_report_request()
    }

    public init(copying c: UnsafePointer<Ers__ReadReportRequest>) throws(ProtoError) {
        self.id = c.pointee.id
        self.partToken = try protoString(c.pointee.part_token)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReadReportRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.part_token = try arena.string(partToken)
    }
}

public struct ReportPart: ProtoMessage {
    public var bytes: [UInt8] = []
    public var nextPartToken: String = ""
    public var contentType: String = ""
    public var fileName: String = ""

    public init() {}
}

extension ReportPart {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_part()
    }

    public init(copying c: UnsafePointer<Ers__ReportPart>) throws(ProtoError) {
        self.bytes = protoBytes(c.pointee.bytes)
        self.nextPartToken = try protoString(c.pointee.next_part_token)
        self.contentType = try protoString(c.pointee.content_type)
        self.fileName = try protoString(c.pointee.file_name)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportPart>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.bytes = try arena.bytes(bytes)
        c.pointee.next_part_token = try arena.string(nextPartToken)
        c.pointee.content_type = try arena.string(contentType)
        c.pointee.file_name = try arena.string(fileName)
    }
}

public struct SavedQuery: ProtoMessage {
    public var id: Int64 = 0
    public var name: String = ""
    public var topic: ReportTopic? = nil
    public var query: [UInt8] = []
    public var createdAtUs: Int64 = 0
    public var updatedAtUs: Int64 = 0

    public init() {}
}

extension SavedQuery {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__saved_query()
    }

    public init(copying c: UnsafePointer<Ers__SavedQuery>) throws(ProtoError) {
        self.id = c.pointee.id
        self.name = try protoString(c.pointee.name)
        self.topic = try protoMessage(c.pointee.topic)
        self.query = protoBytes(c.pointee.query)
        self.createdAtUs = c.pointee.created_at_us
        self.updatedAtUs = c.pointee.updated_at_us
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SavedQuery>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.name = try arena.string(name)
        c.pointee.topic = try arena.message(optional: topic)
        c.pointee.query = try arena.bytes(query)
        c.pointee.created_at_us = createdAtUs
        c.pointee.updated_at_us = updatedAtUs
    }
}

public struct SavedQueryList: ProtoMessage {
    public var queries: [SavedQuery] = []

    public init() {}
}

extension SavedQueryList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__saved_query_list()
    }

    public init(copying c: UnsafePointer<Ers__SavedQueryList>) throws(ProtoError) {
        self.queries = try protoMessages(c.pointee.n_queries, c.pointee.queries)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SavedQueryList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_queries = queries.count
        c.pointee.queries = try arena.messages(queries)
    }
}

/// What a server of `ers.Reports` answers.
public protocol ReportsService: Sendable {
    /// The caller's own reports, the newest first; at most `limit`, older than the page before.
    func listReports(_ ask: ListReportsRequest, _ call: Call) async throws -> ReportList
    /// notFound for a report of somebody else.
    func getReport(_ ask: ReportRequest, _ call: Call) async throws -> Report
    /// The report as a file, part by part. Fails with forbidden while it may only be viewed online.
    func readReport(_ ask: ReadReportRequest, _ call: Call) async throws -> ReportPart
    /// For ever, with its content. A report that is being made is not finished.
    func deleteReport(_ ask: ReportRequest, _ call: Call) async throws -> Empty
    /// The caller's saved queries, the latest changed first; at most 1,000.
    func listSavedQueries(_ ask: Empty, _ call: Call) async throws -> SavedQueryList
    func getSavedQuery(_ ask: SavedQueryRequest, _ call: Call) async throws -> SavedQuery
    /// The query of a report under the report's name.
    func saveReportQuery(_ ask: ReportRequest, _ call: Call) async throws -> SavedQuery
    /// A new query with the next free name: "Name (1)".
    func copySavedQuery(_ ask: SavedQueryRequest, _ call: Call) async throws -> SavedQuery
    func deleteSavedQuery(_ ask: SavedQueryRequest, _ call: Call) async throws -> Empty
}

/// What each method of `ers.Reports` demands of whoever calls it.
public enum ReportsMethods {
    public static let listReports = RPCMethodInfo(
        service: "ers.Reports", method: "ListReports", idempotent: true,
        callers: ["gateway"], person: true)
    public static let getReport = RPCMethodInfo(
        service: "ers.Reports", method: "GetReport", idempotent: true,
        callers: ["gateway"], person: true)
    public static let readReport = RPCMethodInfo(
        service: "ers.Reports", method: "ReadReport", idempotent: true,
        callers: ["gateway"], person: true)
    public static let deleteReport = RPCMethodInfo(
        service: "ers.Reports", method: "DeleteReport", idempotent: true,
        callers: ["gateway"], person: true)
    public static let listSavedQueries = RPCMethodInfo(
        service: "ers.Reports", method: "ListSavedQueries", idempotent: true,
        callers: ["gateway"], person: true)
    public static let getSavedQuery = RPCMethodInfo(
        service: "ers.Reports", method: "GetSavedQuery", idempotent: true,
        callers: ["gateway"], person: true)
    public static let saveReportQuery = RPCMethodInfo(
        service: "ers.Reports", method: "SaveReportQuery", idempotent: false,
        callers: ["gateway"], person: true)
    public static let copySavedQuery = RPCMethodInfo(
        service: "ers.Reports", method: "CopySavedQuery", idempotent: false,
        callers: ["gateway"], person: true)
    public static let deleteSavedQuery = RPCMethodInfo(
        service: "ers.Reports", method: "DeleteSavedQuery", idempotent: true,
        callers: ["gateway"], person: true)
}

extension ReportsService {
    /// For a server on the bus, or a channel straight into this process.
    public var rpcTable: RPCServiceTable {
        RPCServiceTable(
            "ers.Reports",
            [
                RPCMethod(ReportsMethods.listReports) { try await self.listReports($0, $1) },
                RPCMethod(ReportsMethods.getReport) { try await self.getReport($0, $1) },
                RPCMethod(ReportsMethods.readReport) { try await self.readReport($0, $1) },
                RPCMethod(ReportsMethods.deleteReport) { try await self.deleteReport($0, $1) },
                RPCMethod(ReportsMethods.listSavedQueries) { try await self.listSavedQueries($0, $1) },
                RPCMethod(ReportsMethods.getSavedQuery) { try await self.getSavedQuery($0, $1) },
                RPCMethod(ReportsMethods.saveReportQuery) { try await self.saveReportQuery($0, $1) },
                RPCMethod(ReportsMethods.copySavedQuery) { try await self.copySavedQuery($0, $1) },
                RPCMethod(ReportsMethods.deleteSavedQuery) { try await self.deleteSavedQuery($0, $1) },
            ])
    }
}

/// Asks `ers.Reports` over a channel.
public struct ReportsClient: Sendable {
    private let channel: any RPCChannel

    public init(_ channel: any RPCChannel) { self.channel = channel }

    /// The caller's own reports, the newest first; at most `limit`, older than the page before.
    public func listReports(_ ask: ListReportsRequest, _ call: Call) async throws -> ReportList {
        try await channel.ask(ReportsMethods.listReports, ask, call)
    }

    /// notFound for a report of somebody else.
    public func getReport(_ ask: ReportRequest, _ call: Call) async throws -> Report {
        try await channel.ask(ReportsMethods.getReport, ask, call)
    }

    /// The report as a file, part by part. Fails with forbidden while it may only be viewed online.
    public func readReport(_ ask: ReadReportRequest, _ call: Call) async throws -> ReportPart {
        try await channel.ask(ReportsMethods.readReport, ask, call)
    }

    /// For ever, with its content. A report that is being made is not finished.
    public func deleteReport(_ ask: ReportRequest, _ call: Call) async throws -> Empty {
        try await channel.ask(ReportsMethods.deleteReport, ask, call)
    }

    /// The caller's saved queries, the latest changed first; at most 1,000.
    public func listSavedQueries(_ ask: Empty, _ call: Call) async throws -> SavedQueryList {
        try await channel.ask(ReportsMethods.listSavedQueries, ask, call)
    }

    public func getSavedQuery(_ ask: SavedQueryRequest, _ call: Call) async throws -> SavedQuery {
        try await channel.ask(ReportsMethods.getSavedQuery, ask, call)
    }

    /// The query of a report under the report's name.
    public func saveReportQuery(_ ask: ReportRequest, _ call: Call) async throws -> SavedQuery {
        try await channel.ask(ReportsMethods.saveReportQuery, ask, call)
    }

    /// A new query with the next free name: "Name (1)".
    public func copySavedQuery(_ ask: SavedQueryRequest, _ call: Call) async throws -> SavedQuery {
        try await channel.ask(ReportsMethods.copySavedQuery, ask, call)
    }

    public func deleteSavedQuery(_ ask: SavedQueryRequest, _ call: Call) async throws -> Empty {
        try await channel.ask(ReportsMethods.deleteSavedQuery, ask, call)
    }
}
