/// Everything about one request that is not its question: who asks, until when, and under which names it is logged.
///
/// A handler passes its own `Call` to the clients it uses, so deadline, trace and caller travel by themselves.
public struct Call: Sendable {
    /// 16 random bytes, the same through all hops; in logs and answers as 32 hex digits.
    public var requestID: [UInt8]
    /// Set once, at the edge. Work that cannot end before it is not started.
    public var deadline: ContinuousClock.Instant
    /// W3C trace context, empty when there is none.
    public var traceparent: String
    /// The person, verified from `callerToken`; nil when a process asks in its own name.
    public var caller: CallerClaims?
    /// The signed form of `caller`, handed on to the next service, which verifies it itself.
    public var callerToken: [UInt8]
    /// The verified name of the process that asks, such as `gateway`; empty at the edge.
    public var service: String
    /// The same key means: do it once. Empty for questions that change nothing.
    public var idempotencyKey: String
    /// Of a program outside the suite that asks; never handed on.
    public var accessToken = ""

    public init(
        requestID: [UInt8], deadline: ContinuousClock.Instant, traceparent: String = "", caller: CallerClaims? = nil,
        callerToken: [UInt8] = [], service: String = "", idempotencyKey: String = ""
    ) {
        self.requestID = requestID
        self.deadline = deadline
        self.traceparent = traceparent
        self.caller = caller
        self.callerToken = callerToken
        self.service = service
        self.idempotencyKey = idempotencyKey
    }

    /// A call that starts here, with a new request id and `budget` to live.
    public static func starting(budget: Duration, service: String = "") -> Call {
        var random = SystemRandomNumberGenerator()
        // Two draws of eight bytes: each is a call into the kernel.
        let halves = (random.next() as UInt64, random.next() as UInt64)
        let requestID = withUnsafeBytes(of: halves) { [UInt8]($0) }
        return Call(requestID: requestID, deadline: .now + budget, service: service)
    }

    /// What is left of the budget; never negative.
    public var remaining: Duration {
        max(.zero, ContinuousClock.now.duration(to: deadline))
    }
}
