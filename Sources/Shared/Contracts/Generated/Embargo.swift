// Made by Tools/protogen from proto/embargo.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

public struct ListEmbargoesRequest: ProtoMessage {
    public var schoolYear: Int32 = 0

    public init() {}
}

extension ListEmbargoesRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__list_embargoes_request()
    }

    public init(copying c: UnsafePointer<Ers__ListEmbargoesRequest>) throws(ProtoError) {
        self.schoolYear = c.pointee.school_year
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ListEmbargoesRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.school_year = schoolYear
    }
}

public struct EmbargoCell: ProtoMessage {
    public var kind: EmbargoKind = EmbargoKind(rawValue: 0)
    /// as set for this organization
    public var value: EmbargoValue = EmbargoValue(rawValue: 0)
    /// never UNSET
    public var effective: EmbargoValue = EmbargoValue(rawValue: 0)
    public var mayChange: Bool = false
    /// 0 while never set; give it back when changing
    public var version: Int64 = 0
    public var releasedByState: Bool = false

    public init() {}
}

extension EmbargoCell {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__embargo_cell()
    }

    public init(copying c: UnsafePointer<Ers__EmbargoCell>) throws(ProtoError) {
        self.kind = EmbargoKind(rawValue: Int32(bitPattern: c.pointee.kind.rawValue))
        self.value = EmbargoValue(rawValue: Int32(bitPattern: c.pointee.value.rawValue))
        self.effective = EmbargoValue(rawValue: Int32(bitPattern: c.pointee.effective.rawValue))
        self.mayChange = c.pointee.may_change != 0
        self.version = c.pointee.version
        self.releasedByState = c.pointee.released_by_state != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EmbargoCell>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.kind = Ers__EmbargoKind(rawValue: UInt32(bitPattern: kind.rawValue))
        c.pointee.value = Ers__EmbargoValue(rawValue: UInt32(bitPattern: value.rawValue))
        c.pointee.effective = Ers__EmbargoValue(rawValue: UInt32(bitPattern: effective.rawValue))
        c.pointee.may_change = mayChange ? 1 : 0
        c.pointee.version = version
        c.pointee.released_by_state = releasedByState ? 1 : 0
    }
}

public struct EmbargoRow: ProtoMessage {
    public var districtID: Int64 = 0
    public var name: String = ""
    public var cells: [EmbargoCell] = []

    public init() {}
}

extension EmbargoRow {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__embargo_row()
    }

    public init(copying c: UnsafePointer<Ers__EmbargoRow>) throws(ProtoError) {
        self.districtID = c.pointee.district_id
        self.name = try protoString(c.pointee.name)
        self.cells = try protoMessages(c.pointee.n_cells, c.pointee.cells)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EmbargoRow>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.district_id = districtID
        c.pointee.name = try arena.string(name)
        c.pointee.n_cells = cells.count
        c.pointee.cells = try arena.messages(cells)
    }
}

public struct EmbargoList: ProtoMessage {
    public var schoolYear: Int32 = 0
    public var state: EmbargoRow? = nil
    public var districts: [EmbargoRow] = []
    public var years: [Int32] = []

    public init() {}
}

extension EmbargoList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__embargo_list()
    }

    public init(copying c: UnsafePointer<Ers__EmbargoList>) throws(ProtoError) {
        self.schoolYear = c.pointee.school_year
        self.state = try protoMessage(c.pointee.state)
        self.districts = try protoMessages(c.pointee.n_districts, c.pointee.districts)
        self.years = try protoArray(c.pointee.n_years, c.pointee.years) { $0 }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EmbargoList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.school_year = schoolYear
        c.pointee.state = try arena.message(optional: state)
        c.pointee.n_districts = districts.count
        c.pointee.districts = try arena.messages(districts)
        c.pointee.n_years = years.count
        c.pointee.years = try arena.array(years) { $0 }
    }
}

public struct SetEmbargoRequest: ProtoMessage {
    public var schoolYear: Int32 = 0
    /// 0 is the State
    public var districtID: Int64 = 0
    public var kind: EmbargoKind = EmbargoKind(rawValue: 0)
    /// EMBARGOED or RELEASED
    public var value: EmbargoValue = EmbargoValue(rawValue: 0)
    /// as read; conflict if it changed
    public var version: Int64 = 0

