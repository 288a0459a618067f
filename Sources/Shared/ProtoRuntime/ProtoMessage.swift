import CProtobufC

/// A message of the contract as a Swift value. Generated types conform; protobuf-c reads and writes the bytes.
///
/// Fields that a newer peer added are dropped, fields it left out have their defaults, and so a message can grow.
public protocol ProtoMessage: Sendable, Equatable {
    /// The C struct that protobuf-c fills. Only generated code touches it.
    associatedtype CMessage
    static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> { get }

    /// All fields at their defaults.
    init()
    /// Copies everything out of C memory.
    init(copying c: UnsafePointer<CMessage>) throws(ProtoError)
    /// Writes the fields into an initialized C struct, with memory of `arena`.
    func fill(_ c: UnsafeMutablePointer<CMessage>, _ arena: borrowing Arena) throws(ProtoError)
}

extension ProtoMessage {
    /// - Parameter limit: the most bytes a message may have; memory is limited to a multiple of it.
    public init(decoding bytes: [UInt8], limit: Int = 4 << 20) throws(ProtoError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(ProtoError) in
            try Self(decoding: UnsafeRawBufferPointer(buffer), limit: limit)
        }
    }

    public init(decoding bytes: UnsafeRawBufferPointer, limit: Int = 4 << 20) throws(ProtoError) {
        guard bytes.count <= limit, limit <= 1 << 30 else { throw .tooLarge }
        // A field of two bytes on the wire can be a struct of a hundred in memory, so memory is counted apart.
        let arena = Arena(
            limit: min(bytes.count * 64 + (64 << 10), limit * 16 + (64 << 10)), expecting: bytes.count * 3)
        // protobuf-c keeps calling into the arena until unpack returns, and the copy reads from it after that.
        defer { withExtendedLifetime(arena) {} }
        var allocator = arena.allocator
        let unpacked = protobuf_c_message_unpack(
            Self.protoDescriptor, &allocator, bytes.count, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        guard let unpacked else { throw arena.failure ?? .malformed }
        self = try Self(copying: UnsafeRawPointer(unpacked).assumingMemoryBound(to: CMessage.self))
    }

    /// - Parameter limit: the most bytes the message may have.
    public func serialized(limit: Int = 4 << 20) throws(ProtoError) -> [UInt8] {
        guard limit <= 1 << 30 else { throw .tooLarge }
        let arena = Arena(limit: limit * 16 + (64 << 10), expecting: 4 << 10)
        defer { withExtendedLifetime(arena) {} }
        let message = try arena.message(self)
        let base = UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
        let size = protobuf_c_message_get_packed_size(base)
        guard size <= limit else { throw .tooLarge }
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = protobuf_c_message_pack(base, buffer.baseAddress)
        }
    }

    /// A message with the fields that `fill` sets.
    public static func with(_ fill: (inout Self) throws -> Void) rethrows -> Self {
        var message = Self()
        try fill(&message)
        return message
    }
}
