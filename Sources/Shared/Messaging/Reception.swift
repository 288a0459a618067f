import Clocks
import Contracts
import Credentials
import Logging
import Metrics
import ProtoRuntime
import Synchronization

/// Where requests arrive: each is read, checked against what its method demands, and handed to the method in its turn.
///
/// The checks cost little and come before the queue, so that strangers never wait in it.
final class Reception: Sendable {
    static let longestKey = 64
    /// A larger budget is cut to this: nothing on the bus may take longer.
    static let longestBudget: Duration = .seconds(600)
    /// Of the trace context that W3C defines, 55 bytes; more is not passed on.
    private static let longestTrace = 128
    /// Of an access token; ours have 43 bytes.
    private static let longestAccessToken = 1024

    private struct Entry {
        let method: RPCMethod
        let meter: CallMeter
    }
    private let entries: [String: [String: Entry]]
    private let unknown: CallMeter
    private let verifier: TokenVerifier
    private let clients: ClientScopes?
    private let admission: Admission
    private let watch: DeadlineWatch
    private let works = WorkInProgress()
    private let stopping = Atomic<Bool>(false)
    private let clocks: Clocks
    private let log: Logger

    init(
        _ name: String, tables: [RPCServiceTable], verifier: TokenVerifier, clients: ClientScopes?, workers: Int,
        queue: Int, watch: DeadlineWatch, clocks: Clocks, metrics: Metrics, log: Logger
    ) {
        var entries: [String: [String: Entry]] = [:]
        for table in tables {
            precondition(entries[table.name] == nil, "\(table.name) is served twice")
            entries[table.name] = table.methods.mapValues { method in
                let name = "\(table.name.split(separator: ".").last ?? "").\(method.info.method)"
                return Entry(method: method, meter: CallMeter(metrics, "ers_rpc_server", [("method", name)]))
            }
        }
        self.entries = entries
        self.verifier = verifier
        self.clients = clients
        self.watch = watch
        self.clocks = clocks
        self.log = log
        unknown = CallMeter(metrics, "ers_rpc_server", [("method", "unknown")])
        let admission = Admission(places: workers, queue: queue, watch: watch)
        self.admission = admission
        metrics.gauge("ers_rpc_server_load", "Requests in service or waiting.", [("server", name)]) {
            Double(admission.load)
        }
    }

    /// Takes a request in, on NNG's thread: everything else happens on a task of its own.
    func take(_ slot: ReplySlot, _ message: BusMessage) {
        let arrived = ContinuousClock.now
        let number = works.begin()
        works.running(
            number,
            Task {
                await serve(slot, message, arrived, number)
                works.end(number)
            })
    }

    /// From here on every new request is refused at once.
    func stop() { stopping.store(true, ordering: .relaxed) }

    func allEnded(within grace: Duration) async -> Bool { await works.allEnded(by: .now + grace, watch) }
    func cancelAll() { works.cancelAll() }

    private func serve(
        _ slot: ReplySlot, _ message: BusMessage, _ arrived: ContinuousClock.Instant, _ number: UInt64
    ) async {
        var reply: RpcReply
        var meter = unknown
        do {
            let request = try message.withBytes { bytes throws(ProtoError) in
                try RpcRequest(decoding: bytes, limit: BusSocket.largestMessage)
            }
            let entry = entries[request.service]?[request.method]
            if let entry { meter = entry.meter }
            do {
                let payload = try await answer(request, entry, arrived, number)
                reply = RpcReply()
                reply.payload = payload
            } catch {
                reply = RpcReply(error)
            }
            // A stranger's id is echoed only in the size that ours have.
            if request.requestID.count == 16 { reply.requestID = request.requestID }
        } catch {
            reply = RpcReply(Fault(.malformed, "the request cannot be read (\(error))"))
        }
        let took = arrived.duration(to: .now)
        reply.serverTimeUs = UInt32(clamping: took.wholeMicroseconds)
        send(&reply, slot)
        meter.count(reply.code, took)
    }

    private func send(_ reply: inout RpcReply, _ slot: ReplySlot) {
        do {
            do {
                try slot.reply(try reply.serialized(limit: BusSocket.largestMessage))
            } catch ProtoError.tooLarge {
                let id = reply.requestID
                reply = RpcReply(Self.answerTooLarge)
                reply.requestID = id
                try slot.reply(try reply.serialized())
            }
        } catch {
            log.error("An answer cannot be sent: \(error)", metadata: ["request": "\(Hex.lower(reply.requestID))"])
            slot.drop()
        }
    }

    private static let answerTooLarge = Fault(
        .tooMany, "the answer is larger than \(BusSocket.largestMessage >> 20) MiB: ask for less at once")

