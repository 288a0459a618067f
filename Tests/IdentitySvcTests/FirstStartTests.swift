import Calendar
import Contracts
import Postgres
import Support
import Testing

@testable import IdentitySvc

@Suite struct FirstStartTests {
    static func years(_ world: World) async throws -> [Int32: Bool] {
        let rows = try await world.database.read(World.call()) {
            try $0.rows("SELECT year, embargoed_by_default FROM identity.school_year", as: (Int32, Bool).self)
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    @Test(
        "a school year turns on the first of July",
        arguments: [
            ("2026-06-30", 2026), ("2026-07-01", 2027), ("2026-11-22", 2027), ("2027-01-01", 2027),
        ] as [(String, Int32)])
    func running(_ day: String, _ year: Int32) throws {
        #expect(SchoolYears.running(on: try #require(CalendarDay(parsing: day))) == year)
    }

    @Test("DESIGN §9: on the first start 2015 to the current year exist, only the current one embargoed")
    func firstStart() async throws {
        try await World.with { world in
            try await world.start(world.config(2020))
            #expect(
                try await Self.years(world)
                    == [2015: false, 2016: false, 2017: false, 2018: false, 2019: false, 2020: true])
        }
    }

    @Test("without a setting the running year is written once, in the state's time, and stays")
    func derived() async throws {
        try await World.with { world in
            // 2026-07-01 06:59 UTC is still the 30th of June in California.
            world.clock.setWall(microseconds: 1_782_889_140_000_000)
            try await world.start(world.config(nil))
            #expect(try await Self.years(world).keys.max() == 2026)
            world.clock.advance(.seconds(86_400))
            try await world.start(world.config(nil))
            #expect(try await Self.years(world).keys.max() == 2026, "a new year is opened by the setting only")
        }
    }

    @Test("T104: moving the current year opens the new ones embargoed and leaves every older default as it is")
    func laterYears() async throws {
        try await World.with { world in
            try await world.start(world.config(2020))
            try await world.start(world.config(2022))
            let years = try await Self.years(world)
            #expect(years[2019] == false && years[2020] == true && years[2021] == true && years[2022] == true)
            try await world.start(world.config(2019))
            #expect(try await Self.years(world) == years, "going back changes no default")
        }
    }

    @Test("starting again with the same settings writes nothing")
    func again() async throws {
        try await World.with { world in
            try await world.start(world.config(2020))
            func head() async throws -> Int64? {
                try await world.database.read(World.call()) {
                    try $0.row("SELECT change FROM identity.feed_head", as: Int64.self)
                }
            }
            let before = try await head()
            try await world.start(world.config(2020))
            #expect(try await head() == before)
            var changed = world.config(2020)
            changed.stateName = "Golden State"
            try await world.start(changed)
            #expect(try await head() == before.map { $0 + 1 })
        }
    }

    @Test("two replicas that start at once do the work once")
    func together() async throws {
        try await World.with { world in
            try await withThrowingTaskGroup { group in
                for _ in 0..<3 { group.addTask { try await world.start(world.config(2020)) } }
                try await group.waitForAll()
            }
            #expect(try await Self.years(world).count == 6)
        }
    }

    @Test(
        "the operator's further settings go to all services; what is wrong with the file is said",
        arguments: [
            ("[]", "is not a JSON object"), (#"{"a":1}"#, "is not a JSON object"), (#"{"":"x"}"#, "too long, empty"),
            (#"{"state.code":"NV"}"#, "setting of its own"),
        ])
    func furtherSettings(_ json: String, _ problem: String) async throws {
        #expect { try SettingTable.further(.init(json.utf8)) } throws: { "\($0)".contains(problem) }
        let good = try SettingTable.further(.init(#"{"results.required_elements":"a,b"}"#.utf8))
        try await World.with { world in
            var config = world.config(2020)
            config.furtherSettings = good
            try await world.start(config)
            let stored = try await world.database.read(World.call()) { try SettingTable.read($0) }
            #expect(stored["results.required_elements"] == "a,b" && stored["schoolYear.current"] == "2020")
        }
    }
}