    public init() {}
}

extension SetEmbargoRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__set_embargo_request()
    }

    public init(copying c: UnsafePointer<Ers__SetEmbargoRequest>) throws(ProtoError) {
        self.schoolYear = c.pointee.school_year
        self.districtID = c.pointee.district_id
        self.kind = EmbargoKind(rawValue: Int32(bitPattern: c.pointee.kind.rawValue))
        self.value = EmbargoValue(rawValue: Int32(bitPattern: c.pointee.value.rawValue))
        self.version = c.pointee.version
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SetEmbargoRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.school_year = schoolYear
        c.pointee.district_id = districtID
        c.pointee.kind = Ers__EmbargoKind(rawValue: UInt32(bitPattern: kind.rawValue))
        c.pointee.value = Ers__EmbargoValue(rawValue: UInt32(bitPattern: value.rawValue))
        c.pointee.version = version
    }
}

public struct SetEmbargoReply: ProtoMessage {
    public var row: EmbargoRow? = nil
    public var changed: Bool = false
    public var inForce: Bool = false

    public init() {}
}

extension SetEmbargoReply {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__set_embargo_reply()
    }

    public init(copying c: UnsafePointer<Ers__SetEmbargoReply>) throws(ProtoError) {
        self.row = try protoMessage(c.pointee.row)
        self.changed = c.pointee.changed != 0
        self.inForce = c.pointee.in_force != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SetEmbargoReply>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.row = try arena.message(optional: row)
        c.pointee.changed = changed ? 1 : 0
        c.pointee.in_force = inForce ? 1 : 0
    }
}

public struct EmbargoHistoryEntry: ProtoMessage {
    public var atUs: Int64 = 0
    public var login: String = ""
    public var schoolYear: Int32 = 0
    public var districtID: Int64 = 0
    public var organizationName: String = ""
    public var kind: EmbargoKind = EmbargoKind(rawValue: 0)
    public var oldValue: EmbargoValue = EmbargoValue(rawValue: 0)
    public var newValue: EmbargoValue = EmbargoValue(rawValue: 0)
    public var oldEffective: EmbargoValue = EmbargoValue(rawValue: 0)
    /// in a file: of the district, or the state's code; as it is now
    public var naturalID: String = ""

    public init() {}
}

extension EmbargoHistoryEntry {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__embargo_history_entry()
    }

    public init(copying c: UnsafePointer<Ers__EmbargoHistoryEntry>) throws(ProtoError) {
        self.atUs = c.pointee.at_us
        self.login = try protoString(c.pointee.login)
        self.schoolYear = c.pointee.school_year
        self.districtID = c.pointee.district_id
        self.organizationName = try protoString(c.pointee.organization_name)
        self.kind = EmbargoKind(rawValue: Int32(bitPattern: c.pointee.kind.rawValue))
        self.oldValue = EmbargoValue(rawValue: Int32(bitPattern: c.pointee.old_value.rawValue))
        self.newValue = EmbargoValue(rawValue: Int32(bitPattern: c.pointee.new_value.rawValue))
        self.oldEffective = EmbargoValue(rawValue: Int32(bitPattern: c.pointee.old_effective.rawValue))
        self.naturalID = try protoString(c.pointee.natural_id)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EmbargoHistoryEntry>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.at_us = atUs
        c.pointee.login = try arena.string(login)
        c.pointee.school_year = schoolYear
        c.pointee.district_id = districtID
        c.pointee.organization_name = try arena.string(organizationName)
        c.pointee.kind = Ers__EmbargoKind(rawValue: UInt32(bitPattern: kind.rawValue))
        c.pointee.old_value = Ers__EmbargoValue(rawValue: UInt32(bitPattern: oldValue.rawValue))
        c.pointee.new_value = Ers__EmbargoValue(rawValue: UInt32(bitPattern: newValue.rawValue))
        c.pointee.old_effective = Ers__EmbargoValue(rawValue: UInt32(bitPattern: oldEffective.rawValue))
        c.pointee.natural_id = try arena.string(naturalID)
    }
}

