import Synchronization

/// A number that only grows, until the process ends.
public final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)

    init() {}

    /// Adds `amount`; a negative one adds nothing.
    public func increment(by amount: Int = 1) {
        count.wrappingAdd(UInt64(max(0, amount)), ordering: .relaxed)
    }

    public var value: UInt64 { count.load(ordering: .relaxed) }
}
