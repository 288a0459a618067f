/// A hint that something has changed. Some are lost; the truth is read from its owner. Nothing personal is in one.
public struct BusEvent: Sendable, Equatable {
    public let topic: String
    public let body: [UInt8]

    public init(topic: String, body: [UInt8]) {
        self.topic = topic
        self.body = body
    }

    /// Ends the topic on the wire, so that a subscription to `a` does not match `ab`.
    static let separator = UInt8(ascii: "|")

    /// - Returns: nil for what no `Publisher` has sent.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let end = bytes.prefix(Self.longestTopic + 1).firstIndex(of: Self.separator),
            let topic = String(validating: bytes[..<end], as: UTF8.self)
        else { return nil }
        self.topic = topic
        body = [UInt8](bytes[(end + 1)...])
    }

    static let longestTopic = 128
}
