import Contracts
import Logging
import Messaging
import Metrics

/// Follows the embargoes from outside the suite: every effective change, in order, none twice, from any position on.
///
/// What is published is only a hint that saves time. Whatever does not follow on the position is asked for at the log,
/// and so is everything once in a while. docs/embargo-notifications.md says what is promised.
public struct EmbargoWatch: Sendable {
    /// How far a subscriber has come. It belongs to what the subscriber has derived, and is stored together with it.
    public struct Position: Sendable, Equatable {
        /// Empty before the first answer.
        public var epoch: [UInt8]
        public var sequence: Int64

        public init(epoch: [UInt8] = [], sequence: Int64 = 0) {
            self.epoch = epoch
            self.sequence = sequence
        }
    }

    public enum Delivery: Sendable, Equatable {
        case change(EmbargoNotification, Position)
        /// The log was restored from a backup: everything taken so far is void, and the history follows from its start.
        case beginAgain(Position)
    }

    /// The log contradicts itself; nothing can be promised any more.
    public struct Broken: Error, CustomStringConvertible {
        public let description: String
    }

    /// Gets an access token with the scope `embargo.events`; called again when the last one is not taken any more.
    public typealias Token = @Sendable () async throws -> String

    private let replay: EmbargoEventsClient
    private let hints: AsyncStream<BusEvent>
    private let subscriber: Subscriber
    private let token: Token
    private let log: Logger
    /// The log is asked without any hint after so long.
    private let patience: Duration

    static let topic = "embargo.notifications"
    static let page: Int32 = 500

    /// Connects in the background; neither side need be there yet.
    ///
    /// - Parameters:
    ///   - events, rpc: the URLs of all replicas.
    ///   - tls: the certificate that the suite's operator gave; nil on `ipc`.
    public init(
        events: [String], rpc: [String], tls: BusTLS? = nil, patience: Duration = .seconds(5), log: Logger,
        token: @escaping Token
    ) throws {
        let channel = try Channel(
            to: "embargo", urls: rpc, identity: nil, tls: tls, metrics: Metrics(service: "embargo-watch"), log: log)
        subscriber = try Subscriber(urls: events, topics: [Self.topic], tls: tls)
        replay = EmbargoEventsClient(channel)
        hints = subscriber.events
        self.token = token
        self.log = log
        self.patience = patience
    }

    /// Hands over everything after `start`, one by one, until the task is cancelled. Call it once.
    ///
    /// - Parameter take: stores what it is given together with its position; not called again before it returns.
    /// - Throws: `Fault` `.forbidden` for a client without the scope, `Broken`, and what `take` or `token` throws. A
    ///   service that is away is waited for.
    public func run(from start: Position, _ take: (Delivery) async throws -> Void) async throws {
        let (wakes, wake) = AsyncStream.makeStream(of: EmbargoPublication?.self, bufferingPolicy: .bufferingNewest(256))
        let hints = hints
        let listening = Task {
            for await hint in hints {
                guard let publication = try? EmbargoPublication(decoding: hint.body) else { continue }
                wake.yield(publication)
            }
        }
        let patience = patience
        let ticking = Task {
            wake.yield(nil)
            while (try? await Task.sleep(for: patience)) != nil { wake.yield(nil) }
        }
        defer {
            listening.cancel()
            ticking.cancel()
            subscriber.close()
        }
        try await withTaskCancellationHandler {
            var state = Following(position: start)
            for await publication in wakes {
                switch state.judge(publication) {
                case .known: continue
                case .next(let notification):
                    state.position.sequence = notification.sequence
                    try await take(.change(notification, state.position))
                case .ask:
                    try await catchUp(&state, take)
                }
            }
        } onCancel: {
            wake.finish()
        }
    }

    private func catchUp(
        _ state: inout Following, _ take: (Delivery) async throws -> Void
    ) async throws {
        do {
            while !Task.isCancelled {
                let page = try await ask(&state)
                for delivery in try state.follow(page) { try await take(delivery) }
                if !page.beginAgain, state.position.sequence >= page.head { return }
            }
        } catch let fault as Fault where [.unavailable, .deadlinePassed, .tooMany, .cancelled].contains(fault.code) {
            // The next tick asks again.
            log.warning("the log cannot be asked", metadata: ["why": "\(fault.detail)"])
        }
    }

    private func ask(_ state: inout Following) async throws -> ReplayPage {
        let question = ReplayRequest.with {
            $0.epoch = state.position.epoch
            $0.after = state.position.sequence
            $0.limit = Self.page
        }
        var call = Call.starting(budget: .seconds(10))
        if let token = state.token {
            call.accessToken = token
            do {
                return try await replay.replayEmbargoNotifications(question, call)
            } catch let fault as Fault where fault.code == .unauthenticated {
                state.token = nil
                call = Call.starting(budget: .seconds(10))
            }
        }
        let token = try await token()
        call.accessToken = token
        let page = try await replay.replayEmbargoNotifications(question, call)
        state.token = token
        return page
    }
}

/// Where a subscriber stands, and what a hint or a page means there. No clock, no bus.
struct Following: Sendable {
    var position: EmbargoWatch.Position
    /// The last one that was taken.
    var token: String?

    init(position: EmbargoWatch.Position) { self.position = position }

    enum Judgement: Equatable {
        /// Told before, or nothing new.
        case known
        case next(EmbargoNotification)
        /// Something is missing, or it is time to look.
        case ask
    }

    /// - Parameter publication: nil when the time has come to look without a hint.
    func judge(_ publication: EmbargoPublication?) -> Judgement {
        guard let publication, publication.epoch == position.epoch, publication.head >= position.sequence else {
            return .ask
        }
        if let notification = publication.notification, notification.sequence == position.sequence + 1 {
            return .next(notification)
        }
        return publication.head == position.sequence ? .known : .ask
    }

    /// What to hand over after a page; the position moves with it.
    mutating func follow(_ page: ReplayPage) throws -> [EmbargoWatch.Delivery] {
        guard page.epoch.count == 16, page.head >= 0 else {
            throw EmbargoWatch.Broken(description: "the log has no epoch")
        }
        if page.beginAgain {
            guard position.sequence > 0 else {
                throw EmbargoWatch.Broken(description: "the log cannot be read from its start")
            }
            position = .init(epoch: page.epoch, sequence: 0)
            return [.beginAgain(position)]
        }
        position.epoch = page.epoch
        return try page.notifications.map { notification in
            guard notification.sequence == position.sequence + 1 else {
                throw EmbargoWatch.Broken(
                    description: "after \(position.sequence) the log has \(notification.sequence)")
            }
            position.sequence = notification.sequence
            return .change(notification, position)
        }
    }
}
