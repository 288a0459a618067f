import CZlib

extension ZipEntry {
    /// Where to look for the entry in its file: a range that begins with its head and reaches beyond its bytes, if the
    /// file does.
    ///
    /// - Parameter end: where the directory begins.
    public func range(before end: Int64) -> Range<Int64> {
        let reach = Int64(30 + nameBytes + Self.usualExtra + packedSize)
        return offset..<Swift.max(offset, Swift.min(end, offset + reach))
    }

    /// Writers put some tens of bytes there; an entry with more of them is read a second time, see `whole`.
    private static let usualExtra = 256

    /// The range of an entry whose head is longer than usual, seen from the bytes of `range`; nil when that was enough.
    public func whole(_ bytes: [UInt8], before end: Int64) throws(ZipError) -> Range<Int64>? {
        let start = try dataStart(bytes)
        guard start + packedSize > bytes.count else { return nil }
        let last = offset + Int64(start + packedSize)
        guard last <= end else { throw damaged }
        return offset..<last
    }

    /// Looks whether the entry is worth reading, before a byte of it is.
    ///
    /// - Throws: `ZipError` for what is encrypted, packed in an unknown way, or larger than `limit` when unpacked.
    public func check(limit: Int) throws(ZipError) {
        guard size <= limit else { throw ZipError("the file is larger than the limit of \(limit) bytes") }
        guard !isEncrypted else { throw ZipError("the file is encrypted") }
        guard method == Self.stored || method == Self.deflated else {
            throw ZipError("the file is packed by method \(method); only deflate is understood")
        }
        // What cannot be packed grows by five bytes for every 16 KB.
        guard packedSize <= size + size / 1_000 + 64 else { throw damaged }
    }

    private static let stored: UInt16 = 0
    private static let deflated: UInt16 = 8

    /// The entry unpacked, after `check`.
    ///
    /// - Parameter bytes: from the entry's head on, at least to the end of its own bytes.
    /// - Throws: `ZipError` for what is damaged; never more than `size` bytes are unpacked.
    public func content(_ bytes: [UInt8]) throws(ZipError) -> [UInt8] {
        let packed = try own(bytes)
        let content = method == Self.stored ? Array(packed) : try Deflate.inflated(packed, size: size)
        guard content.count == size else { throw damaged }
        let checksum = content.withUnsafeBytes { bytes in
            crc32(0, bytes.bindMemory(to: UInt8.self).baseAddress, UInt32(bytes.count))
        }
        guard content.isEmpty || UInt32(truncatingIfNeeded: checksum) == self.checksum else { throw damaged }
        return content
    }

    /// The entry as it lies in the zip, when that is in the form that `Deflate` reads; nil for one that is not packed.
    ///
    /// - Parameter bytes: as for `content`.
    public func deflated(_ bytes: [UInt8]) throws(ZipError) -> ArraySlice<UInt8>? {
        method == Self.deflated ? try own(bytes) : nil
    }

    private var damaged: ZipError { .damagedFile }

    private func own(_ bytes: [UInt8]) throws(ZipError) -> ArraySlice<UInt8> {
        let start = try dataStart(bytes)
        guard start + packedSize <= bytes.count else { throw damaged }
        return bytes[start..<start + packedSize]
    }

    /// Behind the head, which repeats the name and may hold more than the directory says.
    private func dataStart(_ bytes: [UInt8]) throws(ZipError) -> Int {
        guard bytes.count >= 30, bytes.long(0) == 0x0403_4B50 else { throw damaged }
        return 30 + Int(bytes.short(26)) + Int(bytes.short(28))
    }
}

extension ZipError {
    fileprivate static let damagedFile = ZipError("the file is damaged")
}

/// The form in which zips pack files (RFC 1951), without a head or a checksum of its own.
public enum Deflate {
    /// Exactly `size` bytes.
    ///
    /// - Throws: `ZipError` for what is damaged or holds more or less.
    public static func inflated(_ packed: ArraySlice<UInt8>, size: Int) throws(ZipError) -> [UInt8] {
        var stream = z_stream()
        // Without the head and the checksum of zlib's own form.
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .damagedFile
        }
        defer { inflateEnd(&stream) }
        var code = Z_OK
        var source = packed
        // One byte more, so that what goes on behind its size shows.
        let content = [UInt8](unsafeUninitializedCapacity: size + 1) { out, count in
            source.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = out.baseAddress
                stream.avail_out = UInt32(size + 1)
                code = inflate(&stream, Z_FINISH)
                count = Int(stream.total_out)
            }
        }
        guard code == Z_STREAM_END, content.count == size else { throw .damagedFile }
        return content
    }
}
