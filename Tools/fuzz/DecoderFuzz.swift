import Contracts
import ProtoRuntime

// libFuzzer's entry: the first byte chooses the message, the rest are its bytes. Built by `scripts/fuzz`.

/// Whatever the bytes are, a decoder answers or refuses; what it answers can be sent and read again.
func roundTrip<M: ProtoMessage>(_ type: M.Type, _ bytes: UnsafeRawBufferPointer) {
    guard let message = try? M(decoding: bytes) else { return }
    guard let sent = try? message.serialized(), let again = try? M(decoding: sent).serialized() else {
        fatalError("\(type) was read but cannot be sent")
    }
    precondition(sent == again, "\(type) changed on its second way")
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size > 0 else { return 0 }
    let type = Everything.messages[Int(data[0]) % Everything.messages.count]
    roundTrip(type, UnsafeRawBufferPointer(start: data + 1, count: size - 1))
    return 0
}
