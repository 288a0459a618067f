import Access
import Contracts
import Postgres
import Support
import Testing

@testable import EmbargoSvc

@Suite struct SetEmbargoTests {
    static let demb = EmbargoYearTests.demb
    static let semb = EmbargoYearTests.semb

    // Refusals first.

    @Test("without EMBARGO_WRITE nothing is listed, changed or told")
    func forbidden() async throws {
        try await World.with { world in
            #expect(await fault { try await world.list(2020, nil) } == .forbidden)
            #expect(await fault { try await world.set(2, .released, nil) } == .forbidden)
            #expect(await fault { try await world.history(nil) } == .forbidden)
            #expect(await fault { try await world.list(2020, Scope()) } == .forbidden)
            let nobody = Call.starting(budget: .seconds(60), service: "gateway")
            #expect(await fault { try await world.server.setEmbargo(.init(), nobody) } == .unauthenticated)
            #expect(await fault { try await world.server.listEmbargoes(.init(), nobody) } == .unauthenticated)
        }
    }

    @Test("T99: the State's row is refused to whoever is not statewide, also by force")
    func stateRow() async throws {
        try await World.with { world in
            for writer in [Self.demb, .with { $0.districtGroupIDs = [1] }, .with { $0.schoolIDs = [4] }] {
                #expect(await fault { try await world.set(0, .released, writer) } == .forbidden)
            }
            try await world.expect("embargo_setting", has: 0)
            try await world.expect("history", has: 0)
        }
    }

    @Test("T100: statewide sees D2's row read-only, and a forced request is refused")
    func districtRow() async throws {
        try await World.with { world in
            #expect(await fault { try await world.set(6, .released, Self.semb) } == .forbidden)
            let list = try await world.list(2020, Self.semb)
            #expect(list.districts.map(\.districtID) == [6, 2], "all districts, by name")
            #expect(list.districts.allSatisfy { $0.cells.allSatisfy { !$0.mayChange } })
            try await world.expect("history", has: 0)
        }
    }

