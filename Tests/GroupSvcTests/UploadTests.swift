import Contracts
import Support
import Testing

@testable import GroupSvc

/// From a file to groups, members and history (access §4.7–§4.10, §11.5).
@Suite struct UploadTests {
    static func row(_ name: String, _ rest: String = ",,", school: String = GroupFileTests.s1, year: Int = 2020)
        -> String
    {
        "\(name),\(school),\(year),\(rest)"
    }
    /// The fixture of access §11.0.
    static let fixture = [
        row("Period 1", "Math,9000000001,roster@x.org"), row("Period 1", ",9000000002,"),
        row("Homeroom", ",9000000001,Roster@X.org"), row("Old", ",9000000003,roster@x.org", year: 2019),
    ]

    @Test("T53 F321 a bad file is kept and listed, and nothing of it is applied")
    func bad() async throws {
        try await World.with { world in
            let upload = try await world.upload(Self.row("P1"), Self.row("P1", school: GroupFileTests.s3))
            #expect(upload.status == "BAD_DATA")
            #expect(upload.message == "Row: 2 Failure: School [01100170123456] cannot be found")
            #expect(try await world.count("SELECT count(*) FROM student_group") == 0)
            #expect(try await world.count("SELECT count(*) FROM payload") == 1)
        }
    }

    @Test("T64 site uploads rows of S1 and S2: nothing of S1 is applied either")
    func outOfScope() async throws {
        try await World.with { world in
            let rows = [Self.row("P1"), Self.row("P1", school: GroupFileTests.s2)]
            let upload = try await world.send(rows, by: World.site)
            try await world.carryOut()
            #expect(upload.status == "BAD_DATA")
            #expect(try await world.groups(by: World.site).isEmpty)
        }
    }

