import Contracts
import NIOCore

/// The bytes of one payload on their way to the service that owns it.
///
/// Up to 1 MiB stays in memory and travels with the request itself; more goes out in parts of 1 MiB as it arrives, so the
/// gateway never holds more than one part of a payload of 500 MB.
struct PayloadUpload: ~Copyable {
    enum Payload: Equatable {
        case bytes([UInt8])
        case blob([UInt8])
    }

    static let partSize = 1 << 20

    private let blobs: BlobsClient
    private let limit: Int64
    /// A call with a budget of its own for each part: how long the whole takes is the sender's affair.
    private let call: @Sendable () -> Call
    private var held: [UInt8] = []
    private var blobID: [UInt8] = []
    private var partsSent: Int64 = 0
    private var bytesSent: Int64 = 0

    init(to blobs: BlobsClient, limit: Int64, call: @escaping @Sendable () -> Call) {
        self.blobs = blobs
        self.limit = limit
        self.call = call
    }

    var total: Int64 { bytesSent + Int64(held.count) }

    /// - Throws: `PayloadTooLarge` beyond the limit; the `Fault` of the service.
    mutating func append(_ bytes: ByteBuffer) async throws {
        guard Int64(bytes.readableBytes) <= limit - total else { throw PayloadTooLarge() }
        var bytes = bytes
        while bytes.readableBytes > 0 {
            // A full part leaves only when more follows: exactly 1 MiB still travels with the request.
            if held.count == Self.partSize { try await sendPart() }
            let count = min(Self.partSize - held.count, bytes.readableBytes)
            if held.isEmpty, bytes.readableBytes > count { held.reserveCapacity(Self.partSize) }
            held.append(contentsOf: bytes.readBytes(length: count) ?? [])
        }
    }

    /// The payload, sealed if it is a blob.
    mutating func finish() async throws -> Payload {
        guard partsSent > 0 else { return .bytes(held) }
        let total = self.total
        try await sendPart()
        _ = try await blobs.sealBlob(
            .with {
                $0.blobID = blobID
                $0.parts = partsSent
                $0.total = total
            }, call())
        return .blob(blobID)
    }

    private mutating func sendPart() async throws {
        if blobID.isEmpty { blobID = (0..<16).map { _ in UInt8.random(in: .min ... .max) } }
        let (part, bytes) = (partsSent, held)
        _ = try await blobs.appendBlob(
            .with {
                $0.blobID = blobID
                $0.part = part
                $0.bytes = bytes
            }, call())
        partsSent += 1
        bytesSent += Int64(bytes.count)
        held.removeAll(keepingCapacity: true)
    }
}

/// A body beyond the limit of its route.
struct PayloadTooLarge: Error {}
