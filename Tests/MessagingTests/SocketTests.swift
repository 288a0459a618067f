import CNNG
import Foundation
import Testing

@testable import Messaging

/// The sockets under the calls: raw bytes over every transport, and what happens when the other side misbehaves.
@Suite(.timeLimit(.minutes(2)))
struct SocketTests {
    @Test(arguments: ["ipc", "tcp", "inproc"])
    func carriesBytesBothWays(transport: String) async throws {
        let folder = try BusFolder()
        let url = ["ipc": folder.ipc(), "tcp": "tcp://127.0.0.1:0", "inproc": inproc()][transport]!
        let server = try RawServer(url) { $0.reversed() }
        let client = try RequestSocket(dialing: server.url)

        for size in [0, 1, 256, 100_000] {
            let question = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(try await client.ask(question) == question.reversed())
        }
        client.close()
        server.close()
    }

    @Test func carriesBytesOverMutualTLS() async throws {
        let folder = try BusFolder()
        let certificates = try BusCertificates(in: folder)
        let server = try RawServer("tls+tcp://localhost:0", tls: certificates.issue("localhost")) { $0.reversed() }
        let client = try RequestSocket(dialing: server.url, tls: certificates.issue("client"))
        #expect(try await client.ask([1, 2, 3]) == [3, 2, 1])
    }

    @Test func manyRequestsAtOnceEachGetTheirOwnAnswer() async throws {
        let folder = try BusFolder()
        let server = try RawServer(folder.ipc(), contexts: 16) { $0 + [0xFF] }
        let client = try RequestSocket(dialing: server.url)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<2000 {
                group.addTask {
                    let question = withUnsafeBytes(of: number) { [UInt8]($0) }
                    return try await client.ask(question) == question + [0xFF]
                }
            }
            for try await right in group { #expect(right) }
        }
    }

