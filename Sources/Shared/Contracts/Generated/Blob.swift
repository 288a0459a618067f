// Made by Tools/protogen from proto/blob.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

public struct AppendBlobRequest: ProtoMessage {
    public var blobID: [UInt8] = []
    public var part: Int64 = 0
    public var bytes: [UInt8] = []

    public init() {}
}

extension AppendBlobRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__append_blob_request()
    }

    public init(copying c: UnsafePointer<Ers__AppendBlobRequest>) throws(ProtoError) {
        self.blobID = protoBytes(c.pointee.blob_id)
        self.part = c.pointee.part
        self.bytes = protoBytes(c.pointee.bytes)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AppendBlobRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.blob_id = try arena.bytes(blobID)
        c.pointee.part = part
        c.pointee.bytes = try arena.bytes(bytes)
    }
}

public struct SealBlobRequest: ProtoMessage {
    public var blobID: [UInt8] = []
    public var parts: Int64 = 0
    public var total: Int64 = 0

    public init() {}
}

extension SealBlobRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__seal_blob_request()
    }

    public init(copying c: UnsafePointer<Ers__SealBlobRequest>) throws(ProtoError) {
        self.blobID = protoBytes(c.pointee.blob_id)
        self.parts = c.pointee.parts
        self.total = c.pointee.total
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SealBlobRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.blob_id = try arena.bytes(blobID)
        c.pointee.parts = parts
        c.pointee.total = total
    }
}

/// What a server of `ers.Blobs` answers.
public protocol BlobsService: Sendable {
    /// Appends at an offset; the same part twice is the same as once. An unsealed blob is dropped after an hour.
    func appendBlob(_ ask: AppendBlobRequest, _ call: Call) async throws -> Empty
    /// Ends a blob. Fails if parts are missing or the total differs.
    func sealBlob(_ ask: SealBlobRequest, _ call: Call) async throws -> Empty
}

/// What each method of `ers.Blobs` demands of whoever calls it.
public enum BlobsMethods {
    public static let appendBlob = RPCMethodInfo(
        service: "ers.Blobs", method: "AppendBlob", idempotent: true,
        callers: ["gateway"], person: true)
    public static let sealBlob = RPCMethodInfo(
        service: "ers.Blobs", method: "SealBlob", idempotent: true,
        callers: ["gateway"], person: true)
}

extension BlobsService {
    /// For a server on the bus, or a channel straight into this process.
    public var rpcTable: RPCServiceTable {
        RPCServiceTable(
            "ers.Blobs",
            [
                RPCMethod(BlobsMethods.appendBlob) { try await self.appendBlob($0, $1) },
                RPCMethod(BlobsMethods.sealBlob) { try await self.sealBlob($0, $1) },
            ])
    }
}

/// Asks `ers.Blobs` over a channel.
public struct BlobsClient: Sendable {
    private let channel: any RPCChannel

    public init(_ channel: any RPCChannel) { self.channel = channel }

    /// Appends at an offset; the same part twice is the same as once. An unsealed blob is dropped after an hour.
    public func appendBlob(_ ask: AppendBlobRequest, _ call: Call) async throws -> Empty {
        try await channel.ask(BlobsMethods.appendBlob, ask, call)
    }

    /// Ends a blob. Fails if parts are missing or the total differs.
    public func sealBlob(_ ask: SealBlobRequest, _ call: Call) async throws -> Empty {
        try await channel.ask(BlobsMethods.sealBlob, ask, call)
    }
}
