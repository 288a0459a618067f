/// A socket that cannot be opened as the settings say; it names the URL and what to correct.
public struct BusProblem: Error, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
