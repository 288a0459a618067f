import Contracts
import Crypto
import Logging
import Postgres
import Zip

/// Takes zips apart: file after file becomes an import and is carried out, in groups that are committed together.
///
/// How far a zip has been taken apart is committed with each group, so that a crash neither loses nor doubles a file. One
/// worker holds a zip at a time, and for ten seconds more; one that lost it notices at its next group. Rule: DESIGN §6, engineering/ingest-speed §6.
struct ZipWorker: Sendable {
    let rule: ZipRule
    let owner: ImportOwner
    /// Of the files.
    let lane: ImportLane
    let database: Database
    let handOver: HandOver
    let log: Logger
    /// Files are waiting for the workers of their lane.
    let accepted: @Sendable () -> Void
    /// Wakes another worker: there may be a second zip.
    let callForHelp: @Sendable () -> Void
    let processed: @Sendable (_ content: ImportContent, _ status: ImportStatus) -> Void

    /// For one group.
    static let budget: Duration = .seconds(60)

    /// Works until no zip waits. Throws only what the next try may not meet again, such as a lost database.
    func drain() async throws {
        while !Task.isCancelled, let zip = try await claim() {
            callForHelp()
            do {
                try await takeApart(zip)
            } catch let error where isTransient(error) {
                throw error
            } catch let error as ZipError {
                try await end(zip.id, .badFormat, "Unable to read zip: \(error)")
            } catch {
                log.error(
                    "zip failed unforeseen",
                    metadata: ["import": "\(zip.id)", "cause": "\(String(describing: error).prefix(500))"])
                try await end(
                    zip.id, .badData, "The zip could not be taken apart. Give the import id to the operator.")
            }
        }
    }

    private struct Waiting: Sendable {
        let id: Int64
        /// Files that have been dealt with.
        let position: Int32
        let batch: String
        let creator: String
        /// Stored beside each file as beside the zip.
        let properties: [ImportProperty]
    }

    private func claim() async throws -> Waiting? {
        let content = rule.zip.rawValue
        return try await database.transaction(.starting(budget: Self.budget)) { session in
            let held = try session.row(
                """
                WITH next AS (
                    SELECT q.import_id FROM import_queue q LEFT JOIN import_zip z ON z.import_id = q.import_id
                     WHERE q.content = \(content) AND (z.held_until IS NULL OR z.held_until < clock_timestamp())
                     ORDER BY q.import_id LIMIT 1 FOR UPDATE OF q SKIP LOCKED)
                INSERT INTO import_zip AS z (import_id, held_until)
                SELECT import_id, clock_timestamp() + interval '10 seconds' FROM next
                ON CONFLICT (import_id) DO UPDATE SET held_until = excluded.held_until
                RETURNING z.import_id, z.position
                """, as: (Int64, Int32).self)
            guard let (id, position) = held else { return nil }
            let row = try session.row(
                "SELECT coalesce(batch, ''), creator, properties FROM import WHERE id = \(id)",
                as: (String, String, String).self)
            guard let (batch, creator, properties) = row else { throw LedgerRowMissing() }
            return Waiting(
                id: id, position: position, batch: batch, creator: creator,
                properties: try ImportArchive.parameters(of: properties))
        }
    }

    private func takeApart(_ zip: Waiting) async throws {
        var bytes = try await PayloadBytes(of: zip.id, database)
        let total = bytes.total
        let place = try ZipDirectory.place(
            tail: try await bytes.read(max(0, total - ZipDirectory.tailLimit)..<total), total: total)
        let directory = try ZipDirectory(try await bytes.read(place.range), at: place)
        let files = directory.entries.filter { !$0.isFolder && $0.name.lowercased().hasSuffix(rule.suffix) }
        guard !files.isEmpty else { throw ZipError("no file with a name that ends in \(rule.suffix)") }
        guard files.reduce(0, { $0 + $1.size }) <= rule.totalLimit else {
            throw ZipError("more than \(rule.totalLimit >> 20) MB when unpacked")
        }
        let filesEnd = place.range.lowerBound
        var position = Int(zip.position)
        var group = try await self.group(files, from: position, zip, before: filesEnd, bytes)
        while position < files.count {
            try Task.checkCancellation()
            // One is unpacked while the one before is stored.
            let (from, held) = (position + group.files.count, group.bytes)
            async let next = self.group(files, from: from, zip, before: filesEnd, held)
            guard try await commit(group.files, of: zip, from: position) else { return }
            position = from
            group = try await next
        }
        try await end(zip.id, passedOver: directory.entries.count { !$0.isFolder } - files.count)
    }

    /// One file: its payload, or why there is none.
    private struct File: Sendable {
        let name: String
        let arrival: Result<Arrival, ZipError>
    }

