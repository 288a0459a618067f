import Contracts

/// A feed read into memory: the gateway has no database, and asks again from the beginning after a start.
///
/// Serves reading only; whoever must *prove* that it is up to date needs a lease, which this has not.
actor FeedReader<Row: Sendable> {
    typealias Fetch = @Sendable (ChangesRequest, Call) async throws -> (FeedPage, [Row])

    private let fetch: Fetch
    private let apply: @Sendable ([Row]) -> Void
    private let clear: @Sendable () -> Void
    /// True where only news matter: the first pull takes the head as its position.
    private let newsOnly: Bool
    private var epoch: [UInt8] = []
    private var after: Int64?

    init(
        newsOnly: Bool, fetch: @escaping Fetch, apply: @escaping @Sendable ([Row]) -> Void,
        clear: @escaping @Sendable () -> Void
    ) {
        self.newsOnly = newsOnly
        self.fetch = fetch
        self.apply = apply
        self.clear = clear
    }

    /// Reads until there is no more now.
    func pull(_ call: Call) async throws {
        if newsOnly, after == nil {
            let (page, _) = try await fetch(.with { $0.limit = 1 }, call)
            if after == nil {
                (epoch, after) = (page.epoch, page.head)
                // What was kept before the position was known may have ended unseen.
                clear()
            }
            return
        }
        while true {
            let (askedEpoch, askedAfter) = (epoch, after ?? 0)
            let ask = ChangesRequest.with {
                $0.epoch = askedEpoch
                $0.after = askedAfter
                $0.limit = 1000
            }
            let (page, rows) = try await fetch(ask, call)
            // Two pulls may overlap while they wait: only one of them may go on from this position.
            guard askedEpoch == epoch, askedAfter == after ?? 0 else { return }
            if page.epoch != epoch && after != nil || page.head < askedAfter {
                clear()
                (epoch, after) = (page.epoch, newsOnly ? page.head : 0)
                if newsOnly { return }
                continue
            }
            apply(rows)
            (epoch, after) = (page.epoch, max(page.through, askedAfter))
            guard page.more else { return }
            guard page.through > askedAfter else { throw Fault(.internalError, "a feed that does not move") }
        }
    }
}
