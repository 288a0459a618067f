import Clocks
import Contracts
import Synchronization

/// Proof that a copy is fresh: it held everything the owner had when a request was sent, at most two seconds ago.
///
/// Counted from the sending, not the answer, and on the monotonic clock: what the owner changed after that, it knows the
/// copy may not show yet for at most this long. Checked before reading and again before the answer leaves.
public final class Lease: Sendable {
    private struct State {
        /// When the last request was sent that the copy is known to be complete for.
        var confirmed: ContinuousClock.Instant?
        var everConfirmed = false
        var drops = 0
    }

    /// What was true when reading began; see `isHeld(since:)`.
    public struct Proof: Sendable, Equatable {
        fileprivate let drops: Int
    }

    public let duration: Duration
    private let clocks: Clocks
    private let state = Mutex(State())

    public init(clocks: Clocks, duration: Duration = .seconds(2)) {
        self.clocks = clocks
        self.duration = duration
    }

    public var isHeld: Bool { proof != nil }

    /// The copy held everything once in the life of this process, however old it may be by now.
    var hasBeenHeld: Bool { state.withLock { $0.everConfirmed } }

    /// Taken before reading; nil when the lease is not held.
    public var proof: Proof? {
        let now = clocks.monotonic()
        return state.withLock { state in
            guard let sent = state.confirmed, sent.duration(to: now) <= duration else { return nil }
            return Proof(drops: state.drops)
        }
    }

    /// Asked before the answer leaves: held now, and never known to be wrong in between. A copy that was emptied and
    /// filled again while somebody read it is fresh at both ends and was not in the middle.
    public func isHeld(since proof: Proof) -> Bool { self.proof == proof }

    /// - Throws: `Fault.unavailable` when the lease is not held.
    public func require() throws {
        guard isHeld else {
            throw Fault(.unavailable, "what this needs is not known to be up to date", retryAfterMilliseconds: 1_000)
        }
    }

    /// The copy now shows all that the owner had when a request was sent at `sent`.
    public func confirm(sentAt sent: ContinuousClock.Instant) {
        state.withLock {
            $0.confirmed = max($0.confirmed ?? sent, sent)
            $0.everConfirmed = true
        }
    }

    /// The copy is known to be wrong.
    public func drop() {
        state.withLock {
            $0.confirmed = nil
            $0.drops += 1
        }
    }
}
