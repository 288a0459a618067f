import Calendar
import Foundation
import ServiceRuntime

/// Every setting of IdentitySvc: meaning, unit, default.
struct IdentityConfig: Sendable {
    /// Somebody whose secret the operator gives in a file: the import client, the import user, the client that follows
    /// the embargoes.
    struct ImportIdentity: Sendable {
        /// Login of the account; that of a client cannot be an e-mail address, so no person has it.
        var login: String
        /// Nil for the user.
        var clientID: String?
        var secret: String
        /// Held at the State.
        var roles: [String]
        /// What a client's access tokens may have.
        var scopes: [String] = []
    }

    var listen: [String] = []
    /// Nil: no hints are published.
    var eventsURL: String?
    var callerKeyID = "caller-1"
    /// Nil: in the folder of the public keys.
    var callerKeyFile: String?
    var connections = 6
    var stateCode: String
    var stateName: String
    var timeZone: String
    /// Nil: the stored one; on the first start the one that is running.
    var currentSchoolYear: Int32?
    var transferAccess: Bool
    /// Settings that other services know by key, such as what a result must hold.
    var furtherSettings: [String: String] = [:]
    var idleTime: Duration
    var sessionTime: Duration
    var accessTokenTime: Duration
    var sandboxEntries: [SandboxDoor]
    var importIdentities: [ImportIdentity]

    static let importRoles = ["ASMTDATALOAD", "GROUP_ADMIN"]
    static let eventScopes = ["embargo.events"]
}

extension IdentityConfig: ServiceConfig {
    init(_ s: inout SettingsReader) {
        listen = s.list("ERS_LISTEN", "Where this service listens on the bus, URLs separated by blanks.")
        eventsURL = s.optionalString("ERS_EVENTS_LISTEN", "Where hints of changes are published; none if not set.")
        callerKeyID = s.string("ERS_CALLER_KEY_ID", default: "caller-1", "The name of the key that signs for persons.")
        callerKeyFile = s.optionalString(
            "ERS_CALLER_KEY_FILE", "That key; else <ERS_KEYS_DIR>/<ERS_CALLER_KEY_ID>.key.")
        connections = s.int("ERS_CONNECTIONS", default: 6, in: 1...64, "Connections to the database.")
        stateCode = s.string("ERS_STATE_CODE", default: "CA", "The state, two letters.")
        stateName = s.string("ERS_STATE_NAME", default: "California", "The state, as people read it.")
        timeZone = s.string("ERS_TIME_ZONE", default: "America/Los_Angeles", "Days are computed in it; an IANA name.")
        currentSchoolYear = Self.year(&s)
        transferAccess = s.bool(
            "ERS_TRANSFER_ACCESS", default: true, "Whether a school sees what its present students did elsewhere.")
        furtherSettings = Self.further(&s)
        idleTime = s.duration(
            "ERS_SESSION_IDLE", default: .seconds(20 * 60), in: .seconds(60) ... .seconds(12 * 3600),
            "A session ends when nothing was done for so long.")
        sessionTime = s.duration(
            "ERS_SESSION_LIFE", default: .seconds(12 * 3600), in: .seconds(60) ... .seconds(12 * 3600),
            "A session ends after so long in any case.")
        accessTokenTime = s.duration(
            "ERS_ACCESS_TOKEN_LIFE", default: .seconds(3600), in: .seconds(60) ... .seconds(3600),
            "An access token of an import client ends after so long.")
        sandboxEntries = Self.doors(&s)
        importIdentities = Self.importing(&s)
        if stateCode.utf8.count != 2 || stateCode != stateCode.uppercased() {
            s.problem("ERS_STATE_CODE", "is not two capital letters")
        }
        if StateTime(timeZone) == nil { s.problem("ERS_TIME_ZONE", "is no time zone that this machine knows") }
    }

    private static func year(_ s: inout SettingsReader) -> Int32? {
        let name = "ERS_CURRENT_SCHOOL_YEAR"
        let meaning = "The current school year, by its end; else the stored one, at first the running one."
        guard let text = s.optionalString(name, meaning) else { return nil }
        guard let year = Int32(text), (SchoolYears.first...2100).contains(year) else {
            s.problem(name, "is not a year from \(SchoolYears.first) to 2100")
            return nil
        }
        return year
    }

    private static func further(_ s: inout SettingsReader) -> [String: String] {
        let name = "ERS_SETTINGS_FILE"
        guard let text = s.optionalFile(name, "Further settings for all services: a JSON object of texts.") else {
            return [:]
        }
        do { return try SettingTable.further(Data(text.utf8)) } catch {
            s.problem(name, "\(error)")
            return [:]
        }
    }

    private static func doors(_ s: inout SettingsReader) -> [SandboxDoor] {
        let name = "ERS_SANDBOX_ENTRIES_FILE"
        guard let text = s.optionalFile(name, "The ways into the sandbox: [{key, label, role, kind, naturalId}].")
        else {
            return []
        }
        do { return try SandboxDoor.read(Data(text.utf8)) } catch {
            s.problem(name, "\(error)")
            return []
        }
    }

    private static func importing(_ s: inout SettingsReader) -> [ImportIdentity] {
        var identities: [ImportIdentity] = []
        let clientID = s.optionalString("ERS_IMPORT_CLIENT_ID", "The import client that is set up at the start.")
        let clientSecret = s.optionalSecret("ERS_IMPORT_CLIENT_SECRET", "Its secret.")
        switch (clientID, clientSecret) {
        case (let id?, let secret?):
            identities.append(
                ImportIdentity(login: "client:\(id.lowercased())", clientID: id, secret: secret, roles: importRoles))
        case (nil, nil): break
        default: s.problem("ERS_IMPORT_CLIENT_ID", "goes together with ERS_IMPORT_CLIENT_SECRET_FILE")
        }
        let user = s.optionalString("ERS_IMPORT_USER", "The system user for the password grant; set up at the start.")
        let password = s.optionalSecret("ERS_IMPORT_PASSWORD", "Its password.")
        switch (user, password) {
        case (let user?, let password?):
            let login = user.trimmed.lowercased()
            if login.hasPrefix("client:") { s.problem("ERS_IMPORT_USER", "must not begin with client:") }
            identities.append(ImportIdentity(login: login, clientID: nil, secret: password, roles: importRoles))
        case (nil, nil): break
        default: s.problem("ERS_IMPORT_USER", "goes together with ERS_IMPORT_PASSWORD_FILE")
        }
        let eventsID = s.optionalString(
            "ERS_EVENTS_CLIENT_ID", "The client that may follow the embargoes; set up at the start.")
        let eventsSecret = s.optionalSecret("ERS_EVENTS_CLIENT_SECRET", "Its secret.")
        switch (eventsID, eventsSecret) {
        case (let id?, let secret?):
            if id.lowercased() == clientID?.lowercased() {
                s.problem("ERS_EVENTS_CLIENT_ID", "is the import client already; give it another name")
            }
            identities.append(
                ImportIdentity(
                    login: "client:\(id.lowercased())", clientID: id, secret: secret, roles: [], scopes: eventScopes))
        case (nil, nil): break
        default: s.problem("ERS_EVENTS_CLIENT_ID", "goes together with ERS_EVENTS_CLIENT_SECRET_FILE")
        }
        for identity in identities where identity.login.utf8.count > IssueAccessToken.longestName {
            s.problem("ERS_IMPORT_USER", "a name of an import client or user is too long")
        }
        return identities
    }
}
