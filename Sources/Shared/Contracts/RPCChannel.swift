import ProtoRuntime

/// A way to a service: the bus, or a call inside this process.
public protocol RPCChannel: Sendable {
    /// - Throws: `Fault`, nothing else.
    func send(_ method: RPCMethodInfo, _ payload: [UInt8], _ call: Call) async throws -> [UInt8]
}

extension RPCChannel {
    /// Asks and reads the answer.
    ///
    /// - Throws: `Fault` `.malformed` for a question that cannot be sent (too large, a NUL in a text),
    ///   `.internalError` for an answer that cannot be read, and what the service answered.
    public func ask<Ask: ProtoMessage, Reply: ProtoMessage>(
        _ method: RPCMethodInfo, _ ask: Ask, _ call: Call
    ) async throws -> Reply {
        let payload: [UInt8]
        do {
            payload = try ask.serialized()
        } catch {
            throw Fault(.malformed, "\(method.service).\(method.method): the question cannot be sent (\(error))")
        }
        let answer = try await send(method, payload, call)
        do {
            return try Reply(decoding: answer)
        } catch {
            throw Fault(.internalError, "\(method.service).\(method.method): the answer cannot be read (\(error))")
        }
    }
}
