import HTTPTypes
import Metrics

/// Requests counted and timed by route pattern and kind of status.
struct RouteMetrics: Sendable {
    private struct Series: Sendable {
        let seconds: Histogram
        /// By the first digit of the status.
        let outcomes: [Counter]
    }

    private let series: [String: Series]
    private let others: Series

    init(_ table: RouteTable, _ metrics: Metrics) {
        func make(_ method: String, _ path: String) -> Series {
            let labels = [("method", method), ("route", path)]
            return Series(
                seconds: metrics.histogram("http_request_seconds", "Time to the answer's head.", labels),
                outcomes: (1...5).map {
                    metrics.counter("http_requests_total", "Requests by outcome.", labels + [("status", "\($0)xx")])
                })
        }
        series = Dictionary(
            table.routes.map { (Self.key($0), make($0.method.rawValue, $0.path)) },
            uniquingKeysWith: { first, _ in first })
        others = make("any", "other")
    }

    func record(_ route: Route?, status: Int, _ took: Duration) {
        let series = route.flatMap { self.series[Self.key($0)] } ?? others
        series.seconds.observe(took)
        series.outcomes[min(4, max(0, status / 100 - 1))].increment()
    }

    /// A method may be any word from outside; in logs it is one of a few.
    static func methodLabel(_ method: HTTPRequest.Method) -> String {
        [.get, .head, .post, .put, .delete, .options, .patch].contains(method) ? method.rawValue : "other"
    }

    private static func key(_ route: Route) -> String { "\(route.method.rawValue) \(route.path)" }
}
