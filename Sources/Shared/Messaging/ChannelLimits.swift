/// How much a channel takes on, and how long it hopes.
public struct ChannelLimits: Sendable {
    /// Calls on their way to one replica. More would only wait in the replica's kernel buffers.
    public var inFlight = 128
    /// Calls that wait for one of these places, for each replica; the next is refused with `tooMany`.
    public var queue = 512
    /// How long a replica may be away (or may never have been there) before calls to it fail at once.
    public var grace: Duration = .seconds(1)
    /// Tries of a call that may be repeated, the first included.
    public var attempts = 3
    /// Failures in a row after which a replica is left alone while there is another.
    public var failuresBeforeEjection = 3
    /// How long the first time; doubles up to `longestEjection` while the replica goes on failing.
    public var ejection: Duration = .seconds(1)
    public var longestEjection: Duration = .seconds(10)

    public init() {}
}
