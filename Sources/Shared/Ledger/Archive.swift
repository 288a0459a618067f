import CZstd
import Contracts
import Zip

/// Bytes as they lie in the archive: compressed when that makes them shorter.
struct ArchivedBytes: Sendable {
    /// 0 as received, 1 zstd, 2 deflate.
    let encoding: Int16
    /// The length as received.
    let length: Int32
    let body: [UInt8]

    /// The largest part that is kept or read at once.
    static let partLimit = 1 << 20
    /// TRTs of the largest kind are kept as one part, so that a worker reads one row.
    static let wholeLimit = 4 << 20

    init(encoding: Int16, length: Int32, body: [UInt8]) {
        self.encoding = encoding
        self.length = length
        self.body = body
    }

    /// At most `wholeLimit` bytes.
    init(compressing bytes: [UInt8]) {
        precondition(bytes.count <= Self.wholeLimit, "parts are bounded before they are compressed")
        let bound = ZSTD_compressBound(bytes.count)
        let compressed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            let size = ZSTD_compress(buffer.baseAddress, bound, bytes, bytes.count, 1)
            count = ZSTD_isError(size) == 0 ? size : 0
        }
        if !compressed.isEmpty, compressed.count < bytes.count {
            self.init(encoding: 1, length: Int32(bytes.count), body: compressed)
        } else {
            self.init(encoding: 0, length: Int32(bytes.count), body: bytes)
        }
    }

    /// A file of a zip as its sender packed it: to pack it anew takes as long as storing it. Nil when it is not packed well,
    /// as XML that is becomes a sixth.
    init?(deflated packed: ArraySlice<UInt8>, length: Int) {
        guard packed.count * 4 <= length, length <= Self.wholeLimit else { return nil }
        self.init(encoding: 2, length: Int32(length), body: Array(packed))
    }

    /// The bytes as received. Throws when the archive is damaged: a payload is never made up.
    func restored() throws -> [UInt8] {
        if encoding == 0 { return body }
        let size = Int(length)
        guard (0...Self.wholeLimit).contains(size) else { throw ArchiveDamaged() }
        switch encoding {
        case 1: return try decompressed(to: size)
        case 2:
            do { return try Deflate.inflated(body[...], size: size) } catch { throw ArchiveDamaged() }
        default: throw ArchiveDamaged()
        }
    }

    private func decompressed(to size: Int) throws -> [UInt8] {
        var restored = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            restored = ZSTD_decompress(buffer.baseAddress, size, body, body.count)
            count = ZSTD_isError(restored) == 0 ? restored : 0
        }
        guard ZSTD_isError(restored) == 0, bytes.count == size else { throw ArchiveDamaged() }
        return bytes
    }
}

/// A stored payload cannot be read back as it was received.
struct ArchiveDamaged: Error {}
