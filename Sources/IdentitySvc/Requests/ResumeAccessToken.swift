import Contracts

/// A caller token for the bearer of an access token, with the grants behind it.
///
/// - Throws: `Fault` `.unauthenticated` for a token that is unknown, expired, or of a disabled client or account.
/// - Rule: Identity R4.
struct ResumeAccessToken: Sendable {
    let tokens: AccessTokens

    func callAsFunction(_ ask: ResumeAccessTokenRequest, _ call: Call) async throws -> AccessTokenView {
        try await tokens.resume(ask.token, call)
    }
}
