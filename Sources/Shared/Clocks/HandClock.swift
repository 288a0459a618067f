import Synchronization

/// Clocks that stand still until a test moves them.
public final class HandClock: Sendable {
    private struct Hands {
        var monotonic: ContinuousClock.Instant
        var wallMicroseconds: Int64
    }

    private let hands: Mutex<Hands>

    /// - Parameter wallMicroseconds: where the wall clock begins; 2026-01-01 00:00 UTC unless told.
    public init(wallMicroseconds: Int64 = 1_767_225_600_000_000) {
        hands = Mutex(Hands(monotonic: .now, wallMicroseconds: wallMicroseconds))
    }

    /// Moves both clocks.
    public func advance(_ duration: Duration) {
        hands.withLock {
            $0.monotonic = $0.monotonic.advanced(by: duration)
            $0.wallMicroseconds += duration.wholeMicroseconds
        }
    }

    /// Moves the wall clock alone, also backwards: an operator or NTP set it.
    public func setWall(microseconds: Int64) {
        hands.withLock { $0.wallMicroseconds = microseconds }
    }

    public var clocks: Clocks {
        Clocks(
            monotonic: { self.hands.withLock { $0.monotonic } },
            wallMicroseconds: { self.hands.withLock { $0.wallMicroseconds } })
    }
}
