// Made by Tools/protogen from proto/intake.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

public struct WaitingFor: ProtoMessage {
    /// the status of the imports: "UNKNOWN_SCHOOL", "UNKNOWN_ASMT"
    public var reason: String = ""
    /// natural id
    public var wanted: String = ""
    public var results: Int64 = 0
    /// of the one that has waited longest
    public var sinceUs: Int64 = 0

    public init() {}
}

extension WaitingFor {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__waiting_for()
    }

    public init(copying c: UnsafePointer<Ers__WaitingFor>) throws(ProtoError) {
        self.reason = try protoString(c.pointee.reason)
        self.wanted = try protoString(c.pointee.wanted)
        self.results = c.pointee.results
        self.sinceUs = c.pointee.since_us
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__WaitingFor>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.reason = try arena.string(reason)
        c.pointee.wanted = try arena.string(wanted)
        c.pointee.results = results
        c.pointee.since_us = sinceUs
    }
}

public struct WaitingList: ProtoMessage {
    public var waiting: [WaitingFor] = []
    public var more: Bool = false

    public init() {}
}

extension WaitingList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__waiting_list()
    }

    public init(copying c: UnsafePointer<Ers__WaitingList>) throws(ProtoError) {
        self.waiting = try protoMessages(c.pointee.n_waiting, c.pointee.waiting)
        self.more = c.pointee.more != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__WaitingList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_waiting = waiting.count
        c.pointee.waiting = try arena.messages(waiting)
        c.pointee.more = more ? 1 : 0
    }
}

public struct CoverageRow: ProtoMessage {
    /// natural id
    public var assessment: String = ""
    public var label: String = ""
    /// code
    public var subject: String = ""
    public var grade: String = ""
    public var type: String = ""
    /// of the results
    public var schoolYear: Int32 = 0
    /// present ones; 0: the assessment is loaded, but no result
    public var results: Int64 = 0
    /// 0: none
    public var lastLoadUs: Int64 = 0

    public init() {}
}

extension CoverageRow {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__coverage_row()
    }

    public init(copying c: UnsafePointer<Ers__CoverageRow>) throws(ProtoError) {
        self.assessment = try protoString(c.pointee.assessment)
        self.label = try protoString(c.pointee.label)
        self.subject = try protoString(c.pointee.subject)
        self.grade = try protoString(c.pointee.grade)
        self.type = try protoString(c.pointee.type)
        self.schoolYear = c.pointee.school_year
        self.results = c.pointee.results
        self.lastLoadUs = c.pointee.last_load_us
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__CoverageRow>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.assessment = try arena.string(assessment)
        c.pointee.label = try arena.string(label)
        c.pointee.subject = try arena.string(subject)
        c.pointee.grade = try arena.string(grade)
        c.pointee.type = try arena.string(type)
        c.pointee.school_year = schoolYear
        c.pointee.results = results
        c.pointee.last_load_us = lastLoadUs
    }
}

public struct Coverage: ProtoMessage {
    public var rows: [CoverageRow] = []
    public var more: Bool = false

    public init() {}
}

extension Coverage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__coverage()
    }

    public init(copying c: UnsafePointer<Ers__Coverage>) throws(ProtoError) {
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
        self.more = c.pointee.more != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__Coverage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
        c.pointee.more = more ? 1 : 0
    }
}

public struct MakeReconciliationRequest: ProtoMessage {
    /// imports updated later than that
    public var afterUs: Int64 = 0
    /// and made earlier than that
    public var beforeUs: Int64 = 0

    public init() {}
}

extension MakeReconciliationRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__make_reconciliation_request()
    }

    public init(copying c: UnsafePointer<Ers__MakeReconciliationRequest>) throws(ProtoError) {
        self.afterUs = c.pointee.after_us
        self.beforeUs = c.pointee.before_us
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__MakeReconciliationRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.after_us = afterUs
        c.pointee.before_us = beforeUs
    }
}

public struct Reconciliation: ProtoMessage {
    /// 0: no import in the window, so no file
    public var id: Int64 = 0
    public var name: String = ""
    public var createdUs: Int64 = 0
    public var afterUs: Int64 = 0
    public var beforeUs: Int64 = 0
    public var rows: Int64 = 0
    /// empty: by the clock
    public var creator: String = ""

    public init() {}
}

extension Reconciliation {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__reconciliation()
    }

    public init(copying c: UnsafePointer<Ers__Reconciliation>) throws(ProtoError) {
        self.id = c.pointee.id
        self.name = try protoString(c.pointee.name)
        self.createdUs = c.pointee.created_us
        self.afterUs = c.pointee.after_us
        self.beforeUs = c.pointee.before_us
        self.rows = c.pointee.rows
        self.creator = try protoString(c.pointee.creator)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__Reconciliation>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.name = try arena.string(name)
        c.pointee.created_us = createdUs
        c.pointee.after_us = afterUs
        c.pointee.before_us = beforeUs
        c.pointee.rows = rows
        c.pointee.creator = try arena.string(creator)
    }
}

