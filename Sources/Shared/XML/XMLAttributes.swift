import CXML

/// The attributes of one start tag, in document order, without those of the `xml` and `xsi` namespaces.
///
/// Valid only until the handler it was given to returns. Names are unique: the parser refuses a repeated one.
public struct XMLAttributes {
    /// Five pointers an attribute: local name, prefix, namespace, start and end of the value.
    private let table: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
    public let count: Int

    init(table: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, count: Int) {
        self.table = table
        self.count = count
    }

    public func name(_ index: Int) -> XMLText {
        precondition(index >= 0 && index < count, "attribute index out of range")
        guard let name = table?[5 * index] else { return XMLText(start: nil, count: 0) }
        return XMLText(start: name, count: length(name))
    }

    public func value(_ index: Int) -> XMLText {
        precondition(index >= 0 && index < count, "attribute index out of range")
        guard let start = table?[5 * index + 3], let end = table?[5 * index + 4] else {
            return XMLText(start: nil, count: 0)
        }
        return XMLText(start: start, count: end - start)
    }

    /// The value of the attribute of this name; nil when the tag does not have it, empty when it is there and empty.
    public subscript(name: StaticString) -> String? {
        for index in 0..<count where self.name(index) == name { return value(index).string }
        return nil
    }

    /// All names and values, for readers that do not mind the copies.
    public var dictionary: [String: String] {
        var all = [String: String](minimumCapacity: count)
        for index in 0..<count { all[name(index).string] = value(index).string }
        return all
    }

    private func length(_ text: UnsafePointer<UInt8>) -> Int { Int(xmlStrlen(text)) }
}
