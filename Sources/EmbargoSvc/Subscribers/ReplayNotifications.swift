import Contracts

/// One page of the log of notifications. A position of another epoch, or ahead of the log, is told to begin again.
///
/// - Throws: `Fault` `.malformed` for a limit outside 1…1000 or a negative position; `.unavailable`.
/// - Rule: Embargo R8.
struct ReplayNotifications: Sendable {
    let log: NotificationLog

    static let pageLimit: Int32 = 1_000

    func callAsFunction(_ ask: ReplayRequest, _ call: Call) async throws -> ReplayPage {
        guard (1...Self.pageLimit).contains(ask.limit) else {
            throw Fault(
                .malformed, "the limit of a page",
                violations: [.init(field: "limit", problem: "must be 1 to \(Self.pageLimit)")])
        }
        guard ask.after >= 0 else {
            throw Fault(
                .malformed, "the position", violations: [.init(field: "after", problem: "must not be negative")])
        }
        let page = try await log.page(after: ask.after, limit: ask.limit, call)
        // A position without an epoch is one that somebody typed: it counts from the present epoch.
        let isKnown = ask.after <= page.head && (ask.after == 0 || ask.epoch.isEmpty || ask.epoch == page.epoch)
        return .with {
            $0.epoch = page.epoch
            $0.head = page.head
            $0.beginAgain = !isKnown
            $0.notifications = isKnown ? page.notifications : []
        }
    }
}

/// Every question that programs outside the suite may ask.
struct SubscriberServer: EmbargoEventsService {
    let replay: ReplayNotifications

    func replayEmbargoNotifications(_ ask: ReplayRequest, _ call: Call) async throws -> ReplayPage {
        try await replay(ask, call)
    }
}
