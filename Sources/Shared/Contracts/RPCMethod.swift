import ProtoRuntime

/// What one rpc demands of whoever calls it, from the options in its proto file.
public struct RPCMethodInfo: Sendable, Hashable {
    /// `ers.Results`
    public let service: String
    /// `ListGrades`
    public let method: String
    /// Doing it twice is the same as doing it once, so a channel may repeat it.
    public let idempotent: Bool
    /// The processes that may call it.
    public let callers: Set<String>
    /// The call must carry the token of a person.
    public let person: Bool
    /// The scope that the access token of a program outside the suite must have; empty for what only processes call.
    public let client: String

    public init(
        service: String, method: String, idempotent: Bool, callers: Set<String>, person: Bool, client: String = ""
    ) {
        self.service = service
        self.method = method
        self.idempotent = idempotent
        self.callers = callers
        self.person = person
        self.client = client
    }
}

/// One rpc as a server answers it: bytes in, bytes out.
public struct RPCMethod: Sendable {
    public let info: RPCMethodInfo
    /// Throws `Fault` `.malformed` for bytes that are not the question, and whatever the answer throws.
    public let handle: @Sendable ([UInt8], Call) async throws -> [UInt8]

    public init<Ask: ProtoMessage, Reply: ProtoMessage>(
        _ info: RPCMethodInfo, _ answer: @escaping @Sendable (Ask, Call) async throws -> Reply
    ) {
        self.info = info
        handle = { payload, call in
            let ask: Ask
            do {
                ask = try Ask(decoding: payload)
            } catch {
                throw Fault(.malformed, "\(info.service).\(info.method): the question cannot be read (\(error))")
            }
            return try await answer(ask, call).serialized()
        }
    }
}

/// All rpcs of one service, by name.
public struct RPCServiceTable: Sendable {
    public let name: String
    public let methods: [String: RPCMethod]

    public init(_ name: String, _ methods: [RPCMethod]) {
        self.name = name
        self.methods = Dictionary(uniqueKeysWithValues: methods.map { ($0.info.method, $0) })
    }
}
