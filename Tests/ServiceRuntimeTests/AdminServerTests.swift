import Foundation
import Glibc
import Logging
import Metrics
import ServiceLifecycle
import Testing

@testable import ServiceRuntime

@Suite struct AdminServerTests {
    /// A running server; it is stopped gracefully at the end, and must come to its end.
    ///
    /// - Parameter patience: long, unless the test is about it: other tests may keep all processors busy.
    func withServer(
        patience: Duration = .seconds(30), _ answer: @escaping @Sendable (String) async -> AdminAnswer?,
        _ body: @Sendable (Int) async throws -> Void
    ) async throws {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try AdminServer(host: "127.0.0.1", port: 0, patience: patience, answer: answer)
        let group = ServiceGroup(services: [server], logger: log)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body(server.port)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Sends bytes as they are and reads to the end, on a thread of its own.
    @Sendable func exchange(_ port: Int, _ text: String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let connection = try connect(host: "127.0.0.1", port: port, patience: .seconds(40))
                        defer { close(connection) }
                        sendAll(connection, Array(text.utf8))
                        return readAll(connection)
                    })
            }
        }
    }

    @Test("R34: whether a service lives, is ready, and what it counts") func pages() async throws {
        let health = HealthRegistry(service: "results")
        let metrics = Metrics(service: "results")
        metrics.counter("c_total", "C.").increment()
        let pages = AdminPages(health: health, metrics: metrics)
        try await withServer({ await pages($0) }) { port in
            let live = try await exchange(port, "GET /livez HTTP/1.1\r\n\r\n")
            #expect(live.hasSuffix("\r\n\r\nalive\n"))
            let ready = try await exchange(port, "GET /readyz?verbose HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(ready.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"))
            #expect(ready.hasSuffix("{\"service\":\"results\",\"ready\":true,\"parts\":[]}\n"))
            health.add("database") { "does \"not\" answer" }
            health.add("bus") { nil }
            let not = try await exchange(port, "GET /readyz HTTP/1.1\r\n\r\n")
            #expect(not.hasPrefix("HTTP/1.1 503 "))
            #expect(
                not.hasSuffix(
                    #"{"service":"results","ready":false,"parts":[{"name":"database","ready":false,"reason":"does \"not\" answer"},{"name":"bus","ready":true,"reason":""}]}"#
                        + "\n"))
            let text = try await exchange(port, "GET /metrics HTTP/1.1\r\n\r\n")
            #expect(
                text.contains("Content-Type: text/plain; version=0.0.4")
                    && text.contains("c_total{service=\"results\"} 1\n"))
            #expect(HealthCheckCommand(host: "0.0.0.0", port: port)().ready == false)
            health.add("database") { nil }
            #expect(HealthCheckCommand(host: "127.0.0.1", port: port)().ready)
            let head = try await exchange(port, "HEAD /metrics HTTP/1.1\r\n\r\n")
            #expect(head.hasPrefix("HTTP/1.1 200 ") && head.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(arguments: [
        ("GET /nowhere HTTP/1.1\r\n\r\n", "404"), ("POST /livez HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "405"),
        ("GET livez HTTP/1.1\r\n\r\n", "400"), ("hello\r\n\r\n", "400"), ("GET /livez\r\n\r\n", "400"),
        ("\r\n\r\n", "400"), ("GET /x y z HTTP/1.1\r\n\r\n", "400"),
        ("GET /livez HTTP/1.1\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", "431"),
    ])
    func badRequestsAreRefused(request: String, status: String) async throws {
        try await withServer({ $0 == "/livez" ? AdminAnswer(status: 200, type: "text/plain", body: "") : nil }) {
            port in
            let answer = try await exchange(port, request)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test func aPageThatHangsIsGivenUp() async throws {
        try await withServer(
            patience: .seconds(1),
            { _ in
                try? await Task.sleep(for: .seconds(10))
                return nil
            }
        ) { port in
            let answer = try await exchange(port, "GET /livez HTTP/1.1\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
        }
    }

    /// Clients that connect and say nothing, or stop in the middle, do not keep others out for long.
    @Test func slowClientsAreCutOff() async throws {
        try await withServer(patience: .seconds(4), { _ in AdminAnswer(status: 200, type: "text/plain", body: "x") }) {
            port in
            let began = ContinuousClock.now
            try await withThrowingTaskGroup(of: String.self) { group in
                for i in 0..<AdminServer.connectionLimit {
                    group.addTask { try await exchange(port, i % 2 == 0 ? "" : "GET /livez HTTP/1.1\r\n") }
                }
                for try await answer in group { #expect(answer.isEmpty) }
            }
            // Well before the clients' own patience ends.
            #expect(ContinuousClock.now - began < .seconds(30))
            let answer = try await exchange(port, "GET /livez HTTP/1.1\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func aPortInUseIsNamed() async throws {
        try await withServer({ _ in nil }) { port in
            let problem = #expect(throws: AdminProblem.self) {
                try AdminServer(host: "127.0.0.1", port: port) { _ in nil }
            }
            #expect(problem?.description.contains("port \(port): Address already in use") == true)
        }
    }

    @Test func nobodyListeningIsNotReady() {
        #expect(HealthCheckCommand(host: "127.0.0.1", port: 1)().ready == false)
    }
}

@Sendable private func readAll(_ connection: CInt) -> String {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let n = recv(connection, &buffer, buffer.count, 0)
        guard n > 0 else { return String(decoding: all, as: UTF8.self) }
        all += buffer[..<n]
    }
}
