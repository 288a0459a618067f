import Access
import Contracts
import Postgres
import Support
import Testing

@testable import IdentitySvc

@Suite struct ListSchoolsTests {
    static func list(
        _ world: World, _ grants: [Grant], permission: String = "INDIVIDUAL_PII_READ", search: String = "",
        limit: Int32 = 1000
    ) async throws -> SchoolList {
        var call = World.call()
        let rights = try await world.database.read(World.call()) { session in
            let found = try OrganizationTable.find(grants, session)
            return Rights(of: grants, by: try RoleTables.read(session)) { found[$0]?[$1]?.id }
        }
        call.caller = .with { $0.permissions = rights.permissionScopes }
        return try await ListSchools(database: world.database)(
            .with {
                $0.permission = permission
                $0.search = search
                $0.limit = limit
            }, call)
    }

    static let state = [Grant(role: "PII", level: .state, naturalID: "CA")]

    @Test("every refusal")
    func refusals() async throws {
        try await World.with { world in
            for permission in ["", "individual_pii_read", "INDIVIDUAL_PII_READ; --"] {
                #expect(await fault { try await Self.list(world, Self.state, permission: permission) } == .malformed)
            }
            for limit: Int32 in [0, -1, 1001, .min, .max] {
                #expect(await fault { try await Self.list(world, Self.state, limit: limit) } == .malformed)
            }
            let long = String(repeating: "é", count: 51)
            #expect(await fault { try await Self.list(world, Self.state, search: long) } == .malformed)
            #expect(await fault { try await Self.list(world, Self.state, permission: "GROUP_WRITE") } == .forbidden)
            #expect(await fault { try await Self.list(world, []) } == .forbidden)
            let nobody = ListSchools(database: world.database)
            #expect(
                await fault {
                    try await nobody(
                        .with {
                            $0.permission = "GROUP_WRITE"
                            $0.limit = 1
                        }, World.call())
                } == .unauthenticated)
        }
    }

    @Test(
        "F123 F124 F029 T6 T9: the schools of the scope, through every level, by district and name",
        arguments: [
            (Grant(role: "PII", level: .state, naturalID: "CA"), [7, 4, 5]),
            (Grant(role: "PII", level: .districtGroup, naturalID: "DG-NORTH"), [4, 5]),
            (Grant(role: "PII", level: .district, naturalID: "88800120000000"), [4, 5]),
            (Grant(role: "PII", level: .schoolGroup, naturalID: "SG-EAST"), [4]),
            (Grant(role: "PII", level: .school, naturalID: "88800120012001"), [4]),
        ] as [(Grant, [Int64])])
    func scopes(_ grant: Grant, _ expected: [Int64]) async throws {
        try await World.with { world in
            let list = try await Self.list(world, [grant])
            #expect(list.schools.map(\.id) == expected, "by district, then by name")
            #expect(list.total == Int32(expected.count))
        }
    }

    @Test("T7: the scope of the permission asked for, not of another")
    func ownScope() async throws {
        try await World.with { world in
            let grants = [
                Grant(role: "GROUP_ADMIN", level: .district, naturalID: "88800120000000"),
                Grant(role: "PII", level: .school, naturalID: "88800120012001"),
            ]
            let managed = try await Self.list(world, grants, permission: "GROUP_WRITE").schools
            let seen = try await Self.list(world, grants).schools
            #expect(managed.map(\.id) == [4, 5] && seen.map(\.id) == [4])
        }
    }

    @Test("a school says its district")
    func district() async throws {
        try await World.with { world in
            let school = try #require(try await Self.list(world, Self.state).schools.first)
            #expect(school.naturalID == "01100170123456" && school.name == "Harbor School")
            #expect(school.districtID == 6 && school.districtName == "Bay District")
        }
    }

    @Test("F054 F125 trap 54: search matches anywhere, without case, the shortest name first, wildcards are letters")
    func search() async throws {
        try await World.with { world in
            try await world.database.transaction(World.call()) { session in
                for (number, name) in ["Lincoln Park Elementary", "Abraham Lincoln High", "Lincoln", "100% School_A"]
                    .enumerated()
                {
                    try session.run(
                        """
                        INSERT INTO identity.organization (kind, natural_id, name, district_id, change)
                        VALUES ('School', \("n\(number)"), \(name), 6, \(Int64(100 + number)))
                        """)
                }
            }
            let hits = try await Self.list(world, Self.state, search: " LINCOLN ", limit: 2)
            #expect(hits.schools.map(\.name) == ["Lincoln", "Abraham Lincoln High"])
            #expect(hits.total == 3, "the total counts what was cut off")
            #expect(try await Self.list(world, Self.state, search: "%").schools.map(\.name) == ["100% School_A"])
            #expect(try await Self.list(world, Self.state, search: "l_A").schools.map(\.name) == ["100% School_A"])
            let none = try await Self.list(world, Self.state, search: "no such school")
            #expect(none.schools.isEmpty && none.total == 0)
        }
    }
}
