import Contracts
import Testing

@testable import Messaging

/// One test for each way in which the other side of a call can misbehave.
@Suite(.timeLimit(.minutes(2)))
struct MisbehaviourTests {
    private let bus: TestBus
    init() throws { bus = try TestBus() }

    @Test func slow_bothSidesGiveUpAtTheDeadline() async throws {
        let (asked, gaveUp) = (Signal(), Signal())
        let server = try bus.server(bus.folder.ipc()) { _, _ in
            asked.raise()
            do {
                try await Task.sleep(for: .seconds(60))
            } catch {
                gaveUp.raise()
                throw error
            }
            return .init()
        }
        let channel = try bus.channel(server.url)
        // On a busy machine the time may be over before the question is on its way.
        repeat {
            #expect(await fault { try await channel.ask(budget: .milliseconds(150)) }?.code == .deadlinePassed)
        } while !asked.isRaised
        await gaveUp.wait()
        try await server.stop()
    }

    @Test func deadBefore_failsAtOnceAfterTheGrace() async throws {
        let channel = try bus.channel(bus.folder.ipc(), grace: .milliseconds(100))
        let began = ContinuousClock.now
        #expect(await fault { try await channel.ask(budget: .seconds(60)) }?.code == .unavailable)
        #expect(await fault { try await channel.ask(budget: .seconds(60)) }?.code == .unavailable)
        #expect(began.duration(to: .now) < .seconds(30), "the deadline was waited for")
        #expect(!channel.isConnected)
    }

    @Test func deadBefore_withinTheGraceTheCallWaits() async throws {
        let url = bus.folder.ipc()
        let channel = try bus.channel(url)
        async let answer = channel.ask([7])
        await eventually { channel.endpoints[0].admission.load == 1 }
        let server = try bus.server(url) { ask, _ in ask }
        #expect(try await answer == [7])
        #expect(channel.isConnected)
        try await server.stop()
    }

