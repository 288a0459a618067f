import Clocks
import Contracts
import Postgres

/// One round of a copy: pages until there are no more.
struct FeedPuller<Row: Sendable>: Sendable {
    let name: String
    let schema: String
    let database: Database
    let clocks: Clocks
    let lease: Lease
    let limit: Int32
    let holder: String
    let meters: FeedMeters
    let fetch: FeedCopy<Row>.Fetch
    let apply: FeedCopy<Row>.Apply
    let clear: FeedCopy<Row>.Clear
    let settle: @Sendable (Duration) async throws -> Void

    /// For one question to the owner, and for one transaction here.
    private static var budget: Duration { .seconds(5) }

    private enum Step: Sendable {
        /// Everything was here already.
        case nothingNew
        case moved(FeedPosition)
        /// Another replica was faster; this is where the copy stands now.
        case overtaken(FeedPosition)
        case reset(FeedPosition)
    }

    func pull() async throws {
        do {
            try await followToTheEnd()
            meters.pulls.increment()
        } catch {
            meters.failures.increment()
            throw error
        }
    }

    private func followToTheEnd() async throws {
        let (schema, name) = (schema, name)
        var position = try await database.read(.starting(budget: Self.budget)) { session in
            try FeedPosition.read(session, schema, name)
        }
        while true {
            var ask = ChangesRequest()
            ask.epoch = position.epoch
            ask.after = position.change
            ask.limit = limit
            ask.holder = holder
            let sent = clocks.monotonic()
            let (page, rows) = try await fetch(ask, .starting(budget: Self.budget))
            switch try await take(page, rows, from: position) {
            case .nothingNew:
                lease.confirm(sentAt: sent)
                return
            case .moved(let next):
                position = next
                guard !page.more else { continue }
                lease.confirm(sentAt: sent)
                if holder.isEmpty { return }
            case .overtaken(let next), .reset(let next):
                position = next
            }
        }
    }

    private func take(_ page: FeedPage, _ rows: [Row], from position: FeedPosition) async throws -> Step {
        guard page.epoch.count == 16, page.head >= 0 else { throw FeedProblem.badPage(feed: name) }
        if position.change > 0, page.epoch != position.epoch || page.head < position.change {
            return try await reset(to: page.epoch, from: position)
        }
        guard page.through >= position.change, page.through <= page.head, !page.more || page.through > position.change
        else { throw FeedProblem.badPage(feed: name) }
        let next = FeedPosition(epoch: page.epoch, change: page.through)
        if next == position && rows.isEmpty { return .nothingNew }
        return try await store(next, rows, from: position)
    }

    /// What the copy shows is not the owner's any more. Other replicas read the same tables and may not know it yet: their
    /// leases are allowed to run out before the tables are emptied.
    private func reset(to epoch: [UInt8], from position: FeedPosition) async throws -> Step {
        lease.drop()
        try await settle(lease.duration)
        let (schema, name, clear) = (schema, name, clear)
        let step: Step = try await database.transaction(.starting(budget: Self.budget)) { session in
            let present = try FeedPosition.lock(session, schema, name)
            guard present == position else { return .overtaken(present) }
            try clear(session)
            let start = FeedPosition(epoch: epoch, change: 0)
            try start.store(session, schema, name)
            return .reset(start)
        }
        if case .reset = step { meters.resets.increment() }
        return step
    }

    private func store(_ next: FeedPosition, _ rows: [Row], from position: FeedPosition) async throws -> Step {
        let (schema, name, apply, clear) = (schema, name, apply, clear)
        let step: Step = try await database.transaction(.starting(budget: Self.budget)) { session in
            let present = try FeedPosition.lock(session, schema, name)
            guard present == position else { return .overtaken(present) }
            // The start of an epoch: nothing that is here already belongs to it.
            if position.change == 0 { try clear(session) }
            if !rows.isEmpty { try apply(session, rows) }
            try next.store(session, schema, name)
            return .moved(next)
        }
        if case .moved = step { meters.rows.increment(by: rows.count) }
        return step
    }
}
