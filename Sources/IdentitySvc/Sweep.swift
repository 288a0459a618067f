import Clocks
import Contracts
import Feed
import Logging
import Postgres
import ServiceLifecycle

/// Ends what has timed out and throws away what nobody can use any more. Every replica does it; none does it twice.
struct Sweep: Service {
    let database: Database
    let sessions: Sessions
    let clocks: Clocks
    let log: Logger

    static let interval: Duration = .seconds(15)
    /// Copies that were away longer read the feed from the beginning, where ended sessions do not matter.
    static let keptEnds: Duration = .seconds(30 * 86_400)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                do {
                    try await once()
                    isFailing = false
                } catch {
                    if !isFailing { log.warning("sweep failed", metadata: ["error": "\(error)"]) }
                    isFailing = true
                }
                do { try await Task.sleep(for: Self.interval) } catch { return }
            }
        }
    }

    func once() async throws {
        let call = Call.starting(budget: .seconds(10), service: "identity")
        let ended = try await sessions.endExpired(call)
        let now = clocks.wallMicroseconds()
        let at = Timestamp(microseconds: now)
        let oldAttempts = Timestamp(microseconds: now - AttemptThrottle.window.wholeMicroseconds)
        let oldEnds = Timestamp(microseconds: now - Self.keptEnds.wholeMicroseconds)
        try await database.transaction(call) { session in
            try session.run("DELETE FROM identity.access_token WHERE expires <= \(at)")
            try session.run("DELETE FROM identity.failed_attempt WHERE since <= \(oldAttempts)")
            try session.run("DELETE FROM identity.session_end WHERE ended <= \(oldEnds)")
            try Holders.forget(session, schema: "identity")
        }
        if ended > 0 { log.info("sessions timed out", metadata: ["count": "\(ended)"]) }
    }
}
