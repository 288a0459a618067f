import Synchronization

/// Numbers added up, and the largest of them.
final class TestCounter: Sendable {
    private let values = Mutex((sum: 0, largest: 0))

    func add(_ number: Int) {
        values.withLock { $0 = ($0.sum + number, max($0.largest, number)) }
    }

    var sum: Int { values.withLock { $0.sum } }
    var largest: Int { values.withLock { $0.largest } }
}
