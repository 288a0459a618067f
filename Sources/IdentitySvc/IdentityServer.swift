import Clocks
import Contracts
import Feed
import Postgres

/// Every question this service answers; read it first.
struct IdentityServer: IdentityService {
    let sandboxEntries: ListSandboxEntries
    let enter: EnterSandbox
    let resume: ResumeSession
    let end: EndSession
    let issueToken: IssueAccessToken
    let resumeToken: ResumeAccessToken
    let schools: ListSchools
    let findOrganizations: FindOrganizations
    let organizations: OrganizationChanges
    let settings: SettingChanges
    let sessionEnds: SessionChanges
    let actFor: ActFor

    func listSandboxEntries(_ ask: Empty, _ call: Call) async throws -> SandboxEntries {
        try await sandboxEntries(ask, call)
    }
    func enterSandbox(_ ask: EnterSandboxRequest, _ call: Call) async throws -> NewSession {
        try await enter(ask, call)
    }
    func resumeSession(_ ask: ResumeSessionRequest, _ call: Call) async throws -> SessionView {
        try await resume(ask, call)
    }
    func endSession(_ ask: EndSessionRequest, _ call: Call) async throws -> Empty {
        try await end(ask, call)
    }
    func issueAccessToken(_ ask: AccessTokenRequest, _ call: Call) async throws -> AccessToken {
        try await issueToken(ask, call)
    }
    func resumeAccessToken(_ ask: ResumeAccessTokenRequest, _ call: Call) async throws -> AccessTokenView {
        try await resumeToken(ask, call)
    }
    func listSchools(_ ask: ListSchoolsRequest, _ call: Call) async throws -> SchoolList {
        try await schools(ask, call)
    }
    func findOrganizations(_ ask: FindOrganizationsRequest, _ call: Call) async throws -> FoundOrganizations {
        try await findOrganizations(ask, call)
    }
    func organizationChanges(_ ask: ChangesRequest, _ call: Call) async throws -> OrganizationChangesPage {
        try await organizations(ask, call)
    }
    func settingChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SettingChangesPage {
        try await settings(ask, call)
    }
    func sessionChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SessionChangesPage {
        try await sessionEnds(ask, call)
    }
    func actFor(_ ask: ActForRequest, _ call: Call) async throws -> ActingToken {
        try await actFor(ask, call)
    }
}

extension IdentityServer {
    /// All questions over one database.
    init(
        database: Database, sessions: Sessions, tokens: AccessTokens, passwords: PasswordVerifier, doors: SandboxDoors,
        clocks: Clocks, trail: IdentityTrail
    ) {
        self.init(
            sandboxEntries: ListSandboxEntries(database: database, doors: doors),
            enter: EnterSandbox(database: database, doors: doors, sessions: sessions, trail: trail),
            resume: ResumeSession(sessions: sessions),
            end: EndSession(database: database, sessions: sessions, trail: trail),
            issueToken: IssueAccessToken(
                database: database, passwords: passwords, throttle: AttemptThrottle(database: database, clocks: clocks),
                tokens: tokens, trail: trail),
            resumeToken: ResumeAccessToken(tokens: tokens),
            schools: ListSchools(database: database), findOrganizations: FindOrganizations(database: database),
            organizations: OrganizationChanges(
                database: database, holders: Holders(database: database, schema: "identity")),
            settings: SettingChanges(database: database),
            sessionEnds: SessionChanges(database: database),
            actFor: ActFor(database: database, sessions: sessions, trail: trail))
    }
}