    /// libnng may lose a connection for good; then a new socket takes the place of the one that does not get through.
    @Test func deadBefore_newSocketsDialInThePlaceOfTheOld() async throws {
        let url = bus.folder.ipc()
        let channel = try bus.channel(url) {
            $0.redial = .milliseconds(20)
            $0.longestRedial = .milliseconds(20)
        }
        let line = channel.endpoints[0].line
        async let answer = channel.ask([7])
        for _ in 1...3 {
            let before = line.replacements
            await eventually { line.replacements > before }
        }
        let server = try bus.server(url) { ask, _ in ask }
        #expect(try await answer == [7])
        let settled = line.replacements
        for number in 0..<50 as Range<UInt8> { #expect(try await channel.ask([number]) == [number]) }
        #expect(line.replacements == settled, "a socket that works is left alone")
        try await server.stop()
    }

    @Test func deadBefore_withinTheGraceTheDeadlineCounts() async throws {
        let channel = try bus.channel(bus.folder.ipc())
        #expect(await fault { try await channel.ask(budget: .milliseconds(50)) }?.code == .deadlinePassed)
    }

    @Test func deadDuring_aWriteIsNotRepeated() async throws {
        let asked = Signal()
        let times = Tally()
        let swallowing: @Sendable ([UInt8]) async -> [UInt8]? = { _ in
            times.add()
            asked.raise()
            return nil
        }
        let (one, two) = (
            try RawServer(bus.folder.ipc("1"), answer: swallowing),
            try RawServer(bus.folder.ipc("2"), answer: swallowing)
        )
        let channel = try bus.channel(one.url, two.url)
        async let failure = fault { try await channel.ask([1], TestBus.write) }
        await asked.wait()
        one.close()
        two.close()
        #expect(await failure?.code == .unavailable)
        #expect(times.value == 1)
    }

    @Test(arguments: [true, false])
    func deadDuring_whatMayBeDoneTwiceGoesToAnotherReplica(byKey: Bool) async throws {
        let asked = Signal()
        let dying = try RawServer(bus.folder.ipc("dying")) { _ in
            asked.raise()
            return nil
        }
        let server = try bus.server(bus.folder.ipc()) { ask, call in
            .with { $0.bytes = ask.bytes + Array(call.idempotencyKey.utf8) }
        }
        let channel = try bus.channel(dying.url, server.url)
        // The second one is not asked first, because it is not there yet for the channel or has the same load: so ask
        // until the dying one has been asked.
        let method = byKey ? TestBus.write : TestBus.read
        let asking = Task {
            for number in UInt8.min ... .max {
                let answer = try await channel.ask([number], method) { $0.idempotencyKey = byKey ? "k" : "" }
                #expect(answer == [number] + (byKey ? Array("k".utf8) : []))
                if dying.isClosed { return }
            }
        }
        await asked.wait()
        dying.close()
        try await asking.value
        try await server.stop()
    }

    @Test func restarted_theCallWaitsForTheNewOne() async throws {
        let url = bus.folder.ipc()
        let first = try RawServer(url) { _ in nil }
        let channel = try bus.channel(url)
        await eventually { channel.isConnected }
        async let answer = channel.ask([5])
        await eventually { channel.endpoints[0].admission.load == 1 }
        first.close()
        let second = try bus.server(url) { ask, _ in ask }
        #expect(try await answer == [5])
        try await second.stop()
    }

    @Test func garbled_answersAreErrorsAndTheNextCallWorks() async throws {
        let times = Tally()
        let server = try RawServer(bus.folder.ipc()) { bytes in
            switch times.add() {
            case 1: return [0xFF, 0xFF, 0xFF]
            case 2: return []
            // Somebody else's answer.
            case 3: return try? RpcReply.with { $0.requestID = Array(repeating: 1, count: 16) }.serialized()
            default:
                guard let ask = try? RpcRequest(decoding: bytes) else { return nil }
                return try? RpcReply.with {
                    $0.requestID = ask.requestID
                    $0.payload = ask.payload
                }.serialized()
            }
        }
        let channel = try bus.channel(server.url)
        for _ in 1...3 { #expect(await fault { try await channel.ask([1]) }?.code == .internalError) }
        #expect(try await channel.ask([2]) == [2])
        #expect(times.value == 4, "a garbled answer is not a reason to ask again")
        server.close()
    }

    @Test func garbled_requestsAreRefusedAndTheServerGoesOn() async throws {
        let server = try bus.server(bus.folder.ipc()) { ask, _ in ask }
        let stranger = try RequestSocket(dialing: server.url)
        var random = SystemRandomNumberGenerator()
        for size in [0, 1, 2, 15, 100, 10_000] {
            var bytes = (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            if size > 0 { bytes[0] = 0xFF }
            let reply = try RpcReply(decoding: try await stranger.ask(bytes))
            #expect([Fault.Code.malformed.rawValue, Fault.Code.unimplemented.rawValue].contains(reply.code))
        }
        #expect(try await bus.channel(server.url).ask([1]) == [1])
        try await server.stop()
    }

    @Test func oversize_aRequestIsRefusedBeforeItIsSent() async throws {
        let asked = Signal()
        let go = Signal()
        let server = try bus.server(bus.folder.ipc()) { ask, _ in
            asked.raise()
            await go.wait()
            return ask
        }
        let channel = try bus.channel(server.url)
        async let other = channel.ask([1])
        await asked.wait()
        let large = [UInt8](repeating: 0, count: BusSocket.largestMessage - 10)
        #expect(await fault { try await channel.ask(large) }?.code == .malformed)
        go.raise()
        #expect(try await other == [1], "the call beside it was hit")
        try await server.stop()
    }

    @Test func oversize_anAnswerBecomesAFault() async throws {
        let server = try bus.server(bus.folder.ipc()) { ask, _ in
            .with { $0.bytes = [UInt8](repeating: 0, count: Int(ask.bytes[0]) << 20) }
        }
        let channel = try bus.channel(server.url)
        #expect(try await channel.ask([3]).count == 3 << 20)
        #expect(await fault { try await channel.ask([4]) }?.code == .tooMany)
        #expect(await fault { try await channel.ask([9]) }?.code == .tooMany)
        #expect(try await channel.ask([1]).count == 1 << 20)
        try await server.stop()
    }

    @Test func oversize_fromAPeerWithoutMannersEndsOnlyItsConnection() async throws {
        let server = try bus.server(bus.folder.ipc()) { ask, _ in ask }
        let channel = try bus.channel(server.url)
        #expect(try await channel.ask([1]) == [1])
        let stranger = try RequestSocket(dialing: server.url)
        await #expect(throws: RequestFailure.maybeSent(.reset)) {
            try await stranger.ask([UInt8](repeating: 0, count: BusSocket.largestMessage + 1000))
        }
        #expect(try await channel.ask([2]) == [2])

        let peer = try RawServer(bus.folder.ipc("peer")) { _ in
            [UInt8](repeating: 0, count: BusSocket.largestMessage + 1000)
        }
        let other = try bus.channel(peer.url) { $0.attempts = 1 }
        #expect(await fault { try await other.ask() }?.code == .unavailable)
        peer.close()
        try await server.stop()
    }

    @Test func expiredBudget_nothingIsSentAndNothingIsDone() async throws {
        let times = Tally()
        let server = try bus.server(bus.folder.ipc()) { ask, _ in
            times.add()
            return ask
        }
        let channel = try bus.channel(server.url)
        #expect(await fault { try await channel.ask(budget: .zero) }?.code == .deadlinePassed)
        #expect(await fault { try await channel.ask(budget: .microseconds(900)) }?.code == .deadlinePassed)

        let stranger = try RequestSocket(dialing: server.url)
        let ask = try envelope(TestBus.read, bus.identity("gateway")) { $0.timeoutMs = 0 }
        let reply = try RpcReply(decoding: try await stranger.ask(ask))
        #expect(reply.code == Fault.Code.deadlinePassed.rawValue)
        #expect(times.value == 0)
        try await server.stop()
    }

    @Test func expiredBudget_theHandlerSeesWhatIsLeft() async throws {
        let server = try bus.server(bus.folder.ipc()) { _, call in
            .with { $0.part = Int64(call.remaining / .milliseconds(1)) }
        }
        let channel = try bus.channel(server.url)
        let call = Call.starting(budget: .seconds(30))
        let left: AppendBlobRequest = try await channel.ask(TestBus.read, AppendBlobRequest(), call)
        #expect((1...30_000).contains(left.part))
        try await server.stop()
    }

    @Test func replicaLost_callsGoToTheOthers() async throws {
        let one = try bus.server(bus.folder.ipc("1")) { ask, _ in ask }
        let two = try bus.server(bus.folder.ipc("2")) { ask, _ in ask }
        let channel = try bus.channel(one.url, two.url)
        for number in 0..<20 as Range<UInt8> { #expect(try await channel.ask([number]) == [number]) }
        try await one.stop()
        for number in 0..<100 as Range<UInt8> {
            #expect(try await channel.ask([number], budget: .seconds(10)) == [number])
        }
        try await two.stop()
    }

    @Test func replicaLost_theOneThatFailsIsLeftAlone() async throws {
        let times = Tally()
        let bad = try bus.server(bus.folder.ipc("bad")) { _, _ in
            times.add()
            throw Fault(.unavailable, "its database is down")
        }
        let good = try bus.server(bus.folder.ipc("good")) { ask, _ in ask }
        let channel = try bus.channel(bad.url, good.url) {
            $0.ejection = .seconds(600)
            $0.longestEjection = .seconds(600)
        }
        await eventually { channel.endpoints.allSatisfy { $0.line.isUp } }
        for _ in 0..<200 { #expect(try await channel.ask([1]) == [1]) }
        #expect(times.value == 3)
        try await bad.stop()
        try await good.stop()
    }

    @Test func replicaSlow_theLessLoadedGetsMore() async throws {
        let (slow, fast) = (Tally(), Tally())
        let go = Signal()
        let one = try bus.server(bus.folder.ipc("1")) { ask, _ in
            slow.add()
            await go.wait()
            return ask
        }
        let two = try bus.server(bus.folder.ipc("2")) { ask, _ in
            fast.add()
            return ask
        }
        let channel = try bus.channel(one.url, two.url)
        await eventually { channel.endpoints.allSatisfy { $0.line.isUp } }
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for number in 1...100 {
                group.addTask { try await channel.ask([1]) }
                // One after the other, as far as the slow one lets them.
                await eventually { slow.value + fast.value == number && channel.endpoints[1].admission.load == 0 }
            }
            go.raise()
            for try await answer in group { #expect(answer == [1]) }
        }
        #expect(slow.value <= 3, "\(slow.value) of 100 went to the one that does not answer")
        try await one.stop()
        try await two.stop()
    }

    @Test func queueFull_theChannelRefuses() async throws {
        let asked = Signal()
        let go = Signal()
        let server = try bus.server(bus.folder.ipc()) { ask, _ in
            asked.raise()
            await go.wait()
            return ask
        }
        let channel = try bus.channel(server.url) {
            $0.inFlight = 1
            $0.queue = 1
        }
        async let first = channel.ask([1])
        await asked.wait()
        async let second = channel.ask([2])
        await eventually { channel.endpoints[0].admission.load == 2 }
        let refused = await fault { try await channel.ask([3]) }
        #expect(refused?.code == .tooMany)
        #expect((refused?.retryAfterMilliseconds ?? 0) > 0)
        go.raise()
        #expect(try await [first, second] == [[1], [2]])
        try await server.stop()
    }

    @Test func queueFull_theServerShedsWhoWouldWaitTooLong() async throws {
        let asked = Signal()
        let go = Signal()
        let server = try bus.server(bus.folder.ipc(), workers: 1) { ask, _ in
            asked.raise()
            await go.wait()
            return ask
        }
        let channel = try bus.channel(server.url)
        async let first = channel.ask([1])
        await asked.wait()
        // A quarter of its six seconds, and it is told; the rest of the budget is still there to ask elsewhere.
        #expect(await fault { try await channel.ask([2], budget: .seconds(6)) }?.code == .tooMany)
        go.raise()
        #expect(try await first == [1])
        #expect(try await channel.ask([3]) == [3])
        try await server.stop()
    }

    @Test func cancelled_byTheCaller() async throws {
        let asked = Signal()
        let server = try bus.server(bus.folder.ipc(), grace: .milliseconds(10)) { ask, _ in
            if ask.bytes == [1] {
                asked.raise()
                try await Task.sleep(for: .seconds(60))
            }
            return ask
        }
        let channel = try bus.channel(server.url)
        let asking = Task { await fault { try await channel.ask([1]) } }
        await asked.wait()
        asking.cancel()
        #expect(await asking.value?.code == .cancelled)
        #expect(try await channel.ask([2]) == [2])
        try await server.stop()
    }

    @Test func cancelled_whileItWaitsInTheQueue() async throws {
        let asked = Signal()
        let go = Signal()
        let server = try bus.server(bus.folder.ipc()) { ask, _ in
            asked.raise()
            await go.wait()
            return ask
        }
        let channel = try bus.channel(server.url) { $0.inFlight = 1 }
        async let first = channel.ask([1])
        await asked.wait()
        let waiting = Task { await fault { try await channel.ask([2]) } }
        await eventually { channel.endpoints[0].admission.load == 2 }
        waiting.cancel()
        #expect(await waiting.value?.code == .cancelled)
        go.raise()
        #expect(try await first == [1])
        #expect(try await channel.ask([3]) == [3])
        try await server.stop()
    }
}
