/// Turns a document in any encoding we take into checked UTF-8 without byte order mark.
enum XMLEncoding {
    /// - Throws: `XMLError` for an encoding we do not take, bytes that are not of the encoding, and the character 0,
    ///   at which the parser would stop as if the document ended there.
    static func utf8(_ document: [UInt8]) throws -> [UInt8] {
        guard !document.isEmpty else { throw XMLError(line: 1, problem: "the document is empty") }
        var text = document
        if document.starts(with: [0xEF, 0xBB, 0xBF]) {
            text = Array(document.dropFirst(3))
            try requireDeclared(in: text, ["utf-8"])
        } else if document.starts(with: [0xFF, 0xFE]) || document.starts(with: [0x3C, 0x00]) {
            text = try utf16(document, bigEndian: false)
        } else if document.starts(with: [0xFE, 0xFF]) || document.starts(with: [0x00, 0x3C]) {
            text = try utf16(document, bigEndian: true)
        } else {
            switch declared(in: document) {
            case nil, "utf-8", "us-ascii", "ascii": break
            case "iso-8859-1", "iso_8859-1", "latin1": text = singleBytes(document) { UInt16($0) }
            case "windows-1252", "cp1252": text = singleBytes(document, windows1252)
            case let other?: throw XMLError(line: 1, problem: "the encoding \(other) is not supported")
            }
        }
        do { _ = try UTF8Span(validating: text.span) } catch {
            throw XMLError(line: 1, problem: "the bytes are not UTF-8")
        }
        if hasZero(text), let zero = text.firstIndex(of: 0) {
            let line = text[..<zero].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
            throw XMLError(line: line, problem: "the character 0 is not allowed")
        }
        return text
    }

    /// A search would stop at each byte; this looks at many at once.
    private static func hasZero(_ text: [UInt8]) -> Bool {
        var least = UInt8.max
        for byte in text { least = min(least, byte) }
        return least == 0
    }

    private static let declarationStart = Array("<?xml".utf8)
    private static let encodingName = Array("encoding".utf8)

    /// The encoding named in the XML declaration, in lower case; nil without one.
    private static func declared(in text: [UInt8]) -> String? {
        guard text.starts(with: declarationStart) else { return nil }
        let head = text.prefix(400)
        guard let end = head.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        var rest = head[..<end]
        while !rest.starts(with: encodingName) {
            if rest.popFirst() == nil { return nil }
        }
        rest = rest.dropFirst(encodingName.count).drop { $0 <= 32 || $0 == UInt8(ascii: "=") }
        guard let quote = rest.popFirst(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
        return String(decoding: rest.prefix { $0 != quote }.prefix(40), as: UTF8.self).lowercased()
    }

    private static func requireDeclared(in text: [UInt8], _ names: [String]) throws {
        if let name = declared(in: text), !names.contains(name) {
            throw XMLError(line: 1, problem: "the encoding \(name) is declared, but the bytes are not")
        }
    }

    private static func utf16(_ document: [UInt8], bigEndian: Bool) throws -> [UInt8] {
        guard document.count.isMultiple(of: 2) else { throw XMLError(line: 1, problem: "the bytes are not UTF-16") }
        var units = [UInt16]()
        units.reserveCapacity(document.count / 2)
        for index in stride(from: 0, to: document.count, by: 2) {
            let (high, low) =
                bigEndian ? (document[index], document[index + 1]) : (document[index + 1], document[index])
            units.append(UInt16(high) << 8 | UInt16(low))
        }
        if units.first == 0xFEFF { units.removeFirst() }
        guard let string = String(validating: units, as: UTF16.self) else {
            throw XMLError(line: 1, problem: "the bytes are not UTF-16")
        }
        let text = Array(string.utf8)
        try requireDeclared(in: text, ["utf-16", "utf-16le", "utf-16be", "iso-10646-ucs-2"])
        return text
    }

    private static func singleBytes(_ document: [UInt8], _ character: (UInt8) -> UInt16) -> [UInt8] {
        guard document.contains(where: { $0 >= 0x80 }) else { return document }
        return Array(String(decoding: document.map(character), as: UTF16.self).utf8)
    }

    /// The 32 places in which windows-1252 differs from ISO-8859-1; 5 of them are not used by it.
    private static let windows1252Differences: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153,
        0x9D,
        0x017E, 0x0178,
    ]

    private static func windows1252(_ byte: UInt8) -> UInt16 {
        (0x80..<0xA0).contains(byte) ? windows1252Differences[Int(byte) - 0x80] : UInt16(byte)
    }
}
