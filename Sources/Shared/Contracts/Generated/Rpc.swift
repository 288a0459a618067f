// Made by Tools/protogen from proto/rpc.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

public struct FaultViolation: ProtoMessage {
    public var field: String = ""
    public var problem: String = ""

    public init() {}
}

extension FaultViolation {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__fault_violation()
    }

    public init(copying c: UnsafePointer<Ers__FaultViolation>) throws(ProtoError) {
        self.field = try protoString(c.pointee.field)
        self.problem = try protoString(c.pointee.problem)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FaultViolation>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.field = try arena.string(field)
        c.pointee.problem = try arena.string(problem)
    }
}

public struct RpcRequest: ProtoMessage {
    /// 1; a server answers UNIMPLEMENTED to others
    public var `protocol`: UInt32 = 0
    /// "ers.Results"
    public var service: String = ""
    /// "ListGrades"
    public var method: String = ""
    /// 16 bytes, echoed
    public var requestID: [UInt8] = []
    /// what is left of the budget when sent; 0 is refused
    public var timeoutMs: UInt32 = 0
    /// W3C
    public var traceparent: String = ""
    /// the person: a SignedToken of CallerClaims; empty for a process in its own name
    public var callerToken: [UInt8] = []
    /// 64 bytes at most
    public var idempotencyKey: String = ""
    /// the calling process: a SignedToken of ServiceClaims
    public var serviceToken: [UInt8] = []
    /// 1 for the first try
    public var attempt: UInt32 = 0
    /// of a program outside the suite, from POST /oauth2/token; then there is no service_token
    public var accessToken: String = ""
    public var payload: [UInt8] = []

    public init() {}
}

extension RpcRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__rpc_request()
    }

    public init(copying c: UnsafePointer<Ers__RpcRequest>) throws(ProtoError) {
        self.`protocol` = c.pointee.protocol
        self.service = try protoString(c.pointee.service)
        self.method = try protoString(c.pointee.method)
        self.requestID = protoBytes(c.pointee.request_id)
        self.timeoutMs = c.pointee.timeout_ms
        self.traceparent = try protoString(c.pointee.traceparent)
        self.callerToken = protoBytes(c.pointee.caller_token)
        self.idempotencyKey = try protoString(c.pointee.idempotency_key)
        self.serviceToken = protoBytes(c.pointee.service_token)
        self.attempt = c.pointee.attempt
        self.accessToken = try protoString(c.pointee.access_token)
        self.payload = protoBytes(c.pointee.payload)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__RpcRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.protocol = `protocol`
        c.pointee.service = try arena.string(service)
        c.pointee.method = try arena.string(method)
        c.pointee.request_id = try arena.bytes(requestID)
        c.pointee.timeout_ms = timeoutMs
        c.pointee.traceparent = try arena.string(traceparent)
        c.pointee.caller_token = try arena.bytes(callerToken)
        c.pointee.idempotency_key = try arena.string(idempotencyKey)
        c.pointee.service_token = try arena.bytes(serviceToken)
        c.pointee.attempt = attempt
        c.pointee.access_token = try arena.string(accessToken)
        c.pointee.payload = try arena.bytes(payload)
    }
}

public struct RpcReply: ProtoMessage {
    public var requestID: [UInt8] = []
    /// canonical gRPC code; 0 is OK
    public var code: Int32 = 0
    /// shown to people
    public var detail: String = ""
    public var violations: [FaultViolation] = []
    public var retryAfterMs: UInt32 = 0
    public var serverTimeUs: UInt32 = 0
    public var payload: [UInt8] = []

    public init() {}
}

extension RpcReply {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__rpc_reply()
    }

    public init(copying c: UnsafePointer<Ers__RpcReply>) throws(ProtoError) {
        self.requestID = protoBytes(c.pointee.request_id)
        self.code = c.pointee.code
        self.detail = try protoString(c.pointee.detail)
        self.violations = try protoMessages(c.pointee.n_violations, c.pointee.violations)
        self.retryAfterMs = c.pointee.retry_after_ms
        self.serverTimeUs = c.pointee.server_time_us
        self.payload = protoBytes(c.pointee.payload)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__RpcReply>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.request_id = try arena.bytes(requestID)
        c.pointee.code = code
        c.pointee.detail = try arena.string(detail)
        c.pointee.n_violations = violations.count
        c.pointee.violations = try arena.messages(violations)
        c.pointee.retry_after_ms = retryAfterMs
        c.pointee.server_time_us = serverTimeUs
        c.pointee.payload = try arena.bytes(payload)
    }
}
