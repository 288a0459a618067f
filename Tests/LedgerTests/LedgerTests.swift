import Access
import Clocks
import Contracts
import Logging
import Metrics
import Postgres
import Support
import Synchronization
import Testing

@testable import Ledger

let ledgerTestMigrations = Migrations(
    schema: "ledger_test",
    scripts: [
        ("V0001_ledger", LedgerSchema.sql(role: "ledger_test") + noted),
        ("V0002_zips", LedgerSchema.zips(role: "ledger_test")),
        ("V0003_promises", LedgerSchema.promises(role: "ledger_test")),
        ("V0004_direct_imports", LedgerSchema.directImports),
        ("V0005_payload_months", LedgerSchema.payloadMonths(role: "ledger_test")),
    ])

/// What the test lane writes, to see that effect and outcome are one.
private let noted = """
    CREATE TABLE noted (import_id bigint NOT NULL, word text NOT NULL);
    GRANT SELECT, INSERT ON noted TO ledger_test;
    """

func loader() -> Call {
    .test(
        .with {
            $0.login = "delivery@example.org"
            $0.permissions = [
                .with {
                    $0.permission = Permission.dataWrite.rawValue
                    $0.scope = .with { $0.statewide = true }
                }
            ]
        })
}

/// A ledger over a real database whose lane writes down what it was given.
struct Bench: Sendable {
    static let zips = ZipRule(
        files: .exam, zip: .examZip, suffix: ".xml", contentType: "application/xml", fileLimit: 1_000,
        totalLimit: 1 << 20)

    let database: Database
    let ledger: Ledger
    let imports: ImportsClient
    let submissions: SubmissionsClient
    let blobs: BlobsClient

    init(_ database: Database, lane: ImportLane? = nil) {
        self.database = database
        let lane =
            lane
            ?? ImportLane(contents: [.exam], workers: 2, batchLimit: 16, payloadLimit: 1_000) { session, batch, _ in
                try batch.map { try Bench.note(session, $0) }
            }
        let takesFiles = lane.followed == nil && lane.payloadLimit >= Bench.zips.fileLimit
        ledger = Ledger(
            owner: .results, database: database, lanes: [lane], zips: takesFiles ? Bench.zips : nil,
            metrics: Metrics(service: "test"), log: .quiet)
        let channel = DirectChannel(ledger.rpcTables)
        imports = ImportsClient(channel)
        submissions = SubmissionsClient(channel)
        blobs = BlobsClient(channel)
    }

    static func note(_ session: borrowing Session, _ queued: QueuedImport) throws -> ImportOutcome {
        let word = String(decoding: queued.body, as: UTF8.self)
        _ = try session.run("INSERT INTO noted (import_id, word) VALUES (\(queued.id), \(word))")
        if word.hasPrefix("poison") { _ = try session.run("SELECT 1 / 0") }
        return word.hasPrefix("bad") ? ImportOutcome(.badData, "bad word") : ImportOutcome(.processed)
    }

    func submit(_ text: String, batch: String = "", properties: [(String, String)] = []) async throws -> Import {
        try await imports.submitImport(
            .with {
                $0.content = "EXAM"
                $0.contentType = "application/xml"
                $0.body = Array(text.utf8)
                $0.batch = batch
                $0.properties = properties.map { name, value in
                    .with {
                        $0.name = name
                        $0.value = value
                    }
                }
            }, loader())
    }

    func get(_ id: Int64) async throws -> Import { try await imports.getImport(.with { $0.id = id }, loader()) }

    func noted() async throws -> [String] {
        try await database.read(.test()) { try $0.rows("SELECT word FROM noted ORDER BY word", as: (String).self) }
    }

    /// Runs the workers until nothing is queued any more.
    func work() async throws {
        let running = Task { try await ledger.run() }
        while try await queued() > 0 { try await Task.sleep(for: .milliseconds(5)) }
        running.cancel()
        try await running.value
    }

    func queued() async throws -> Int64 {
        try await database.read(.test()) { try $0.row("SELECT count(*) FROM import_queue", as: (Int64).self) } ?? -1
    }
}

func withBench(_ lane: ImportLane? = nil, _ body: @escaping (Bench) async throws -> Void) async throws {
    try await withTemporaryServer([ledgerTestMigrations]) { server in
        let database = server.open(as: "ledger_test", connections: 4)
        try await body(Bench(database, lane: lane))
        await database.close()
    }
}

func fault(_ code: Fault.Code, _ body: () async throws -> Void) async {
    do {
        try await body()
        Issue.record("no fault")
    } catch let error as Fault {
        #expect(error.code == code, "\(error)")
    } catch {
        Issue.record("\(error)")
    }
}

