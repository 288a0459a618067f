import Foundation
import Synchronization

/// The largest of the numbers that were added.
final class TestCounter: Sendable {
    private let value = Mutex(0)
    func add(_ number: Int) { value.withLock { $0 = max($0, number) } }
    var largest: Int { value.withLock { $0 } }
}

/// Resident memory of this process.
func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
        let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return pages * 4096
}