    @Test("without GROUP_WRITE nothing is taken, listed or deleted")
    func forbidden() async throws {
        try await World.with { world in
            #expect(await fault { try await world.send([Self.row("P1")], by: World.roster) } == .forbidden)
            #expect(await fault { try await world.groups(by: World.roster) } == .forbidden)
            #expect(
                await fault { try await world.server.listGroupUploads(.init(), World.roster) } == .forbidden)
            #expect(
                await fault { try await world.server.deleteGroup(.with { $0.groupID = 1 }, World.roster) } == .forbidden
            )
            #expect(await fault { try await world.assigned(World.operators) } == .forbidden)
        }
    }

    @Test("F301 F302 accepted at once, processed when whoever uses memberships has followed")
    func life() async throws {
        try await World.with { world in
            let sent = try await world.send(Self.fixture)
            #expect(sent.status == "ACCEPTED")
            #expect(sent.message == "3 groups accepted for 88800120012001.")
            #expect(try await world.worker.step())
            #expect(try await world.groups().map(\.name) == ["Homeroom", "Period 1"])
            _ = try await world.worker.step()
            #expect(try await world.look(sent.id).status == "ACCEPTED", "nobody has followed yet")
            let rows = try await world.follow()
            _ = try await world.worker.step()
            #expect(try await world.look(sent.id).status == "PROCESSED")
            #expect(try await world.look(sent.id).message == sent.message)
            #expect(rows.count == 3)
            #expect(world.announced.value == 1)
        }
    }

    @Test("a holder that holds a lease and has not followed keeps an upload from being processed")
    func slowHolder() async throws {
        try await World.with { world in
            try await world.follow("slow")
            try await world.database.transaction(.test()) {
                try $0.run("UPDATE holder SET asked_at = 'infinity'")
            }
            let sent = try await world.send([Self.row("P1")])
            _ = try await world.worker.step()
            try await world.follow("quick")
            _ = try await world.worker.step()
            #expect(try await world.look(sent.id).status == "ACCEPTED")
            try await world.follow("slow")
            _ = try await world.worker.step()
            #expect(try await world.look(sent.id).status == "PROCESSED")
        }
    }

    @Test("F312 T51 T52 subjects: the one that any row names, else all")
    func subjects() async throws {
        try await World.with { world in
            try await world.upload(Self.row("P1"), Self.row("P1", "math,,"), Self.row("P2"), Self.row("P2"))
            #expect(try await world.groups().map(\.subject) == ["Math", ""])
        }
    }

    @Test("T56 F313 R27 students and users are both replaced by a new upload")
    func replaced() async throws {
        try await World.with { world in
            try await world.upload(Self.row("P1", ",1,a@x.org"), Self.row("P1", ",2,b@x.org"))
            #expect(try await world.follow().values.map(\.logins) == [["a@x.org", "b@x.org"]])
            try await world.upload(Self.row("p1", ",3,"))
            let row = try #require(try await world.follow().values.first)
            #expect(row.studentIDs == [try #require(world.students.id("3"))])
            #expect(row.logins.isEmpty && row.name == "P1", "the stored spelling stays")
            #expect(try await world.count("SELECT count(*) FROM group_history WHERE action = 'update'") == 1)
            #expect(
                try await world.count(
                    "SELECT cardinality((student_group).student_ids)::bigint FROM group_history") == 2)
        }
    }

    @Test("T57 F314 a row with the keys only empties the group; it stays on the Manage page and is gone for its users")
    func emptied() async throws {
        try await World.with { world in
            try await world.upload(Self.fixture[0], Self.fixture[1])
            #expect(try await world.assigned() == ["Period 1"])
            try await world.upload(Self.row("Period 1"))
            let group = try #require(try await world.groups().first)
            #expect(group.students == 0 && group.subject.isEmpty)
            #expect(try await world.assigned().isEmpty)
        }
    }

    @Test("T58 an unknown SSID is a student without results, and counts")
    func placeholder() async throws {
        try await World.with { world in
            try await world.upload(Self.row("P1", ",8000000001,"))
            #expect(try await world.groups().map(\.students) == [1])
        }
    }

    @Test("T65 F319 two history entries for the same bytes; lea sees both, site sees both, lea2 none")
    func sameBytes() async throws {
        try await World.with { world in
            let first = try await world.upload(Self.row("P1", ",1,"), by: World.lea)
            let second = try await world.upload(Self.row("P1", ",1,"), by: World.site)
            #expect(first.id != second.id)
            let seen = try await world.server.listGroupUploads(.init(), World.lea).uploads
            #expect(seen.map(\.id) == [second.id, first.id], "newest first")
            #expect(seen.map(\.uploader) == ["site@x.org", ""])
            #expect(try await world.server.listGroupUploads(.init(), World.site).uploads.count == 2)
            #expect(try await world.server.listGroupUploads(.init(), World.lea2).uploads.isEmpty)
        }
    }

    @Test("F319 uploads of others: only when all schools of the file may be managed, and none was unknown")
    func othersUploads() async throws {
        try await World.with { world in
            try await world.upload(Self.row("P1"), Self.row("P1", school: GroupFileTests.s2))
            try await world.upload(Self.row("P1"), Self.row("P1", school: "nowhere"))
            try await world.upload("no,header")
            #expect(try await world.server.listGroupUploads(.init(), World.lea).uploads.count == 3)
            #expect(try await world.server.listGroupUploads(.init(), World.site).uploads.isEmpty)
            #expect(try await world.server.listGroupUploads(.init(), World.operators).uploads.count == 1)
        }
    }

    @Test("T66 a deleted group is back with its old id by an upload of its key")
    func undeleted() async throws {
        try await World.with { world in
            try await world.upload(Self.fixture[0], Self.fixture[1])
            let id = try #require(try await world.groups().first).id
            _ = try await world.server.deleteGroup(.with { $0.groupID = id }, World.lea)
            #expect(try await world.groups().isEmpty)
            #expect(try await world.assigned().isEmpty)
            #expect(try await world.follow()[id]?.deleted == true)
            try await world.upload(Self.fixture[0])
            let back = try #require(try await world.groups().first)
            #expect(back.id == id && back.students == 1)
            #expect(try await world.follow()[id]?.deleted == false)
        }
    }

    @Test("T67 T7 F294 the Manage list by subject holds groups of all subjects too; schools out of scope are not found")
    func managed() async throws {
        try await World.with { world in
            try await world.upload(Self.fixture[0], Self.fixture[1], Self.fixture[2])
            #expect(try await world.groups(subject: "ELA").map(\.name) == ["Homeroom"])
            #expect(try await world.groups(subject: "math").map(\.name) == ["Homeroom", "Period 1"])
            #expect(try await world.groups(World.s2).isEmpty)
            #expect(await fault { try await world.groups(World.s3) } == .notFound)
            #expect(await fault { try await world.groups(World.s2, by: World.site) } == .notFound)
        }
    }

    @Test("filters: years of groups in scope, newest first, or the current one; all subjects")
    func filters() async throws {
        try await World.with { world in
            let empty = try await world.server.listGroupFilters(Empty(), World.lea)
            #expect(empty.schoolYears == [2020] && empty.subjects == ["ELA", "ELPAC", "Math"])
            try await world.upload(Self.row("A", year: 2018), Self.row("A", year: 2019))
            #expect(try await world.server.listGroupFilters(Empty(), World.site).schoolYears == [2019, 2018])
            #expect(try await world.server.listGroupFilters(Empty(), World.lea2).schoolYears == [2020])
        }
    }

    @Test("T19 F139 assigned groups: by login in any case, of every year, in the group scope only")
    func assigned() async throws {
        try await World.with { world in
            try await world.upload(
                Self.fixture[0], Self.fixture[2], Self.fixture[3], Self.row("Twin", ",,roster@x.org", year: 2018),
                Self.row("Twin", ",,roster@x.org", year: 2019),
                Self.row("Middle", ",,roster@x.org", school: GroupFileTests.s2))
            try await world.upload(Self.row("Harbor", ",,roster@x.org", school: GroupFileTests.s3), by: World.lea2)
            // Neither S2 nor S3 is in the scope of roster@x.org (T19: G4 is not listed).
            let list = try await world.server.listAssignedGroups(Empty(), World.roster).groups
            #expect(list.map(\.name) == ["Homeroom", "Old", "Period 1", "Twin", "Twin"])
            #expect(list.map(\.schoolYear) == [2020, 2019, 2020, 2019, 2018])
            #expect(list.map(\.subject) == ["", "", "Math", "", ""])
            #expect(try await world.assigned(World.lst).isEmpty, "T23: a right without a group")
        }
    }

    @Test("T7 a group out of scope cannot be deleted, nor one twice; each deletion is on record")
    func deleting() async throws {
        try await World.with { world in
            try await world.upload(Self.row("P1", school: GroupFileTests.s2))
            let id = try #require(try await world.groups(World.s2).first).id
            func delete(_ id: Int64, _ call: Call) async -> Fault.Code? {
                await fault { try await world.server.deleteGroup(.with { $0.groupID = id }, call) }
            }
            #expect(await delete(id, World.site) == .notFound)
            #expect(await delete(id + 100, World.lea) == .notFound)
            #expect(await delete(id, World.lea) == nil)
            #expect(await delete(id, World.lea) == .notFound)
            #expect(try await world.count("SELECT count(*) FROM audit_unsealed") > 0)
            #expect(try await world.count("SELECT count(*) FROM group_history WHERE action = 'delete'") == 1)
        }
    }

    @Test("uploads of the same group are carried out in their order; the later one wins")
    func order() async throws {
        try await World.with { world in
            _ = try await world.send([Self.row("P1", ",1,")])
            _ = try await world.send([Self.row("P1", ",2,")])
            try await world.carryOut()
            let row = try #require(try await world.follow().values.first)
            #expect(row.studentIDs == [try #require(world.students.id("2"))])
        }
    }

    @Test("while ResultsSvc is down an upload waits, and is carried out afterwards")
    func resultsDown() async throws {
        try await World.with { world in
            world.students.fault.withLock { $0 = Fault(.unavailable, "results is down") }
            let sent = try await world.send([Self.row("P1", ",1,")])
            #expect(sent.status == "ACCEPTED")
            #expect(await fault { try await world.worker.step() } == .unavailable)
            #expect(try await world.look(sent.id).status == "ACCEPTED")
            #expect(try await world.groups().isEmpty)
            world.students.fault.withLock { $0 = nil }
            try await world.carryOut()
            #expect(try await world.look(sent.id).status == "PROCESSED")
        }
    }

    @Test("F302 what can never be carried out ends as Failed and holds up nobody; it may be queued again")
    func failed() async throws {
        try await World.with { world in
            world.students.fault.withLock { $0 = Fault(.internalError, "a bug") }
            let sent = try await world.send([Self.row("P1", ",1,")])
            try await world.carryOut()
            #expect(try await world.look(sent.id).status == "PIPELINE_FAILURE")
            world.students.fault.withLock { $0 = nil }
            #expect(try await world.upload(Self.row("P2", ",2,")).status == "PROCESSED")
            let filter = ImportFilter.with { ($0.content, $0.status) = ("GROUPS", "PIPELINE_FAILURE") }
            #expect(try await world.imports.resubmitImports(filter, World.operators).queued == 1)
            try await world.carryOut()
            let again = try await world.look(sent.id)
            #expect(again.status == "PROCESSED" && again.message == "1 group accepted for 88800120012001.")
            #expect(try await world.groups().map(\.name) == ["P1", "P2"])
        }
    }

    @Test("the same file again changes nothing and tells nobody, but is processed")
    func unchanged() async throws {
        try await World.with { world in
            try await world.upload(Self.fixture[0], Self.fixture[1])
            let before = try await world.follow()
            let again = try await world.upload(Self.fixture[0], Self.fixture[1])
            #expect(again.status == "PROCESSED")
            #expect(try await world.follow().mapValues(\.change) == before.mapValues(\.change))
            #expect(try await world.count("SELECT count(*) FROM group_history") == 0)
        }
    }

    @Test("a school that the uploader lost meanwhile refuses the upload when it is carried out")
    func schoolGone() async throws {
        try await World.with { world in
            let sent = try await world.send([Self.row("P1")])
            try await world.database.transaction(.test()) { try $0.run("DELETE FROM school WHERE id = 1") }
            try await world.carryOut()
            let upload = try await world.look(sent.id)
            #expect(upload.status == "BAD_DATA")
            #expect(upload.message == "Row: 1 Failure: School [88800120012001] cannot be found")
        }
    }

    @Test("pages of the feed are bounded by their bytes")
    func boundedPages() async throws {
        try await World.with { world in
            let rows = (1...150).flatMap { group in
                (1...4).map {
                    Self.row("G\(group)", ",\(group * 1000 + $0),\(String(repeating: "u", count: 240))\($0)@x.org")
                }
            }
            let upload = try await world.send(rows)
            try await world.carryOut()
            #expect(try await world.look(upload.id).status == "PROCESSED")
            try await world.database.transaction(.test()) {
                try $0.run(
                    "UPDATE student_group SET student_ids = (SELECT array_agg(n) FROM generate_series(1, 60000) AS n) WHERE id % 10 = 0"
                )
            }
            let page = try await world.server.membershipChanges(
                .with { ($0.after, $0.limit) = (0, 1000) }, .test(service: "results"))
            #expect(page.page?.more == true && !page.rows.isEmpty)
            #expect(try page.serialized().count < 2 << 20)
            #expect(try await world.follow().count == 150)
        }
    }
}
