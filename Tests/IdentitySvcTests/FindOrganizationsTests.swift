import Contracts
import Testing

@testable import IdentitySvc

@Suite struct FindOrganizationsTests {
    static func find(
        _ world: World, _ grants: [Grant], permission: String = "INDIVIDUAL_PII_READ", search: String = "",
        limit: Int32 = 100, ids: [Int64] = []
    ) async throws -> FoundOrganizations {
        var call = World.call()
        let rights = try await world.database.read(World.call()) { session in
            let found = try OrganizationTable.find(grants, session)
            return Rights(of: grants, by: try RoleTables.read(session)) { found[$0]?[$1]?.id }
        }
        call.caller = .with { $0.permissions = rights.permissionScopes }
        return try await FindOrganizations(database: world.database)(
            .with { ($0.permission, $0.search, $0.limit, $0.ids) = (permission, search, limit, ids) }, call)
    }

    @Test(
        "F275 R23 T6 T9: every kind that lies in the scope, groups of both kinds too, never one above it",
        arguments: [
            (Grant(role: "PII", level: .state, naturalID: "CA"), [1, 2, 3, 4, 5, 6, 7], 2, nil),
            (Grant(role: "PII", level: .districtGroup, naturalID: "DG-NORTH"), [1, 2, 3, 4, 5], 1, nil),
            (Grant(role: "PII", level: .district, naturalID: "88800120000000"), [2, 3, 4, 5], 1, nil),
            (Grant(role: "PII", level: .district, naturalID: "01100170000000"), [6, 7], 1, 7),
            (Grant(role: "PII", level: .schoolGroup, naturalID: "SG-EAST"), [3, 4], 1, 4),
            (Grant(role: "PII", level: .school, naturalID: "88800120012001"), [4], 1, 4),
        ] as [(Grant, [Int64], Int32, Int64?)])
    func scopes(_ grant: Grant, _ expected: [Int64], _ districts: Int32, _ only: Int64?) async throws {
        try await World.with { world in
            let found = try await Self.find(world, [grant])
            #expect(found.organizations.map(\.id).sorted() == expected)
            #expect(found.total == Int32(expected.count))
            #expect(found.districts == districts)
            #expect(found.onlySchool?.id == only)
            // Ids name nothing that is outside.
            let named = try await Self.find(world, [grant], ids: [1, 2, 3, 4, 5, 6, 7, 99])
            #expect(named.organizations.map(\.id).sorted() == expected)
        }
    }

    @Test("trap 54: the search is a part of the name, the shortest first; what does not depend on it stays")
    func search() async throws {
        try await World.with { world in
            let state = [Grant(role: "PII", level: .state, naturalID: "CA")]
            let found = try await Self.find(world, state, search: " DEMO ", limit: 2)
            #expect(found.organizations.map(\.name) == ["Demo District", "Demo Middle School"])
            #expect(found.total == 3 && found.districts == 2)
            #expect(found.organizations.map(\.districtName) == ["", "Demo District"])
            #expect(try await Self.find(world, state, search: "%").organizations.isEmpty)
        }
    }

    @Test("every refusal")
    func refusals() async throws {
        try await World.with { world in
            let state = [Grant(role: "PII", level: .state, naturalID: "CA")]
            for permission in ["", "individual_pii_read"] {
                #expect(await fault { try await Self.find(world, state, permission: permission) } == .malformed)
            }
            for limit: Int32 in [0, -1, 1001] {
                #expect(await fault { try await Self.find(world, state, limit: limit) } == .malformed)
            }
            #expect(
                await fault { try await Self.find(world, state, ids: Array(repeating: 1, count: 1_001)) } == .malformed)
            #expect(
                await fault { try await Self.find(world, state, search: String(repeating: "é", count: 51)) }
                    == .malformed)
            #expect(await fault { try await Self.find(world, state, permission: "GROUP_WRITE") } == .forbidden)
        }
    }
}