public struct ReconciliationList: ProtoMessage {
    public var reports: [Reconciliation] = []

    public init() {}
}

extension ReconciliationList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__reconciliation_list()
    }

    public init(copying c: UnsafePointer<Ers__ReconciliationList>) throws(ProtoError) {
        self.reports = try protoMessages(c.pointee.n_reports, c.pointee.reports)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReconciliationList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_reports = reports.count
        c.pointee.reports = try arena.messages(reports)
    }
}

public struct ReadReconciliationRequest: ProtoMessage {
    public var id: Int64 = 0
    public var part: Int32 = 0

    public init() {}
}

extension ReadReconciliationRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__read_reconciliation_request()
    }

    public init(copying c: UnsafePointer<Ers__ReadReconciliationRequest>) throws(ProtoError) {
        self.id = c.pointee.id
        self.part = c.pointee.part
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReadReconciliationRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.part = part
    }
}

public struct ReconciliationPart: ProtoMessage {
    public var bytes: [UInt8] = []
    public var more: Bool = false
    public var name: String = ""

    public init() {}
}

extension ReconciliationPart {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__reconciliation_part()
    }

    public init(copying c: UnsafePointer<Ers__ReconciliationPart>) throws(ProtoError) {
        self.bytes = protoBytes(c.pointee.bytes)
        self.more = c.pointee.more != 0
        self.name = try protoString(c.pointee.name)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReconciliationPart>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.bytes = try arena.bytes(bytes)
        c.pointee.more = more ? 1 : 0
        c.pointee.name = try arena.string(name)
    }
}

/// All that is given must hold; something must be given.
public struct ExamChoice: ProtoMessage {
    /// 0: any
    public var schoolYear: Int32 = 0
    /// natural ids
    public var assessment: String = ""
    public var school: String = ""
    public var district: String = ""
    /// code
    public var condition: String = ""
    /// days YYYY-MM-DD in the state's time zone, both included
    public var completedFrom: String = ""
    public var completedTo: String = ""

    public init() {}
}

extension ExamChoice {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__exam_choice()
    }

    public init(copying c: UnsafePointer<Ers__ExamChoice>) throws(ProtoError) {
        self.schoolYear = c.pointee.school_year
        self.assessment = try protoString(c.pointee.assessment)
        self.school = try protoString(c.pointee.school)
        self.district = try protoString(c.pointee.district)
        self.condition = try protoString(c.pointee.condition)
        self.completedFrom = try protoString(c.pointee.completed_from)
        self.completedTo = try protoString(c.pointee.completed_to)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ExamChoice>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.school_year = schoolYear
        c.pointee.assessment = try arena.string(assessment)
        c.pointee.school = try arena.string(school)
        c.pointee.district = try arena.string(district)
        c.pointee.condition = try arena.string(condition)
        c.pointee.completed_from = try arena.string(completedFrom)
        c.pointee.completed_to = try arena.string(completedTo)
    }
}

public struct ExamCount: ProtoMessage {
    public var results: Int64 = 0
    public var students: Int64 = 0
    public var limit: Int64 = 0

    public init() {}
}

extension ExamCount {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__exam_count()
    }

    public init(copying c: UnsafePointer<Ers__ExamCount>) throws(ProtoError) {
        self.results = c.pointee.results
        self.students = c.pointee.students
        self.limit = c.pointee.limit
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ExamCount>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.results = results
        c.pointee.students = students
        c.pointee.limit = limit
    }
}

public struct RemoveExamsRequest: ProtoMessage {
    public var choice: ExamChoice? = nil
    public var expected: Int64 = 0
    public var reason: String = ""

    public init() {}
}

extension RemoveExamsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__remove_exams_request()
    }

    public init(copying c: UnsafePointer<Ers__RemoveExamsRequest>) throws(ProtoError) {
        self.choice = try protoMessage(c.pointee.choice)
        self.expected = c.pointee.expected
        self.reason = try protoString(c.pointee.reason)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__RemoveExamsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.choice = try arena.message(optional: choice)
        c.pointee.expected = expected
        c.pointee.reason = try arena.string(reason)
    }
}

public struct RemovedExams: ProtoMessage {
    public var importID: Int64 = 0
    public var removed: Int64 = 0

    public init() {}
}

extension RemovedExams {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__removed_exams()
    }

    public init(copying c: UnsafePointer<Ers__RemovedExams>) throws(ProtoError) {
        self.importID = c.pointee.import_id
        self.removed = c.pointee.removed
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__RemovedExams>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.import_id = importID
        c.pointee.removed = removed
    }
}

