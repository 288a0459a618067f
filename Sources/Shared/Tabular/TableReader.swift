/// Reads a table file record by record from pieces of bytes, so that a file never has to be in memory whole.
///
/// A byte order mark, comments and empty lines are left out; lines end with CRLF, CR or LF; cells lose the white space
/// around them, line breaks and tabs included; a line break inside a quoted cell becomes LF. Rule: ingest §4.1, §6.2; §15.30.
public struct TableReader {
    private let format: TableFormat
    private let more: () throws -> [UInt8]?
    /// The piece being read and how far.
    private var piece: [UInt8] = []
    private var position = 0
    private var ended = false
    /// Line breaks read so far.
    private var breaks = 0
    private var records = 0
    private var started = false

    /// - Parameter more: the next piece of the file; nil at its end. An empty piece is allowed.
    public init(_ format: TableFormat, more: @escaping () throws -> [UInt8]?) {
        self.format = format
        self.more = more
    }

    public init(_ format: TableFormat, _ bytes: [UInt8]) {
        var rest: [UInt8]? = bytes
        self.init(format) {
            defer { rest = nil }
            return rest
        }
    }

    /// The next record, whether blank or not; nil at the end of the file.
    /// - Throws: `TableError`, after which the reader must not be used, or what `more` threw.
    public mutating func next() throws -> TableRow? {
        if !started {
            started = true
            try skipByteOrderMark()
        }
        while let byte = try peek() {
            if byte == Self.lineFeed || byte == Self.carriageReturn {
                try skipLineBreak(byte)
            } else if format.comments, byte == UInt8(ascii: "#") {
                while let byte = try peek(), byte != Self.lineFeed, byte != Self.carriageReturn { position += 1 }
            } else {
                return try record()
            }
        }
        return nil
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let quote = UInt8(ascii: "\"")
    private static let blank = UInt8(ascii: " ")

    private mutating func record() throws -> TableRow {
        var text: [UInt8] = []
        var ends: [Int] = []
        var size = 0
        while true {
            let start = text.count
            let end = try cell(into: &text, size: &size)
            trim(&text, from: start)
            guard ends.count < format.columnLimit else { throw error(.tooManyColumns(limit: format.columnLimit)) }
            ends.append(text.count)
            if end != format.separator { break }
        }
        let line = breaks + 1
        // An ASCII text, the usual case, needs no closer look.
        if text.contains(where: { $0 >= 0x80 }), String(validating: text, as: UTF8.self) == nil {
            throw error(.invalidUTF8)
        }
        if text.contains(0) { throw error(.nul) }
        if let byte = try peek() { try skipLineBreak(byte) }
        defer { records += 1 }
        return TableRow(record: records, line: line, text: text, ends: ends)
    }

    /// Reads one cell and the separator behind it.
    /// - Returns: the separator, or nil when the record ends here; its line break is not consumed.
    private mutating func cell(into text: inout [UInt8], size: inout Int) throws -> UInt8? {
        if format.quoted, try peek() == Self.quote {
            position += 1
            try quotedText(into: &text, size: &size)
            while let byte = try peek(), byte != Self.lineFeed, byte != Self.carriageReturn {
                position += 1
                if byte == format.separator { return byte }
                guard byte <= Self.blank else { throw error(.textAfterQuote) }
                try grow(&size)
            }
            return nil
        }
        while let byte = try peek(), byte != Self.lineFeed, byte != Self.carriageReturn {
            position += 1
            if byte == format.separator { return byte }
            try grow(&size)
            text.append(byte)
        }
        return nil
    }

    private mutating func quotedText(into text: inout [UInt8], size: inout Int) throws {
        while let byte = try peek() {
            position += 1
            try grow(&size)
            if byte == Self.quote {
                guard try peek() == Self.quote else { return }
                position += 1
            } else if byte == Self.lineFeed || byte == Self.carriageReturn {
                position -= 1
                try skipLineBreak(byte)
                text.append(Self.lineFeed)
                continue
            }
            text.append(byte)
        }
        throw error(.openQuote)
    }

    private func trim(_ text: inout [UInt8], from start: Int) {
        while text.count > start, text[text.count - 1] <= Self.blank { text.removeLast() }
        var first = start
        while first < text.count, text[first] <= Self.blank { first += 1 }
        if first > start { text.removeSubrange(start..<first) }
    }

    private func grow(_ size: inout Int) throws {
        size += 1
        if size > format.recordLimit { throw error(.recordTooLong(limit: format.recordLimit)) }
    }

    private mutating func peek() throws -> UInt8? {
        while position == piece.count {
            if ended { return nil }
            guard let next = try more() else {
                ended = true
                return nil
            }
            piece = next
            position = 0
        }
        return piece[position]
    }

    /// CRLF counts as one break.
    private mutating func skipLineBreak(_ byte: UInt8) throws {
        position += 1
        if byte == Self.carriageReturn, try peek() == Self.lineFeed { position += 1 }
        breaks += 1
    }

    private mutating func skipByteOrderMark() throws {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard try peek() == mark[0] else { return }
        // Pieces may be of any size, so the mark is put together first.
        while piece.count - position < mark.count, let next = try more() { piece += next }
        if piece[position...].starts(with: mark) { position += mark.count }
    }

    private func error(_ problem: TableError.Problem) -> TableError {
        TableError(line: breaks + 1, problem: problem)
    }
}
