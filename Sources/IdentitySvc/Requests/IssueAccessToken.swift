import Access
import Clocks
import Contracts
import Credentials
import Postgres

/// OAuth2 for import clients: the password and the client-credentials grant (access §3.5).
///
/// Unknown and wrong look the same and cost the same. Failures are counted by client, account and address together.
///
/// - Throws: `Fault` `.unauthenticated` `invalid_client`; `.malformed` `invalid_grant`, `invalid_request` or
///   `unsupported_grant_type`; `.tooMany` while the door is closed to this address.
/// - Rule: Identity R5, R6.
struct IssueAccessToken: Sendable {
    let database: Database
    let passwords: PasswordVerifier
    let throttle: AttemptThrottle
    let tokens: AccessTokens
    let trail: IdentityTrail

    static let invalidClient = Fault(.unauthenticated, "invalid_client")
    static let invalidGrant = Fault(.malformed, "invalid_grant")
    /// Longer names are no names.
    static let longestName = 200

    func callAsFunction(_ ask: AccessTokenRequest, _ call: Call) async throws -> AccessToken {
        guard ["password", "client_credentials"].contains(ask.grantType) else {
            throw Fault(.malformed, "unsupported_grant_type")
        }
        let byPassword = ask.grantType == "password"
        let login = byPassword ? ask.username.trimmed.lowercased() : ""
        guard !ask.clientID.isEmpty, !byPassword || !login.isEmpty,
            [ask.clientID, login, ask.address, ask.scope].allSatisfy({ $0.utf8.count <= Self.longestName })
        else { throw Fault(.malformed, "invalid_request") }

        let key = AttemptThrottle.key(client: ask.clientID, account: login, address: ask.address)
        try await throttle.check(key, call)
        do {
            let client = try await client(ask, call)
            let account = byPassword ? try await user(login, ask.password, call) : client.account
            try await throttle.succeeded(key, call)
            // Scopes are the client's own, not those of a user that it speaks for.
            let scopes = byPassword ? [] : Self.granted(client.scopes, asked: ask.scope)
            return try await issue(account, client: ask.clientID, scopes: scopes, address: ask.address, call)
        } catch let fault as Fault where fault == Self.invalidClient || fault == Self.invalidGrant {
            try await throttle.failed(key, call)
            try await refused(ask, fault, call)
            throw fault
        }
    }

    /// Those of the client's scopes that are asked for, all when none is named. Others are left out, as RFC 6749 §3.3
    /// allows; the answer names what was granted.
    static func granted(_ scopes: [String], asked: String) -> [String] {
        let names = Set(asked.split(separator: " ").map(String.init))
        return names.isEmpty ? scopes : scopes.filter(names.contains)
    }

    private func client(
        _ ask: AccessTokenRequest, _ call: Call
    ) async throws -> (account: Int64, scopes: [String]) {
        let clientID = ask.clientID
        let found = try await database.read(call) { session in
            try session.row(
                """
                SELECT c.verifier, c.account_id, c.scopes
                  FROM identity.import_client c JOIN identity.account a ON a.id = c.account_id
                 WHERE c.client_id = \(clientID) AND NOT c.disabled AND a.status = 'active'
                """, as: (String, Int64, [String]).self)
        }
        guard try await passwords.matches(ask.clientSecret, found?.0), let found else { throw Self.invalidClient }
        return (found.1, found.2)
    }

    private func user(_ login: String, _ password: String, _ call: Call) async throws -> Int64 {
        let found = try await database.read(call) { session in
            // The account of a client is no person's: its secret opens nothing here.
            try session.row(
                """
                SELECT a.verifier, a.id FROM identity.account a
                 WHERE a.login = \(login) AND a.status = 'active'
                   AND NOT EXISTS (SELECT FROM identity.import_client c WHERE c.account_id = a.id)
                """, as: (String, Int64).self)
        }
        guard try await passwords.matches(password, found?.0), let found else { throw Self.invalidGrant }
        return found.1
    }

    private func issue(
        _ account: Int64, client: String, scopes: [String], address: String, _ call: Call
    ) async throws -> AccessToken {
        try await database.transaction(call) { session in
            let (token, claims) = try tokens.issue(account: account, client: client, scopes: scopes, session)
            try trail.write(.logon, of: claims, result: "token", address: address, userAgent: "", call, session)
            return token
        }
    }

    private func refused(_ ask: AccessTokenRequest, _ fault: Fault, _ call: Call) async throws {
        try await database.transaction(call) { session in
            try trail.write(
                .logonRefused, of: .with { $0.purpose = "import" }, result: fault.detail, address: ask.address,
                userAgent: "", call, session)
        }
    }
}

extension String {
    /// Without blanks at either end.
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