    private func answer(
        _ request: RpcRequest, _ entry: Entry?, _ arrived: ContinuousClock.Instant, _ number: UInt64
    ) async throws(Fault) -> [UInt8] {
        let (method, call, budget) = try check(request, entry)
        // Whoever has waited for a quarter of the budget would likely not be finished in time.
        switch await admission.enter(until: arrived + budget / 4) {
        case .admitted: break
        case .queueFull, .tooLate:
            throw Fault(.tooMany, "\(request.service) has too much to do", retryAfterMilliseconds: 200)
        case .cancelled, .closed: throw Self.stopped
        }
        defer { admission.leave() }

        let timer = watch.add(arrived + budget) { [works] in works.cancel(number) }
        defer { watch.remove(timer) }
        do {
            if !method.info.client.isEmpty { try await checkClient(request, method.info, call) }
            return try await method.handle(request.payload, call)
        } catch let fault as Fault {
            if fault.code == .internalError { report(fault, request) }
            throw fault
        } catch ProtoError.tooLarge {
            throw Self.answerTooLarge
        } catch is CancellationError {
            if arrived.duration(to: .now) >= budget { throw Fault(.deadlinePassed, "\(request.method) took too long") }
            throw stopping.load(ordering: .relaxed) ? Self.stopped : Fault(.cancelled, "\(request.method) was given up")
        } catch {
            report(error, request)
            throw Fault(.internalError, "")
        }
    }

    private static let stopped = Fault(.unavailable, "the service is stopping", retryAfterMilliseconds: 100)

    private func report(_ error: any Error, _ request: RpcRequest) {
        log.error(
            "\(request.service).\(request.method) failed: \(error)",
            metadata: ["request": "\(Hex.lower(request.requestID))", "trace": "\(request.traceparent)"])
    }

    /// What the envelope and the method's options demand, the cheapest first.
    private func check(_ request: RpcRequest, _ entry: Entry?) throws(Fault) -> (RPCMethod, Call, Duration) {
        guard request.protocol == envelopeProtocol else {
            throw Fault(.unimplemented, "protocol \(request.protocol) is not spoken here")
        }
        guard let entry else { throw Fault(.unimplemented, "there is no such method here") }
        guard !stopping.load(ordering: .relaxed) else { throw Self.stopped }
        guard request.requestID.count == 16 else { throw Fault(.malformed, "the request id must have 16 bytes") }
        guard request.timeoutMs > 0 else { throw Fault(.deadlinePassed, "no time was left when it was sent") }
        guard request.idempotencyKey.utf8.count <= Self.longestKey else {
            throw Fault(.malformed, "the idempotency key is longer than \(Self.longestKey) bytes")
        }
        let info = entry.method.info
        let service = info.client.isEmpty ? try process(request, info) : ""
        var caller: CallerClaims?
        if !request.callerToken.isEmpty {
            caller = try verified("caller") { try verifier.verifyCaller(request.callerToken) }
        } else if info.person {
            throw Fault(.unauthenticated, "\(info.service).\(info.method) needs a person")
        }
        let budget = min(.milliseconds(Int64(request.timeoutMs)), Self.longestBudget)
        let trace = request.traceparent.utf8.count <= Self.longestTrace ? request.traceparent : ""
        let call = Call(
            requestID: request.requestID, deadline: clocks.monotonic() + budget, traceparent: trace, caller: caller,
            callerToken: request.callerToken, service: service, idempotencyKey: request.idempotencyKey)
        return (entry.method, call, budget)
    }

    private func process(_ request: RpcRequest, _ info: RPCMethodInfo) throws(Fault) -> String {
        let service = try verified("service") { try verifier.verifyService(request.serviceToken) }
        guard info.callers.contains(service) else {
            throw Fault(.forbidden, "\(service) may not call \(info.service).\(info.method)")
        }
        return service
    }

    /// Only after a place was given: a neighbour may have to be asked, and strangers shall not send it more questions
    /// than there are places.
    private func checkClient(_ request: RpcRequest, _ info: RPCMethodInfo, _ call: Call) async throws {
        let token = request.accessToken
        guard !token.isEmpty, token.utf8.count <= Self.longestAccessToken else {
            throw Fault(.unauthenticated, "\(info.service).\(info.method) needs an access token")
        }
        guard let clients else { throw Fault(.unimplemented, "programs outside the suite are not served here") }
        guard try await clients(token, call).contains(info.client) else {
            throw Fault(.forbidden, "the access token does not have the scope \(info.client)")
        }
    }

    private func verified<T>(_ kind: String, _ verify: () throws -> T) throws(Fault) -> T {
        do {
            return try verify()
        } catch let fault as Fault {
            throw Fault(fault.code, fault.detail, violations: [.init(field: "\(kind) token", problem: fault.detail)])
        } catch {
            throw Fault(.unauthenticated, "the \(kind) token is not valid")
        }
    }
}