    /// The next files, and the zip's bytes as they are then held.
    private func group(
        _ files: [ZipEntry], from first: Int, _ zip: Waiting, before end: Int64, _ bytes: PayloadBytes
    ) async throws -> (files: [File], bytes: PayloadBytes) {
        var bytes = bytes
        var group: [File] = []
        var size = 0
        for entry in files[first...] {
            // As many as the acceptor commits at once.
            if group.count == Acceptor.batchLimit || size > 0 && size + entry.size > Acceptor.batchBytes { break }
            let name = Self.shown(entry.name)
            do {
                try entry.check(limit: rule.fileLimit)
                var raw = try await bytes.read(entry.range(before: end))
                if let whole = try entry.whole(raw, before: end) { raw = try await bytes.read(whole) }
                let content = try entry.content(raw)
                guard !content.isEmpty else { throw ZipError("the file is empty") }
                let packed = try entry.deflated(raw).flatMap { ArchivedBytes(deflated: $0, length: content.count) }
                group.append(File(name: name, arrival: .success(try arrival(content, packed, name, zip))))
                size += content.count
            } catch let problem as ZipError {
                group.append(File(name: name, arrival: .failure(problem)))
            }
        }
        return (group, bytes)
    }

    private func arrival(
        _ content: [UInt8], _ packed: ArchivedBytes?, _ name: String, _ zip: Waiting
    ) throws -> Arrival {
        let filename = ImportProperty.with {
            $0.name = "filename"
            $0.value = name.split(separator: "/").last.map(String.init) ?? name
        }
        return Arrival(
            content: rule.files, contentType: rule.contentType, batch: zip.batch, creator: zip.creator,
            properties: try ImportArchive.json(
                [filename] + zip.properties, contentType: rule.contentType, length: content.count,
                username: zip.creator),
            digest: Array(Insecure.MD5.hash(data: content)),
            bytes: .archived(packed ?? ArchivedBytes(compressing: content)), original: content)
    }

    /// A name from outside, for lists and messages.
    private static func shown(_ name: String) -> String {
        let scalars = name.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "_" : $0 }
        return String(String.UnicodeScalarView(scalars.prefix(250)))
    }

    /// Makes imports of a group and carries them out.
    ///
    /// - Returns: false when another worker has gone on with this zip.
    private func commit(_ group: [File], of zip: Waiting, from position: Int) async throws -> Bool {
        do {
            guard let outcomes = try await carryOut(group, of: zip, from: position) else { return false }
            for (content, status) in outcomes { processed(content, status) }
            if outcomes.contains(where: { $0.1 == .processed }) { lane.committed() }
            return true
        } catch is BatchFailure {
            // The workers of the lane find out which of them it is, and refuse that one alone.
            return try await queue(group, of: zip, from: position)
        }
    }

    private func carryOut(
        _ group: [File], of zip: Waiting, from position: Int
    ) async throws -> [(ImportContent, ImportStatus)]? {
        do {
            return try await carryOut(group, of: zip, from: position, copiesAreFresh: false)
        } catch is NeedsFreshCopies {
            try await lane.refreshCopies(.starting(budget: Self.budget))
            return try await carryOut(group, of: zip, from: position, copiesAreFresh: true)
        }
    }

    private func carryOut(
        _ group: [File], of zip: Waiting, from position: Int, copiesAreFresh: Bool
    ) async throws -> [(ImportContent, ImportStatus)]? {
        let direct = DirectImports(owner: owner, lane: lane)
        return try await database.transaction(.starting(budget: Self.budget)) { session in
            guard try Self.move(zip, from: position, by: group.count, session) else { return nil }
            let arrivals = group.compactMap { try? $0.arrival.get() }
            let made = try direct.make(arrivals, copiesAreFresh: copiesAreFresh, session)
            try Self.note(group, made.ids, new: made.new, of: zip, from: position, session)
            return made.outcomes
        }
    }

    /// Makes imports of a group and leaves them to the workers of their lane.
    private func queue(_ group: [File], of zip: Waiting, from position: Int) async throws -> Bool {
        let owner = owner
        let handed = try await database.transaction(.starting(budget: Self.budget)) {
            session -> [(id: Int64, body: [UInt8])]? in
            guard try Self.move(zip, from: position, by: group.count, session) else { return nil }
            let arrivals = group.compactMap { try? $0.arrival.get() }
            let (imports, new) = try Acceptor.register(arrivals, owner: owner, session)
            try Self.note(group, imports.map(\.id), new: new, of: zip, from: position, session)
            return Swift.zip(imports, arrivals).compactMap { item, arrival in
                new.contains(item.id) ? arrival.original.map { (item.id, $0) } : nil
            }
        }
        guard let handed else { return false }
        handOver.put(handed)
        accepted()
        return true
    }

    /// - Returns: false when another worker has gone on with this zip.
    private static func move(
        _ zip: Waiting, from position: Int, by count: Int, _ session: borrowing Session
    ) throws -> Bool {
        try session.run(
            """
            UPDATE import_zip SET position = \(Int32(position + count)),
                   held_until = clock_timestamp() + interval '10 seconds'
             WHERE import_id = \(zip.id) AND position = \(Int32(position))
            """) == 1
    }

    /// What became of each file: its import, known before or not, or its problem.
    ///
    /// - Parameter imports: of the files that have no problem, in order.
    private static func note(
        _ group: [File], _ imports: [Int64], new: Set<Int64>, of zip: Waiting, from position: Int,
        _ session: borrowing Session
    ) throws {
        var next = imports[...]
        let ids = group.map { file -> Int64? in
            if case .success = file.arrival { next.popFirst() } else { nil }
        }
        let problems = group.map { file -> String? in
            if case .failure(let problem) = file.arrival { problem.description } else { nil }
        }
        // The same file twice in one zip is new only once.
        var unseen = new
        let known = ids.map { id in id.map { unseen.remove($0) == nil } ?? false }
        try session.run(
            """
            INSERT INTO import_zip_file (zip_id, number, name, import_id, known_before, problem)
            SELECT \(zip.id), \(Int32(position)) + f.n::int, f.name, f.import_id, f.known, f.problem
              FROM unnest(\(group.map(\.name)), \(ids), \(known), \(problems))
                   WITH ORDINALITY AS f(name, import_id, known, problem, n)
            """)
    }

    /// All files have been dealt with.
    private func end(_ id: Int64, passedOver: Int) async throws {
        let outcome = try await database.read(.starting(budget: Self.budget)) { session -> ImportOutcome in
            let counts = try session.row(
                """
                SELECT count(import_id), count(*) FILTER (WHERE known_before) FROM import_zip_file WHERE zip_id = \(id)
                """, as: (Int64, Int64).self)
            var problems = ImportMessages()
            for (name, problem) in try session.rows(
                """
                SELECT name, problem FROM import_zip_file WHERE zip_id = \(id) AND problem IS NOT NULL ORDER BY number
                """, as: (String, String).self)
            {
                problems.add(name, nil, problem)
            }
            guard problems.isEmpty else { return ImportOutcome(.badData, problems.collectedText()) }
            let (received, known) = counts ?? (0, 0)
            return ImportOutcome(
                .processed, "Files received: \(received), known before: \(known), passed over: \(passedOver)")
        }
        try await end(id, outcome.status, outcome.message)
    }

    private func end(_ id: Int64, _ status: ImportStatus, _ message: String?) async throws {
        try await database.transaction(.starting(budget: Self.budget)) { session in
            try session.run("DELETE FROM import_queue WHERE import_id = \(id)")
            try session.run("DELETE FROM import_zip WHERE import_id = \(id)")
            try session.run(
                """
                UPDATE import SET status = \(status.rawValue), message = \(message), updated = clock_timestamp()
                 WHERE id = \(id)
                """)
        }
        processed(rule.zip, status)
    }
}