    @Test func slow_theDeadlineEndsTheWait() async throws {
        let server = try RawServer(inproc()) { _ in nil }
        let client = try RequestSocket(dialing: server.url)
        await #expect(throws: RequestFailure.maybeSent(.timedOut)) {
            try await client.ask([1], within: .milliseconds(50))
        }
    }

    @Test func deadBefore_nothingIsSent() async throws {
        let client = try RequestSocket(dialing: inproc(), grace: .milliseconds(20))
        await #expect(throws: RequestFailure.notSent(.timedOut)) {
            try await client.ask([1], within: .milliseconds(50))
        }
        #expect(!client.connection.isHopeful)
        #expect(await client.connection.waitUntilUp(.now + .seconds(20)) == false)
    }

    @Test func deadBefore_whatWaitsForAConnectionCanBeEnded() async throws {
        let client = try RequestSocket(dialing: inproc())
        let asking = Task { await client.request([1], deadline: .now + .seconds(60)) }
        // The request may not be in the socket yet: end it as soon as it is.
        let ending = Task {
            while !Task.isCancelled {
                client.stopUnsent()
                await Task.yield()
            }
        }
        let outcome = await asking.value
        ending.cancel()
        #expect(throws: RequestFailure.notSent(.refused)) { try outcome.get() }
    }

    @Test func deadDuring_theRequestEndsAtOnceAndIsNotRepeated() async throws {
        let folder = try BusFolder()
        let asked = Signal()
        let times = Tally()
        let server = try RawServer(folder.ipc()) { _ in
            times.add()
            asked.raise()
            return nil
        }
        let client = try RequestSocket(dialing: server.url)
        let asking = Task { await client.request([1], deadline: .now + .seconds(60)) }
        await asked.wait()
        server.close()
        let outcome = await asking.value
        #expect(throws: RequestFailure.maybeSent(.reset)) { try outcome.get() }

        // The next server gets the next question, not the one that the first has taken with it.
        let next = try RawServer(folder.ipc()) { _ in
            times.add()
            return [9]
        }
        #expect(try await client.ask([2]) == [9])
        #expect(times.value == 2)
        next.close()
    }

    @Test func duplicated_theResendTimeIsInfinite() async throws {
        let socket = try BusSocket(.request)
        var time: nng_duration = 0
        #expect(nng_socket_get_ms(socket.raw, NNG_OPT_REQ_RESENDTIME, &time) == 0)
        #expect(time == NNG_DURATION_INFINITE)
        socket.close()
    }

    @Test func cancelled_beforeAndDuring() async throws {
        let asked = Signal()
        let server = try RawServer(inproc()) { bytes in
            if bytes == [1] {
                asked.raise()
                return nil
            }
            return bytes
        }
        let client = try RequestSocket(dialing: server.url)
        let asking = Task { await client.request([1], deadline: .now + .seconds(60)) }
        await asked.wait()
        asking.cancel()
        let outcome = await asking.value
        #expect(throws: RequestFailure.maybeSent(.cancelled)) { try outcome.get() }

        let never = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await client.request([2], deadline: .now + .seconds(60))
        }
        let nothing = await never.value
        #expect(throws: RequestFailure.notSent(.cancelled)) { try nothing.get() }
        #expect(try await client.ask([3]) == [3])
    }

    /// The slots are used again and again while their requests are cancelled, time out and succeed in any order.
    @Test func cancelled_atRandomMomentsNeverReachesAnotherRequest() async throws {
        let folder = try BusFolder()
        let server = try RawServer(folder.ipc(), contexts: 16) { $0 }
        let client = try RequestSocket(dialing: server.url)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<16 {
                group.addTask {
                    for turn in 0..<300 {
                        let question = [UInt8(worker), UInt8(turn & 0xFF), UInt8(turn >> 8)]
                        let asking = Task { await client.request(question, deadline: .now + .seconds(30)) }
                        if turn % 3 == 0 { asking.cancel() }
                        if turn % 3 == 1 { for _ in 0..<(turn % 7) { await Task.yield() } }
                        if turn % 3 == 1 { asking.cancel() }
                        switch await asking.value {
                        case .success(let message): #expect(message.bytes == question)
                        case .failure(.notSent(.cancelled)), .failure(.maybeSent(.cancelled)): #expect(turn % 3 != 2)
                        case .failure(let other): Issue.record("\(other)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func closedWhileRequestsAreUnderWay() async throws {
        let asked = Signal()
        let server = try RawServer(inproc()) { _ in
            asked.raise()
            return nil
        }
        let client = try RequestSocket(dialing: server.url)
        let asking = Task { await client.request([1], deadline: .now + .seconds(60)) }
        await asked.wait()
        client.close()
        let outcome = await asking.value
        #expect(throws: RequestFailure.maybeSent(.closed)) { try outcome.get() }
        await #expect(throws: RequestFailure.notSent(.closed)) { try await client.ask([1]) }
        server.close()
    }

    @Test func theSocketFileIsForItsOwnerAlone() throws {
        let folder = try BusFolder()
        let server = try RawServer(folder.ipc("mine")) { $0 }
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/mine.sock")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        server.close()
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/mine.sock"))
    }

    @Test(arguments: [
        "results.sock", "http://localhost:1", "ipc://", "tcp://localhost", "tcp://localhost:99999",
        "ipc:///tmp/" + String(repeating: "x", count: 108),
    ])
    func addressesThatCannotWorkAreRefused(url: String) {
        #expect(throws: BusProblem.self) { try BusURL(url) }
    }

    @Test func tlsWithoutCertificatesIsRefused() {
        #expect(throws: BusProblem.self) { try RawServer("tls+tcp://localhost:0") { $0 } }
        #expect(throws: BusProblem.self) { try RequestSocket(dialing: "tls+tcp://localhost:1") }
        let bad = BusTLS(ca: "no PEM", certificate: "none", key: "none")
        #expect(throws: BusProblem.self) { try RawServer("tls+tcp://localhost:0", tls: bad) { $0 } }
    }
}
