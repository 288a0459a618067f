import Synchronization

/// How many observations fell at or below each bound, and their sum.
public final class Histogram: Sendable {
    private struct State {
        /// One per bound and one above them all; not cumulative.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds of a histogram must ascend")
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Counts one observation. NaN is not one.
    public func observe(seconds value: Double) {
        guard !value.isNaN else { return }
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[place] &+= 1
            $0.sum += value
        }
    }

    public func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        observe(seconds: Double(seconds) + Double(attoseconds) * 1e-18)
    }

    /// How many observations there were.
    public var count: UInt64 { state.withLock { $0.counts.reduce(0, &+) } }

    func render(_ name: String, _ labels: String) -> String {
        let now = state.withLock { $0 }
        var text = ""
        var below: UInt64 = 0
        for (bound, count) in zip(bounds, now.counts) {
            below &+= count
            text += "\(name)_bucket{\(labels),le=\"\(prometheusNumber(bound))\"} \(below)\n"
        }
        below &+= now.counts[bounds.count]
        text += "\(name)_bucket{\(labels),le=\"+Inf\"} \(below)\n"
        text += "\(name)_sum{\(labels)} \(prometheusNumber(now.sum))\n"
        text += "\(name)_count{\(labels)} \(below)\n"
        return text
    }
}
