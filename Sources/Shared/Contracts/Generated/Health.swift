// Made by Tools/protogen from proto/health.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

public struct HealthReport: ProtoMessage {
    public var service: String = ""
    public var ready: Bool = false
    public var parts: [HealthPart] = []

    public init() {}
}

extension HealthReport {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__health_report()
    }

    public init(copying c: UnsafePointer<Ers__HealthReport>) throws(ProtoError) {
        self.service = try protoString(c.pointee.service)
        self.ready = c.pointee.ready != 0
        self.parts = try protoMessages(c.pointee.n_parts, c.pointee.parts)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__HealthReport>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.service = try arena.string(service)
        c.pointee.ready = ready ? 1 : 0
        c.pointee.n_parts = parts.count
        c.pointee.parts = try arena.messages(parts)
    }
}

/// One thing the service needs, such as its database or a feed, and why it is not ready.
public struct HealthPart: ProtoMessage {
    public var name: String = ""
    public var ready: Bool = false
    public var reason: String = ""

    public init() {}
}

extension HealthPart {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__health_part()
    }

    public init(copying c: UnsafePointer<Ers__HealthPart>) throws(ProtoError) {
        self.name = try protoString(c.pointee.name)
        self.ready = c.pointee.ready != 0
        self.reason = try protoString(c.pointee.reason)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__HealthPart>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.name = try arena.string(name)
        c.pointee.ready = ready ? 1 : 0
        c.pointee.reason = try arena.string(reason)
    }
}

/// What a server of `ers.Health` answers.
public protocol HealthService: Sendable {
    func checkHealth(_ ask: Empty, _ call: Call) async throws -> HealthReport
}

/// What each method of `ers.Health` demands of whoever calls it.
public enum HealthMethods {
    public static let checkHealth = RPCMethodInfo(
        service: "ers.Health", method: "CheckHealth", idempotent: true,
        callers: ["aggregate", "embargo", "ers", "gateway", "group", "identity", "results"], person: false)
}

extension HealthService {
    /// For a server on the bus, or a channel straight into this process.
    public var rpcTable: RPCServiceTable {
        RPCServiceTable(
            "ers.Health",
            [
                RPCMethod(HealthMethods.checkHealth) { try await self.checkHealth($0, $1) },
            ])
    }
}

/// Asks `ers.Health` over a channel.
public struct HealthClient: Sendable {
    private let channel: any RPCChannel

    public init(_ channel: any RPCChannel) { self.channel = channel }

    public func checkHealth(_ ask: Empty, _ call: Call) async throws -> HealthReport {
        try await channel.ask(HealthMethods.checkHealth, ask, call)
    }
}
