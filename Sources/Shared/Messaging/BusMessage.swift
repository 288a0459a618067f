internal import CNNG

/// A message that has arrived, still in NNG's memory.
///
/// Unchecked: the message belongs to this object alone and is only read until it is freed.
final class BusMessage: @unchecked Sendable {
    private let raw: OpaquePointer

    init(taking raw: OpaquePointer) { self.raw = raw }
    deinit { nng_msg_free(raw) }

    var count: Int { nng_msg_len(raw) }

    func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try body(UnsafeRawBufferPointer(start: nng_msg_body(raw), count: nng_msg_len(raw)))
    }

    var bytes: [UInt8] { withBytes { [UInt8]($0) } }

    /// A copy in NNG's memory; whoever sends it owns it.
    static func copying(_ parts: [UInt8]...) throws(NNGError) -> OpaquePointer {
        var made: OpaquePointer?
        try NNGError.check(nng_msg_alloc(&made, parts.reduce(0) { $0 + $1.count }))
        guard let message = made, let body = nng_msg_body(message) else { throw NNGError.outOfMemory }
        var place = body
        for part in parts {
            part.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                place.copyMemory(from: start, byteCount: bytes.count)
            }
            place += part.count
        }
        return message
    }
}
