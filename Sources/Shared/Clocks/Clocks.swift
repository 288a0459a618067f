import Glibc

/// The two clocks of a process, handed in so that a test can move them by hand.
///
/// Deadlines, leases and retries use `monotonic`, which nobody can set back. `wallMicroseconds` is for what people and
/// other hosts read: times of records and the validity of tokens.
public struct Clocks: Sendable {
    public var monotonic: @Sendable () -> ContinuousClock.Instant
    /// Microseconds since 1970, UTC.
    public var wallMicroseconds: @Sendable () -> Int64

    public init(
        monotonic: @escaping @Sendable () -> ContinuousClock.Instant,
        wallMicroseconds: @escaping @Sendable () -> Int64
    ) {
        self.monotonic = monotonic
        self.wallMicroseconds = wallMicroseconds
    }

    /// The clocks of the machine.
    public static let system = Clocks(
        monotonic: { .now },
        wallMicroseconds: {
            var now = timespec()
            // Cannot fail: the clock exists on every Linux and the address is ours.
            clock_gettime(CLOCK_REALTIME, &now)
            return Int64(now.tv_sec) &* 1_000_000 &+ Int64(now.tv_nsec) / 1000
        })
}
