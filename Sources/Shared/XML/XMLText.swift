/// A name or a piece of text in the parser's memory, as UTF-8.
///
/// Valid only until the handler it was given to returns: keep `string`, never the text itself.
public struct XMLText {
    public let bytes: UnsafeBufferPointer<UInt8>

    init(start: UnsafePointer<UInt8>?, count: Int) {
        bytes = UnsafeBufferPointer(start: start, count: count)
    }

    public var isEmpty: Bool { bytes.isEmpty }

    public var string: String { String(decoding: bytes, as: UTF8.self) }

    public static func == (text: XMLText, literal: StaticString) -> Bool {
        guard text.bytes.count == literal.utf8CodeUnitCount else { return false }
        let other = UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
        return text.bytes.elementsEqual(other)
    }

    public static func != (text: XMLText, literal: StaticString) -> Bool { !(text == literal) }
}
