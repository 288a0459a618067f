import Metrics

/// What a copy tells about itself.
struct FeedMeters: Sendable {
    let pulls: Counter
    let failures: Counter
    let rows: Counter
    let resets: Counter

    init(_ metrics: Metrics, feed: String) {
        let label = [("feed", feed)]
        pulls = metrics.counter("feed_pulls_total", "Rounds that brought a copy up to date.", label)
        failures = metrics.counter("feed_failures_total", "Rounds that failed.", label)
        rows = metrics.counter("feed_rows_total", "Rows applied to a copy.", label)
        resets = metrics.counter("feed_resets_total", "Times that a copy was read again from the start.", label)
    }
}