/// Any range of a stored payload, with one part of it in memory at a time.
private struct PayloadBytes: Sendable {
    private let id: Int64
    private let database: Database
    /// Where each part begins, and the end of the last.
    private let starts: [Int64]
    private var held: (part: Int, bytes: [UInt8])?

    var total: Int64 { starts[starts.count - 1] }

    init(of id: Int64, _ database: Database) async throws {
        let sizes = try await database.read(.starting(budget: ZipWorker.budget)) { session in
            try session.rows("SELECT length FROM payload WHERE import_id = \(id) ORDER BY part", as: Int32.self)
        }
        guard !sizes.isEmpty else { throw ArchiveDamaged() }
        self.id = id
        self.database = database
        starts = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int64($1)) }
    }

    /// - Parameter range: within `0..<total`; it is cut to that.
    mutating func read(_ range: Range<Int64>) async throws -> [UInt8] {
        let range = range.clamped(to: 0..<total)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var next = range.lowerBound
        while next < range.upperBound {
            // The last part that begins at or before `next`; parts are few.
            guard let number = starts.lastIndex(where: { $0 <= next }) else { throw ArchiveDamaged() }
            let part = try await part(number)
            let from = Int(next - starts[number])
            let to = min(part.count, Int(range.upperBound - starts[number]))
            guard from < to else { throw ArchiveDamaged() }
            bytes += part[from..<to]
            next += Int64(to - from)
        }
        return bytes
    }

    private mutating func part(_ number: Int) async throws -> [UInt8] {
        if let held, held.part == number { return held.bytes }
        let id = id
        let row = try await database.read(.starting(budget: ZipWorker.budget)) { session in
            try session.row(
                "SELECT encoding, length, body FROM payload WHERE import_id = \(id) AND part = \(Int32(number))",
                as: (Int16, Int32, [UInt8]).self)
        }
        guard let (encoding, length, body) = row else { throw ArchiveDamaged() }
        let bytes = try ArchivedBytes(encoding: encoding, length: length, body: body).restored()
        held = (number, bytes)
        return bytes
    }
}
