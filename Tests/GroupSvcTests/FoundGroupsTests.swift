import Contracts
import Support
import Testing

@testable import GroupSvc

/// Groups that results named (ingest §3.13).
@Suite struct FoundGroupsTests {
    static func row(_ name: String, _ student: Int64, school: Int64 = 1, year: Int32 = 2020) -> FoundGroupRow {
        .with { ($0.schoolID, $0.schoolYear, $0.groupName, $0.studentID) = (school, year, name, student) }
    }

    static func apply(_ world: World, _ rows: FoundGroupRow...) async throws {
        try await world.database.transaction(.test()) { try FoundGroups.apply($0, rows) }
    }

    @Test("a group that is missing is made, active and of all subjects; students are added, nothing is removed")
    func made() async throws {
        try await World.with { world in
            try await Self.apply(
                world, Self.row("Reading", 7), Self.row("reading", 5), Self.row("Reading", 7), Self.row("Math", 7))
            try await Self.apply(world, Self.row("READING", 6))
            let rows = try await world.follow().values.sorted { $0.name < $1.name }
            #expect(rows.map(\.name) == ["Math", "Reading"])
            #expect(rows.map(\.studentIDs) == [[7], [5, 6, 7]])
            #expect(rows.allSatisfy { $0.logins.isEmpty && $0.subjectID == 0 && !$0.deleted })
        }
    }

    @Test("an upload replaces what results had found, and reading the feed again does not bring it back")
    func uploadWins() async throws {
        try await World.with { world in
            try await Self.apply(world, Self.row("Reading", 500), Self.row("Reading", 501))
            try await world.upload(UploadTests.row("Reading", ",1,"))
            let mine = try #require(world.students.id("1"))
            try await Self.apply(world, Self.row("Reading", 500), Self.row("Reading", 501))
            #expect(try await world.follow().values.map(\.studentIDs) == [[mine]])
            try await Self.apply(world, Self.row("Reading", 502))
            #expect(try await world.follow().values.map(\.studentIDs) == [[mine, 502]])
        }
    }

    @Test("a deleted group stays deleted")
    func deleted() async throws {
        try await World.with { world in
            try await Self.apply(world, Self.row("Reading", 5))
            let id = try #require(try await world.groups().first).id
            _ = try await world.server.deleteGroup(.with { $0.groupID = id }, World.lea)
            try await Self.apply(world, Self.row("Reading", 6))
            #expect(try await world.groups().isEmpty)
            #expect(try await world.follow()[id]?.deleted == true)
        }
    }
}
