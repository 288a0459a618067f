import Contracts
import Metrics

/// What the database tells about itself; labels have few fixed values.
struct DatabaseMeters: Sendable {
    let retries: Counter
    let losses: Counter
    let refusals: Counter
    let waiting: Histogram
    private let reads: Histogram
    private let writes: Histogram
    private let outcomes: [String: Counter]

    init(_ metrics: Metrics) {
        retries = metrics.counter("database_retries_total", "Transactions run again after a serialization failure.", [])
        losses = metrics.counter("database_connections_lost_total", "Connections that ended unasked.", [])
        refusals = metrics.counter("database_refused_total", "Calls refused because too many were waiting.", [])
        waiting = metrics.histogram("database_wait_seconds", "Time spent waiting for a connection.", [])
        reads = metrics.histogram(
            "database_transaction_seconds", "Transactions, waiting included.", [("kind", "read")])
        writes = metrics.histogram(
            "database_transaction_seconds", "Transactions, waiting included.", [("kind", "write")])
        outcomes = Dictionary(
            uniqueKeysWithValues: ["ok", "cancelled", "late", "unavailable", "conflict", "refused", "failed"].map {
                (
                    $0,
                    metrics.counter("database_transactions_total", "Transactions by how they ended.", [("outcome", $0)])
                )
            })
    }

    func count(_ error: (any Error)?, readOnly: Bool, _ took: Duration) {
        let outcome: String
        switch error {
        case nil: outcome = "ok"
        case let fault as Fault:
            switch fault.code {
            case .cancelled: outcome = "cancelled"
            case .deadlinePassed: outcome = "late"
            case .unavailable: outcome = "unavailable"
            case .conflict: outcome = "conflict"
            default: outcome = "refused"
            }
        default: outcome = "failed"
        }
        outcomes[outcome]?.increment()
        (readOnly ? reads : writes).observe(took)
    }
}
