import Clocks
import Contracts
import Credentials
import Logging
import Metrics
import ProtoRuntime
import Synchronization

/// The way to all replicas of one service.
///
/// A call goes to the less loaded of two random replicas that are connected and have not failed lately. It ends by its
/// deadline whatever happens: with the answer, or with a `Fault`:
/// - `.unavailable` at once when no replica is there (or, within the grace after it went away, as soon as that is over);
/// - `.tooMany` when too many calls are under way already;
/// - `.deadlinePassed`, `.cancelled`; `.malformed` for a request beyond 4 MiB; `.internalError` for an answer that is
///   not one; and whatever the service answers.
///
/// Only what can be done twice is repeated: methods that say so, calls with an idempotency key, and requests that have
/// certainly not been sent.
public final class Channel: RPCChannel, Sendable {
    public let service: String
    let endpoints: [Endpoint]
    private let identity: ProcessIdentity?
    private let limits: ChannelLimits
    private let clocks: Clocks
    private let metrics: Metrics
    private let log: Logger
    private let meters = Mutex<[String: CallMeter]>([:])
    private let retries: Counter

    /// Starts connecting in the background; the service need not be there yet.
    ///
    /// - Parameter identity: nil for a program outside the suite, which shows the access token of each call instead.
    /// - Throws: `BusProblem` for a URL or certificate that cannot work.
    public init(
        to service: String, urls: [String], identity: ProcessIdentity?, tls: BusTLS? = nil,
        limits: ChannelLimits = .init(), clocks: Clocks = .system, metrics: Metrics, log: Logger
    ) throws {
        guard !urls.isEmpty else { throw BusProblem("\(service): no URL is given") }
        let watch = DeadlineWatch()
        let endpoints = try urls.map {
            try Endpoint($0, tls: tls, limits: limits, clocks: clocks, watch: watch)
        }
        self.service = service
        self.endpoints = endpoints
        self.identity = identity
        self.limits = limits
        self.clocks = clocks
        self.metrics = metrics
        self.log = log
        retries = metrics.counter("ers_rpc_client_retries_total", "Calls tried again.", [("to", service)])
        metrics.gauge("ers_rpc_client_connected", "Replicas connected.", [("to", service)]) {
            Double(endpoints.count { $0.line.isUp })
        }
        metrics.gauge("ers_rpc_client_load", "Calls under way or waiting.", [("to", service)]) {
            Double(endpoints.reduce(0) { $0 + $1.admission.load })
        }
    }

    /// At least one replica is there.
    public var isConnected: Bool { endpoints.contains { $0.line.isUp } }

    /// Ends everything under way with `.unavailable`.
    public func close() async {
        for endpoint in endpoints { endpoint.close() }
    }

    public func send(_ method: RPCMethodInfo, _ payload: [UInt8], _ call: Call) async throws -> [UInt8] {
        let begun = ContinuousClock.now
        let meter = meter(method)
        do {
            let answer = try await answer(method, payload, call)
            meter.count(0, begun.duration(to: .now))
            return answer
        } catch {
            meter.count(error.code.rawValue, begun.duration(to: .now))
            throw error
        }
    }

    private func meter(_ method: RPCMethodInfo) -> CallMeter {
        meters.withLock { meters in
            if let known = meters[method.method] { return known }
            let made = CallMeter(metrics, "ers_rpc_client", [("to", service), ("method", method.method)])
            meters[method.method] = made
            return made
        }
    }

    private func answer(_ method: RPCMethodInfo, _ payload: [UInt8], _ call: Call) async throws(Fault) -> [UInt8] {
        guard call.idempotencyKey.utf8.count <= Reception.longestKey else {
            throw Fault(
                .malformed, "\(method.method): the idempotency key is longer than \(Reception.longestKey) bytes")
        }
        var request = RpcRequest()
        request.protocol = envelopeProtocol
        request.service = method.service
        request.method = method.method
        request.requestID = call.requestID
        request.traceparent = call.traceparent
        request.callerToken = call.callerToken
        request.idempotencyKey = call.idempotencyKey
        request.accessToken = identity == nil ? call.accessToken : ""
        request.payload = payload

        let repeatable = method.idempotent || !call.idempotencyKey.isEmpty
        var tried: Set<Int> = []
        var last = Fault(.unavailable, "\(service) cannot be reached")
        for attempt in 1...max(1, limits.attempts) {
            guard let index = pick(tried) else { throw last }
            if tried.contains(index) {
                guard await pause(attempt, call) else { throw last }
            }
            if attempt > 1 { retries.increment() }
            tried.insert(index)
            request.attempt = UInt32(attempt)
            switch await ask(endpoints[index], &request, call) {
            case .answer(let payload): return payload
            case .fault(let fault): throw fault
            case .nothingSent(let fault): last = fault
            case .unknown(let fault):
                last = fault
                if !repeatable { throw fault }
            }
        }
        throw last
    }

    private enum Outcome {
        case answer([UInt8])
        /// Asking again does not help.
        case fault(Fault)
        /// The replica has not seen the question.
        case nothingSent(Fault)
        /// The replica may have done the work, or a part of it.
        case unknown(Fault)
    }

