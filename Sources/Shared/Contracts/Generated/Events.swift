// Made by Tools/protogen from proto/events.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

public struct EmbargoValue: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let unset = EmbargoValue(rawValue: 0)
    public static let embargoed = EmbargoValue(rawValue: 1)
    public static let released = EmbargoValue(rawValue: 2)
}

public struct EmbargoKind: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let unspecified = EmbargoKind(rawValue: 0)
    public static let individual = EmbargoKind(rawValue: 1)
    public static let aggregate = EmbargoKind(rawValue: 2)
}

public struct EmbargoLevel: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let unspecified = EmbargoLevel(rawValue: 0)
    public static let state = EmbargoLevel(rawValue: 1)
    public static let district = EmbargoLevel(rawValue: 2)
}

/// One effective change.
public struct EmbargoNotification: ProtoMessage {
    /// 1, 2, 3 and so on in each epoch, without a gap
    public var sequence: Int64 = 0
    /// the calendar year in which it ends
    public var schoolYear: Int32 = 0
    public var level: EmbargoLevel = EmbargoLevel(rawValue: 0)
    /// of the district; the state's code for the State
    public var naturalID: String = ""
    public var kind: EmbargoKind = EmbargoKind(rawValue: 0)
    /// as set for this organization: EMBARGOED or RELEASED
    public var value: EmbargoValue = EmbargoValue(rawValue: 0)
    /// microseconds since 1970, UTC
    public var atUs: Int64 = 0

    public init() {}
}

extension EmbargoNotification {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__embargo_notification()
    }

    public init(copying c: UnsafePointer<Ers__EmbargoNotification>) throws(ProtoError) {
        self.sequence = c.pointee.sequence
        self.schoolYear = c.pointee.school_year
        self.level = EmbargoLevel(rawValue: Int32(bitPattern: c.pointee.level.rawValue))
        self.naturalID = try protoString(c.pointee.natural_id)
        self.kind = EmbargoKind(rawValue: Int32(bitPattern: c.pointee.kind.rawValue))
        self.value = EmbargoValue(rawValue: Int32(bitPattern: c.pointee.value.rawValue))
        self.atUs = c.pointee.at_us
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EmbargoNotification>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.sequence = sequence
        c.pointee.school_year = schoolYear
        c.pointee.level = Ers__EmbargoLevel(rawValue: UInt32(bitPattern: level.rawValue))
        c.pointee.natural_id = try arena.string(naturalID)
        c.pointee.kind = Ers__EmbargoKind(rawValue: UInt32(bitPattern: kind.rawValue))
        c.pointee.value = Ers__EmbargoValue(rawValue: UInt32(bitPattern: value.rawValue))
        c.pointee.at_us = atUs
    }
}

/// What is published, behind the topic "embargo.notifications" and a "|".
public struct EmbargoPublication: ProtoMessage {
    /// 16 bytes; another one after a restore: read again from 0
    public var epoch: [UInt8] = []
    /// the newest sequence of the log; 0 when it is empty
    public var head: Int64 = 0
    /// not there in a heartbeat
    public var notification: EmbargoNotification? = nil

    public init() {}
}

extension EmbargoPublication {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__embargo_publication()
    }

    public init(copying c: UnsafePointer<Ers__EmbargoPublication>) throws(ProtoError) {
        self.epoch = protoBytes(c.pointee.epoch)
        self.head = c.pointee.head
        self.notification = try protoMessage(c.pointee.notification)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EmbargoPublication>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.epoch = try arena.bytes(epoch)
        c.pointee.head = head
        c.pointee.notification = try arena.message(optional: notification)
    }
}

public struct ReplayRequest: ProtoMessage {
    /// of the position; empty at first
    public var epoch: [UInt8] = []
    /// the last sequence that is known; 0 reads everything
    public var after: Int64 = 0
    /// 1...1000
    public var limit: Int32 = 0

    public init() {}
}

extension ReplayRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__replay_request()
    }

    public init(copying c: UnsafePointer<Ers__ReplayRequest>) throws(ProtoError) {
        self.epoch = protoBytes(c.pointee.epoch)
        self.after = c.pointee.after
        self.limit = c.pointee.limit
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReplayRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.epoch = try arena.bytes(epoch)
        c.pointee.after = after
        c.pointee.limit = limit
    }
}

public struct ReplayPage: ProtoMessage {
    public var epoch: [UInt8] = []
    public var head: Int64 = 0
    /// The position is of another epoch, or ahead of the log: forget it and everything read so far, and ask from 0.
    public var beginAgain: Bool = false
    /// sequence > after, ascending
    public var notifications: [EmbargoNotification] = []

    public init() {}
}

extension ReplayPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__replay_page()
    }

    public init(copying c: UnsafePointer<Ers__ReplayPage>) throws(ProtoError) {
        self.epoch = protoBytes(c.pointee.epoch)
        self.head = c.pointee.head
        self.beginAgain = c.pointee.begin_again != 0
        self.notifications = try protoMessages(c.pointee.n_notifications, c.pointee.notifications)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReplayPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.epoch = try arena.bytes(epoch)
        c.pointee.head = head
        c.pointee.begin_again = beginAgain ? 1 : 0
        c.pointee.n_notifications = notifications.count
        c.pointee.notifications = try arena.messages(notifications)
    }
}

/// What a server of `ers.EmbargoEvents` answers.
public protocol EmbargoEventsService: Sendable {
    /// One page of the log, in order of sequence. This, and not what is published, is the promise: every effective change,
    /// once, without a gap.
    func replayEmbargoNotifications(_ ask: ReplayRequest, _ call: Call) async throws -> ReplayPage
}

/// What each method of `ers.EmbargoEvents` demands of whoever calls it.
public enum EmbargoEventsMethods {
    public static let replayEmbargoNotifications = RPCMethodInfo(
        service: "ers.EmbargoEvents", method: "ReplayEmbargoNotifications", idempotent: true,
        callers: [], person: false, client: "embargo.events")
}

extension EmbargoEventsService {
    /// For a server on the bus, or a channel straight into this process.
    public var rpcTable: RPCServiceTable {
        RPCServiceTable(
            "ers.EmbargoEvents",
            [
                RPCMethod(EmbargoEventsMethods.replayEmbargoNotifications) { try await self.replayEmbargoNotifications($0, $1) },
            ])
    }
}

/// Asks `ers.EmbargoEvents` over a channel.
public struct EmbargoEventsClient: Sendable {
    private let channel: any RPCChannel

    public init(_ channel: any RPCChannel) { self.channel = channel }

    /// One page of the log, in order of sequence. This, and not what is published, is the promise: every effective change,
    /// once, without a gap.
    public func replayEmbargoNotifications(_ ask: ReplayRequest, _ call: Call) async throws -> ReplayPage {
        try await channel.ask(EmbargoEventsMethods.replayEmbargoNotifications, ask, call)
    }
}
