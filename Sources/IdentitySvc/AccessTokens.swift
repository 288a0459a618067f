import Access
import Clocks
import Contracts
import Credentials
import Logging
import Postgres

/// The bearer tokens of import clients: 256 random bits, of which only a hash is stored. Rule: Identity R4.
struct AccessTokens: Sendable {
    let database: Database
    let issuer: CallerTokenIssuer
    let clocks: Clocks
    /// At most an hour.
    let life: Duration
    let stateCode: String
    let stateName: String
    let log: Logger

    /// The rights are those of the moment; of an account's roles only what an import client may use (access §3.5).
    ///
    /// - Parameter scopes: those of the client's scopes that the token shall have.
    func issue(
        account: Int64, client: String, scopes: [String], _ session: borrowing Session
    ) throws -> (AccessToken, CallerClaims) {
        guard
            let (login, first, last) = try session.row(
                "SELECT login, first_name, last_name FROM identity.account WHERE id = \(account)",
                as: (String, String, String).self)
        else { throw IssueAccessToken.invalidGrant }
        let grants = try Self.grants(of: account, session)
        let found = try OrganizationTable.find(grants, session)
        let rights = Rights(of: grants, by: try RoleTables.read(session).limited(to: .importing)) { found[$0]?[$1]?.id }
        for reason in rights.ignored { log.warning("a grant counts for nothing", metadata: ["why": "\(reason)"]) }

        let secret = Secret(bits: 256)
        let claims = CallerClaims.with {
            $0.userID = account
            $0.login = login
            $0.groupLogin = login.lowercased()
            $0.firstName = first
            $0.lastName = last
            $0.sessionID = secret.hash
            $0.permissions = rights.permissionScopes
            $0.purpose = "import"
        }
        let now = clocks.wallMicroseconds()
        try session.run(
            """
            INSERT INTO identity.access_token (hash, client_id, account_id, claims, scopes, issued, expires)
            VALUES (\(Secret.hash(of: Array(secret.text.utf8))), \(client), \(account), \(try claims.serialized()), \(scopes),
                    \(Timestamp(microseconds: now)), \(Timestamp(microseconds: now + life.wholeMicroseconds)))
            """)
        let token = AccessToken.with {
            $0.token = secret.text
            $0.expiresInSeconds = Int32(clamping: life.components.seconds)
            $0.scopes = scopes
        }
        return (token, claims)
    }

    /// - Throws: `Fault` `.unauthenticated` for a token that is unknown or has expired.
    func resume(_ token: String, _ call: Call) async throws -> AccessTokenView {
        let hash = Secret.hash(of: Array(token.utf8))
        let now = clocks.wallMicroseconds()
        let at = Timestamp(microseconds: now)
        let state = (stateCode, stateName)
        let found = try await database.read(call) {
            session -> (CallerClaims, String, [String], Int64, [ImportGrant])? in
            guard
                let (claims, client, scopes, account, expires) = try session.row(
                    """
                    SELECT t.claims, t.client_id, t.scopes, t.account_id, t.expires
                      FROM identity.access_token t
                      JOIN identity.account a ON a.id = t.account_id AND a.status = 'active'
                      JOIN identity.import_client c ON c.client_id = t.client_id AND NOT c.disabled
                     WHERE t.hash = \(hash) AND t.expires > \(at)
                    """, as: ([UInt8], String, [String], Int64, Timestamp).self)
            else { return nil }
            let grants = try Self.grants(of: account, session)
            let organizations = try OrganizationTable.find(grants, session)
            let listed = grants.map { grant in
                ImportGrant.with {
                    $0.role = grant.role
                    $0.level = grant.level.rawValue
                    $0.entityID = grant.naturalID
                    $0.entityName =
                        organizations[grant.level]?[grant.naturalID]?.name
                        ?? (grant.level == .state && grant.naturalID == state.0 ? state.1 : "")
                }
            }
            return (try CallerClaims(decoding: claims), client, scopes, expires.microseconds, listed)
        }
        guard let (stored, client, scopes, expires, grants) = found else {
            throw Fault(.unauthenticated, "the access token is not valid")
        }
        var claims = stored
        claims.issuedAtUs = now
        claims.expiresAtUs = min(now + Sessions.callerTokenTime.wholeMicroseconds, expires)
        return try .with {
            $0.callerToken = try issuer.issue(claims)
            $0.claims = claims
            $0.clientID = client
            $0.secondsLeft = Int32(clamping: (expires - now) / 1_000_000)
            $0.grants = grants
            $0.scopes = scopes
        }
    }

    static func grants(of account: Int64, _ session: borrowing Session) throws -> [Grant] {
        try session.rows(
            "SELECT role, level, natural_id FROM identity.granted WHERE account_id = \(account) ORDER BY 1, 2, 3",
            as: (String, String, String).self
        ).compactMap { role, level, naturalID in
            OrganizationLevel(rawValue: level).map { Grant(role: role, level: $0, naturalID: naturalID) }
        }
    }
}
