/// What is wrong with a document, and where.
///
/// `description` is made for the sender of the document: `line 7: Opening and ending tag mismatch: a line 6 and b`.
public struct XMLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Counted from 1; the line on which the tag, text or fault ends.
    public var line: Int
    /// One sentence without a full stop; may quote a few bytes of the document.
    public var problem: String

    public init(line: Int, problem: String) {
        self.line = line
        self.problem = problem
    }

    public var description: String { "line \(line): \(problem)" }
}
