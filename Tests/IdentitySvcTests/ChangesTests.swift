import Contracts
import Feed
import Postgres
import Support
import Testing

@testable import IdentitySvc

/// The three feeds: everything from 0, only what moved afterwards, in order, page by page.
@Suite struct ChangesTests {
    static func changes(_ database: Database) -> OrganizationChanges {
        OrganizationChanges(database: database, holders: Holders(database: database, schema: "identity"))
    }

    static func ask(_ after: Int64, _ limit: Int32 = 100, epoch: [UInt8] = []) -> ChangesRequest {
        .with {
            $0.after = after
            $0.limit = limit
            $0.epoch = epoch
        }
    }

    @Test(
        "pages that make no sense are refused",
        arguments: [
            ask(0, 0), ask(0, -1), ask(0, 5_001), ask(0, .max), ask(-1), ask(.min),
        ])
    func malformed(_ ask: ChangesRequest) async throws {
        try await World.with { world in
            let database = world.database
            #expect(await fault { try await Self.changes(database)(ask, World.call()) } == .malformed)
            #expect(await fault { try await SettingChanges(database: database)(ask, World.call()) } == .malformed)
            #expect(await fault { try await SessionChanges(database: database)(ask, World.call()) } == .malformed)
        }
    }

    @Test("organizations with their ancestors, two at a time")
    func organizations() async throws {
        try await World.with { world in
            let changes = Self.changes(world.database)
            var rows: [OrganizationRow] = []
            var position: (epoch: [UInt8], after: Int64) = ([], 0)
            var pages = 0
            while true {
                let answer = try await changes(Self.ask(position.after, 2, epoch: position.epoch), World.call())
                let page = try #require(answer.page)
                rows += answer.rows
                position = (page.epoch, page.through)
                pages += 1
                if !page.more { break }
            }
            #expect(pages == 4 && position.after == 7 && position.epoch.count == 16)
            #expect(rows.map(\.change) == Array(1...7))
            let school = try #require(rows.first { $0.naturalID == "88800120012001" })
            #expect(school.id == 4 && school.kind == "School" && school.name == "Demo Elementary School")
            #expect(school.districtID == 2 && school.districtGroupID == 1 && school.schoolGroupID == 3)
            let bay = try #require(rows.first { $0.naturalID == "01100170000000" })
            #expect(bay.kind == "District" && bay.districtGroupID == 0 && bay.districtID == 0)
            let nothing = try await changes(Self.ask(7, epoch: position.epoch), World.call())
            #expect(nothing.rows.isEmpty && nothing.page?.more == false)
        }
    }

    @Test("settings and school years are one feed; a setting that changes comes again, alone")
    func settings() async throws {
        try await World.with { world in
            try await world.start(world.config(2020))
            let changes = SettingChanges(database: world.database)
            let all = try await changes(Self.ask(0), World.call())
            let epoch = try #require(all.page).epoch
            #expect(all.rows.filter { $0.schoolYear == 0 }.count == 5)
            #expect(all.rows.filter { $0.schoolYear != 0 }.map(\.schoolYear) == Array(2015...2020))
            #expect(all.rows.filter(\.embargoedByDefault).map(\.schoolYear) == [2020])
            #expect(all.rows.contains { $0.key == "state.name" && $0.value == "California" })
            #expect(all.rows.contains { $0.key == "schoolYear.current" && $0.value == "2020" })

            try await world.start(world.config(2021))
            let moved = try await changes(Self.ask(try #require(all.page).through, epoch: epoch), World.call())
            #expect(moved.rows.map(\.key) == ["schoolYear.current", ""] && moved.rows.map(\.schoolYear) == [0, 2021])
            #expect(moved.rows.first?.value == "2021" && moved.rows.last?.embargoedByDefault == true)
        }
    }

    @Test("ended sessions, by the id that stands in their tokens")
    func sessions() async throws {
        try await World.with { world in
            let entered = try await world.enter("district")
            let claims = try #require(entered.session?.claims)
            try await SessionTests.end(world, entered.sessionSecret)
            let answer = try await SessionChanges(database: world.database)(Self.ask(0), World.call())
            let row = try #require(answer.rows.first)
            #expect(answer.rows.count == 1 && row.sessionID == claims.sessionID && row.userID == claims.userID)
            #expect(row.sandbox && row.login == claims.login && row.change == answer.page?.through)
        }
    }

    @Test("a position of another epoch reads nothing and is told to begin again")
    func otherEpoch() async throws {
        try await World.with { world in
            let wrong = Self.ask(3, epoch: [UInt8](repeating: 9, count: 16))
            let answer = try await Self.changes(world.database)(wrong, World.call())
            #expect(answer.rows.isEmpty && answer.page?.more == true && answer.page?.epoch != wrong.epoch)
        }
    }

    @Test("every entry, refusal and end is on record, without a secret (access §8.1)")
    func trail() async throws {
        try await AccessTokenTests.with { world in
            let entered = try await world.enter("district")
            try await SessionTests.end(world, entered.sessionSecret, "timeout")
            _ = await fault { try await AccessTokenTests.issue(world, AccessTokenTests.ask(password: "typed in here")) }
            _ = try await AccessTokenTests.issue(world, AccessTokenTests.ask())
            let records = try await world.database.read(World.call()) {
                try $0.rows(
                    "SELECT event, login, details::text FROM identity.audit ORDER BY id",
                    as: (String, String, String).self)
            }
            #expect(records.map(\.0) == ["session.begin", "session.end", "session.refused", "session.begin"])
            #expect(records[0].1 == entered.session?.claims?.login && records[1].2.contains("timeout"))
            #expect(records[2].1 == "" && records[2].2.contains("invalid_grant") && records[2].2.contains("192.0.2.1"))
            #expect(records[3].1 == "import@example.org")
            let all = records.map { $0.1 + $0.2 }.joined()
            for secret in ["typed in here", "a long user password", "a long client secret"] {
                #expect(!all.contains(secret))
            }
        }
    }
}
