import CZlib
import NIOCore

/// gzip by zlib, whole texts at once.
enum Gzip {
    struct Failure: Error { let code: Int32 }

    /// - Parameter level: 4 for answers made now (measured: 2.7 ms for 235 KB), 9 for files packed once at start.
    static func compress(_ plain: ByteBuffer, level: Int32) throws -> ByteBuffer {
        var stream = z_stream()
        // 15 bits of window, and 16 more to ask for the gzip form instead of zlib's own.
        var code = deflateInit2_(
            &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw Failure(code: code) }
        defer { deflateEnd(&stream) }

        let bound = Int(deflateBound(&stream, UInt(plain.readableBytes)))
        var packed = ByteBuffer()
        var source = plain
        packed.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { out in
            source.withUnsafeMutableReadableBytes { input in
                stream.next_in = input.bindMemory(to: UInt8.self).baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = out.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(min(out.count, Int(UInt32.max)))
                code = deflate(&stream, Z_FINISH)
                return Int(stream.total_out)
            }
        }
        guard code == Z_STREAM_END else { throw Failure(code: code) }
        return packed
    }
}
