import Contracts
import Crypto
import Foundation
import Postgres
import Support
import Synchronization
import Testing

@testable import Ledger

/// Many payloads in one zip: each file is an import as if it had come alone (DESIGN §6).
struct ZipImportTests {
    /// A zip of files that are not packed.
    static func zip(_ files: [(name: String, text: String)], damaged: Set<String> = []) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for (name, text) in files {
            var about: [UInt8] = little(20, 2) + little(0x0800, 2) + little(0, 2) + little(0x21 << 16, 4)
            about += little(Int(checksum(Array(text.utf8))) ^ (damaged.contains(name) ? 1 : 0), 4)
            about += little(text.utf8.count, 4) + little(text.utf8.count, 4) + little(name.utf8.count, 2) + little(0, 2)
            directory += little(0x0201_4B50, 4) + little(20, 2) + about + little(0, 10) + little(bytes.count, 4)
            directory += Array(name.utf8)
            bytes += little(0x0403_4B50, 4) + about + Array(name.utf8) + Array(text.utf8)
        }
        let end = little(0x0605_4B50, 4) + little(0, 4) + little(files.count, 2) + little(files.count, 2)
        return bytes + directory + end + little(directory.count, 4) + little(bytes.count, 4) + little(0, 2)
    }

    private static func little(_ number: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> ($0 * 8)) : 0 }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 0 ? 0 : 0xEDB8_8320) }
        }
    }

    private static func submit(_ zip: [UInt8], _ bench: Bench, batch: String = "") async throws -> Import {
        try await bench.imports.submitImport(
            .with {
                $0.content = "EXAM"
                $0.contentType = "whatever"
                $0.body = zip
                $0.batch = batch
                $0.properties = [
                    .with {
                        $0.name = "filename"
                        $0.value = "all.zip"
                    },
                    .with {
                        $0.name = "window"
                        $0.value = "spring"
                    },
                ]
            }, loader())
    }

    private static func files(of zip: Import, _ bench: Bench) async throws -> [ZipFile] {
        var files: [ZipFile] = []
        while true {
            let page = try await bench.imports.listZipFiles(
                .with {
                    $0.id = zip.id
                    $0.afterNumber = files.last?.number ?? 0
                }, loader())
            files += page.files
            if !page.more { return files }
        }
    }

    @Test("each file is an import of its own, also those that are refused; what is known stays what it was")
    func filesBecomeImports() async throws {
        try await withBench { bench in
            let alone = try await bench.submit("good two")
            let sent = try await Self.submit(
                Self.zip([
                    ("r/", ""), ("r/one.xml", "good one"), ("r/two.XML", "good two"), ("list.json", "{}"),
                    ("r/bad.xml", "bad three"), ("r/again.xml", "good one"),
                ]), bench, batch: "spring")
            #expect((sent.content, sent.status) == ("EXAM_ZIP", "ACCEPTED"))
            try await bench.work()
            let done = try await bench.get(sent.id)
            #expect(done.status == "PROCESSED")
            #expect(done.message == "Files received: 4, known before: 2, passed over: 1")
            #expect(try await bench.noted() == ["bad three", "good one", "good two"])
            let files = try await Self.files(of: sent, bench)
            #expect(files.map(\.name) == ["r/one.xml", "r/two.XML", "r/bad.xml", "r/again.xml"])
            #expect(files.map(\.number) == [1, 2, 3, 4])
            #expect(files.map(\.knownBefore) == [false, true, false, true])
            #expect(files.map { $0.item?.status } == ["PROCESSED", "PROCESSED", "BAD_DATA", "PROCESSED"])
            #expect(files[1].item?.id == alone.id && files[3].item?.id == files[0].item?.id)
            #expect(files.compactMap { $0.item?.content } == ["EXAM", "EXAM", "EXAM", "EXAM"])
            #expect(files[0].item?.batch == "spring" && files[1].item?.batch == "")
            let id = try #require(files[0].item?.id)
            let properties = try await bench.imports.getImportProperties(.with { $0.id = id }, loader())
            #expect(
                Dictionary(uniqueKeysWithValues: properties.properties.map { ($0.name, $0.value) }) == [
                    "Content-Type": "application/xml", "Content-Length": "8", "username": "delivery@example.org",
                    "filename": "one.xml", "window": "spring",
                ])
            // The same bytes are the same import, and nothing is done again.
            let again = try await Self.submit(
                try await bench.imports.readImportPayload(.with { $0.id = sent.id }, loader()).bytes, bench)
            #expect(again.id == sent.id && again.status == "PROCESSED")
            let list = try await bench.imports.listImports(
                .with {
                    $0.content = "EXAM"
                    $0.batch = "spring"
                }, loader())
            #expect(list.imports.map(\.id) == [files[0], files[2]].compactMap { $0.item?.id })
        }
    }

    @Test("one file that cannot be unpacked is its own problem") func problemsAreNamed() async throws {
        try await withBench { bench in
            let sent = try await Self.submit(
                Self.zip(
                    [
                        ("a.xml", "good a"), ("large.xml", String(repeating: "x", count: 1_001)), ("c.xml", "good c"),
                        ("b\u{0}\n.xml", "good b"), ("none.xml", ""), ("d.xml", "good d"),
                    ], damaged: ["c.xml"]), bench)
            try await bench.work()
            let done = try await bench.get(sent.id)
            #expect(done.status == "BAD_DATA")
            var problems = ImportMessages()
            problems.add("large.xml", nil, "the file is larger than the limit of 1000 bytes")
            problems.add("c.xml", nil, "the file is damaged")
            problems.add("none.xml", nil, "the file is empty")
            #expect(done.message == problems.collectedText())
            #expect(try await bench.noted() == ["good a", "good b", "good d"])
            let files = try await Self.files(of: sent, bench)
            #expect(files.map(\.name) == ["a.xml", "large.xml", "c.xml", "b__.xml", "none.xml", "d.xml"])
            #expect(files.map { $0.problem.isEmpty } == [true, false, false, true, false, true])
        }
    }

    @Test(
        "what is no zip to be taken apart",
        arguments: [
            (
                Array("PK\u{3}\u{4} and nothing more".utf8),
                "no directory at the end: the file is no zip, or not whole"
            ),
            (zip([("readme.txt", "x")]), "no file with a name that ends in .xml"),
            (
                // Two thousand files, none too large, together more than a megabyte when unpacked.
                zip((0..<2_000).map { ("\($0).xml", String(repeating: "x", count: 530)) }),
                "more than 1 MB when unpacked"
            ),
        ] as [([UInt8], String)])
    func refused(zip: [UInt8], problem: String) async throws {
        try await withBench { bench in
            // The body of a request holds 1 MiB; the last zip is a little larger and comes as a blob.
            let sent = try await zip.count <= 1 << 20 ? Self.submit(zip, bench) : Self.submitBlob(zip, bench)
            try await bench.work()
            let done = try await bench.get(sent.id)
            #expect(done.status == "BAD_FORMAT")
            #expect(done.message == "Unable to read zip: \(problem)")
            #expect(try await bench.noted() == [])
        }
    }

    private static func submitBlob(_ zip: [UInt8], _ bench: Bench) async throws -> Import {
        let id = (0..<16).map { UInt8($0) }
        let size = 1 << 20
        for (number, start) in stride(from: 0, to: zip.count, by: size).enumerated() {
            _ = try await bench.blobs.appendBlob(
                .with {
                    $0.blobID = id
                    $0.part = Int64(number)
                    $0.bytes = Array(zip[start..<min(zip.count, start + size)])
                }, loader())
        }
        _ = try await bench.blobs.sealBlob(
            .with {
                $0.blobID = id
                $0.parts = Int64((zip.count + size - 1) / size)
                $0.total = Int64(zip.count)
            }, loader())
        return try await bench.imports.submitImport(
            .with {
                $0.content = "EXAM"
                $0.contentType = "application/zip"
                $0.blobID = id
            }, loader())
    }

    @Test("A zip over several parts and groups, with two replicas at it: every file once", arguments: 0..<3)
    func twoReplicas(seed: Int) async throws {
        try await withBench { bench in
            var random = SeededGenerator(seed: seed)
            let files = (0..<600).map { number in
                let filler = String(repeating: "y", count: Int.random(in: 1..<900, using: &random))
                return (name: "\(number).xml", text: "good \(number) \(filler)")
            }
            // Parts of 64 KB as a slow sender makes them, so that files lie across their borders.
            let zip = Self.zip(files)
            let sent = try await Self.submit(zip, bench)
            try await bench.database.transaction(.test()) { session in
                try session.run("DELETE FROM payload WHERE import_id = \(sent.id)")
                for (number, start) in stride(from: 0, to: zip.count, by: 65_000).enumerated() {
                    let part = ArchivedBytes(compressing: Array(zip[start..<min(zip.count, start + 65_000)]))
                    try session.run(
                        """
                        INSERT INTO payload (import_id, part, encoding, length, body)
                        VALUES (\(sent.id), \(Int32(number)), \(part.encoding), \(part.length), \(part.body))
                        """)
                }
            }
            let other = Bench(bench.database)
            async let one: Void = bench.work()
            async let two: Void = other.work()
            _ = try await (one, two)
            try await bench.work()
            #expect(try await bench.noted() == files.map(\.text).sorted())
            let listed = try await Self.files(of: sent, bench)
            #expect(listed.map(\.name) == files.map(\.name))
            #expect(listed.allSatisfy { $0.item?.status == "PROCESSED" && !$0.knownBefore })
            #expect(try await bench.get(sent.id).message == "Files received: 600, known before: 0, passed over: 0")
        }
    }

    @Test("a crash in the middle: the next one goes on where it was") func goesOnAfterACrash() async throws {
        try await withBench { bench in
            let files = (0..<300).map { (name: "\($0).xml", text: "good \($0)") }
            let sent = try await Self.submit(Self.zip(files), bench)
            // As the first group left it: 128 files are imports, and the holder's time is over.
            try await bench.database.transaction(.test()) { session in
                for (number, file) in files.prefix(128).enumerated() {
                    let bytes = Array(file.text.utf8)
                    let arrival = Arrival(
                        content: .exam, contentType: "application/xml", batch: "", creator: "x", properties: "{}",
                        digest: Array(Insecure.MD5.hash(data: bytes)), bytes: .archived(.init(compressing: bytes)))
                    let item = try Acceptor.register([arrival], owner: .results, session).imports[0]
                    try session.run(
                        """
                        INSERT INTO import_zip_file (zip_id, number, name, import_id, known_before)
                        VALUES (\(sent.id), \(Int32(number + 1)), \(file.name), \(item.id), false)
                        """)
                }
                try session.run(
                    "INSERT INTO import_zip VALUES (\(sent.id), 128, clock_timestamp() - interval '1 second')")
            }
            try await bench.work()
            #expect(try await bench.get(sent.id).message == "Files received: 300, known before: 0, passed over: 0")
            #expect(try await bench.noted() == files.map(\.text).sorted())
            #expect(try await Self.files(of: sent, bench).map(\.number) == (1...300).map { Int32($0) })
        }
    }

    @Test("a file becomes an import and is carried out in one transaction, so that its ledger row is written once")
    func inOneTransaction() async throws {
        try await withBench { bench in
            let files = (0..<200).map { (name: "\($0).xml", text: "\($0 % 3 == 0 ? "bad" : "good") \($0)") }
            _ = try await Self.submit(Self.zip(files), bench)
            try await bench.work()
            let together = try await bench.database.read(.test()) { session in
                try session.row(
                    """
                    SELECT count(*) FROM import i JOIN payload p ON p.import_id = i.id JOIN noted n ON n.import_id = i.id
                     WHERE i.xmin = p.xmin AND i.xmin = n.xmin AND i.message IS NOT DISTINCT FROM
                           CASE WHEN n.word LIKE 'bad%' THEN 'bad word' END
                    """, as: Int64.self)
            }
            #expect(together == 200)
        }
    }

    @Test("one file that cannot be stored is refused alone, with the words that it would get in a call of its own")
    func poisonedFile() async throws {
        try await withBench { bench in
            let files = (0..<20).map { (name: "\($0).xml", text: "good \($0)") }
            let sent = try await Self.submit(Self.zip(files + [("p.xml", "poison")]), bench)
            try await bench.work()
            #expect(try await bench.get(sent.id).message == "Files received: 21, known before: 0, passed over: 0")
            let listed = try await Self.files(of: sent, bench)
            #expect(listed.dropLast().allSatisfy { $0.item?.status == "PROCESSED" && !$0.knownBefore })
            #expect(listed.last?.item?.status == "BAD_DATA")
            #expect(
                listed.last?.item?.message
                    == "The payload could not be stored. Give the import id to the operator.")
            #expect(try await bench.noted() == files.map(\.text).sorted())
        }
    }

    @Test("what a file misses is asked for once, and then it is decided") func refreshesCopies() async throws {
        let refreshes = Mutex(0)
        let lane = ImportLane(
            contents: [.exam], workers: 1, batchLimit: 4, payloadLimit: 1_000,
            refreshCopies: { _ in refreshes.withLock { $0 += 1 } }
        ) { session, batch, copiesAreFresh in
            if !copiesAreFresh { throw NeedsFreshCopies() }
            return batch.map { _ in ImportOutcome(.unknownSchool, "unknown") }
        }
        try await withBench(lane) { bench in
            let sent = try await Self.submit(Self.zip([("a.xml", "a"), ("b.xml", "b")]), bench)
            try await bench.work()
            let listed = try await Self.files(of: sent, bench)
            #expect(listed.map { $0.item?.status } == ["UNKNOWN_SCHOOL", "UNKNOWN_SCHOOL"])
            #expect(refreshes.withLock { $0 } == 1)
        }
    }

    @Test("the same bytes at once in two zips and in calls: one import, carried out once", arguments: 0..<3)
    func sameBytesAtOnce(seed: Int) async throws {
        try await withBench { bench in
            var random = SeededGenerator(seed: seed)
            let files = (0..<300).map { (name: "\($0).xml", text: "good \($0)") }
            let one = try await Self.submit(Self.zip(files.shuffled(using: &random)), bench)
            let two = try await Self.submit(Self.zip(files.shuffled(using: &random)), bench)
            let calls = files.shuffled(using: &random).prefix(100)
            async let working: Void = bench.work()
            for file in calls { _ = try await bench.submit(file.text) }
            try await working
            try await bench.work()
            #expect(try await bench.noted() == files.map(\.text).sorted(), "seed \(seed)")
            for zip in [one, two] {
                let listed = try await Self.files(of: zip, bench)
                #expect(listed.count == 300 && listed.allSatisfy { $0.item?.status == "PROCESSED" }, "seed \(seed)")
            }
            let made = try await bench.database.read(.test()) {
                try $0.rows("SELECT known_before FROM import_zip_file WHERE NOT known_before", as: Bool.self).count
            }
            #expect((200...300).contains(made), "seed \(seed)")
        }
    }

    @Test("lost connections in the middle of a zip: every file once, none half done", arguments: 0..<4)
    func connectionsLost(seed: Int) async throws {
        try await withBench { bench in
            var random = SeededGenerator(seed: seed)
            let pauses = (0..<5).map { _ in Int.random(in: 5...40, using: &random) }
            let files = (0..<600).map { (name: "\($0).xml", text: "good \($0)") }
            let sent = try await Self.submit(Self.zip(files), bench)
            let running = Task { try await bench.ledger.run() }
            for pause in pauses {
                try await Task.sleep(for: .milliseconds(pause))
                // Only the zip's own transactions, and as if its holder's time were over.
                _ = try? await bench.database.transaction(.test()) { session in
                    try session.run(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                         WHERE datname = current_database() AND pid <> pg_backend_pid()
                        """)
                }
                _ = try? await bench.database.transaction(.test()) { session in
                    try session.run("UPDATE import_zip SET held_until = clock_timestamp() - interval '1 second'")
                }
            }
            while try await bench.queued() > 0 {
                _ = try await bench.database.transaction(.test()) { session in
                    try session.run("UPDATE import_zip SET held_until = clock_timestamp() - interval '1 second'")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            running.cancel()
            try await running.value
            #expect(try await bench.noted() == files.map(\.text).sorted(), "seed \(seed)")
            #expect(
                try await bench.get(sent.id).message == "Files received: 600, known before: 0, passed over: 0",
                "seed \(seed)")
        }
    }

    /// Made by another program: one packed file, `a.xml`, and one that is not packed.
    private static let packed = Array(
        Data(
            base64Encoded: """
                UEsDBBQAAAAIAAAAIQDkegbmEgAAAGUCAAAFAAAAYS54bWyzSc/PT7GrGAWjgAbARh+cvABQSwMEFAAAAAAAAAAhAElu2gMHAAAA\
                BwAAAAUAAABiLnhtbDxnb29kLz5QSwECFAMUAAAACAAAACEA5HoG5hIAAABlAgAABQAAAAAAAAAAAAAAgAEAAAAAYS54bWxQSwEC\
                FAMUAAAAAAAAACEASW7aAwcAAAAHAAAABQAAAAAAAAAAAAAAgAE1AAAAYi54bWxQSwUGAAAAAAIAAgBmAAAAXwAAAAAA
                """)!)

    @Test("a file is kept as its sender packed it, and read back as it was") func keptAsPacked() async throws {
        try await withBench { bench in
            let sent = try await Self.submit(Self.packed, bench)
            try await bench.work()
            let listed = try await Self.files(of: sent, bench)
            #expect(listed.map(\.name) == ["a.xml", "b.xml"])
            let text = "<good>" + String(repeating: "x", count: 600) + "</good>"
            #expect(try await bench.noted() == [text, "<good/>"].sorted())
            let id = try #require(listed[0].item?.id)
            let encodings = try await bench.database.read(.test()) {
                try $0.rows(
                    "SELECT p.encoding FROM payload p JOIN import i ON i.id = p.import_id WHERE i.content = 1 ORDER BY i.id",
                    as: Int16.self)
            }
            #expect(encodings == [2, 0])
            let part = try await bench.imports.readImportPayload(.with { $0.id = id }, loader())
            #expect(part.bytes == Array(text.utf8) && part.total == Int64(text.utf8.count))
            let archived = ArchivedBytes(encoding: 2, length: Int32(text.utf8.count) + 1, body: [1, 2, 3])
            #expect(throws: ArchiveDamaged.self) { try archived.restored() }
        }
    }

    @Test func filesAreListedForZipsAndDataLoadersOnly() async throws {
        try await withBench { bench in
            let plain = try await bench.submit("good")
            await fault(.notFound) {
                _ = try await bench.imports.listZipFiles(.with { $0.id = plain.id }, loader())
            }
            await fault(.notFound) { _ = try await bench.imports.listZipFiles(.with { $0.id = 99 }, loader()) }
            await fault(.forbidden) {
                _ = try await bench.imports.listZipFiles(
                    .with { $0.id = plain.id }, .test(CallerClaims.with { $0.login = "teacher@example.org" }))
            }
        }
    }
}
