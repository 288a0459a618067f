import Foundation
import Support
import Testing

@testable import Zip

/// Zips: what is read, and that no bytes from outside trap, unpack more than they say, or are taken for what they are not.
struct ZipTests {
    /// Made by another program: a folder, a packed file, a stored one with a name beyond ASCII, an empty one, a comment.
    static let sample = Array(
        Data(
            base64Encoded: """
                UEsDBBQAAAAAAAAAIVAAAAAAAAAAAAAAAAACAAAAYS9QSwMEFAAAAAgAAAAhUNLrLa0QAAAANwEAAAkAAABhL29uZS54bWyzyc9L\
                tasYBUQDG31QiAEAUEsDBBQAAAgAAAAAIVB40GeLBwAAAAcAAAALAAAAendlaS3DvC54bWw8endlaS8+UEsDBBQAAAAIAAAAIVAA\
                AAAAAgAAAAAAAAAJAAAAZW1wdHkueG1sAwBQSwECFAMUAAAAAAAAACFQAAAAAAAAAAAAAAAAAgAAAAAAAAAAAAAAgAEAAAAAYS9Q\
                SwECFAMUAAAACAAAACFQ0ustrRAAAAA3AQAACQAAAAAAAAAAAAAAgAEgAAAAYS9vbmUueG1sUEsBAhQDFAAACAAAAAAhUHjQZ4sH\
                AAAABwAAAAsAAAAAAAAAAAAAAIABVwAAAHp3ZWktw7wueG1sUEsBAhQDFAAAAAgAAAAhUAAAAAACAAAAAAAAAAkAAAAAAAAAAAAA\
                AIABhwAAAGVtcHR5LnhtbFBLBQYAAAAABAAEANcAAACwAAAACQBhIGNvbW1lbnQ=
                """)!)

    /// Everything in a zip, or the first thing that is wrong.
    static func contents(_ bytes: [UInt8], limit: Int = 1_000) throws -> [String: [UInt8]] {
        let total = Int64(bytes.count)
        let place = try ZipDirectory.place(tail: Array(bytes.suffix(Int(ZipDirectory.tailLimit))), total: total)
        let directory = try ZipDirectory(bytes[place.range], at: place)
        var contents: [String: [UInt8]] = [:]
        for entry in directory.entries where !entry.isFolder {
            try entry.check(limit: limit)
            var raw = bytes[entry.range(before: place.range.lowerBound)]
            if let whole = try entry.whole(raw, before: place.range.lowerBound) { raw = bytes[whole] }
            contents[entry.name] = try entry.content(raw)
        }
        return contents
    }

    @Test func readsWhatOtherProgramsWrite() throws {
        #expect(Self.sample.starts(with: ZipDirectory.firstBytes))
        let contents = try Self.contents(Self.sample)
        #expect(
            contents == [
                "a/one.xml": Array(("<one>" + String(repeating: "x", count: 300) + "</one>").utf8),
                "zwei-ü.xml": Array("<zwei/>".utf8), "empty.xml": [],
            ])
    }

    @Test func nothingLargerThanTheLimitIsUnpacked() {
        #expect(throws: ZipError("the file is larger than the limit of 310 bytes")) {
            try Self.contents(Self.sample, limit: 310)
        }
    }

    /// Offsets in the sample: the directory record of `a/one.xml`, and that of the stored file.
    private static let packed = Int(0xB0) + 48
    private static let stored = packed + 55

    @Test(
        "what is wrong is said",
        arguments: [
            // a size that is smaller or larger than what is there, up to one that would fill the memory
            (packed + 24, [0x36, 0x01], "the file is damaged"), (packed + 24, [0x38, 0x01], "the file is damaged"),
            (packed + 24, [0xFF, 0xFF, 0xFF, 0x7F], "the file is larger than the limit of 1000 bytes"),
            (packed + 16, [0], "the file is damaged"), (stored + 16, [0], "the file is damaged"),
            (packed + 20, [0xFF, 0xFF, 0xFF, 0xFF], "the file is damaged"),
            (packed + 8, [1], "the file is encrypted"),
            (packed + 10, [14], "the file is packed by method 14; only deflate is understood"),
            (packed + 42, [0x57], "the file is damaged"), (packed + 42, [0x01], "the file is damaged"),
            (packed + 42, [0xFF, 0xFF], "the directory at the end of the zip is damaged"),
            (packed, [0], "the directory at the end of the zip is damaged"),
            (packed + 30, [0xFF, 0xFF], "the directory at the end of the zip is damaged"),
            (0xB0 + 215 + 10, [0xFF, 0xFF], "more than 65534 files in one zip"),
            (0xB0 + 215 + 8, [3], "a zip in several parts"), (0xB0 + 215 + 4, [1], "a zip in several parts"),
            (0xB0 + 215 + 12, [0xFF, 0xFF], "the directory at the end of the zip is damaged"),
            (0xB0 + 215, [0], "no directory at the end: the file is no zip, or not whole"),
        ] as [(Int, [UInt8], String)])
    func refuses(offset: Int, bytes: [UInt8], problem: String) {
        var zip = Self.sample
        zip.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        #expect(throws: ZipError(problem)) { try Self.contents(zip) }
    }

    @Test func aCutZipIsNone() {
        for count in 0..<Self.sample.count {
            #expect(throws: ZipError.self) { try Self.contents(Array(Self.sample.prefix(count))) }
        }
    }

    @Test("nothing traps: bytes changed, cut and doubled at random", arguments: 0..<20)
    func survives(seed: Int) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            var zip = Self.sample
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<zip.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: zip[index] = UInt8.random(in: 0...255, using: &random)
                case 1: zip[index] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF].randomElement(using: &random) ?? 0
                default: zip.remove(at: index)
                }
            }
            let contents = try? Self.contents(zip)
            #expect(contents?.values.allSatisfy { $0.count <= 1_000 } != false, "seed \(seed)")
        }
    }
}

extension [UInt8] {
    fileprivate subscript(range: Range<Int64>) -> [UInt8] {
        Array(self[Int(range.lowerBound)..<Swift.min(count, Int(range.upperBound))])
    }
}
