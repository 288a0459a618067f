import Contracts
import Testing

@testable import ServiceRuntime

@Suite struct HealthTests {
    @Test func aProcessIsReadyWhenAllItsPartsAre() async throws {
        let health = HealthRegistry(service: "results")
        #expect(await health.report().ready)
        health.add("database") { nil }
        health.add("identity") { "not connected" }
        let report = await health.report()
        #expect(report.service == "results" && !report.ready)
        #expect(report.parts.map(\.name) == ["database", "identity"])
        #expect(report.parts.map(\.ready) == [true, false])
        #expect(report.parts[1].reason == "not connected")
        health.add("identity") { nil }
        #expect(await health.report().ready)
    }

    @Test(.timeLimit(.minutes(1))) func aCheckThatHangsIsNotReadyAndHoldsUpNothing() async {
        let health = HealthRegistry(service: "results", patience: .seconds(1))
        let gate = AsyncStream<Void>.makeStream()
        health.add("hangs") {
            await withUnsafeContinuation { forever in
                Task {
                    for await _ in gate.stream {}; forever.resume()
                }
            }
            return nil
        }
        health.add("works") { nil }
        let report = await health.report()
        #expect(report.parts.map(\.ready) == [false, true])
        #expect(report.parts[0].reason == "no answer in 1s")
        gate.continuation.finish()
    }

    @Test func startingAndStoppingAreNotReady() async {
        let health = HealthRegistry(service: "results")
        health.add("database") { nil }
        health.setObstacle("stopping")
        let report = await health.report()
        #expect(
            !report.ready && report.parts.map(\.name) == ["process", "database"] && report.parts[0].reason == "stopping"
        )
        health.setObstacle(nil)
        #expect(await health.report().ready)
    }

    @Test func theBusGetsTheSameAnswer() async throws {
        let health = HealthRegistry(service: "results")
        health.add("database") { "does not answer" }
        let client = HealthClient(DirectChannel([HealthServer(health).rpcTable], as: "gateway"))
        let report = try await client.checkHealth(.init(), .starting(budget: .seconds(60)))
        #expect(report == (await health.report()) && !report.ready)
    }
}