/// What a server of `ers.Intake` answers.
public protocol IntakeService: Sendable {
    /// The schools and assessments that results wait for, those with the most results first.
    func listWaiting(_ ask: Empty, _ call: Call) async throws -> WaitingList
    /// How many results each assessment has, by school year, and when the last of them was loaded.
    func getCoverage(_ ask: Empty, _ call: Call) async throws -> Coverage
    /// Writes the reconciliation report of a window now.
    func makeReconciliation(_ ask: MakeReconciliationRequest, _ call: Call) async throws -> Reconciliation
    /// The newest 100 reports, the newest first.
    func listReconciliations(_ ask: Empty, _ call: Call) async throws -> ReconciliationList
    /// At most 1 MiB of a report's file, part after part. The first part is on record.
    func readReconciliation(_ ask: ReadReconciliationRequest, _ call: Call) async throws -> ReconciliationPart
    /// How many present results a choice holds.
    func countExams(_ ask: ExamChoice, _ call: Call) async throws -> ExamCount
    /// Removes the results of a choice, if they are as many as expected (ingest §11.4).
    func removeExams(_ ask: RemoveExamsRequest, _ call: Call) async throws -> RemovedExams
}

/// What each method of `ers.Intake` demands of whoever calls it.
public enum IntakeMethods {
    public static let listWaiting = RPCMethodInfo(
        service: "ers.Intake", method: "ListWaiting", idempotent: true,
        callers: ["gateway"], person: true)
    public static let getCoverage = RPCMethodInfo(
        service: "ers.Intake", method: "GetCoverage", idempotent: true,
        callers: ["gateway"], person: true)
    public static let makeReconciliation = RPCMethodInfo(
        service: "ers.Intake", method: "MakeReconciliation", idempotent: false,
        callers: ["gateway"], person: true)
    public static let listReconciliations = RPCMethodInfo(
        service: "ers.Intake", method: "ListReconciliations", idempotent: true,
        callers: ["gateway"], person: true)
    public static let readReconciliation = RPCMethodInfo(
        service: "ers.Intake", method: "ReadReconciliation", idempotent: false,
        callers: ["gateway"], person: true)
    public static let countExams = RPCMethodInfo(
        service: "ers.Intake", method: "CountExams", idempotent: true,
        callers: ["gateway"], person: true)
    public static let removeExams = RPCMethodInfo(
        service: "ers.Intake", method: "RemoveExams", idempotent: false,
        callers: ["gateway"], person: true)
}

extension IntakeService {
    /// For a server on the bus, or a channel straight into this process.
    public var rpcTable: RPCServiceTable {
        RPCServiceTable(
            "ers.Intake",
            [
                RPCMethod(IntakeMethods.listWaiting) { try await self.listWaiting($0, $1) },
                RPCMethod(IntakeMethods.getCoverage) { try await self.getCoverage($0, $1) },
                RPCMethod(IntakeMethods.makeReconciliation) { try await self.makeReconciliation($0, $1) },
                RPCMethod(IntakeMethods.listReconciliations) { try await self.listReconciliations($0, $1) },
                RPCMethod(IntakeMethods.readReconciliation) { try await self.readReconciliation($0, $1) },
                RPCMethod(IntakeMethods.countExams) { try await self.countExams($0, $1) },
                RPCMethod(IntakeMethods.removeExams) { try await self.removeExams($0, $1) },
            ])
    }
}

/// Asks `ers.Intake` over a channel.
public struct IntakeClient: Sendable {
    private let channel: any RPCChannel

    public init(_ channel: any RPCChannel) { self.channel = channel }

    /// The schools and assessments that results wait for, those with the most results first.
    public func listWaiting(_ ask: Empty, _ call: Call) async throws -> WaitingList {
        try await channel.ask(IntakeMethods.listWaiting, ask, call)
    }

    /// How many results each assessment has, by school year, and when the last of them was loaded.
    public func getCoverage(_ ask: Empty, _ call: Call) async throws -> Coverage {
        try await channel.ask(IntakeMethods.getCoverage, ask, call)
    }

    /// Writes the reconciliation report of a window now.
    public func makeReconciliation(_ ask: MakeReconciliationRequest, _ call: Call) async throws -> Reconciliation {
        try await channel.ask(IntakeMethods.makeReconciliation, ask, call)
    }

    /// The newest 100 reports, the newest first.
    public func listReconciliations(_ ask: Empty, _ call: Call) async throws -> ReconciliationList {
        try await channel.ask(IntakeMethods.listReconciliations, ask, call)
    }

    /// At most 1 MiB of a report's file, part after part. The first part is on record.
    public func readReconciliation(_ ask: ReadReconciliationRequest, _ call: Call) async throws -> ReconciliationPart {
        try await channel.ask(IntakeMethods.readReconciliation, ask, call)
    }

    /// How many present results a choice holds.
    public func countExams(_ ask: ExamChoice, _ call: Call) async throws -> ExamCount {
        try await channel.ask(IntakeMethods.countExams, ask, call)
    }

    /// Removes the results of a choice, if they are as many as expected (ingest §11.4).
    public func removeExams(_ ask: RemoveExamsRequest, _ call: Call) async throws -> RemovedExams {
        try await channel.ask(IntakeMethods.removeExams, ask, call)
    }
}
