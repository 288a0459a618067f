/// A channel straight into services of the same process: the same bytes, the same faults and the same demands on the
/// caller as over the bus, but no sockets and no tokens.
public struct DirectChannel: RPCChannel {
    private let tables: [String: RPCServiceTable]
    private let service: String
    private let onError: (@Sendable (any Error) -> Void)?

    /// - Parameters:
    ///   - service: the process that asks, checked against the callers of each method; empty means that
    ///     `call.service` says it, and if that is empty too, callers are not checked.
    ///   - onError: told of what becomes `internalError`, whose reason the caller does not get to see.
    public init(
        _ tables: [RPCServiceTable], as service: String = "", onError: (@Sendable (any Error) -> Void)? = nil
    ) {
        self.tables = Dictionary(uniqueKeysWithValues: tables.map { ($0.name, $0) })
        self.service = service
        self.onError = onError
    }

    public func send(_ method: RPCMethodInfo, _ payload: [UInt8], _ call: Call) async throws -> [UInt8] {
        guard let answer = tables[method.service]?.methods[method.method] else {
            throw Fault(.unimplemented, "\(method.service).\(method.method)")
        }
        guard call.remaining > .zero else { throw Fault(.deadlinePassed, "no time left") }
        var call = call
        if !service.isEmpty { call.service = service }
        guard call.service.isEmpty || answer.info.callers.contains(call.service) else {
            throw Fault(.forbidden, "\(call.service) may not call \(method.service).\(method.method)")
        }
        guard !answer.info.person || call.caller != nil else {
            throw Fault(.unauthenticated, "\(method.service).\(method.method) needs a person")
        }
        do {
            return try await answer.handle(payload, call)
        } catch let fault as Fault {
            throw fault
        } catch is CancellationError {
            throw Fault(.cancelled, "the caller gave up")
        } catch {
            onError?(error)
            throw Fault(.internalError, "\(method.service).\(method.method) failed")
        }
    }
}
