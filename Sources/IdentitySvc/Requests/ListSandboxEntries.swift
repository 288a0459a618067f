import Contracts
import Postgres

/// The ways into the sandbox whose organization is loaded, in the order of the operator's file.
///
/// - Throws: `Fault` `.preconditionFailed` in production mode.
/// - Rule: Identity R8.
struct ListSandboxEntries: Sendable {
    let database: Database
    let doors: SandboxDoors

    func callAsFunction(_ ask: Empty, _ call: Call) async throws -> SandboxEntries {
        try doors.requireSandbox()
        let doors = doors
        let open = try await database.read(call) { try doors.open($0) }
        return .with {
            $0.entries = open.map { door in
                .with {
                    $0.key = door.door.key
                    $0.label = door.door.label
                }
            }
        }
    }
}
