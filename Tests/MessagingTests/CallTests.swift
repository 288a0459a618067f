import CNNG
import Contracts
import Foundation
import Testing

@testable import Messaging

/// What a call carries, what comes back, and how a server stops.
@Suite(.timeLimit(.minutes(2)))
struct CallTests {
    private let bus: TestBus
    init() throws { bus = try TestBus() }

    @Test(arguments: ["ipc", "tcp", "inproc"])
    func everyTransportCarriesCalls(transport: String) async throws {
        let url = ["ipc": bus.folder.ipc(), "tcp": "tcp://127.0.0.1:0", "inproc": inproc()][transport]!
        let server = try bus.server(url) { ask, _ in ask }
        let channel = try bus.channel(server.url)
        #expect(try await channel.ask([1, 2, 3]) == [1, 2, 3])
        try await server.stop()
    }

    @Test func theHandlerKnowsTheCall() async throws {
        let server = try bus.server(bus.folder.ipc()) { _, call in
            .with {
                $0.blobID = call.requestID
                $0.bytes = Array("\(call.service)|\(call.traceparent)|\(call.idempotencyKey)".utf8)
            }
        }
        let channel = try bus.channel(server.url)
        var call = Call.starting(budget: .seconds(20))
        call.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        call.idempotencyKey = "once"
        let answer: AppendBlobRequest = try await channel.ask(TestBus.read, AppendBlobRequest(), call)
        #expect(answer.blobID == call.requestID)
        #expect(String(decoding: answer.bytes, as: UTF8.self) == "gateway|\(call.traceparent)|once")
        try await server.stop()
    }

    @Test func faultsCrossTheHopWhole() async throws {
        let sent = Fault(
            .conflict, "it changed", violations: [.init(field: "year", problem: "is over")],
            retryAfterMilliseconds: 1500)
        let server = try bus.server(bus.folder.ipc()) { _, _ in throw sent }
        let channel = try bus.channel(server.url)
        #expect(await fault { try await channel.ask() } == sent)
        try await server.stop()
    }

    @Test func anErrorOfOursIsLoggedAndNotTold() async throws {
        struct Secret: Error {}
        let server = try bus.server(bus.folder.ipc()) { _, _ in throw Secret() }
        let channel = try bus.channel(server.url)
        var id: [UInt8] = []
        let told = await fault { try await channel.ask { id = $0.requestID } }
        #expect(told == Fault(.internalError, ""))
        #expect(bus.logged.all.contains { $0.contains("Secret") && $0.contains(Hex.lower(id)) })
        try await server.stop()
    }

    @Test func unknownMethodsServicesAndProtocolsAreUnimplemented() async throws {
        let server = try bus.server(bus.folder.ipc()) { ask, _ in ask }
        let stranger = try RequestSocket(dialing: server.url)
        let unknown: [(inout RpcRequest) -> Void] = [
            { $0.method = "Gone" }, { $0.service = "test.Gone" }, { $0.protocol = 2 },
        ]
        for change in unknown {
            let ask = try envelope(TestBus.read, bus.identity("gateway"), change)
            let reply = try RpcReply(decoding: try await stranger.ask(ask))
            #expect(reply.code == Fault.Code.unimplemented.rawValue)
        }
        let long = try envelope(TestBus.read, bus.identity("gateway")) {
            $0.idempotencyKey = String(repeating: "k", count: 65)
        }
        #expect(try RpcReply(decoding: try await stranger.ask(long)).code == Fault.Code.malformed.rawValue)
        let short = try envelope(TestBus.read, bus.identity("gateway")) { $0.requestID = [1] }
        #expect(try RpcReply(decoding: try await stranger.ask(short)).code == Fault.Code.malformed.rawValue)
        try await server.stop()
    }