@Suite struct LedgerTests {
    @Test("an answer is given only for what is stored, and the stored bytes come back as they were sent")
    func acceptsAndArchives() async throws {
        try await withBench { bench in
            let body = String(repeating: "<Ünïcode/>", count: 50)
            let sent = try await bench.submit(
                body, batch: "nightly", properties: [("filename", "a.xml"), ("filename", "b.xml"), ("username", "x")])
            #expect(sent.status == "ACCEPTED")
            #expect(sent.id % 8 == ImportOwner.results.rawValue)
            #expect(sent.creator == "delivery@example.org")
            #expect(sent.batch == "nightly")
            #expect(sent.digest.count == 32)
            let part = try await bench.imports.readImportPayload(.with { $0.id = sent.id }, loader())
            #expect(String(decoding: part.bytes, as: UTF8.self) == body)
            #expect(part.total == Int64(body.utf8.count))
            #expect(part.filename == "a.xml")
            let properties = try await bench.imports.getImportProperties(.with { $0.id = sent.id }, loader())
            #expect(
                properties.properties.map(\.value) == [
                    "\(body.utf8.count)", "application/xml", "a.xml", "delivery@example.org",
                ])
        }
    }

    @Test("many payloads in one question: each is registered or refused for itself, in order, and carried out")
    func manyAtOnce() async throws {
        try await withBench { bench in
            let known = try await bench.submit("word 2")
            let reply = try await bench.submissions.submitImports(
                .with {
                    $0.imports = (0..<20).map { number in
                        .with {
                            $0.content = "EXAM"
                            $0.contentType = number == 7 ? "" : "application/xml"
                            $0.body = Array("word \(number == 9 ? 8 : number)".utf8)
                        }
                    }
                }, loader())
            #expect(reply.imports.count == 20)
            for (number, answer) in reply.imports.enumerated() {
                #expect((answer.item == nil) == (number == 7))
            }
            #expect(reply.imports[7].code == Fault.Code.malformed.rawValue)
            #expect(reply.imports[7].detail == "content type is missing or too long")
            #expect(reply.imports[2].item?.id == known.id)
            #expect(reply.imports[8].item?.id == reply.imports[9].item?.id)
            let ids = reply.imports.compactMap { $0.item?.id }
            #expect(Set(ids).count == 18)
            try await bench.work()
            #expect(try await bench.noted() == (0..<20).filter { $0 != 7 && $0 != 9 }.map { "word \($0)" }.sorted())
            for (number, id) in zip([0, 1, 19], [ids[0], ids[1], ids[18]]) {
                let stored = try await bench.imports.readImportPayload(.with { $0.id = id }, loader())
                #expect(String(decoding: stored.bytes, as: UTF8.self) == "word \(number)")
            }
            for count in [0, 65] {
                await fault(.malformed) {
                    _ = try await bench.submissions.submitImports(
                        .with { $0.imports = Array(repeating: SubmitImportRequest(), count: count) }, loader())
                }
            }
        }
    }

    @Test("bodies handed over in memory are bounded, leave once, and nothing depends on them")
    func handOver() async throws {
        let handOver = HandOver(countLimit: 3, byteLimit: 100)
        handOver.put([(1, [1]), (2, [2, 2])])
        #expect(handOver.take([1, 9]) == [1: [1]])
        #expect(handOver.take([1]) == [:])
        handOver.put([(3, [3]), (4, [4])])
        #expect(handOver.count == 3)
        handOver.put([(5, [5])])
        #expect(handOver.count == 1 && handOver.take([2, 3, 4, 5]) == [5: [5]])
        handOver.put([(6, [UInt8](repeating: 6, count: 90)), (7, [UInt8](repeating: 7, count: 20))])
        #expect(handOver.take([6, 7]).keys.sorted() == [7])
        handOver.put([(8, [UInt8](repeating: 8, count: HandOver.bodyLimit + 1))])
        #expect(handOver.count == 0)

        // Many more than are held: those that were let go are read from the archive.
        try await withBench { bench in
            for number in 0..<30 {
                let word = "\(number) " + String(repeating: "x", count: 900)
                #expect(try await bench.submit(word).status == "ACCEPTED")
            }
            try await bench.work()
            #expect(try await bench.noted().count == 30)
        }
    }

    @Test("the digest is the MD5 of the bytes, in upper-case hex")
    func digestIsMD5() async throws {
        try await withBench { bench in
            let sent = try await bench.submit("abc")
            #expect(sent.digest == "900150983CD24FB0D6963F7D28E17F72")
        }
    }

    @Test("the same bytes at the same moment end as one import, and so do later ones, with its present status")
    func repeatedPayloads() async throws {
        try await withBench { bench in
            let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
                for number in 0..<60 { group.addTask { try await bench.submit("word \(number % 3)").id } }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect(ids.count == 3)
            try await bench.work()
            #expect(try await bench.noted() == ["word 0", "word 1", "word 2"])
            let again = try await bench.submit("word 1")
            #expect(ids.contains(again.id))
            #expect(again.status == "PROCESSED")
            #expect(try await bench.queued() == 0)
        }
    }

    @Test("outcomes: processed, refused with its message, too large to be read")
    func outcomes() async throws {
        try await withBench { bench in
            let good = try await bench.submit("good")
            let bad = try await bench.submit("bad")
            let large = try await bench.submit(String(repeating: "x", count: 1_001))
            try await bench.work()
            let processed = try await bench.get(good.id)
            #expect(processed.status == "PROCESSED")
            #expect(processed.message == nil)
            #expect(processed.updatedAtUs >= processed.createdAtUs)
            #expect(try await bench.get(bad.id).message == "bad word")
            let oversize = try await bench.get(large.id)
            #expect(oversize.status == "BAD_FORMAT")
            #expect(oversize.message == "the payload is larger than the limit of 1000 bytes")
            #expect(try await bench.noted() == ["bad", "good"])
        }
    }

    @Test("DESIGN §3: an outcome that promises an effect elsewhere is told when everybody has followed, not before")
    func promises() async throws {
        let followed = Mutex<Int64>(4)
        let lane = ImportLane(
            contents: [.exam], workers: 1, batchLimit: 1, payloadLimit: 1_000,
            followed: { _ in followed.withLock { $0 } }
        ) { session, batch, _ in
            try batch.map { queued in
                _ = try Bench.note(session, queued)
                return String(decoding: queued.body, as: UTF8.self) == "told at once"
                    ? ImportOutcome(.processed) : ImportOutcome(.badData, "of change 5", promises: 5)
            }
        }
        try await withBench(lane) { bench in
            let waiting = try await bench.submit("promise")
            let other = try await bench.submit("told at once")
            try await bench.work()
            // Both are carried out, and the one that promises nothing is not held up.
            #expect(try await bench.noted() == ["promise", "told at once"])
            #expect(try await bench.get(other.id).status == "PROCESSED")
            #expect(try await bench.get(waiting.id).status == "ACCEPTED")
            // Carried out once more while the promise is open: one promise, the later.
            try await bench.database.transaction(.test()) {
                try $0.run(
                    "INSERT INTO import_queue (import_id, content) SELECT id, content FROM import WHERE id = \(waiting.id)"
                )
            }
            try await bench.work()
            #expect(try await bench.get(waiting.id).status == "ACCEPTED")
            let running = Task { try await bench.ledger.run() }
            followed.withLock { $0 = 5 }
            while try await bench.get(waiting.id).status == "ACCEPTED" { try await Task.sleep(for: .milliseconds(5)) }
            running.cancel()
            try await running.value
            let told = try await bench.get(waiting.id)
            #expect(told.status == "BAD_DATA" && told.message == "of change 5")
        }
    }

    @Test("one payload that cannot be stored is refused alone; those of its batch are carried out")
    func poisonedPayload() async throws {
        try await withBench { bench in
            var good: [Int64] = []
            for number in 0..<5 { good.append(try await bench.submit("good \(number)").id) }
            let poison = try await bench.submit("poison")
            for number in 5..<9 { good.append(try await bench.submit("good \(number)").id) }
            try await bench.work()
            for id in good { #expect(try await bench.get(id).status == "PROCESSED") }
            #expect(try await bench.get(poison.id).status == "BAD_DATA")
            #expect(try await bench.noted() == (0..<9).map { "good \($0)" })
        }
    }

    @Test("a lane that misses something has its copies refreshed once and then decides")
    func refreshesCopies() async throws {
        let refreshes = Mutex(0)
        let lane = ImportLane(
            contents: [.exam], workers: 1, batchLimit: 4, payloadLimit: 100,
            refreshCopies: { _ in refreshes.withLock { $0 += 1 } }
        ) { session, batch, copiesAreFresh in
            if !copiesAreFresh { throw NeedsFreshCopies() }
            return batch.map { _ in ImportOutcome(.unknownSchool, "unknown") }
        }
        try await withBench(lane) { bench in
            let sent = try await bench.submit("for nobody")
            try await bench.work()
            #expect(try await bench.get(sent.id).status == "UNKNOWN_SCHOOL")
            #expect(refreshes.withLock { $0 } == 1)
            // The operator resubmits by that status (ingest §2.9).
            let queued = try await bench.imports.resubmitImports(
                .with {
                    $0.content = "EXAM"
                    $0.status = "unknown_school"
                }, loader())
            #expect(queued.queued == 1)
            #expect(try await bench.queued() == 1)
            #expect(try await bench.get(sent.id).status == "UNKNOWN_SCHOOL")
            try await bench.work()
            #expect(refreshes.withLock { $0 } == 2)
        }
    }

    @Test("a worker that dies in the middle leaves nothing half done, and the payload is taken again", arguments: 0..<8)
    func connectionsLost(seed: Int) async throws {
        var random = SeededGenerator(seed: seed)
        let pauses = (0..<6).map { _ in Int.random(in: 0...30, using: &random) }
        try await withTemporaryServer([ledgerTestMigrations]) { server in
            let database = server.open(as: "ledger_test", connections: 4)
            let bench = Bench(database)
            let operatorsOwn = server.open(connections: 1)
            for number in 0..<120 { _ = try await bench.submit("word \(number)") }
            let running = Task { try await bench.ledger.run() }
            for pause in pauses {
                try await Task.sleep(for: .milliseconds(pause))
                _ = try await operatorsOwn.transaction(.test()) { session in
                    try session.rows(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                         WHERE usename = 'ledger_test' AND datname = current_database()
                        """, as: (Bool).self)
                }
            }
            var left: Int64 = -1
            for _ in 0..<2_000 where left != 0 {
                left =
                    try await operatorsOwn.read(.test()) {
                        try $0.row("SELECT count(*) FROM ledger_test.import_queue", as: (Int64).self)
                    } ?? -1
                try await Task.sleep(for: .milliseconds(5))
            }
            running.cancel()
            try await running.value
            let rows = try await operatorsOwn.read(.test()) {
                try $0.row(
                    """
                    SELECT (SELECT count(*) FROM ledger_test.noted), (SELECT count(DISTINCT word) FROM ledger_test.noted),
                           (SELECT count(*) FROM ledger_test.import WHERE status = 1)
                    """, as: (Int64, Int64, Int64).self)
            }
            #expect(rows?.0 == 120 && rows?.1 == 120 && rows?.2 == 120, "seed \(seed): \(String(describing: rows))")
            await database.close()
            await operatorsOwn.close()
        }
    }

    @Test("a large payload comes in parts, is not usable before it is sealed, and has one digest however it was cut")
    func blobs() async throws {
        try await withBench { bench in
            let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let id = (0..<16).map { UInt8($0) }
            let first = Array(body[..<200_000])
            let second = Array(body[200_000...])
            for (part, bytes) in [(0, first), (0, first), (1, second)] {
                _ = try await bench.blobs.appendBlob(
                    .with {
                        $0.blobID = id
                        $0.part = Int64(part)
                        $0.bytes = bytes
                    }, loader())
            }
            let ask = SubmitImportRequest.with {
                $0.content = "EXAM"
                $0.contentType = "application/xml"
                $0.blobID = id
            }
            await fault(.notFound) { _ = try await bench.imports.submitImport(ask, loader()) }
            await fault(.preconditionFailed) {
                _ = try await bench.blobs.sealBlob(
                    .with {
                        $0.blobID = id
                        $0.parts = 2
                        $0.total = 300_001
                    }, loader())
            }
            _ = try await bench.blobs.sealBlob(
                .with {
                    $0.blobID = id
                    $0.parts = 2
                    $0.total = 300_000
                }, loader())
            let sent = try await bench.imports.submitImport(ask, loader())
            var read: [UInt8] = []
            while read.count < 300_000 {
                let part = try await bench.imports.readImportPayload(
                    .with {
                        $0.id = sent.id
                        $0.offset = Int64(read.count)
                    }, loader())
                #expect(part.total == 300_000 && !part.bytes.isEmpty)
                read += part.bytes
            }
            #expect(read == body)
        }
    }

    @Test("lists are filtered and read in pages")
    func lists() async throws {
        try await withBench { bench in
            for number in 0..<5 {
                _ = try await bench.submit("\(number < 2 ? "bad" : "good") \(number)", batch: "b\(number % 2)")
            }
            try await bench.work()
            func list(_ fill: (inout ImportFilter) -> Void) async throws -> ImportList {
                try await bench.imports.listImports(
                    .with {
                        $0.content = "EXAM"
                        fill(&$0)
                    }, loader())
            }
            #expect(try await list { $0.status = "bad_data" }.imports.count == 2)
            #expect(try await list { $0.status = "-3" }.imports.count == 2)
            #expect(try await list { $0.batch = "b1" }.imports.count == 2)
            #expect(try await list { $0.creator = "somebody" }.imports.isEmpty)
            #expect(try await list { $0.after = "-PT1H" }.imports.count == 5)
            #expect(try await list { $0.before = "-PT1H" }.imports.isEmpty)
            #expect(try await list { $0.after = "now" }.imports.isEmpty)
            let page = try await list { $0.limit = "2" }
            #expect(page.imports.count == 2 && !page.more, "a limit ends the list")
            let last = page.imports[1].id
            #expect(try await list { $0.pageAfterID = last }.imports.count == 3)
        }
    }

    @Test("refusals: no token, no right, other contents, unreadable filters, empty and oversize bodies")
    func refusals() async throws {
        try await withBench { bench in
            let ask = SubmitImportRequest.with {
                $0.content = "EXAM"
                $0.contentType = "application/xml"
                $0.body = [1]
            }
            await fault(.unauthenticated) { _ = try await bench.imports.submitImport(ask, .test(service: "gateway")) }
            await fault(.forbidden) {
                _ = try await bench.imports.submitImport(
                    ask, .test(CallerClaims.with { $0.login = "teacher@example.org" }))
            }
            var district = loader()
            district.caller?.permissions[0].scope = .with { $0.districtIDs = [4] }
            await fault(.forbidden) { _ = try await bench.imports.submitImport(ask, district) }
            func refused(_ code: Fault.Code, _ fill: @escaping (inout SubmitImportRequest) -> Void) async {
                var changed = ask
                fill(&changed)
                let request = changed
                await fault(code) { _ = try await bench.imports.submitImport(request, loader()) }
            }
            await refused(.notFound) { $0.content = "ORGANIZATION" }
            await refused(.notFound) { $0.content = "NONSENSE" }
            await refused(.malformed) { $0.body = [] }
            await refused(.malformed) { $0.contentType = "" }
            await refused(.malformed) { $0.batch = String(repeating: "b", count: 251) }
            await refused(.malformed) { $0.body = [UInt8](repeating: 0, count: 1 << 20 + 1) }
            for given in ["NONSENSE", "-1", "11", "EXAM "] {
                do {
                    _ = try await bench.imports.listImports(
                        .with {
                            $0.content = "EXAM"
                            $0.givenContent = given
                        }, loader())
                    Issue.record("content \(given) was read")
                } catch let refused as Fault {
                    #expect(refused.code == .malformed && refused.detail == "unable to read parameter content")
                }
            }
            for given in ["exam", "PACKAGE", "6", "probe", "0", "10"] {
                let list = try await bench.imports.listImports(
                    .with {
                        $0.content = "EXAM"
                        $0.givenContent = given
                    }, loader())
                #expect(list.imports.isEmpty)
            }
            for (status, after, limit) in [
                ("NONSENSE", "", ""), ("", "yesterday", ""), ("", "", "-1"), ("", "P", ""), ("", "", "x"),
            ] {
                await fault(.malformed) {
                    _ = try await bench.imports.listImports(
                        .with {
                            $0.content = "EXAM"
                            $0.status = status
                            $0.after = after
                            $0.limit = limit
                        }, loader())
                }
            }
            await fault(.notFound) { _ = try await bench.get(99) }
        }
    }
}

@Suite struct ISOTextTests {
    @Test(
        "durations added to now",
        arguments: [
            ("-PT1H", -3_600), ("PT24H", 86_400), ("P2D", 172_800), ("PT1H30M", 5_400), ("PT5S", 5), ("P1DT1S", 86_401),
            ("pt2h", 7_200), ("PT-1H", -3_600), ("-P1DT-1H", -82_800), ("PT1.5S", 1), ("-PT0.9S", 0), ("P0D", 0),
        ])
    func durations(text: String, seconds: Int64) { #expect(ISODuration.seconds(text) == seconds) }

    @Test(
        "what is no duration",
        arguments: [
            "", "P", "PT", "1H", "P1H", "PTH", "PT1", "P99999999999D", "P1X", "P4000D", "PT1M1H", "P1D1D", "PT1.5H",
            "PT--1H", "P1DT",
        ])
    func noDurations(text: String) { #expect(ISODuration.seconds(text) == nil) }
}
