/// Why bytes are no message, or a message cannot become bytes.
public enum ProtoError: Error, Sendable, Equatable {
    /// The bytes are not a message of this type, or were cut.
    case malformed
    /// A string field holds bytes that are not UTF-8.
    case invalidUTF8
    /// A string field holds U+0000, which neither C nor PostgreSQL can carry in text.
    case embeddedNUL
    /// More bytes, or more memory to hold them, than the limit of the call.
    case tooLarge
    case outOfMemory
}
