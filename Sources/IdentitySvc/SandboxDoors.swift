import Contracts
import Postgres
import ServiceRuntime

/// The sandbox's doors, and which of them open: those whose organization is loaded. None in production mode.
struct SandboxDoors: Sendable {
    let mode: Mode
    let all: [SandboxDoor]
    let stateCode: String
    let stateName: String

    struct Open: Sendable {
        var door: SandboxDoor
        var grant: Grant
        var organizationName: String
    }

    func requireSandbox() throws {
        guard mode == .sandbox else { throw Fault(.preconditionFailed, "this is not a sandbox") }
    }

    func open(_ session: borrowing Session) throws -> [Open] {
        let grants = all.compactMap(\.grant)
        let found = try OrganizationTable.find(grants, session)
        return all.compactMap { door in
            guard let grant = door.grant else { return nil }
            if grant.level.isStatewide {
                guard grant.naturalID == stateCode else { return nil }
                return Open(door: door, grant: grant, organizationName: stateName)
            }
            guard let organization = found[grant.level]?[grant.naturalID] else { return nil }
            return Open(door: door, grant: grant, organizationName: organization.name)
        }
    }
}
