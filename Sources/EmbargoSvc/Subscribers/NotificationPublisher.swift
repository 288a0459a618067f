import Contracts
import Feed
import Logging
import Postgres
import ServiceLifecycle

/// Publishes what is new in the log, whichever replica has made the change, and once a second where the log stands.
///
/// Subscribers see by that heartbeat what they have missed: losing a message, or all of them, only costs time.
///
/// - Rule: Embargo R9.
struct NotificationPublisher: Service {
    static let topic = "embargo.notifications"
    static let heartbeat: Duration = .seconds(1)
    /// Of one look at the log; more follow at once.
    static let batch: Int32 = 500

    /// Where it stands: nothing is published again, except after a new epoch.
    struct Position: Equatable {
        var epoch: [UInt8]
        var sequence: Int64
    }

    let log: NotificationLog
    let home: FeedHome
    /// Changes made by this replica.
    let news: AsyncStream<Void>
    let logger: Logger
    let publish: @Sendable ([UInt8]) -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in news { wake.yield() } }
                group.addTask {
                    // Cancelled: the loop ends.
                    while (try? await Task.sleep(for: Self.heartbeat)) != nil { wake.yield() }
                    wake.finish()
                }
                var position: Position?
                var isFailing = false
                for await _ in wakes {
                    do {
                        position = try await step(from: position)
                        isFailing = false
                    } catch {
                        if !isFailing, !Task.isCancelled {
                            logger.warning("notifications are not published", metadata: ["error": "\(error)"])
                        }
                        isFailing = true
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// Publishes what came after `position`, or a heartbeat when nothing did.
    ///
    /// - Parameter position: nil at the start: what was there before is for whoever asks.
    func step(from position: Position?) async throws -> Position {
        try await home.settle(.starting(budget: .seconds(5)))
        var position = position
        while true {
            // From the end of numbers nothing follows: the page tells epoch and head alone.
            let page = try await log.page(
                after: position?.sequence ?? .max, limit: Self.batch, .starting(budget: .seconds(5)))
            guard let known = position, known.epoch == page.epoch, !page.notifications.isEmpty else {
                publish(try EmbargoPublication.with { ($0.epoch, $0.head) = (page.epoch, page.head) }.serialized())
                return Position(epoch: page.epoch, sequence: page.head)
            }
            for notification in page.notifications {
                let publication = EmbargoPublication.with {
                    ($0.epoch, $0.head, $0.notification) = (page.epoch, page.head, notification)
                }
                publish(try publication.serialized())
            }
            let last = page.notifications[page.notifications.count - 1].sequence
            position = Position(epoch: page.epoch, sequence: last)
            if last >= page.head { return Position(epoch: page.epoch, sequence: last) }
        }
    }
}