    private func ask(_ endpoint: Endpoint, _ request: inout RpcRequest, _ call: Call) async -> Outcome {
        // The deadline is one of the given clock; waiting is done on the machine's.
        let left = clocks.monotonic().duration(to: call.deadline)
        guard left > .zero else { return .fault(late) }
        let deadline = ContinuousClock.now + left

        switch await endpoint.admission.enter(until: deadline) {
        case .admitted: break
        case .queueFull:
            return .fault(Fault(.tooMany, "\(service) has too much to do", retryAfterMilliseconds: 200))
        case .tooLate: return .fault(late)
        case .cancelled: return .fault(cancelled)
        case .closed: return .nothingSent(Fault(.unavailable, "the channel to \(service) is closed"))
        }
        defer { endpoint.admission.leave() }

        guard await endpoint.line.waitUntilUp(deadline) else {
            if Task.isCancelled { return .fault(cancelled) }
            if deadline <= .now { return .fault(late) }
            return .nothingSent(Fault(.unavailable, "\(service) cannot be reached"))
        }

        let bytes: [UInt8]
        do {
            // Rounded down: the service gives up before we do, never after.
            let milliseconds = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            guard milliseconds >= 1 else { return .fault(late) }
            request.timeoutMs = UInt32(min(milliseconds, Double(Reception.longestBudget / .milliseconds(1))))
            request.serviceToken = identity?.token(for: service) ?? []
            bytes = try request.serialized(limit: BusSocket.largestMessage)
        } catch .tooLarge {
            return .fault(Fault(.malformed, "the request is larger than \(BusSocket.largestMessage >> 20) MiB"))
        } catch {
            return .fault(Fault(.malformed, "the request cannot be sent (\(error))"))
        }

        let outcome = await endpoint.ask(bytes, deadline: deadline)
        return read(outcome, request, endpoint)
    }

    private func read(_ outcome: RequestSlot.Outcome, _ request: RpcRequest, _ endpoint: Endpoint) -> Outcome {
        switch outcome {
        case .success(let message):
            let reply: RpcReply
            do {
                reply = try message.withBytes { bytes throws(ProtoError) in
                    try RpcReply(decoding: bytes, limit: BusSocket.largestMessage)
                }
            } catch {
                return garbled("cannot be read (\(error))", request, endpoint)
            }
            guard reply.requestID == request.requestID else {
                return garbled("belongs to another request", request, endpoint)
            }
            guard let fault = reply.fault else {
                endpoint.note(success: true)
                return .answer(reply.payload)
            }
            // Nothing was done, and it is nobody's sign-in that is wrong; another replica may have the right time.
            if identity != nil, reply.refusesOurTokens { return disbelieved(fault, request, endpoint) }
            endpoint.note(success: fault.code != .unavailable)
            return fault.code == .unavailable ? .unknown(fault) : .fault(fault)
        case .failure(.notSent(.cancelled)), .failure(.maybeSent(.cancelled)):
            return .fault(cancelled)
        case .failure(.notSent(.timedOut)), .failure(.maybeSent(.timedOut)):
            endpoint.note(success: false)
            return .fault(late)
        case .failure(.notSent(let error)):
            endpoint.note(success: false)
            return .nothingSent(Fault(.unavailable, "\(service) cannot be reached (\(error))"))
        case .failure(.maybeSent(let error)):
            endpoint.note(success: false)
            return .unknown(Fault(.unavailable, "the connection to \(service) was lost (\(error))"))
        }
    }

    private func disbelieved(_ fault: Fault, _ request: RpcRequest, _ endpoint: Endpoint) -> Outcome {
        endpoint.note(success: false)
        log.error(
            "\(service) refuses a token of this suite: compare the clocks and the keys of both hosts.",
            metadata: [
                "request": "\(Hex.lower(request.requestID))", "method": "\(request.method)", "cause": "\(fault.detail)",
            ])
        return .nothingSent(
            Fault(.unavailable, "\(service) does not trust this process at the moment", retryAfterMilliseconds: 1_000))
    }

    private func garbled(_ what: String, _ request: RpcRequest, _ endpoint: Endpoint) -> Outcome {
        endpoint.note(success: false)
        log.error(
            "The answer of \(service) \(what).",
            metadata: ["request": "\(Hex.lower(request.requestID))", "method": "\(request.method)"])
        return .fault(Fault(.internalError, "the answer of \(service) \(what)"))
    }

    private var late: Fault { Fault(.deadlinePassed, "\(service) did not answer in time") }
    private var cancelled: Fault { Fault(.cancelled, "the caller gave up") }

    /// The less loaded of two random ones among the best; nil when all are down.
    private func pick(_ tried: Set<Int>) -> Int? {
        if endpoints.count == 1 { return endpoints[0].rank(tried: false) == nil ? nil : 0 }
        let ranks = endpoints.indices.compactMap { index in
            endpoints[index].rank(tried: tried.contains(index)).map { (index: index, rank: $0) }
        }
        guard let best = ranks.map(\.rank).min() else { return nil }
        var choices = ranks.filter { $0.rank == best }.map(\.index)
        let first = choices.remove(at: Int.random(in: choices.indices))
        guard let second = choices.randomElement() else { return first }
        return endpoints[second].admission.load < endpoints[first].admission.load ? second : first
    }

    /// A moment before the same replica is asked again. False when the deadline leaves no room for it.
    private func pause(_ attempt: Int, _ call: Call) async -> Bool {
        let pause = Duration.milliseconds(Int.random(in: 10...30) << min(attempt, 6))
        guard clocks.monotonic().duration(to: call.deadline) > pause * 2 else { return false }
        do { try await Task.sleep(for: pause) } catch { return false }
        return true
    }
}
