import Access
import Postgres
import Support
import Testing

@testable import IdentitySvc

/// What is shipped in the tables is the guide's, row by row.
@Suite struct RoleTablesTests {
    static func book() async throws -> RoleBook {
        try await withTemporaryDatabase(.identity) { database in
            try await database.read(World.call()) { try RoleTables.read($0) }
        }
    }

    @Test("F024–F028 F042: every role of access §2.1 as shipped")
    func roles() async throws {
        let book = try await Self.book()
        for row in GuideTables.roles {
            let role = try #require(book.role(named: row.name), "\(row.name)")
            #expect(Set(role.functions) == row.functions, "\(row.name)")
            #expect(role.program == row.program, "\(row.name)")
            #expect(role.levels == row.levels, "\(row.name)")
        }
        for (name, functions) in GuideTables.stateRoles {
            let role = try #require(book.role(named: name))
            #expect(Set(role.functions) == functions && role.levels == [.state])
        }
    }

    @Test("F017–F023: every function of access §2.2 as shipped, with its levels")
    func functions() async throws {
        let book = try await Self.book()
        for row in GuideTables.functions {
            let function = try #require(book.function(named: row.name), "\(row.name)")
            #expect(function.permissions == row.permissions, "\(row.name)")
            #expect(function.levels == row.levelSet, "\(row.name)")
        }
        #expect(book.function(named: "instructional_resource_admin")?.name == "Instructional Resource Admin")
        #expect(book.function(named: "custom aggregate reporter")?.name == "CUSTOM_AGGREGATE_REPORTER")
    }

    @Test("nothing is shipped beside the guide's rows and the ways into the sandbox")
    func nothingElse() async throws {
        try await withTemporaryDatabase(.identity) { database in
            let (functions, roles) = try await database.read(World.call()) { session in
                (
                    try session.rows("SELECT name FROM identity.function ORDER BY 1", as: String.self),
                    try session.rows("SELECT name FROM identity.role WHERE NOT sandbox", as: String.self)
                )
            }
            #expect(Set(functions) == Set(GuideTables.functions.map(\.name)))
            #expect(Set(roles) == Set(GuideTables.roles.map(\.name) + GuideTables.stateRoles.map(\.name)))
        }
    }

    @Test("access §3.4 rule 3, §3.5: what a browser and an import client may bring in")
    func logons() async throws {
        let book = try await Self.book()
        let web: Set = [
            "GENERAL", "PII", "PII_GROUP", "CUSTOM_AGGREGATE_REPORTER", "EMBARGO_ADMIN", "GROUP_ADMIN",
            "Instructional Resource Admin", "PIPELINE_ADMIN", "TENANT_ADMIN", "ISR_TEMPLATE_ADMIN",
            "ISR_TEMPLATE_READONLY",
            "DevOps",
        ]
        let importing: Set = ["ASMTDATALOAD", "GROUP_ADMIN", "SandboxDistrictAdmin"]
        for row in GuideTables.functions {
            #expect((book.limited(to: .web).function(named: row.name) != nil) == web.contains(row.name), "\(row.name)")
            #expect(
                (book.limited(to: .importing).function(named: row.name) != nil) == importing.contains(row.name),
                "\(row.name)")
        }
    }

    @Test("F336: the names shown in the sandbox")
    func sandbox() async throws {
        let book = try await Self.book()
        let names = [
            "SandboxTeacher", "SandboxSchoolAdmin", "SandboxDistrictAdmin", "SandboxStateAdmin", "SandboxDataLoad",
        ].map {
            book.role(named: $0)?.displayName
        }
        #expect(names == ["Teacher", "School Admin", "District Admin", "State Admin", "Data Load"])
        #expect(
            Set(book.role(named: "SandboxStateAdmin")?.functions ?? [])
                == Set(book.role(named: "State Administrator")?.functions ?? []))
    }
}
