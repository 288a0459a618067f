/// How much of a document is read before it is refused.
///
/// The defaults are ample for one test result (18 KB, depth 6, 30 attributes); give larger ones for definitions.
public struct XMLLimits: Sendable {
    /// Bytes as received.
    public var size: Int
    /// Elements inside each other.
    public var depth: Int
    /// Attributes of one element.
    public var attributes: Int
    /// Bytes of one attribute value, as UTF-8.
    public var value: Int

    public init(size: Int = 4 << 20, depth: Int = 32, attributes: Int = 64, value: Int = 64 << 10) {
        self.size = size
        self.depth = depth
        self.attributes = attributes
        self.value = value
    }
}
