import Metrics

/// `/livez`, `/readyz` and `/metrics`.
struct AdminPages: Sendable {
    let health: HealthRegistry
    let metrics: Metrics

    func callAsFunction(_ path: String) async -> AdminAnswer? {
        switch path {
        case "/livez":
            // Being here at all means that Swift's threads still take work.
            return AdminAnswer(status: 200, type: "text/plain; charset=utf-8", body: "alive\n")
        case "/readyz":
            let report = await health.report()
            var json = JSONText()
            json.open("{")
            json.member("service", report.service)
            json.key("ready")
            json.bool(report.ready)
            json.key("parts")
            json.open("[")
            for part in report.parts {
                json.element {
                    $0.open("{")
                    $0.member("name", part.name)
                    $0.key("ready")
                    $0.bool(part.ready)
                    $0.member("reason", part.reason)
                    $0.close("}")
                }
            }
            json.close("]")
            json.close("}")
            return AdminAnswer(status: report.ready ? 200 : 503, type: "application/json", body: json.text + "\n")
        case "/metrics":
            return AdminAnswer(status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: metrics.render())
        default:
            return nil
        }
    }
}
