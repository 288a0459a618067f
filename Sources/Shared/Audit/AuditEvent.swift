/// What was done or looked at, in words that hold no result, name, password or token (access §8.1).
public struct AuditEvent: Sendable, Equatable {
    /// Dotted words of a fixed set, such as `results.school` or `embargo.change`.
    public var name: String
    /// The students whose results left, by id; empty when there were none or when it was about something else.
    public var studentIDs: [Int64]
    /// Parameters by name: ids, years, codes, digests.
    public var details: [String: String]

    public init(_ name: String, studentIDs: [Int64] = [], details: [String: String] = [:]) {
        self.name = name
        self.studentIDs = studentIDs
        self.details = details
    }
}
