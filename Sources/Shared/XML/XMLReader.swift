import CXML
import Synchronization

/// Reads XML that a stranger sent: well-formed or refused, with nothing expanded, fetched or trusted.
///
/// - A document type declaration is refused, so there are no entities to expand and nothing external to read.
/// - Encodings: UTF-8 and UTF-16 with or without a byte order mark, US-ASCII, ISO-8859-1 and windows-1252; the
///   parser itself sees only checked UTF-8 (see `XMLEncoding`).
/// - No namespaces: no document of ours uses one. Attributes of `xml:` and `xsi:` are passed over, an element or any
///   other attribute in a namespace is an error.
/// - Rules: ingest §3.1, ingest-speed §4.
public enum XMLReader {
    /// Reads one document.
    ///
    /// - Throws: `XMLError` for a document that is refused, or whatever `handler` throws.
    public static func read(_ document: [UInt8], limits: XMLLimits = XMLLimits(), to handler: any XMLHandler) throws {
        guard document.count <= limits.size else {
            throw XMLError(line: 1, problem: "the document is larger than \(limits.size) bytes")
        }
        // Once for the process: libxml2 builds its tables then, and several threads doing it at once would race.
        _ = libraryIsReady
        let text = try XMLEncoding.utf8(document)
        try text.withUnsafeBufferPointer { try checkTagLength($0) }
        guard let length = Int32(exactly: text.count) else {
            throw XMLError(line: 1, problem: "the document is too large")
        }

        guard let context = IdleParsers.take() ?? xmlNewParserCtxt() else {
            throw XMLError(line: 1, problem: "out of memory")
        }
        var isGood = false
        defer { if isGood { IdleParsers.keep(context) } else { xmlFreeParserCtxt(context) } }
        let reading = Reading(handler: handler, limits: limits, context: context)
        try withExtendedLifetime(reading) {
            context.pointee.sax.pointee = Self.callbacks
            let memory = Unmanaged.passUnretained(reading).toOpaque()
            context.pointee.userData = memory
            // The text is UTF-8 by now, whatever its declaration says. NOENT only makes `&amp;` in attributes an
            // ampersand: without a document type there are no other entities.
            let options = Int32(XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue | XML_PARSE_NOENT.rawValue)
            text.withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { bytes in
                    // Gives back a tree only if the callbacks build one; ours do not.
                    _ = xmlCtxtReadMemory(context, bytes.baseAddress, length, nil, "UTF-8", options)
                }
            }
            if let failure = reading.failure { throw failure }
            guard context.pointee.wellFormed == 1, context.pointee.nsWellFormed == 1 else {
                throw XMLError(line: 1, problem: "the document is not well-formed")
            }
            isGood = true
        }
    }

    private static let libraryIsReady: Void = xmlInitParser()

    /// The parser compares each attribute of a tag with all others before anybody can stop it, so a tag of a million
    /// attributes would take minutes. Tags with more `=` outside quotes than any honest tag are refused beforehand.
    private static let equalSignsInTag = 4096

    private static func checkTagLength(_ text: UnsafeBufferPointer<UInt8>) throws {
        guard count(of: UInt8(ascii: "="), in: UnsafeRawBufferPointer(text)) > equalSignsInTag else { return }
        // Nil outside of a tag; `<` cannot stand in a tag, so it always begins the next thing.
        var inTag: Int?
        var quote: UInt8?
        var line = 1
        for byte in text {
            if byte == UInt8(ascii: "\n") { line += 1 }
            if byte == UInt8(ascii: "<") {
                inTag = 0
                quote = nil
            } else if let count = inTag {
                if let open = quote {
                    if byte == open { quote = nil }
                } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                    quote = byte
                } else if byte == UInt8(ascii: ">") {
                    inTag = nil
                } else if byte == UInt8(ascii: "=") {
                    inTag = count + 1
                    guard count < equalSignsInTag else {
                        throw XMLError(line: line, problem: "a tag has too many attributes")
                    }
                }
            }
        }
    }

    /// Sixteen bytes at a time: this looks at every byte of every result.
    private static func count(of byte: UInt8, in text: UnsafeRawBufferPointer) -> Int {
        let wanted = SIMD16<UInt8>(repeating: byte)
        var count = 0
        var index = 0
        while index + 16 <= text.count {
            // As many steps as a lane of one byte can count.
            let end = min(text.count, index + 16 * 255)
            var few = SIMD16<UInt8>.zero
            while index + 16 <= end {
                let block = text.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
                few &+= SIMD16<UInt8>.zero.replacing(with: 1, where: block .== wanted)
                index += 16
            }
            for lane in few.indices { count += Int(few[lane]) }
        }
        return count + text[index...].count { $0 == byte }
    }

    /// No callback builds a tree, answers for an entity or opens anything.
    private nonisolated(unsafe) static let callbacks: xmlSAXHandler = {
        var sax = xmlSAXHandler()
        sax.initialized = UInt32(XML_SAX2_MAGIC)
        sax.internalSubset = { memory, _, _, _ in
            Reading.of(memory)?.refuse("a document type declaration is not allowed")
        }
        sax.startElementNs = { memory, name, prefix, namespace, namespaceCount, _, count, defaulted, attributes in
            Reading.of(memory)?.start(name, namespace, Int(namespaceCount), Int(count), attributes)
        }
        sax.endElementNs = { memory, name, _, _ in
            Reading.of(memory)?.end(name)
        }
        sax.characters = { memory, text, count in
            Reading.of(memory)?.text(text, Int(count))
        }
        sax.ignorableWhitespace = sax.characters
        sax.cdataBlock = sax.characters
        sax.serror = { memory, error in
            Reading.of(memory)?.fault(error)
        }
        return sax
    }()
}

/// Parsers that have read a document to its good end and may read another: making one, with its table of names, costs a fifth
/// of reading a result. A parser that met anything wrong is not used again, nor one that knows many names.
private enum IdleParsers {
    /// As addresses, which may pass from one thread to another; whoever has taken one is alone with it.
    private static let addresses = Mutex<[UInt]>([])
    private static let limit = 8
    /// A result has a hundred names, a subject's definition some more.
    private static let nameLimit: Int32 = 2_000

    static func take() -> xmlParserCtxtPtr? {
        addresses.withLock { $0.popLast() }.flatMap { xmlParserCtxtPtr(bitPattern: $0) }
    }

    static func keep(_ parser: xmlParserCtxtPtr) {
        parser.pointee.userData = nil
        let address = UInt(bitPattern: parser)
        let isKept =
            xmlDictSize(parser.pointee.dict) <= nameLimit
            && addresses.withLock { addresses in
                guard addresses.count < limit else { return false }
                addresses.append(address)
                return true
            }
        if !isKept { xmlFreeParserCtxt(parser) }
    }
}
