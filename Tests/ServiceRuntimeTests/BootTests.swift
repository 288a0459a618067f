import Clocks
import Contracts
import Credentials
import Logging
import Metrics
import ServiceLifecycle
import Synchronization
import Testing

@testable import ServiceRuntime

@Suite struct BootTests {
    struct Broken: Error {}

    func parts() throws -> ServiceParts {
        let key = SigningKey.generate(id: "service-results")
        let keyring = try Keyring(publicKeys: [key.id: key.publicKey])
        let clocks = Clocks.system
        return ServiceParts(
            name: "results", mode: .sandbox, clocks: clocks,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            metrics: Metrics(service: "results"), health: HealthRegistry(service: "results"),
            identity: ProcessIdentity(service: "results", key: key, clocks: clocks), keyring: keyring,
            verifier: TokenVerifier(keyring, service: "results", clocks: clocks), busTLS: nil, databaseURL: "",
            keysDirectory: "")
    }

    /// Says when it runs and when it was stopped.
    final class Worker: Service {
        let running = AsyncStream<Void>.makeStream()
        let stopped = Atomic<Bool>(false)
        func run() async throws {
            running.continuation.yield()
            try? await gracefulShutdown()
            stopped.store(true, ordering: .relaxed)
        }
    }

    @Test func whoMissesANeighbourWaitsAndSaysSo() async throws {
        let parts = try parts()
        let tries = Atomic<Int>(0)
        let seen = Mutex<[String]>([])
        let worker = Worker()
        let boot = Boot(
            database: "", migrations: nil, parts: parts,
            assemble: { parts in
                let n = tries.add(1, ordering: .relaxed).newValue
                let reason = await parts.health.report().parts.first?.reason ?? ""
                seen.withLock { $0.append(reason) }
                if n < 4 { throw Fault(.unavailable, "identity is down") }
                return [worker]
            }, pause: .milliseconds(1))
        let group = ServiceGroup(services: [boot], gracefulShutdownSignals: [], logger: parts.log)
        await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await _ in worker.running.stream { break }
            #expect(await parts.health.report().ready)
            await group.triggerGracefulShutdown()
            try? await tasks.waitForAll()
        }
        let count = tries.load(ordering: .relaxed)
        #expect(count == 4)
        #expect(seen.withLock { $0.dropFirst().allSatisfy { $0 == "starting: identity is down" } })
        let stopped = worker.stopped.load(ordering: .relaxed)
        #expect(stopped)
        #expect(await parts.health.report().parts.first?.reason == "stopping")
    }

    @Test func whoWaitsCanBeStopped() async throws {
        let parts = try parts()
        let asked = AsyncStream<Void>.makeStream()
        let boot = Boot(
            database: "", migrations: nil, parts: parts,
            assemble: { _ in
                asked.continuation.yield()
                throw Fault(.unavailable, "identity is down")
            }, pause: .seconds(3600))
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: boot, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: parts.log))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await _ in asked.stream { break }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test func whatTimeCannotMendEndsTheProcess() async throws {
        let parts = try parts()
        let tries = Atomic<Int>(0)
        let boot = Boot(
            database: "", migrations: nil, parts: parts,
            assemble: { _ in
                tries.add(1, ordering: .relaxed)
                throw Broken()
            }, pause: .milliseconds(1))
        await #expect(throws: Broken.self) { try await boot.run() }
        let count = tries.load(ordering: .relaxed)
        #expect(count == 1)
    }
}
