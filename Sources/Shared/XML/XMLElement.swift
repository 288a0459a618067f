/// A whole document as a tree, for definitions of moderate size; results are read with `XMLReader` and a handler.
public final class XMLElement: Sendable {
    public let name: String
    public let attributes: [String: String]
    /// In document order.
    public let children: [XMLElement]
    /// The element's own text, that of its children left out; white space as it stands in the document.
    public let text: String
    /// Where the start tag ends, counted from 1.
    public let line: Int

    init(name: String, attributes: [String: String], children: [XMLElement], text: String, line: Int) {
        self.name = name
        self.attributes = attributes
        self.children = children
        self.text = text
        self.line = line
    }

    public subscript(attribute: String) -> String? { attributes[attribute] }

    public func children(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    public func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// The root of `document`.
    ///
    /// - Throws: `XMLError`.
    public static func read(_ document: [UInt8], limits: XMLLimits = XMLLimits(size: 64 << 20)) throws -> XMLElement {
        let builder = TreeBuilder()
        try XMLReader.read(document, limits: limits, to: builder)
        guard let root = builder.root else { throw XMLError(line: 1, problem: "the document has no element") }
        return root
    }
}

private final class TreeBuilder: XMLHandler {
    private struct Open {
        var name: String
        var attributes: [String: String]
        var children: [XMLElement] = []
        var text: [UInt8] = []
        var line: Int
    }

    private var open: [Open] = []
    private(set) var root: XMLElement?

    func start(_ name: XMLText, _ attributes: XMLAttributes, line: Int) {
        open.append(Open(name: name.string, attributes: attributes.dictionary, line: line))
    }

    func text(_ text: XMLText, line: Int) {
        guard !open.isEmpty else { return }
        open[open.count - 1].text.append(contentsOf: text.bytes)
    }

    func end(_ name: XMLText, line: Int) {
        guard let done = open.popLast() else { return }
        let element = XMLElement(
            name: done.name, attributes: done.attributes, children: done.children,
            text: String(decoding: done.text, as: UTF8.self), line: done.line)
        if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
    }
}
