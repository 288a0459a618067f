import Contracts
import Feed
import Postgres
import Support
import Testing

/// Publisher, consumer and PostgreSQL die at random points while changes go on; the copy always ends equal.
@Suite struct FeedChaosTests {
    private struct Backup: Sendable {
        let things: [Thing]
        let head: Int64
    }

    @Test(arguments: 0..<24)
    func theCopyEndsEqualToTheOwner(seed: Int) async throws {
        try await Things.with { things in
            var random = SeededGenerator(seed: seed)
            var backup: Backup?
            var replicas = [replica(things, &random), replica(things, &random)]
            for step in 0..<40 {
                switch Int.random(in: 0..<20, using: &random) {
                case 0:
                    backup = try await take(things)
                case 1:
                    if let held = backup { try await restore(held, things, newEpoch: true) }
                case 2:
                    if let held = backup { try await restore(held, things, newEpoch: Bool.random(using: &random)) }
                    backup = nil
                case 3, 4:
                    replicas[Int.random(in: 0..<2, using: &random)] = replica(things, &random)
                default:
                    try await turmoil(things, replicas, &random, step: step)
                }
            }
            let last = things.follower()
            try await eventually { try await last.pull(.test()) }
            #expect(try await things.copied() == things.owned(), "seed \(seed)")
            #expect(last.lease.isHeld)
        }
    }

    /// Writers, pulls and a killer at the same time.
    private func turmoil(
        _ things: Things, _ replicas: [FeedCopy<Thing>], _ random: inout SeededGenerator, step: Int
    ) async throws {
        var batches: [[Int64: Int64?]] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            var batch: [Int64: Int64?] = [:]
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let gone = Int.random(in: 0..<4, using: &random) == 0
                batch[Int64.random(in: 1...40, using: &random)] = .some(gone ? nil : Int64(step))
            }
            batches.append(batch)
        }
        let victim: String? = [nil, nil, "owner", "copy"].randomElement(using: &random) ?? nil
        await withTaskGroup(of: Void.self) { group in
            for batch in batches {
                group.addTask { await tolerate("a writer") { try await things.set(batch) } }
            }
            for replica in replicas {
                group.addTask { await tolerate("a pull") { try await replica.pull(.test()) } }
            }
            if let victim {
                let url = things.temporary.connectionString()
                group.addTask {
                    await tolerate("the killer") {
                        try Administration.run(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                             WHERE datname = current_database() AND usename = '\(victim)'
                            """, on: url)
                    }
                }
            }
        }
    }

    /// A lost connection or a lost answer is what this test is about; anything else is a bug.
    private func tolerate(_ who: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch let fault as Fault where fault.code == .unavailable {
        } catch {
            Issue.record("\(who): \(error)")
        }
    }

    private func eventually(_ body: () async throws -> Void) async throws {
        for attempt in 1... {
            do {
                return try await body()
            } catch let fault as Fault where fault.code == .unavailable && attempt < 20 {
            }
        }
    }

    /// A consumer whose questions and answers get lost at points that the seed decides.
    private func replica(_ things: Things, _ random: inout SeededGenerator) -> FeedCopy<Thing> {
        let lost = (0..<200).map { _ in Int.random(in: 0..<10, using: &random) }
        let asked = Tally()
        return things.follower(
            limit: Int32.random(in: 1...20, using: &random),
            fetch: { ask, call in
                let luck = lost[asked.next() % lost.count]
                if luck == 0 { throw Fault(.unavailable, "the question is lost") }
                let answer = try await things.changes(ask, call)
                if luck == 1 { throw Fault(.unavailable, "the answer is lost") }
                return answer
            })
    }

    private func take(_ things: Things) async throws -> Backup {
        try await things.owner.read(.test()) { session in
            let rows = try session.rows(
                "SELECT id, value, deleted, change FROM owner.thing", as: (Int64, Int64, Bool, Int64).self)
            let head = try session.row("SELECT change FROM owner.feed_head", as: Int64.self) ?? 0
            return Backup(
                things: rows.map { Thing(id: $0.0, value: $0.1, deleted: $0.2, change: $0.3) }, head: head)
        }
    }

    /// Puts the owner back to what it was; without a new epoch only when that is visible: the counter is behind every
    /// copy's position.
    private func restore(_ backup: Backup, _ things: Things, newEpoch: Bool) async throws {
        let position = try await eventuallyValue {
            try await things.copy.read(.test()) { session in
                try session.row("SELECT change FROM copy.feed_position", as: Int64.self) ?? 0
            }
        }
        try await eventually {
            try await things.owner.transaction(.test()) { session in
                try session.run("DELETE FROM owner.thing")
                try session.run(
                    """
                    INSERT INTO owner.thing SELECT * FROM unnest(\(backup.things.map(\.id)), \(backup.things.map(\.value)),
                        \(backup.things.map(\.deleted)), \(backup.things.map(\.change)))
                    """)
                try session.run("UPDATE owner.feed_head SET change = \(backup.head)")
                if newEpoch || backup.head >= position { try Things.moveElsewhere(session) }
            }
        }
        try await eventually { try await things.home.settle() }
        guard !newEpoch else { return }
        // A counter that is behind shows only until it has caught up: operators begin a new epoch, or nobody writes yet.
        let reader = things.follower()
        try await eventually { try await reader.pull(.test()) }
    }

    private func eventuallyValue<T>(_ body: () async throws -> T) async throws -> T {
        var value: T?
        try await eventually { value = try await body() }
        guard let value else { throw Fault(.unavailable, "never") }
        return value
    }
}
