import Contracts
import Metrics
import Synchronization

/// Counts and times one method, on the side that asks or the side that answers.
final class CallMeter: Sendable {
    private let metrics: Metrics
    private let name: String
    private let labels: [(String, String)]
    private let time: Histogram
    /// Made when an outcome first happens, so that a scrape holds no hundreds of zeros.
    private let outcomes = Mutex<[Int32: Counter]>([:])

    /// - Parameter name: `ers_rpc_client` or `ers_rpc_server`.
    init(_ metrics: Metrics, _ name: String, _ labels: [(String, String)]) {
        self.metrics = metrics
        self.name = name
        self.labels = labels
        time = metrics.histogram("\(name)_seconds", "Time from question to answer.", labels)
    }

    func count(_ code: Int32, _ duration: Duration) {
        time.observe(duration)
        let known = Fault.Code.outcome(code) == "other" ? -1 : code
        let counter = outcomes.withLock { outcomes in
            if let counter = outcomes[known] { return counter }
            let counter = metrics.counter(
                "\(name)_calls_total", "Calls by outcome.", labels + [("outcome", Fault.Code.outcome(known))])
            outcomes[known] = counter
            return counter
        }
        counter.increment()
    }
}
