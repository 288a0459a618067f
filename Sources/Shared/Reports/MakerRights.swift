import Contracts
import Jobs

/// The rights that a report is made with: those that whoever asked for it has at that moment (aggregates §4.7).
public struct MakerRights: Sendable {
    private let identity: IdentityClient

    public init(identity: IdentityClient) { self.identity = identity }

    /// - Throws: `JobRefused` when nothing is left of them.
    public func of(_ report: StoredReport, purpose: String, _ call: Call) async throws -> CallerClaims {
        do {
            let token = try await identity.actFor(
                .with {
                    $0.userID = report.userID
                    $0.role = report.role
                    $0.sessionID = report.sessionID
                    $0.purpose = purpose
                }, call)
            guard let claims = token.claims else { throw JobRefused("no rights were given") }
            return claims
        } catch let fault as Fault where fault.code == .forbidden {
            throw JobRefused("whoever asked has no rights any more")
        }
    }
}
