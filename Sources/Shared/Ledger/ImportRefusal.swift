/// Why nothing of a payload was taken: what its import will show the sender.
public struct ImportRefusal: Error, Sendable, Equatable {
    public var status: ImportStatus
    public var message: String

    public init(_ status: ImportStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
