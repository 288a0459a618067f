import Contracts
import Support
import Testing

@testable import GroupSvc

/// The import API's side of groups (ingest §2.7, §2.9, §10).
@Suite struct GroupImportTests {
    static func submit(
        _ world: World, _ rows: [String], by call: Call = World.lea, content: String = "GROUPS"
    ) async throws -> Import {
        let text = ([GroupFileTests.header] + rows).joined(separator: "\n")
        return try await world.imports.submitImport(
            .with {
                $0.content = content
                $0.contentType = "text/csv"
                $0.batch = "file.csv"
                $0.body = Array(text.utf8)
                $0.properties = [
                    .with { ($0.name, $0.value) = ("filename", "file.csv") },
                    .with { ($0.name, $0.value) = ("username", "somebody else") },
                ]
            }, call)
    }

    @Test("R13 a file by the import API is accepted and processed; its id names GroupSvc")
    func accepted() async throws {
        try await World.with { world in
            let item = try await Self.submit(world, [UploadTests.row("P1", ",1,a@x.org")])
            #expect(item.status == "ACCEPTED" && item.content == "GROUPS" && item.batch == "file.csv")
            #expect(item.message == "1 group accepted for 88800120012001.")
            #expect(item.id & 7 == 2 && item.digest.count == 32 && item.creator == "lea@x.org")
            try await world.carryOut()
            #expect(try await world.imports.getImport(.with { $0.id = item.id }, World.operators).status == "PROCESSED")
            #expect(try await world.groups().count == 1)
        }
    }

    @Test("refused: other contents, nothing at all, and whoever may not manage groups")
    func refused() async throws {
        try await World.with { world in
            #expect(await fault { try await Self.submit(world, [], content: "EXAM") } == .notFound)
            #expect(await fault { try await Self.submit(world, [], by: World.roster) } == .forbidden)
            #expect(
                await fault {
                    try await world.imports.submitImport(
                        .with { ($0.content, $0.contentType) = ("GROUPS", "text/csv") }, World.lea)
                } == .malformed)
        }
    }

    @Test("ingest §2.7: the same bytes are one import; processed ones are left alone")
    func sameBytes() async throws {
        try await World.with { world in
            let rows = [UploadTests.row("P1", ",1,")]
            let first = try await Self.submit(world, rows)
            try await world.carryOut()
            let second = try await Self.submit(world, rows, by: World.site)
            #expect(second.id == first.id && second.status == "PROCESSED" && second.creator == "lea@x.org")
            #expect(try await world.count("SELECT count(*) FROM import_queue") == 0)
        }
    }

    @Test("ingest §2.7: the same bytes are judged anew by today's schools and the sender's rights")
    func judgedAnew() async throws {
        try await World.with { world in
            let rows = [UploadTests.row("P1", school: GroupFileTests.s2)]
            let first = try await Self.submit(world, rows, by: World.site)
            #expect(first.status == "BAD_DATA")
            let second = try await Self.submit(world, rows, by: World.lea)
            #expect(second.id == first.id && second.status == "ACCEPTED")
            #expect(second.message == "1 group accepted for 88800120012002.")
            try await world.carryOut()
            #expect(try await world.groups(World.s2).count == 1)
            let third = try await Self.submit(world, rows, by: World.site)
            #expect(third.id == first.id && third.status == "BAD_DATA")
        }
    }

    @Test("a web upload of the same bytes is another one")
    func besideTheWeb() async throws {
        try await World.with { world in
            let rows = [UploadTests.row("P1")]
            let item = try await Self.submit(world, rows)
            let upload = try await world.send(rows)
            #expect(item.id != upload.id)
            try await world.carryOut()
            #expect(try await world.look(upload.id).status == "PROCESSED")
            #expect(try await world.look(item.id).status == "PROCESSED")
        }
    }

    @Test("what the service itself knows no parameter overrides; the payload comes back as it was")
    func readBack() async throws {
        try await World.with { world in
            let item = try await Self.submit(world, [UploadTests.row("P1")])
            let ask = GetImportRequest.with { $0.id = item.id }
            let properties = try await world.imports.getImportProperties(ask, World.operators).properties
            #expect(properties.first { $0.name == "username" }?.value == "lea@x.org")
            #expect(properties.first { $0.name == "filename" }?.value == "file.csv")
            let payload = try await world.imports.readImportPayload(.with { $0.id = item.id }, World.operators)
            #expect(String(decoding: payload.bytes, as: UTF8.self).hasPrefix(GroupFileTests.header))
            #expect(await fault { try await world.imports.getImport(ask, World.lea) } == .forbidden)
        }
    }

    @Test("lists and resubmission: of the whole state for whoever manages it, else one's own")
    func lists() async throws {
        try await World.with { world in
            let mine = try await Self.submit(world, [UploadTests.row("P1", ",1,")])
            _ = try await Self.submit(world, [UploadTests.row("P2")], by: World.site)
            try await world.carryOut()
            let filter = ImportFilter.with { ($0.content, $0.limit) = ("GROUPS", "10") }
            #expect(try await world.imports.listImports(filter, World.lea).imports.map(\.id) == [mine.id])
            #expect(try await world.imports.listImports(filter, World.operators).imports.count == 2)

            try await world.upload(UploadTests.row("P1", ",2,"))
            let processed = ImportFilter.with { ($0.content, $0.creator) = ("GROUPS", "lea@x.org") }
            #expect(try await world.imports.resubmitImports(processed, World.site).queued == 0)
            let one = ImportFilter.with {
                ($0.content, $0.creator, $0.limit) = ("GROUPS", "lea@x.org", "1")
            }
            #expect(try await world.imports.resubmitImports(one, World.operators).queued == 1)
            try await world.carryOut()
            let row = try #require(try await world.follow().values.first { $0.name == "P1" })
            #expect(row.studentIDs == [try #require(world.students.id("1"))], "the first file again")
        }
    }
}
