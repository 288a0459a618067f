import CXML

/// One document on its way from the parser to the handler; lives on one thread, as long as `XMLReader.read` runs.
final class Reading {
    private let handler: any XMLHandler
    private let limits: XMLLimits
    private let context: xmlParserCtxtPtr
    @exclusivity(unchecked) private var depth = 0
    /// The first thing that went wrong; nothing reaches the handler after it.
    @exclusivity(unchecked) private(set) var failure: (any Error)?

    private static let schemaInstance: StaticString = "http://www.w3.org/2001/XMLSchema-instance"
    private static let xmlNamespace: StaticString = "http://www.w3.org/XML/1998/namespace"
    /// Declared on one element; the look-up of a prefix walks through all that are open.
    private static let namespaceLimit = 8
    /// Of a fault, as it may quote a long name.
    private static let problemLimit = 200

    init(handler: any XMLHandler, limits: XMLLimits, context: xmlParserCtxtPtr) {
        self.handler = handler
        self.limits = limits
        self.context = context
    }

    static func of(_ memory: UnsafeMutableRawPointer?) -> Reading? {
        memory.map { Unmanaged<Reading>.fromOpaque($0).takeUnretainedValue() }
    }

    func refuse(_ problem: String) {
        stop(XMLError(line: line, problem: problem))
    }

    func start(
        _ name: UnsafePointer<UInt8>?, _ namespace: UnsafePointer<UInt8>?, _ namespaceCount: Int, _ count: Int,
        _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
    ) {
        guard failure == nil, let name else { return }
        depth += 1
        guard depth <= limits.depth else { return refuse("more than \(limits.depth) elements inside each other") }
        guard count <= limits.attributes else { return refuse("more than \(limits.attributes) attributes") }
        guard namespaceCount <= Self.namespaceLimit else { return refuse("too many namespaces") }
        guard namespace == nil else { return refuse("element \(Self.text(name).string) is in a namespace") }
        var kept = 0
        for index in 0..<count {
            guard let attributes, let start = attributes[5 * index + 3], let end = attributes[5 * index + 4] else {
                continue
            }
            if let uri = attributes[5 * index + 2] {
                let uri = Self.text(uri)
                if uri == Self.schemaInstance || uri == Self.xmlNamespace { continue }
                return refuse("an attribute is in a namespace")
            }
            guard end - start <= limits.value else {
                return refuse("an attribute is longer than \(limits.value) bytes")
            }
            // The array is the parser's scratch memory for this call; what is kept moves down over what is not.
            if kept != index { for part in 0..<5 { attributes[5 * kept + part] = attributes[5 * index + part] } }
            kept += 1
        }
        attempt { try handler.start(Self.text(name), XMLAttributes(table: attributes, count: kept), line: line) }
    }

    func end(_ name: UnsafePointer<UInt8>?) {
        guard failure == nil, let name else { return }
        depth -= 1
        attempt { try handler.end(Self.text(name), line: line) }
    }

    func text(_ text: UnsafePointer<UInt8>?, _ count: Int) {
        guard failure == nil, count > 0 else { return }
        attempt { try handler.text(XMLText(start: text, count: count), line: line) }
    }

    func fault(_ error: UnsafeMutablePointer<xmlError>?) {
        guard let error = error?.pointee, error.level.rawValue >= XML_ERR_ERROR.rawValue else { return }
        var problem = error.message.map { String(cString: $0) } ?? "not well-formed"
        problem = problem.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        stop(XMLError(line: max(1, Int(error.line)), problem: String(problem.prefix(Self.problemLimit))))
    }

    private func attempt(_ body: () throws -> Void) {
        do { try body() } catch { stop(error) }
    }

    private func stop(_ error: any Error) {
        guard failure == nil else { return }
        failure = error
        xmlStopParser(context)
    }

    private var line: Int { max(1, Int(xmlSAX2GetLineNumber(context))) }

    private static func text(_ zeroTerminated: UnsafePointer<UInt8>) -> XMLText {
        XMLText(start: zeroTerminated, count: Int(xmlStrlen(zeroTerminated)))
    }
}
