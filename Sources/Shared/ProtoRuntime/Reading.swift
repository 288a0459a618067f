import CProtobufC
import Glibc

// What generated code calls to copy fields out of C memory. Strings are declared to protobuf-c as bytes, so that their
// length is known: as C strings they would end silently at the first NUL.

public func protoString(_ c: ProtobufCBinaryData) throws(ProtoError) -> String {
    guard c.len > 0, let data = c.data else { return "" }
    if memchr(data, 0, c.len) != nil { throw .embeddedNUL }
    guard let text = String(validating: UnsafeBufferPointer(start: data, count: c.len), as: UTF8.self) else {
        throw .invalidUTF8
    }
    return text
}

public func protoBytes(_ c: ProtobufCBinaryData) -> [UInt8] {
    guard c.len > 0, let data = c.data else { return [] }
    return [UInt8](UnsafeBufferPointer(start: data, count: c.len))
}

/// A repeated field of scalars, strings, bytes or enums.
public func protoArray<C, T>(
    _ count: Int, _ items: UnsafeMutablePointer<C>?, _ convert: (C) throws(ProtoError) -> T
) throws(ProtoError) -> [T] {
    guard count > 0, let items else { return [] }
    var result: [T] = []
    result.reserveCapacity(count)
    for i in 0..<count { result.append(try convert(items[i])) }
    return result
}

/// A repeated field of messages.
public func protoMessages<M: ProtoMessage>(
    _ count: Int, _ items: UnsafeMutablePointer<UnsafeMutablePointer<M.CMessage>?>?
) throws(ProtoError) -> [M] {
    guard count > 0, let items else { return [] }
    var result: [M] = []
    result.reserveCapacity(count)
    for i in 0..<count {
        guard let item = items[i] else { throw .malformed }
        result.append(try M(copying: item))
    }
    return result
}

/// A single message field; nil when it is not set.
public func protoMessage<M: ProtoMessage>(_ item: UnsafeMutablePointer<M.CMessage>?) throws(ProtoError) -> M? {
    guard let item else { return nil }
    return try M(copying: item)
}
