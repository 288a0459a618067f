/// Why bytes are no zip file that is read here. The text is for the sender.
public struct ZipError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// One file of a zip, as the directory at its end says.
public struct ZipEntry: Sendable, Equatable {
    public let name: String
    /// Bytes when unpacked.
    public let size: Int
    let packedSize: Int
    let checksum: UInt32
    let method: UInt16
    let isEncrypted: Bool
    let offset: Int64
    let nameBytes: Int

    public var isFolder: Bool { name.hasSuffix("/") }
}

/// The directory of a zip file: what is in it and where, before anything is unpacked.
///
/// Reads the form of one part with sizes of 32 bits; a payload is never larger. Every number is checked against the size
/// of the file before it is used.
public struct ZipDirectory: Sendable {
    public static let entryLimit = 65_534
    /// 500 bytes for each entry.
    static let sizeLimit: Int64 = 32 << 20

    /// The first bytes of a zip file with anything in it.
    public static let firstBytes: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

    /// The last bytes of a file among which its end record lies, if it is one.
    public static let tailLimit: Int64 = 22 + 65_535

    /// Where the directory lies.
    public struct Place: Sendable, Equatable {
        public let range: Range<Int64>
        let count: Int
    }

    /// - Parameters:
    ///   - tail: the last `tailLimit` bytes of the file, or all of a shorter one.
    ///   - total: the size of the file.
    public static func place(tail: [UInt8], total: Int64) throws(ZipError) -> Place {
        let start = total - Int64(tail.count)
        for index in stride(from: tail.count - 22, through: 0, by: -1) {
            guard tail[index] == 0x50, tail.long(index) == 0x0605_4B50,
                index + 22 + Int(tail.short(index + 20)) == tail.count
            else { continue }
            let count = Int(tail.short(index + 10))
            let (size, offset) = (Int64(tail.long(index + 12)), Int64(tail.long(index + 16)))
            guard count <= entryLimit, offset < 0xFFFF_FFFF else {
                throw ZipError("more than \(entryLimit) files in one zip")
            }
            guard tail.short(index + 4) == 0, tail.short(index + 6) == 0, tail.short(index + 8) == count else {
                throw ZipError("a zip in several parts")
            }
            guard size <= sizeLimit, offset + size <= start + Int64(index) else {
                throw ZipError("the directory at the end of the zip is damaged")
            }
            return Place(range: offset..<offset + size, count: count)
        }
        throw ZipError("no directory at the end: the file is no zip, or not whole")
    }

    public let entries: [ZipEntry]

    /// - Parameter bytes: those of `place.range`.
    public init(_ bytes: [UInt8], at place: Place) throws(ZipError) {
        var entries: [ZipEntry] = []
        entries.reserveCapacity(place.count)
        var next = 0
        for _ in 0..<place.count {
            guard next + 46 <= bytes.count, bytes.long(next) == 0x0201_4B50 else {
                throw ZipError("the directory at the end of the zip is damaged")
            }
            let nameBytes = Int(bytes.short(next + 28))
            let end = next + 46 + nameBytes + Int(bytes.short(next + 30)) + Int(bytes.short(next + 32))
            let offset = Int64(bytes.long(next + 42))
            guard end <= bytes.count, offset < place.range.lowerBound else {
                throw ZipError("the directory at the end of the zip is damaged")
            }
            entries.append(
                ZipEntry(
                    name: String(decoding: bytes[next + 46..<next + 46 + nameBytes], as: UTF8.self),
                    size: Int(bytes.long(next + 24)), packedSize: Int(bytes.long(next + 20)),
                    checksum: bytes.long(next + 16), method: bytes.short(next + 10),
                    isEncrypted: bytes.short(next + 8) & 1 != 0, offset: offset, nameBytes: nameBytes))
            next = end
        }
        self.entries = entries
    }
}

extension [UInt8] {
    /// Two bytes, the lower one first. The caller has checked that they are there.
    func short(_ index: Int) -> UInt16 { UInt16(self[index]) | UInt16(self[index + 1]) << 8 }

    func long(_ index: Int) -> UInt32 { UInt32(short(index)) | UInt32(short(index + 2)) << 16 }
}
