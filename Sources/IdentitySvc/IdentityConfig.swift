import Calendar
import Foundation
import ServiceRuntime

/// Every setting of IdentitySvc: meaning, unit, default.
struct IdentityConfig: ServiceConfig {
    /// Generated data and "Enter as", or real people (DESIGN §1).
    enum Mode: String, Sendable { case production, sandbox }

    /// Somebody whose secret the operator gives in a file: the import client and the import user.
    struct ImportIdentity: Sendable {
        /// Login of the account; that of a client cannot be an e-mail address, so no person has it.
        var login: String
        /// Nil for the user.
        var clientID: String?
        var secret: String
        /// Held at the State.
        var roles: [String]
    }

    var mode: Mode
    var stateCode: String
    var stateName: String
    var timeZone: String
    /// Nil: the stored one; on the first start the one that is running.
    var currentSchoolYear: Int32?
    var transferAccess: Bool
    var idleTime: Duration
    var sessionTime: Duration
    var accessTokenTime: Duration
    var sandboxEntries: [SandboxDoor]
    var importIdentities: [ImportIdentity]

    static let importRoles = ["ASMTDATALOAD", "GROUP_ADMIN"]
    /// Shorter secrets can be guessed; these are what examples use.
    static let shortestSecret = 16
    static let wellKnown: Set<String> = [
        "changemechangeme", "passwordpassword", "secretsecretsecret", "0123456789abcdef", "importimportimport",
    ]
}

extension IdentityConfig {
    init(_ s: inout SettingsReader) {
        fatalError()
    }
}
