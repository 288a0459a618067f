import Contracts

/// Answers `ers.Health` for any service: put its `rpcTable` beside the service's own.
public struct HealthServer: HealthService {
    private let registry: HealthRegistry

    public init(_ registry: HealthRegistry) { self.registry = registry }

    public func checkHealth(_ ask: Empty, _ call: Call) async throws -> HealthReport {
        await registry.report()
    }
}
