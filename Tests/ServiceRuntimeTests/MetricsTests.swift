import Clocks
import Testing

@testable import Metrics

@Suite struct MetricsTests {
    @Test func theTextIsWhatPrometheusReads() {
        let metrics = Metrics(service: "results")
        metrics.counter("ers_rpc_total", "Questions\nby outcome.", [("outcome", "ok")]).increment()
        metrics.counter("ers_rpc_total", "", [("outcome", "ok")]).increment(by: 4)
        metrics.counter("ers_rpc_total", "", [("outcome", "a\"b\\c\nd")]).increment(by: -3)
        metrics.gauge("ers_open", "Open.") { 2.5 }
        let seconds = metrics.histogram("ers_seconds", "Time.", buckets: [0.5, 1])
        seconds.observe(seconds: 0.5)
        seconds.observe(.milliseconds(750))
        seconds.observe(seconds: 8)
        seconds.observe(seconds: .nan)
        #expect(
            metrics.render() == #"""
                # HELP ers_open Open.
                # TYPE ers_open gauge
                ers_open{service="results"} 2.5
                # HELP ers_rpc_total Questions\nby outcome.
                # TYPE ers_rpc_total counter
                ers_rpc_total{service="results",outcome="a\"b\\c\nd"} 0
                ers_rpc_total{service="results",outcome="ok"} 5
                # HELP ers_seconds Time.
                # TYPE ers_seconds histogram
                ers_seconds_bucket{service="results",le="0.5"} 1
                ers_seconds_bucket{service="results",le="1"} 2
                ers_seconds_bucket{service="results",le="+Inf"} 3
                ers_seconds_sum{service="results"} 9.25
                ers_seconds_count{service="results"} 3

                """#)
    }

    @Test func aLabelThatGrowsWithItsInputCostsOneSeries() {
        let metrics = Metrics(service: "x")
        for i in 0..<5000 { metrics.counter("c_total", "", [("id", "\(i)")]).increment() }
        let lines = metrics.render().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == Metrics.seriesLimit + 1)
        #expect(lines.contains("c_total{service=\"x\",overflow=\"true\"} \(5000 - Metrics.seriesLimit)"))
    }

    @Test func nothingIsLostWhenAllCountAtOnce() async {
        let metrics = Metrics(service: "x")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<5000 {
                        metrics.counter("c_total", "").increment()
                        metrics.histogram("h", "").observe(seconds: 0.01)
                    }
                }
            }
        }
        #expect(metrics.counter("c_total", "").value == 40_000)
        #expect(metrics.histogram("h", "").count == 40_000)
    }

    @Test(arguments: [
        (1.0, "1"), (0.25, "0.25"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (1e300, "1e+300"),
    ])
    func numbers(value: Double, text: String) {
        #expect(prometheusNumber(value) == text)
    }

    @Test func clocksMoveByHandOnly() {
        let hand = HandClock(wallMicroseconds: 1000)
        let clocks = hand.clocks
        let start = clocks.monotonic()
        #expect(clocks.monotonic() == start && clocks.wallMicroseconds() == 1000)
        hand.advance(.milliseconds(1500))
        #expect(clocks.monotonic() == start + .milliseconds(1500) && clocks.wallMicroseconds() == 1_501_000)
        hand.setWall(microseconds: 5)
        #expect(clocks.monotonic() == start + .milliseconds(1500) && clocks.wallMicroseconds() == 5)
        #expect(Duration.seconds(Int64.max).wholeMicroseconds == .max)
        #expect(Duration.milliseconds(-1).wholeMicroseconds == -1000)
    }
}