public struct EmbargoHistory: ProtoMessage {
    public var entries: [EmbargoHistoryEntry] = []
    /// in a file: continues it; 0 at its end
    public var nextBefore: Int64 = 0

    public init() {}
}

extension EmbargoHistory {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__embargo_history()
    }

    public init(copying c: UnsafePointer<Ers__EmbargoHistory>) throws(ProtoError) {
        self.entries = try protoMessages(c.pointee.n_entries, c.pointee.entries)
        self.nextBefore = c.pointee.next_before
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EmbargoHistory>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_entries = entries.count
        c.pointee.entries = try arena.messages(entries)
        c.pointee.next_before = nextBefore
    }
}

public struct ReadEmbargoHistoryRequest: ProtoMessage {
    /// 0: all
    public var schoolYear: Int32 = 0
    /// 0: from the newest
    public var before: Int64 = 0

    public init() {}
}

extension ReadEmbargoHistoryRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__read_embargo_history_request()
    }

    public init(copying c: UnsafePointer<Ers__ReadEmbargoHistoryRequest>) throws(ProtoError) {
        self.schoolYear = c.pointee.school_year
        self.before = c.pointee.before
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReadEmbargoHistoryRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.school_year = schoolYear
        c.pointee.before = before
    }
}

public struct EmbargoSettingRow: ProtoMessage {
    public var change: Int64 = 0
    public var deleted: Bool = false
    public var schoolYear: Int32 = 0
    public var districtID: Int64 = 0
    public var kind: EmbargoKind = EmbargoKind(rawValue: 0)
    public var value: EmbargoValue = EmbargoValue(rawValue: 0)

    public init() {}
}

extension EmbargoSettingRow {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__embargo_setting_row()
    }

    public init(copying c: UnsafePointer<Ers__EmbargoSettingRow>) throws(ProtoError) {
        self.change = c.pointee.change
        self.deleted = c.pointee.deleted != 0
        self.schoolYear = c.pointee.school_year
        self.districtID = c.pointee.district_id
        self.kind = EmbargoKind(rawValue: Int32(bitPattern: c.pointee.kind.rawValue))
        self.value = EmbargoValue(rawValue: Int32(bitPattern: c.pointee.value.rawValue))
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EmbargoSettingRow>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.change = change
        c.pointee.deleted = deleted ? 1 : 0
        c.pointee.school_year = schoolYear
        c.pointee.district_id = districtID
        c.pointee.kind = Ers__EmbargoKind(rawValue: UInt32(bitPattern: kind.rawValue))
        c.pointee.value = Ers__EmbargoValue(rawValue: UInt32(bitPattern: value.rawValue))
    }
}

public struct EmbargoChangesPage: ProtoMessage {
    public var page: FeedPage? = nil
    public var rows: [EmbargoSettingRow] = []

    public init() {}
}

extension EmbargoChangesPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__embargo_changes_page()
    }

    public init(copying c: UnsafePointer<Ers__EmbargoChangesPage>) throws(ProtoError) {
        self.page = try protoMessage(c.pointee.page)
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EmbargoChangesPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.page = try arena.message(optional: page)
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
    }
}

/// What a server of `ers.Embargo` answers.
public protocol EmbargoService: Sendable {
    /// The settings of one year with their effective values and what this caller may change.
    func listEmbargoes(_ ask: ListEmbargoesRequest, _ call: Call) async throws -> EmbargoList
    /// Sets one value. Answers when every holder of the settings has confirmed it or has lost its lease.
    func setEmbargo(_ ask: SetEmbargoRequest, _ call: Call) async throws -> SetEmbargoReply
    /// The effective changes of one year, the newest first; at most 1,000.
    func listEmbargoHistory(_ ask: ListEmbargoesRequest, _ call: Call) async throws -> EmbargoHistory
    /// The same for a file: of one year or of all, page by page. The first page is on record.
    func readEmbargoHistory(_ ask: ReadEmbargoHistoryRequest, _ call: Call) async throws -> EmbargoHistory
    /// The log of effective changes, for the pages that stand open; what is promised is in events.proto.
    func embargoNews(_ ask: ReplayRequest, _ call: Call) async throws -> ReplayPage
    func embargoChanges(_ ask: ChangesRequest, _ call: Call) async throws -> EmbargoChangesPage
}

