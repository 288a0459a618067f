import Contracts

/// `GET /livez`: this process answers.
struct LiveRoute: RouteHandler {
    static let about = RouteDescription(
        summary: "The gateway runs.", replies: [RouteDescription.ok(.object([Schema.member("live", .boolean)]))])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        .json { json in json.object { $0.field("live", true) } }
    }
}

/// `GET /readyz`: 200 only when all six processes are ready.
struct ReadyRoute: RouteHandler {
    /// The five others, by name.
    let neighbours: [(name: String, health: HealthClient)]
    /// What this process itself needs.
    let own: @Sendable () async -> [HealthPart]

    static let patience: Duration = .seconds(2)

    static let about: RouteDescription = {
        let report = Schema.object([
            Schema.member("ready", .boolean),
            Schema.member(
                "services",
                .list(
                    .object([
                        Schema.member("service", Schemas.text), Schema.member("ready", .boolean),
                        Schema.member(
                            "parts",
                            .list(
                                .object([
                                    Schema.member("name", Schemas.text), Schema.member("ready", .boolean),
                                    Schema.member("reason", Schemas.text),
                                ]))),
                    ]))),
        ])
        return RouteDescription(
            summary: "All six processes are ready.",
            replies: [
                RouteDescription.ok(report, "All are ready."),
                .init(status: 503, meaning: "At least one is not ready.", schema: report),
            ])
    }()

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        var call = ask.call
        call.deadline = min(call.deadline, .now + Self.patience)
        let reports = await self.reports(call)
        let ready = reports.allSatisfy(\.ready)
        return .json(ready ? .ok : .serviceUnavailable) { json in
            json.object {
                $0.field("ready", ready)
                $0.array("services", reports) { json, report in
                    json.object {
                        $0.field("service", report.service)
                        $0.field("ready", report.ready)
                        $0.array("parts", report.parts) { json, part in
                            json.object {
                                $0.field("name", part.name)
                                $0.field("ready", part.ready)
                                $0.field("reason", part.reason)
                            }
                        }
                    }
                }
            }
        }
    }

    private func reports(_ call: Call) async -> [HealthReport] {
        let parts = await own()
        var reports = [
            HealthReport.with {
                $0.service = "gateway"
                $0.ready = parts.allSatisfy(\.ready)
                $0.parts = parts
            }
        ]
        await withTaskGroup(of: HealthReport.self) { group in
            for (name, health) in neighbours {
                group.addTask {
                    do {
                        var report = try await health.checkHealth(Empty(), call)
                        report.service = name
                        return report
                    } catch {
                        return .with {
                            $0.service = name
                            $0.parts = [
                                .with {
                                    $0.name = "bus"
                                    $0.reason = "does not answer"
                                }
                            ]
                        }
                    }
                }
            }
            for await report in group { reports.append(report) }
        }
        return reports.sorted { $0.service < $1.service }
    }
}
