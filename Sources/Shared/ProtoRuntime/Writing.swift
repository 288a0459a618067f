import CProtobufC
import Glibc

// What generated code calls to build C structs in the arena.
extension Arena {
    public func string(_ text: String) throws(ProtoError) -> ProtobufCBinaryData {
        var text = text
        let count = text.utf8.count
        if count == 0 { return ProtobufCBinaryData(len: 0, data: nil) }
        let room = try room(for: UInt8.self, count: count)
        text.withUTF8 { source in
            _ = UnsafeMutableBufferPointer(start: room, count: count).initialize(fromContentsOf: source)
        }
        if memchr(room, 0, count) != nil { throw .embeddedNUL }
        return ProtobufCBinaryData(len: count, data: room)
    }

    public func bytes(_ bytes: [UInt8]) throws(ProtoError) -> ProtobufCBinaryData {
        if bytes.isEmpty { return ProtobufCBinaryData(len: 0, data: nil) }
        let room = try room(for: UInt8.self, count: bytes.count)
        _ = UnsafeMutableBufferPointer(start: room, count: bytes.count).initialize(fromContentsOf: bytes)
        return ProtobufCBinaryData(len: bytes.count, data: room)
    }

    /// A repeated field of scalars or enums.
    public func array<T, C>(_ values: [T], _ convert: (T) -> C) throws(ProtoError) -> UnsafeMutablePointer<C>? {
        if values.isEmpty { return nil }
        let room = try room(for: C.self, count: values.count)
        for i in values.indices { (room + i).initialize(to: convert(values[i])) }
        return room
    }

    public func strings(_ values: [String]) throws(ProtoError) -> UnsafeMutablePointer<ProtobufCBinaryData>? {
        if values.isEmpty { return nil }
        let room = try room(for: ProtobufCBinaryData.self, count: values.count)
        for i in values.indices { (room + i).initialize(to: try string(values[i])) }
        return room
    }

    public func blobs(_ values: [[UInt8]]) throws(ProtoError) -> UnsafeMutablePointer<ProtobufCBinaryData>? {
        if values.isEmpty { return nil }
        let room = try room(for: ProtobufCBinaryData.self, count: values.count)
        for i in values.indices { (room + i).initialize(to: try bytes(values[i])) }
        return room
    }

    public func message<M: ProtoMessage>(_ message: M) throws(ProtoError) -> UnsafeMutablePointer<M.CMessage> {
        // Anything else would mean that the descriptor belongs to another C struct, and memory gets overwritten.
        precondition(
            M.protoDescriptor.pointee.sizeof_message == MemoryLayout<M.CMessage>.size, "C struct of another type")
        let room = try room(for: M.CMessage.self, count: 1)
        protobuf_c_message_init(M.protoDescriptor, room)
        try message.fill(room, self)
        return room
    }

    /// A single message field; nil leaves it unset.
    public func message<M: ProtoMessage>(
        optional message: M?
    ) throws(ProtoError) -> UnsafeMutablePointer<M.CMessage>? {
        guard let message else { return nil }
        return try self.message(message)
    }

    public func messages<M: ProtoMessage>(
        _ values: [M]
    ) throws(ProtoError) -> UnsafeMutablePointer<UnsafeMutablePointer<M.CMessage>?>? {
        if values.isEmpty { return nil }
        let room = try room(for: UnsafeMutablePointer<M.CMessage>?.self, count: values.count)
        for i in values.indices { (room + i).initialize(to: try message(values[i])) }
        return room
    }
}
