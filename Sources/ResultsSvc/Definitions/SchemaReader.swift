import XML

/// Why a document does not follow its published schema, and in which line.
struct SchemaViolation: Error, Equatable, CustomStringConvertible {
    var line: Int
    var problem: String

    var description: String { "line \(line): \(problem)" }
}

/// One element of a document that has to follow a schema: hands out its attributes and children as values, and refuses
/// whatever the schema does not know. It stands for a general schema validator; a reader asks for exactly what may be
/// there and ends with `finish`.
struct SchemaReader: ~Copyable {
    let element: XMLElement
    private var attributes: [String: String]
    private var next = 0

    init(_ element: XMLElement) {
        self.element = element
        attributes = element.attributes
    }

    func violation(_ problem: String) -> SchemaViolation {
        SchemaViolation(line: element.line, problem: problem)
    }

    // MARK: Attributes

    mutating func text(_ name: String, limit: Int = .max) throws(SchemaViolation) -> String {
        guard let value = try optionalText(name, limit: limit) else {
            throw violation("<\(element.name)> must have the attribute \(name)")
        }
        return value
    }

    mutating func optionalText(_ name: String, limit: Int = .max) throws(SchemaViolation) -> String? {
        guard let value = attributes.removeValue(forKey: name) else { return nil }
        guard value.count <= limit else {
            throw violation("the attribute \(name) of <\(element.name)> is longer than \(limit) characters")
        }
        return value
    }

    mutating func choice<Value>(_ name: String, _ read: (String) -> Value?) throws(SchemaViolation) -> Value {
        let text = try text(name)
        guard let value = read(text) else { throw badValue(name, text) }
        return value
    }

    mutating func flag(_ name: String) throws(SchemaViolation) -> Bool? {
        guard let text = try optionalText(name) else { return nil }
        switch text.trimmingBlanks {
        case "true", "1": return true
        case "false", "0": return false
        default: throw badValue(name, text)
        }
    }

    /// Numbers may carry blanks around them.
    mutating func number<Number: FixedWidthInteger>(
        _ name: String, in range: ClosedRange<Number>
    ) throws(SchemaViolation) -> Number? {
        guard let text = try optionalText(name) else { return nil }
        guard let number = Number(text.trimmingBlanks), range.contains(number) else { throw badValue(name, text) }
        return number
    }

    mutating func requiredNumber<Number: FixedWidthInteger>(
        _ name: String, in range: ClosedRange<Number>
    ) throws(SchemaViolation) -> Number {
        guard let number = try number(name, in: range) else {
            throw violation("<\(element.name)> must have the attribute \(name)")
        }
        return number
    }

    mutating func decimal(_ name: String) throws(SchemaViolation) -> Double {
        let text = try text(name)
        // Without an exponent and without words such as `nan`, as xs:decimal has it.
        let digits = text.trimmingBlanks
        guard digits.utf8.allSatisfy({ "+-.0123456789".utf8.contains($0) }), let number = Double(digits),
            number.isFinite
        else { throw badValue(name, text) }
        return number
    }

    private func badValue(_ name: String, _ value: String) -> SchemaViolation {
        violation("the attribute \(name) of <\(element.name)> has a bad value [\(value)]")
    }

    // MARK: Children, in the order of the schema

    /// The children of this name that stand next.
    mutating func children(
        _ name: String, _ count: ClosedRange<Int>
    ) throws(SchemaViolation) -> ArraySlice<XMLElement> {
        let first = next
        while next < element.children.count, element.children[next].name == name { next += 1 }
        let found = next - first
        guard found >= count.lowerBound else {
            throw next < element.children.count
                ? SchemaViolation(
                    line: element.children[next].line,
                    problem: "<\(element.children[next].name)> where <\(element.name)> must have <\(name)>")
                : violation("<\(element.name)> must have <\(name)>")
        }
        guard found <= count.upperBound else {
            throw SchemaViolation(
                line: element.children[first + count.upperBound].line,
                problem: "<\(element.name)> has more than \(count.upperBound) <\(name)>")
        }
        return element.children[first..<next]
    }

    /// The children of these names that stand next, in any order.
    mutating func children(anyOf names: Set<String>) -> ArraySlice<XMLElement> {
        let first = next
        while next < element.children.count, names.contains(element.children[next].name) { next += 1 }
        return element.children[first..<next]
    }

    mutating func child(_ name: String) throws(SchemaViolation) -> XMLElement {
        try children(name, 1...1)[next - 1]
    }

    mutating func optionalChild(_ name: String) throws(SchemaViolation) -> XMLElement? {
        try children(name, 0...1).first
    }

    /// The text of a child that holds nothing else.
    mutating func childText(_ name: String) throws(SchemaViolation) -> String {
        try Self.text(of: child(name))
    }

    mutating func optionalChildText(_ name: String) throws(SchemaViolation) -> String? {
        guard let child = try optionalChild(name) else { return nil }
        return try Self.text(of: child)
    }

    static func text(of element: XMLElement) throws(SchemaViolation) -> String {
        var reader = SchemaReader(element)
        return try reader.finishWithText()
    }

    /// Refuses what nobody asked for; text among elements too.
    mutating func finish() throws(SchemaViolation) {
        guard element.text.trimmingBlanks.isEmpty else { throw violation("text in <\(element.name)>") }
        _ = try finishWithText()
    }

    /// As `finish` for an element that holds text.
    mutating func finishWithText() throws(SchemaViolation) -> String {
        if let name = attributes.keys.min() {
            throw violation("<\(element.name)> has the unknown attribute \(name)")
        }
        if next < element.children.count {
            let child = element.children[next]
            throw SchemaViolation(line: child.line, problem: "<\(child.name)> is not allowed here in <\(element.name)>")
        }
        return element.text
    }
}

extension String {
    /// Without blanks, tabs and line breaks around it.
    var trimmingBlanks: String {
        let bytes = Array(utf8)
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 })
        else { return "" }
        return first == 0 && last == bytes.count - 1 ? self : String(decoding: bytes[first...last], as: UTF8.self)
    }
}