    /// A peer that answers everything twice: the second answer must never reach the next call.
    @Test func duplicated_answersAreDropped() async throws {
        let url = bus.folder.ipc()
        var opened = nng_socket()
        #expect(nng_rep0_open_raw(&opened) == 0)
        let socket = opened
        #expect(nng_listen(socket, url, nil, 0) == 0)
        let peer = Thread {
            var arrived: OpaquePointer?
            while nng_recvmsg(socket, &arrived, 0) == 0, let message = arrived {
                let body = UnsafeRawBufferPointer(start: nng_msg_body(message), count: nng_msg_len(message))
                let ask = try? RpcRequest(decoding: body)
                let reply = try? RpcReply.with {
                    $0.requestID = ask?.requestID ?? []
                    $0.payload = ask?.payload ?? []
                }.serialized()
                nng_msg_clear(message)
                if let reply { nng_msg_append(message, reply, reply.count) }
                var twin: OpaquePointer?
                nng_msg_dup(&twin, message)
                if nng_sendmsg(socket, message, 0) != 0 { nng_msg_free(message) }
                if let twin, nng_sendmsg(socket, twin, 0) != 0 { nng_msg_free(twin) }
            }
        }
        peer.start()
        let channel = try bus.channel(url)
        for number in 0..<200 as Range<UInt8> { #expect(try await channel.ask([number]) == [number]) }
        nng_close(socket)
    }

    /// A request that arrives twice runs twice: that is why every write carries a key.
    @Test func duplicated_requestsEachGetAnAnswer() async throws {
        let keys = Tally()
        let server = try bus.server(bus.folder.ipc()) { ask, call in
            if call.idempotencyKey == "same" { keys.add() }
            return ask
        }
        let stranger = try RequestSocket(dialing: server.url)
        let ask = try envelope(TestBus.write, bus.identity("gateway")) { $0.idempotencyKey = "same" }
        for _ in 1...2 { #expect(try RpcReply(decoding: try await stranger.ask(ask)).code == 0) }
        #expect(keys.value == 2)
        try await server.stop()
    }

    @Test func stopping_finishesWhatHasBegunAndRefusesTheRest() async throws {
        let asked = Signal()
        let go = Signal()
        let server = try bus.server(bus.folder.ipc()) { ask, _ in
            asked.raise()
            await go.wait()
            return ask
        }
        let channel = try bus.channel(server.url) { $0.attempts = 1 }
        async let begun = channel.ask([1])
        await asked.wait()
        server.beginStop()
        // The stop is noticed by a task of the server; until then requests are still taken in.
        let late = Task {
            while true {
                let answer = await fault { try await channel.ask([2], budget: .milliseconds(200)) }
                if answer?.code == .unavailable { return }
            }
        }
        await late.value
        go.raise()
        #expect(try await begun == [1])
        try await server.stop()
    }

    @Test func stopping_cancelsWhatDoesNotEndWithinTheGrace() async throws {
        let asked = Signal()
        let server = try bus.server(bus.folder.ipc(), grace: .milliseconds(50)) { ask, _ in
            asked.raise()
            try await Task.sleep(for: .seconds(600))
            return ask
        }
        let channel = try bus.channel(server.url) { $0.attempts = 1 }
        async let stuck = fault { try await channel.ask([1], budget: .seconds(60)) }
        await asked.wait()
        try await server.stop()
        #expect(await stuck?.code == .unavailable)
    }

    @Test func closingAChannelEndsItsCalls() async throws {
        let asked = Signal()
        let server = try bus.server(bus.folder.ipc(), grace: .milliseconds(10)) { ask, _ in
            asked.raise()
            try await Task.sleep(for: .seconds(600))
            return ask
        }
        let channel = try bus.channel(server.url)
        async let stuck = fault { try await channel.ask([1], budget: .seconds(60)) }
        await asked.wait()
        await channel.close()
        #expect(await stuck?.code == .unavailable)
        #expect(await fault { try await channel.ask([2]) }?.code == .unavailable)
        try await server.stop()
    }

    @Test func callsAreCountedByMethodAndOutcome() async throws {
        let server = try bus.server(bus.folder.ipc()) { ask, _ in
            if ask.bytes == [0] { throw Fault(.notFound, "nothing") }
            return ask
        }
        let channel = try bus.channel(server.url)
        for _ in 1...3 { _ = try await channel.ask([1]) }
        _ = await fault { try await channel.ask([0]) }
        try await server.stop()
        let text = bus.metrics.render()
        for line in [
            #"ers_rpc_client_calls_total{service="test",to="results",method="Read",outcome="ok"} 3"#,
            #"ers_rpc_client_calls_total{service="test",to="results",method="Read",outcome="notFound"} 1"#,
            #"ers_rpc_server_calls_total{service="test",method="Echo.Read",outcome="ok"} 3"#,
            #"ers_rpc_server_calls_total{service="test",method="Echo.Read",outcome="notFound"} 1"#,
            #"ers_rpc_server_seconds_count{service="test",method="Echo.Read"} 4"#,
        ] {
            #expect(text.contains(line), "\(line) is missing in\n\(text)")
        }
    }

    @Test func anAddressInUseIsRefusedByName() throws {
        let url = "tcp://127.0.0.1:0"
        let server = try bus.server(url) { ask, _ in ask }
        #expect(throws: BusProblem.self) { try bus.server(server.url) { ask, _ in ask } }
    }
}