/// What each method of `ers.Embargo` demands of whoever calls it.
public enum EmbargoMethods {
    public static let listEmbargoes = RPCMethodInfo(
        service: "ers.Embargo", method: "ListEmbargoes", idempotent: true,
        callers: ["gateway"], person: true)
    public static let setEmbargo = RPCMethodInfo(
        service: "ers.Embargo", method: "SetEmbargo", idempotent: true,
        callers: ["gateway"], person: true)
    public static let listEmbargoHistory = RPCMethodInfo(
        service: "ers.Embargo", method: "ListEmbargoHistory", idempotent: true,
        callers: ["gateway"], person: true)
    public static let readEmbargoHistory = RPCMethodInfo(
        service: "ers.Embargo", method: "ReadEmbargoHistory", idempotent: true,
        callers: ["gateway"], person: true)
    public static let embargoNews = RPCMethodInfo(
        service: "ers.Embargo", method: "EmbargoNews", idempotent: true,
        callers: ["gateway"], person: false)
    public static let embargoChanges = RPCMethodInfo(
        service: "ers.Embargo", method: "EmbargoChanges", idempotent: true,
        callers: ["aggregate", "gateway", "results"], person: false)
}

extension EmbargoService {
    /// For a server on the bus, or a channel straight into this process.
    public var rpcTable: RPCServiceTable {
        RPCServiceTable(
            "ers.Embargo",
            [
                RPCMethod(EmbargoMethods.listEmbargoes) { try await self.listEmbargoes($0, $1) },
                RPCMethod(EmbargoMethods.setEmbargo) { try await self.setEmbargo($0, $1) },
                RPCMethod(EmbargoMethods.listEmbargoHistory) { try await self.listEmbargoHistory($0, $1) },
                RPCMethod(EmbargoMethods.readEmbargoHistory) { try await self.readEmbargoHistory($0, $1) },
                RPCMethod(EmbargoMethods.embargoNews) { try await self.embargoNews($0, $1) },
                RPCMethod(EmbargoMethods.embargoChanges) { try await self.embargoChanges($0, $1) },
            ])
    }
}

/// Asks `ers.Embargo` over a channel.
public struct EmbargoClient: Sendable {
    private let channel: any RPCChannel

    public init(_ channel: any RPCChannel) { self.channel = channel }

    /// The settings of one year with their effective values and what this caller may change.
    public func listEmbargoes(_ ask: ListEmbargoesRequest, _ call: Call) async throws -> EmbargoList {
        try await channel.ask(EmbargoMethods.listEmbargoes, ask, call)
    }

    /// Sets one value. Answers when every holder of the settings has confirmed it or has lost its lease.
    public func setEmbargo(_ ask: SetEmbargoRequest, _ call: Call) async throws -> SetEmbargoReply {
        try await channel.ask(EmbargoMethods.setEmbargo, ask, call)
    }

    /// The effective changes of one year, the newest first; at most 1,000.
    public func listEmbargoHistory(_ ask: ListEmbargoesRequest, _ call: Call) async throws -> EmbargoHistory {
        try await channel.ask(EmbargoMethods.listEmbargoHistory, ask, call)
    }

    /// The same for a file: of one year or of all, page by page. The first page is on record.
    public func readEmbargoHistory(_ ask: ReadEmbargoHistoryRequest, _ call: Call) async throws -> EmbargoHistory {
        try await channel.ask(EmbargoMethods.readEmbargoHistory, ask, call)
    }

    /// The log of effective changes, for the pages that stand open; what is promised is in events.proto.
    public func embargoNews(_ ask: ReplayRequest, _ call: Call) async throws -> ReplayPage {
        try await channel.ask(EmbargoMethods.embargoNews, ask, call)
    }

    public func embargoChanges(_ ask: ChangesRequest, _ call: Call) async throws -> EmbargoChangesPage {
        try await channel.ask(EmbargoMethods.embargoChanges, ask, call)
    }
}
