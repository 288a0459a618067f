import Contracts
import Postgres
import Support
import Testing

@testable import Ledger

/// Payloads lie by month, and each part of a large one is written once (DESIGN 2, Blob).
@Suite struct PayloadMonthTests {
    /// Where the parts of an import lie.
    private static func homes(of id: Int64, _ database: Database) async throws -> [String] {
        try await database.read(.test()) { session in
            try session.rows(
                "SELECT tableoid::regclass::text FROM payload WHERE import_id = \(id) ORDER BY part", as: String.self)
        }
    }

    private static func count(_ table: String, _ database: Database) async throws -> Int64 {
        try await database.read(.test()) { session in
            switch table {
            case "blob": try session.row("SELECT count(*) FROM blob", as: Int64.self)
            default: try session.row("SELECT count(*) FROM payload", as: Int64.self)
            }
        } ?? -1
    }

    private static func append(_ id: [UInt8], _ part: Int64, _ text: String, _ bench: Bench) async throws {
        _ = try await bench.blobs.appendBlob(
            .with { ($0.blobID, $0.part, $0.bytes) = (id, part, Array(text.utf8)) }, loader())
    }

    private static func seal(_ id: [UInt8], parts: Int64, total: Int64, _ bench: Bench) async throws {
        _ = try await bench.blobs.sealBlob(
            .with { ($0.blobID, $0.parts, $0.total) = (id, parts, total) }, loader())
    }

    private static func submit(_ id: [UInt8], _ bench: Bench) async throws -> Import {
        try await bench.imports.submitImport(
            .with { ($0.content, $0.contentType, $0.blobID) = ("EXAM", "application/xml", id) }, loader())
    }

    private static let blobID = [UInt8](repeating: 7, count: 16)

    @Test("this month and the next two are made ahead, by the service itself, once; others have a place too")
    func monthsAreMade() async throws {
        try await withTemporaryServer([ledgerTestMigrations]) { server in
            let service = server.open(as: "ledger_test", connections: 4)
            let operatorsOwn = server.open(connections: 1)
            func months() async throws -> [String] {
                try await operatorsOwn.read(.test()) { session in
                    try session.rows(
                        """
                        SELECT inhrelid::regclass::text FROM pg_inherits
                         WHERE inhparent = 'ledger_test.payload'::regclass ORDER BY 1
                        """, as: String.self)
                }
            }
            let made = try await months()
            #expect(
                made.count == 5 && made.suffix(2) == ["ledger_test.payload_before_months", "ledger_test.payload_other"])
            // A year later nobody has made a month: what comes lies apart, and is never refused.
            try await operatorsOwn.transaction(.test()) { session in
                for month in made.prefix(3) { try session.script("DROP TABLE \(month)") }
            }
            let bench = Bench(service)
            let early = try await bench.submit("good early")
            #expect(try await Self.homes(of: early.id, service) == ["payload_other"])
            let blobs = BlobStore(database: service, owner: .results)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await blobs.keepHouse(.test()) } }
                try await group.waitForAll()
            }
            // This month stays where its first payload lies; the next two are made.
            #expect(try await months().count == 4)
            let late = try await bench.submit("good late")
            #expect(try await Self.homes(of: late.id, service) == ["payload_other"])
            try await bench.work()
            #expect(try await bench.noted() == ["good early", "good late"])
            await service.close()
            await operatorsOwn.close()
        }
    }

    @Test("a blob's parts lie in the month of its first, are written once, and are the payload of the import")
    func partsAreWrittenOnce() async throws {
        try await withTemporaryServer([ledgerTestMigrations]) { server in
            let service = server.open(as: "ledger_test", connections: 4)
            let bench = Bench(service)
            try await Self.append(Self.blobID, 0, "good ", bench)
            let begun = try await service.transaction(.test()) { session in
                try session.run("UPDATE blob SET created = created - interval '62 days'")
                try session.run(
                    "UPDATE payload SET month = (SELECT date_trunc('month', created AT TIME ZONE 'UTC') FROM blob)")
                return try session.row("SELECT import_id FROM blob", as: Int64.self)
            }
            // The first part again, after its month has ended, is the same part.
            try await Self.append(Self.blobID, 0, "good ", bench)
            try await Self.append(Self.blobID, 1, "work", bench)
            try await Self.seal(Self.blobID, parts: 2, total: 9, bench)
            let sent = try await Self.submit(Self.blobID, bench)
            #expect(sent.id == begun)
            #expect(try await Self.homes(of: sent.id, service) == ["payload_other", "payload_other"])
            #expect(try await Self.count("blob", service) == 0)
            try await bench.work()
            #expect(try await bench.noted() == ["good work"])
            #expect(try await bench.get(sent.id).status == "PROCESSED")
            await service.close()
        }
    }

    @Test(
        "a blob of known bytes is the import they made before; what nobody uses is dropped with its parts, and nothing else"
    )
    func abandoned() async throws {
        try await withTemporaryServer([ledgerTestMigrations]) { server in
            let database = server.open(as: "ledger_test", connections: 4)
            let bench = Bench(database)
            let first = try await bench.submit("good work")
            try await Self.append(Self.blobID, 0, "good work", bench)
            try await Self.seal(Self.blobID, parts: 1, total: 9, bench)
            #expect(try await Self.submit(Self.blobID, bench).id == first.id)
            try await Self.append([UInt8](repeating: 8, count: 16), 0, "never sealed", bench)
            #expect(try await Self.count("payload", database) == 3)
            let blobs = BlobStore(database: database, owner: .results)
            try await blobs.keepHouse(.test())
            #expect(try await Self.count("payload", database) == 3, "they are younger than an hour")
            try await database.transaction(.test()) { session in
                try session.run("UPDATE blob SET created = created - interval '61 minutes'")
            }
            try await blobs.keepHouse(.test())
            #expect(try await Self.count("blob", database) == 0)
            #expect(try await Self.homes(of: first.id, database).count == 1)
            #expect(try await Self.count("payload", database) == 1)
            await fault(.notFound) { _ = try await Self.submit(Self.blobID, bench) }
            await database.close()
        }
    }

    @Test("payloads of before the months are read, sent again and found by their bytes as ever")
    func formerPayloads() async throws {
        let former = Migrations(
            schema: "ledger_test", scripts: ledgerTestMigrations.scripts.filter { $0.name != "V0005_payload_months" })
        try await withTemporaryServer([former]) { server in
            let operatorsOwn = server.open(connections: 1)
            let bytes = Array("good old".utf8)
            try await operatorsOwn.transaction(.test()) { session in
                try session.script(
                    """
                    SET LOCAL search_path = ledger_test;
                    INSERT INTO import (id, content, status, digest, content_type, creator, properties)
                    VALUES (1, 1, 0, decode(md5('good old'), 'hex'), 'application/xml', 'x', '{}');
                    INSERT INTO import_queue (import_id, content) VALUES (1, 1);
                    INSERT INTO payload VALUES (1, 0, 0, 8, 'good old');
                    """)
            }
            try ledgerTestMigrations.migrate(server.connectionString(), log: .quiet)
            let service = server.open(as: "ledger_test", connections: 4)
            let bench = Bench(service)
            try await bench.work()
            #expect(try await bench.noted() == ["good old"])
            #expect(try await bench.submit("good old").id == 1)
            let read = try await bench.imports.readImportPayload(.with { $0.id = 1 }, loader())
            #expect(read.bytes == bytes)
            #expect(try await Self.homes(of: 1, service) == ["payload_before_months"])
            await service.close()
            await operatorsOwn.close()
        }
    }
}
