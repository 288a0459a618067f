import Contracts

/// Who holds a session secret, with a caller token for at most 60 seconds.
///
/// - Throws: `Fault` `.unauthenticated` for a secret that is unknown, ended or timed out: all look the same.
/// - Rule: Identity R4.
struct ResumeSession: Sendable {
    let sessions: Sessions

    func callAsFunction(_ ask: ResumeSessionRequest, _ call: Call) async throws -> SessionView {
        try await sessions.resume(ask.sessionSecret, touch: ask.touch, call)
    }
}
