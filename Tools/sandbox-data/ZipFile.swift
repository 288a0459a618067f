import CZlib
import Foundation

/// A zip archive that is written front to back, one entry in memory at a time.
final class ZipFile {
    struct Failure: Error { let code: Int32 }

    private let handle: FileHandle
    private var offset = 0
    private var directory: [UInt8] = []
    private(set) var count = 0

    /// 1 January 1980, the first day that the format knows: the same bytes whenever it is made.
    private static let date: UInt32 = 0x21 << 16

    init(at url: URL) throws {
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: url)
        handle = try FileHandle(forWritingTo: url)
    }

    /// - Precondition: name and content are far below 4 GB, and so is the whole archive.
    func add(_ name: String, _ content: [UInt8]) throws {
        let packed = try Self.deflated(content)
        // What both headers say: version, flag of UTF-8 names, method, date, sum and sizes.
        var about: [UInt8] = []
        about.add16(20)
        about.add16(0x0800)
        about.add16(8)
        about.add32(Self.date)
        about.add32(UInt32(crc32(0, content, UInt32(content.count))))
        about.add32(UInt32(packed.count))
        about.add32(UInt32(content.count))
        about.add16(UInt16(name.utf8.count))
        about.add16(0)

        var local: [UInt8] = []
        local.add32(0x0403_4B50)
        local += about
        local += name.utf8
        local += packed
        directory.add32(0x0201_4B50)
        directory.add16(20)
        directory += about
        for _ in 0..<3 { directory.add16(0) }
        directory.add32(0)
        directory.add32(UInt32(offset))
        directory += name.utf8
        try handle.write(contentsOf: local)
        offset += local.count
        count += 1
    }

    func finish() throws {
        var end = directory
        end.add32(0x0605_4B50)
        end.add32(0)
        end.add16(UInt16(count))
        end.add16(UInt16(count))
        end.add32(UInt32(directory.count))
        end.add32(UInt32(offset))
        end.add16(0)
        try handle.write(contentsOf: end)
        try handle.close()
    }

    private static func deflated(_ content: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        // A negative window asks for the bare form without zlib's own header.
        var code = deflateInit2_(
            &stream, 4, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw Failure(code: code) }
        defer { deflateEnd(&stream) }
        var source = content
        let bound = Int(deflateBound(&stream, UInt(content.count)))
        let packed = [UInt8](unsafeUninitializedCapacity: bound) { out, count in
            source.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = out.baseAddress
                stream.avail_out = UInt32(bound)
                code = deflate(&stream, Z_FINISH)
            }
            count = Int(stream.total_out)
        }
        guard code == Z_STREAM_END else { throw Failure(code: code) }
        return packed
    }
}

extension [UInt8] {
    fileprivate mutating func add16(_ number: UInt16) {
        append(UInt8(truncatingIfNeeded: number))
        append(UInt8(truncatingIfNeeded: number >> 8))
    }

    fileprivate mutating func add32(_ number: UInt32) {
        add16(UInt16(truncatingIfNeeded: number))
        add16(UInt16(truncatingIfNeeded: number >> 16))
    }
}
