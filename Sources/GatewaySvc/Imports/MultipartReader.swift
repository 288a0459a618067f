import NIOCore

#if canImport(Glibc)
    import Glibc
#endif

/// A `multipart/form-data` body, read as it arrives: any cut into chunks gives the same parts.
///
/// Holds at most one chunk, the length of a delimiter, and the headers of one part.
struct MultipartReader {
    enum Event: Equatable {
        case partBegins(PartHeaders)
        case bytes(ByteBuffer)
        case partEnds
    }

    struct PartHeaders: Equatable {
        var name = ""
        /// Nil for an ordinary form field.
        var filename: String?
        var contentType: String?
    }

    struct Problem: Error, Equatable {
        let what: String
    }

    static let partLimit = 200
    static let headerBytesLimit = 16_384

    private enum State {
        case preamble, delimiter, headers, body, epilogue
    }

    /// Line end, two dashes, boundary.
    private let delimiter: [UInt8]
    private var state = State.preamble
    private var held: ByteBuffer
    private var parts = 0

    /// - Parameter contentType: the request's header.
    /// - Throws: `Problem` when it names no usable boundary.
    init(contentType: String) throws {
        guard let header = HeaderValue(contentType), let boundary = header.parameters["boundary"],
            (1...70).contains(boundary.utf8.count), boundary.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F || $0 == 0x20 }),
            boundary.last != " "
        else { throw Problem(what: "the form names no usable boundary") }
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter may stand at the very beginning, without a line end before it.
        held = ByteBuffer(string: "\r\n")
    }

    /// - Returns: what the chunk completes, in order.
    mutating func read(_ chunk: ByteBuffer) throws -> [Event] {
        var chunk = chunk
        held.writeBuffer(&chunk)
        var events: [Event] = []
        while let more = try step() { events += more }
        held.discardReadBytes()
        return events
    }

    /// To be called when the body has ended.
    func finish() throws {
        guard case .epilogue = state else { throw Problem(what: "the form ends before its last boundary") }
    }

    /// One step forward, or nil when more bytes are needed.
    private mutating func step() throws -> [Event]? {
        switch state {
        case .preamble:
            guard skipToDelimiter() else { return nil }
            state = .delimiter
            return []
        case .delimiter:
            return try readDelimiterEnd()
        case .headers:
            return try readHeaders()
        case .body:
            return readBody()
        case .epilogue:
            held.clear()
            return nil
        }
    }

    private mutating func skipToDelimiter() -> Bool {
        switch findDelimiter() {
        case .at(let offset):
            held.moveReaderIndex(forwardBy: offset + delimiter.count)
            return true
        case .notBefore(let offset):
            held.moveReaderIndex(forwardBy: offset)
            return false
        }
    }

    /// After a delimiter: two dashes end the form; blanks and a line end begin a part.
    private mutating func readDelimiterEnd() throws -> [Event]? {
        guard held.readableBytes >= 2 else { return nil }
        let view = held.readableBytesView
        if view.starts(with: "--".utf8) {
            state = .epilogue
            return []
        }
        guard let end = view.firstIndex(of: UInt8(ascii: "\n")) else {
            if view.count > 256 { throw Problem(what: "text behind a boundary of the form") }
            return nil
        }
        let line = view[view.startIndex..<end]
        guard line.last == UInt8(ascii: "\r"), line.dropLast().allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else {
            throw Problem(what: "text behind a boundary of the form")
        }
        held.moveReaderIndex(forwardBy: line.count + 1)
        parts += 1
        guard parts <= Self.partLimit else { throw Problem(what: "the form has more than \(Self.partLimit) parts") }
        state = .headers
        return []
    }

    private mutating func readHeaders() throws -> [Event]? {
        let view = held.readableBytesView
        if view.starts(with: "\r\n".utf8) {
            held.moveReaderIndex(forwardBy: 2)
            state = .body
            return [.partBegins(PartHeaders())]
        }
        let blankLine = Array("\r\n\r\n".utf8)
        guard let end = Self.find(blankLine, in: view.prefix(Self.headerBytesLimit + 4)) else {
            if view.count > Self.headerBytesLimit { throw Problem(what: "the headers of a part are too large") }
            return nil
        }
        guard end <= Self.headerBytesLimit else { throw Problem(what: "the headers of a part are too large") }
        guard let text = String(validating: view.prefix(end), as: UTF8.self) else {
            throw Problem(what: "the headers of a part are not UTF-8")
        }
        held.moveReaderIndex(forwardBy: end + blankLine.count)
        state = .body
        return [.partBegins(try Self.parse(text))]
    }

    private mutating func readBody() -> [Event]? {
        switch findDelimiter() {
        case .at(let offset):
            var events: [Event] = []
            if offset > 0, let bytes = held.readSlice(length: offset) { events.append(.bytes(bytes)) }
            held.moveReaderIndex(forwardBy: delimiter.count)
            state = .delimiter
            return events + [.partEnds]
        case .notBefore(let offset):
            guard offset > 0, let bytes = held.readSlice(length: offset) else { return nil }
            return [.bytes(bytes)]
        }
    }

    private enum Finding {
        case at(Int)
        /// Everything before this offset is free of the delimiter, and cannot be the beginning of one.
        case notBefore(Int)
    }

    private func findDelimiter() -> Finding {
        held.withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress else { return .notBefore(0) }
            var from = 0
            while from < bytes.count {
                guard let hit = memchr(base + from, Int32(UInt8(ascii: "\r")), bytes.count - from) else {
                    return .notBefore(bytes.count)
                }
                let offset = UnsafeRawPointer(hit) - base
                let length = min(delimiter.count, bytes.count - offset)
                if memcmp(base + offset, delimiter, length) == 0 {
                    return length == delimiter.count ? .at(offset) : .notBefore(offset)
                }
                from = offset + 1
            }
            return .notBefore(bytes.count)
        }
    }

    private static func find(_ needle: [UInt8], in view: ByteBufferView) -> Int? {
        guard view.count >= needle.count else { return nil }
        // At most the headers of one part and a chunk: no need to be clever.
        return (0...view.count - needle.count).first { offset in
            view[(view.startIndex + offset)...].starts(with: needle)
        }
    }

    private static func parse(_ text: String) throws -> PartHeaders {
        var headers = PartHeaders()
        for line in text.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { throw Problem(what: "a header of a part has no colon") }
            let name = line[..<colon].lowercased()
            let value = trimmed(line[line.index(after: colon)...])
            switch name {
            case "content-disposition":
                guard let disposition = HeaderValue(value) else {
                    throw Problem(what: "an unreadable Content-Disposition")
                }
                headers.name = disposition.parameters["name"] ?? ""
                headers.filename = disposition.parameters["filename"].map(lastPathComponent)
            case "content-type":
                headers.contentType = value
            default:
                break
            }
        }
        return headers
    }

    /// Some browsers send the whole path; only the name is a file name.
    private static func lastPathComponent(_ path: String) -> String {
        String(path.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last ?? "")
    }
}