    @Test("a foreign or unknown district does not exist (404)")
    func foreign() async throws {
        try await World.with { world in
            #expect(await fault { try await world.set(6, .released, Self.demb) } == .notFound)
            #expect(await fault { try await world.set(999, .released, Self.demb) } == .notFound)
            #expect(
                await fault { try await world.set(4, .released, Self.demb) } == .notFound, "a school is no district")
            #expect(await fault { try await world.set(2, .released, .with { $0.schoolIDs = [4] }) } == .notFound)
            try await world.expect("embargo_setting", has: 0)
        }
    }

    @Test(
        "requests that make no sense change nothing",
        arguments: [
            (1999, 2, 1, 1, 0), (2101, 2, 1, 1, 0), (0, 2, 1, 1, 0), (.min, 2, 1, 1, 0), (2020, -1, 1, 1, 0),
            (2020, 2, 0, 1, 0), (2020, 2, 3, 1, 0), (2020, 2, .max, 1, 0), (2020, 2, 1, 0, 0), (2020, 2, 1, 3, 0),
            (2020, 2, 1, .min, 0), (2020, 2, 1, 1, -1), (2020, 2, 1, 1, .min),
        ] as [(Int32, Int64, Int32, Int32, Int64)])
    func malformed(_ year: Int32, _ district: Int64, _ kind: Int32, _ value: Int32, _ version: Int64) async throws {
        try await World.with { world in
            let code = await fault {
                try await world.set(
                    district, EmbargoKind(rawValue: kind), EmbargoValue(rawValue: value), version: version, year: year,
                    Self.semb.union(Self.demb))
            }
            #expect(code == .malformed)
            try await world.expect("embargo_setting", has: 0)
        }
    }

    @Test("a year that is not opened has no embargo to list or set")
    func unknownYear() async throws {
        try await World.with { world in
            #expect(await fault { try await world.set(2, .released, year: 2031, Self.demb) } == .notFound)
            #expect(await fault { try await world.list(2031, Self.demb) } == .notFound)
            for year: Int32 in [1999, 2101, -1, .max, .min] {
                #expect(await fault { try await world.list(year, Self.demb) } == .malformed)
            }
        }
    }

    @Test("somebody else was faster: conflict, and the other's value stays")
    func conflict() async throws {
        try await World.with { world in
            let first = try await world.set(2, .released, Self.demb)
            #expect(first.row?.cells.first?.version == 1)
            #expect(await fault { try await world.set(2, .embargoed, version: 0, Self.demb) } == .conflict)
            #expect(await fault { try await world.set(2, .embargoed, version: 2, Self.demb) } == .conflict)
            #expect(try await world.history(Self.demb).count == 1)
            let second = try await world.set(2, .embargoed, version: 1, Self.demb)
            #expect(second.changed && second.row?.cells.first?.version == 2)
        }
    }

    @Test("of two who begin with the same version, exactly one wins")
    func race() async throws {
        try await World.with { world in
            let codes = await withTaskGroup(of: Fault.Code?.self) { group in
                for value in [EmbargoValue.released, .embargoed] {
                    group.addTask { await fault { try await world.set(2, value, Self.demb) } }
                }
                return await group.reduce(into: [Fault.Code?]()) { $0.append($1) }
            }
            #expect(codes.filter { $0 == nil }.count == 1 && codes.contains(.conflict))
            try await world.expect("history", has: 1)
        }
    }

    // What works.

    @Test("F330 R27 T107: one record per effective change: user, time, year, organization, kind, old, new")
    func change() async throws {
        try await World.with { world in
            let reply = try await world.set(2, .aggregate, .released, Self.demb)
            #expect(reply.changed && reply.inForce)
            let cell = try #require(reply.row?.cells.last)
            #expect(
                cell.kind == .aggregate && cell.value == .released && cell.effective == .released && cell.version == 1)
            #expect(reply.row?.cells.first?.value == .unset, "the other kind stays unset (access §6.9)")

            let entries = try await world.history(Self.demb)
            let entry = try #require(entries.first)
            #expect(entries.count == 1)
            #expect(entry.login == "demb@x.org" && entry.schoolYear == 2020 && entry.districtID == 2)
            #expect(entry.organizationName == "Demo District" && entry.kind == .aggregate && entry.atUs > 0)
            #expect(entry.oldValue == .unset && entry.newValue == .released && entry.oldEffective == .embargoed)
            let audit = try await world.database.read(.starting(budget: .seconds(20))) {
                try $0.rows(
                    "SELECT event, user_id, login, details::text FROM embargo.audit",
                    as: (String, Int64, String, String).self)
            }
            #expect(audit.count == 1 && audit.first?.0 == "embargo.change" && audit.first?.1 == 77)
            #expect(audit.first?.3.contains("\"from\": \"unset\"") == true)
            #expect(world.announced.changes.count == 1)
        }
    }

    @Test("T103: the value it already has: no record, no audit, no hint, whatever version was read")
    func noChange() async throws {
        try await World.with { world in
            _ = try await world.set(2, .released, Self.demb)
            for version: Int64 in [0, 1, 9] {
                let again = try await world.set(2, .released, version: version, Self.demb)
                #expect(!again.changed && again.inForce && again.row?.cells.first?.version == 1)
            }
            try await world.expect("history", has: 1)
            try await world.expect("audit", has: 1)
            #expect(world.announced.changes.count == 1)
        }
    }

    @Test("the State releases and embargoes again; a district that released by itself stays released (trap 38)")
    func state() async throws {
        try await World.with { world in
            _ = try await world.set(2, .released, Self.demb)
            let released = try await world.set(0, .released, Self.semb)
            #expect(released.row?.districtID == 0 && released.row?.name == "California")
            let during = try await world.list(2020, Self.semb)
            #expect(during.districts.allSatisfy { $0.cells[0].effective == .released && $0.cells[0].releasedByState })
            _ = try await world.set(0, .embargoed, version: 1, Self.semb)
            let after = try await world.list(2020, Self.semb)
            #expect(after.districts.map { $0.cells[0].effective } == [.embargoed, .released])
            #expect(after.state?.cells.map(\.effective) == [.embargoed, .embargoed])
        }
    }

    @Test("the history cannot be changed or removed")
    func appendOnly() async throws {
        try await World.with { world in
            _ = try await world.set(2, .released, Self.demb)
            for statement in [
                "UPDATE embargo.history SET login = 'x'", "DELETE FROM embargo.history", "TRUNCATE embargo.history",
            ] {
                await #expect(throws: DatabaseError.self) {
                    try await world.database.transaction(.starting(budget: .seconds(20))) { try $0.script(statement) }
                }
            }
            #expect(try await world.history(Self.demb).first?.login == "demb@x.org")
        }
    }

    @Test("the history shows a district its own changes and the State's, the newest first; statewide sees all")
    func historyScope() async throws {
        try await World.with { world in
            _ = try await world.set(2, .released, Self.demb)
            _ = try await world.set(6, .released, .with { $0.districtIDs = [6] })
            _ = try await world.set(0, .released, Self.semb)
            let (own, all) = (try await world.history(Self.demb), try await world.history(Self.semb))
            #expect(own.map(\.districtID) == [0, 2] && all.map(\.districtID) == [0, 6, 2])
        }
    }

    @Test("F332: year 0 is the current one; a district sees its own row and the State's")
    func list() async throws {
        try await World.with { world in
            let list = try await world.list(0, Self.demb)
            #expect(list.schoolYear == 2020 && list.years == [2020])
            #expect(list.districts.map(\.name) == ["Demo District"] && list.state?.name == "California")
            #expect(list.districts.first?.cells.map(\.effective) == [.embargoed, .embargoed])
            let past = try await world.list(2019, Self.demb)
            #expect(past.districts.first?.cells.map(\.effective) == [.released, .released])
        }
    }

    @Test("T104: when the current year moves on, an embargoed year stays embargoed and is offered")
    func currentYearMoves() async throws {
        try await World.with { world in
            _ = try await world.list(0, Self.demb)
            world.identity.settings.withLock {
                $0.append(World.setting(20, "schoolYear.current", "2021"))
                $0.append(World.year(21, 2021, embargoed: true))
            }
            // 2021 is unknown here until the copy has pulled: the question itself makes it pull.
            let list = try await world.list(2021, Self.demb)
            #expect(list.years == [2021, 2020])
            let old = try await world.list(2020, Self.demb)
            #expect(old.districts.first?.cells.map(\.effective) == [.embargoed, .embargoed])
            for kind in [EmbargoKind.individual, .aggregate] { _ = try await world.set(0, kind, .released, Self.semb) }
            #expect(try await world.list(2021, Self.demb).years == [2021], "all of 2020 is released")
            _ = try await world.set(0, .aggregate, .embargoed, version: 1, year: 2020, Self.semb)
            #expect(try await world.list(2021, Self.demb).years == [2021, 2020])
        }
    }

    @Test("trap 48: a new district has the effective embargo from the first moment, and is known when asked for")
    func newDistrict() async throws {
        try await World.with { world in
            _ = try await world.list(2020, Self.semb)
            world.identity.organizations.withLock {
                $0.append(World.organization(30, 50, "District", "Alder District", group: 0))
            }
            let reply = try await world.set(50, .embargoed, .with { $0.districtIDs = [50] })
            #expect(reply.changed && reply.row?.cells.map(\.effective) == [.embargoed, .embargoed])
            #expect(
                try await world.list(2020, Self.semb).districts.map(\.name) == [
                    "Alder District", "Bay District", "Demo District",
                ])
        }
    }

    @Test("T107, access §6.11: the history as a file: all years, in pages, each caller's own organizations, on record")
    func historyFile() async throws {
        try await World.with { world in
            let (semb, demb) = (EmbargoYearTests.semb, EmbargoYearTests.demb)
            _ = try await world.set(2, .released, demb)
            _ = try await world.set(0, .embargoed, year: 2019, semb)
            _ = try await world.set(6, .embargoed, .with { $0.districtIDs = [6] })
            func read(_ writer: Scope?, year: Int32 = 0, before: Int64 = 0) async throws -> EmbargoHistory {
                try await world.server.readEmbargoHistory(
                    .with { ($0.schoolYear, $0.before) = (year, before) }, World.call(writer))
            }
            let all = try await read(semb)
            #expect(all.entries.map(\.naturalID) == ["n6", "CA", "n2"] && all.nextBefore == 0)
            #expect(all.entries.map(\.schoolYear) == [2020, 2019, 2020])
            #expect(try await read(demb).entries.map(\.naturalID) == ["CA", "n2"])
            #expect(try await read(semb, year: 2019).entries.map(\.naturalID) == ["CA"])
            #expect(await fault { try await read(nil) } == .forbidden)
            for (year, before) in [(1999, 0), (2101, 0), (.min, 0), (0, -1)] as [(Int32, Int64)] {
                #expect(await fault { try await read(semb, year: year, before: before) } == .malformed)
            }
            // A thousand more: the pages fit together.
            try await world.database.transaction(.starting(budget: .seconds(60))) { session in
                try session.script(
                    """
                    INSERT INTO embargo.history (at, user_id, login, school_year, district_id, organization_name, kind, old_value, new_value, old_effective)
                    SELECT now(), 1, 'n' || n, 2020, 0, 'California', 1, 1, 2, 1 FROM generate_series(1, 1500) n
                    """)
            }
            let first = try await read(semb)
            let second = try await read(semb, before: first.nextBefore)
            #expect(first.entries.count == 1_000 && second.entries.count == 503 && second.nextBefore == 0)
            #expect(Set((first.entries + second.entries).map(\.login)).count == 1_501)
            // Only first pages are on record: of the six that were asked for, one was refused before.
            let records = try await world.database.read(.starting(budget: .seconds(20))) {
                try $0.row("SELECT count(*) FROM embargo.audit WHERE event = 'embargo.history'", as: Int64.self)
            }
            #expect(records == 4)
        }
    }
}
