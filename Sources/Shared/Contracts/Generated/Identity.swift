// Made by Tools/protogen from proto/identity.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

public struct SandboxEntry: ProtoMessage {
    public var key: String = ""
    public var label: String = ""

    public init() {}
}

extension SandboxEntry {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__sandbox_entry()
    }

    public init(copying c: UnsafePointer<Ers__SandboxEntry>) throws(ProtoError) {
        self.key = try protoString(c.pointee.key)
        self.label = try protoString(c.pointee.label)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SandboxEntry>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.key = try arena.string(key)
        c.pointee.label = try arena.string(label)
    }
}

public struct SandboxEntries: ProtoMessage {
    public var entries: [SandboxEntry] = []

    public init() {}
}

extension SandboxEntries {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__sandbox_entries()
    }

    public init(copying c: UnsafePointer<Ers__SandboxEntries>) throws(ProtoError) {
        self.entries = try protoMessages(c.pointee.n_entries, c.pointee.entries)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SandboxEntries>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_entries = entries.count
        c.pointee.entries = try arena.messages(entries)
    }
}

public struct EnterSandboxRequest: ProtoMessage {
    public var entry: String = ""
    public var address: String = ""
    public var userAgent: String = ""
    /// of a session that timed out: its visitor goes on, when it came by the same entry
    public var previousSecret: [UInt8] = []

    public init() {}
}

extension EnterSandboxRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__enter_sandbox_request()
    }

    public init(copying c: UnsafePointer<Ers__EnterSandboxRequest>) throws(ProtoError) {
        self.entry = try protoString(c.pointee.entry)
        self.address = try protoString(c.pointee.address)
        self.userAgent = try protoString(c.pointee.user_agent)
        self.previousSecret = protoBytes(c.pointee.previous_secret)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EnterSandboxRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.entry = try arena.string(entry)
        c.pointee.address = try arena.string(address)
        c.pointee.user_agent = try arena.string(userAgent)
        c.pointee.previous_secret = try arena.bytes(previousSecret)
    }
}

public struct NewSession: ProtoMessage {
    public var sessionSecret: [UInt8] = []
    public var session: SessionView? = nil

    public init() {}
}

extension NewSession {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__new_session()
    }

    public init(copying c: UnsafePointer<Ers__NewSession>) throws(ProtoError) {
        self.sessionSecret = protoBytes(c.pointee.session_secret)
        self.session = try protoMessage(c.pointee.session)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__NewSession>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.session_secret = try arena.bytes(sessionSecret)
        c.pointee.session = try arena.message(optional: session)
    }
}

public struct ResumeSessionRequest: ProtoMessage {
    public var sessionSecret: [UInt8] = []
    public var touch: Bool = false

    public init() {}
}

extension ResumeSessionRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__resume_session_request()
    }

    public init(copying c: UnsafePointer<Ers__ResumeSessionRequest>) throws(ProtoError) {
        self.sessionSecret = protoBytes(c.pointee.session_secret)
        self.touch = c.pointee.touch != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ResumeSessionRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.session_secret = try arena.bytes(sessionSecret)
        c.pointee.touch = touch ? 1 : 0
    }
}

public struct SessionView: ProtoMessage {
    public var callerToken: [UInt8] = []
    public var claims: CallerClaims? = nil
    public var idleSecondsLeft: Int32 = 0
    /// the setting
    public var idleSeconds: Int32 = 0
    /// "District Admin"
    public var displayName: String = ""
    /// of the role's first organization
    public var organizationName: String = ""

    public init() {}
}

extension SessionView {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__session_view()
    }

    public init(copying c: UnsafePointer<Ers__SessionView>) throws(ProtoError) {
        self.callerToken = protoBytes(c.pointee.caller_token)
        self.claims = try protoMessage(c.pointee.claims)
        self.idleSecondsLeft = c.pointee.idle_seconds_left
        self.idleSeconds = c.pointee.idle_seconds
        self.displayName = try protoString(c.pointee.display_name)
        self.organizationName = try protoString(c.pointee.organization_name)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SessionView>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.caller_token = try arena.bytes(callerToken)
        c.pointee.claims = try arena.message(optional: claims)
        c.pointee.idle_seconds_left = idleSecondsLeft
        c.pointee.idle_seconds = idleSeconds
        c.pointee.display_name = try arena.string(displayName)
        c.pointee.organization_name = try arena.string(organizationName)
    }
}

public struct EndSessionRequest: ProtoMessage {
    public var sessionSecret: [UInt8] = []
    public var reason: String = ""

    public init() {}
}

extension EndSessionRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__end_session_request()
    }

    public init(copying c: UnsafePointer<Ers__EndSessionRequest>) throws(ProtoError) {
        self.sessionSecret = protoBytes(c.pointee.session_secret)
        self.reason = try protoString(c.pointee.reason)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EndSessionRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.session_secret = try arena.bytes(sessionSecret)
        c.pointee.reason = try arena.string(reason)
    }
}

public struct AccessTokenRequest: ProtoMessage {
    /// "password" or "client_credentials"
    public var grantType: String = ""
    public var clientID: String = ""
    public var clientSecret: String = ""
    public var username: String = ""
    public var password: String = ""
    public var address: String = ""
    /// as in RFC 6749, names separated by blanks; empty: all that the client may have
    public var scope: String = ""

    public init() {}
}

extension AccessTokenRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__access_token_request()
    }

    public init(copying c: UnsafePointer<Ers__AccessTokenRequest>) throws(ProtoError) {
        self.grantType = try protoString(c.pointee.grant_type)
        self.clientID = try protoString(c.pointee.client_id)
        self.clientSecret = try protoString(c.pointee.client_secret)
        self.username = try protoString(c.pointee.username)
        self.password = try protoString(c.pointee.password)
        self.address = try protoString(c.pointee.address)
        self.scope = try protoString(c.pointee.scope)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AccessTokenRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.grant_type = try arena.string(grantType)
        c.pointee.client_id = try arena.string(clientID)
        c.pointee.client_secret = try arena.string(clientSecret)
        c.pointee.username = try arena.string(username)
        c.pointee.password = try arena.string(password)
        c.pointee.address = try arena.string(address)
        c.pointee.scope = try arena.string(scope)
    }
}

public struct AccessToken: ProtoMessage {
    public var token: String = ""
    public var expiresInSeconds: Int32 = 0
    public var scopes: [String] = []

    public init() {}
}

extension AccessToken {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__access_token()
    }

    public init(copying c: UnsafePointer<Ers__AccessToken>) throws(ProtoError) {
        self.token = try protoString(c.pointee.token)
        self.expiresInSeconds = c.pointee.expires_in_seconds
        self.scopes = try protoArray(c.pointee.n_scopes, c.pointee.scopes, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AccessToken>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.token = try arena.string(token)
        c.pointee.expires_in_seconds = expiresInSeconds
        c.pointee.n_scopes = scopes.count
        c.pointee.scopes = try arena.strings(scopes)
    }
}

public struct ResumeAccessTokenRequest: ProtoMessage {
    public var token: String = ""

    public init() {}
}

extension ResumeAccessTokenRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__resume_access_token_request()
    }

    public init(copying c: UnsafePointer<Ers__ResumeAccessTokenRequest>) throws(ProtoError) {
        self.token = try protoString(c.pointee.token)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ResumeAccessTokenRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.token = try arena.string(token)
    }
}

public struct AccessTokenView: ProtoMessage {
    public var callerToken: [UInt8] = []
    public var claims: CallerClaims? = nil
    public var clientID: String = ""
    public var secondsLeft: Int32 = 0
    public var grants: [ImportGrant] = []
    public var scopes: [String] = []

    public init() {}
}

extension AccessTokenView {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__access_token_view()
    }

    public init(copying c: UnsafePointer<Ers__AccessTokenView>) throws(ProtoError) {
        self.callerToken = protoBytes(c.pointee.caller_token)
        self.claims = try protoMessage(c.pointee.claims)
        self.clientID = try protoString(c.pointee.client_id)
        self.secondsLeft = c.pointee.seconds_left
        self.grants = try protoMessages(c.pointee.n_grants, c.pointee.grants)
        self.scopes = try protoArray(c.pointee.n_scopes, c.pointee.scopes, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AccessTokenView>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.caller_token = try arena.bytes(callerToken)
        c.pointee.claims = try arena.message(optional: claims)
        c.pointee.client_id = try arena.string(clientID)
        c.pointee.seconds_left = secondsLeft
        c.pointee.n_grants = grants.count
        c.pointee.grants = try arena.messages(grants)
        c.pointee.n_scopes = scopes.count
        c.pointee.scopes = try arena.strings(scopes)
    }
}

public struct ImportGrant: ProtoMessage {
    public var role: String = ""
    public var level: String = ""
    public var entityID: String = ""
    public var entityName: String = ""

    public init() {}
}

extension ImportGrant {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__import_grant()
    }

    public init(copying c: UnsafePointer<Ers__ImportGrant>) throws(ProtoError) {
        self.role = try protoString(c.pointee.role)
        self.level = try protoString(c.pointee.level)
        self.entityID = try protoString(c.pointee.entity_id)
        self.entityName = try protoString(c.pointee.entity_name)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ImportGrant>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.role = try arena.string(role)
        c.pointee.level = try arena.string(level)
        c.pointee.entity_id = try arena.string(entityID)
        c.pointee.entity_name = try arena.string(entityName)
    }
}

public struct ActForRequest: ProtoMessage {
    public var userID: Int64 = 0
    /// of the session in which it was asked for
    public var role: String = ""
    /// of that session, as in its caller token
    public var sessionID: [UInt8] = []
    /// a word for the record, such as "report"
    public var purpose: String = ""

    public init() {}
}

extension ActForRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__act_for_request()
    }

    public init(copying c: UnsafePointer<Ers__ActForRequest>) throws(ProtoError) {
        self.userID = c.pointee.user_id
        self.role = try protoString(c.pointee.role)
        self.sessionID = protoBytes(c.pointee.session_id)
        self.purpose = try protoString(c.pointee.purpose)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ActForRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.user_id = userID
        c.pointee.role = try arena.string(role)
        c.pointee.session_id = try arena.bytes(sessionID)
        c.pointee.purpose = try arena.string(purpose)
    }
}

public struct ActingToken: ProtoMessage {
    public var callerToken: [UInt8] = []
    public var claims: CallerClaims? = nil

    public init() {}
}

extension ActingToken {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__acting_token()
    }

    public init(copying c: UnsafePointer<Ers__ActingToken>) throws(ProtoError) {
        self.callerToken = protoBytes(c.pointee.caller_token)
        self.claims = try protoMessage(c.pointee.claims)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ActingToken>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.caller_token = try arena.bytes(callerToken)
        c.pointee.claims = try arena.message(optional: claims)
    }
}

public struct ListSchoolsRequest: ProtoMessage {
    public var permission: String = ""
    public var search: String = ""
    public var limit: Int32 = 0

    public init() {}
}

extension ListSchoolsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__list_schools_request()
    }

    public init(copying c: UnsafePointer<Ers__ListSchoolsRequest>) throws(ProtoError) {
        self.permission = try protoString(c.pointee.permission)
        self.search = try protoString(c.pointee.search)
        self.limit = c.pointee.limit
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ListSchoolsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.permission = try arena.string(permission)
        c.pointee.search = try arena.string(search)
        c.pointee.limit = limit
    }
}

public struct SchoolChoice: ProtoMessage {
    public var id: Int64 = 0
    public var naturalID: String = ""
    public var name: String = ""
    public var districtID: Int64 = 0
    public var districtName: String = ""
    public var districtNaturalID: String = ""

    public init() {}
}

extension SchoolChoice {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__school_choice()
    }

    public init(copying c: UnsafePointer<Ers__SchoolChoice>) throws(ProtoError) {
        self.id = c.pointee.id
        self.naturalID = try protoString(c.pointee.natural_id)
        self.name = try protoString(c.pointee.name)
        self.districtID = c.pointee.district_id
        self.districtName = try protoString(c.pointee.district_name)
        self.districtNaturalID = try protoString(c.pointee.district_natural_id)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SchoolChoice>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.natural_id = try arena.string(naturalID)
        c.pointee.name = try arena.string(name)
        c.pointee.district_id = districtID
        c.pointee.district_name = try arena.string(districtName)
        c.pointee.district_natural_id = try arena.string(districtNaturalID)
    }
}

public struct SchoolList: ProtoMessage {
    public var schools: [SchoolChoice] = []
    public var total: Int32 = 0

    public init() {}
}

extension SchoolList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__school_list()
    }

    public init(copying c: UnsafePointer<Ers__SchoolList>) throws(ProtoError) {
        self.schools = try protoMessages(c.pointee.n_schools, c.pointee.schools)
        self.total = c.pointee.total
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SchoolList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_schools = schools.count
        c.pointee.schools = try arena.messages(schools)
        c.pointee.total = total
    }
}

public struct FindOrganizationsRequest: ProtoMessage {
    public var permission: String = ""
    /// a part of the name
    public var search: String = ""
    /// 1...1000
    public var limit: Int32 = 0
    /// only these; at most 1,000
    public var ids: [Int64] = []

    public init() {}
}

extension FindOrganizationsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__find_organizations_request()
    }

    public init(copying c: UnsafePointer<Ers__FindOrganizationsRequest>) throws(ProtoError) {
        self.permission = try protoString(c.pointee.permission)
        self.search = try protoString(c.pointee.search)
        self.limit = c.pointee.limit
        self.ids = try protoArray(c.pointee.n_ids, c.pointee.ids) { $0 }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FindOrganizationsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.permission = try arena.string(permission)
        c.pointee.search = try arena.string(search)
        c.pointee.limit = limit
        c.pointee.n_ids = ids.count
        c.pointee.ids = try arena.array(ids) { $0 }
    }
}

public struct FoundOrganization: ProtoMessage {
    public var id: Int64 = 0
    /// as in OrganizationRow
    public var kind: String = ""
    public var naturalID: String = ""
    public var name: String = ""
    /// of a school or a group of schools
    public var districtName: String = ""

    public init() {}
}

extension FoundOrganization {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__found_organization()
    }

    public init(copying c: UnsafePointer<Ers__FoundOrganization>) throws(ProtoError) {
        self.id = c.pointee.id
        self.kind = try protoString(c.pointee.kind)
        self.naturalID = try protoString(c.pointee.natural_id)
        self.name = try protoString(c.pointee.name)
        self.districtName = try protoString(c.pointee.district_name)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FoundOrganization>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.kind = try arena.string(kind)
        c.pointee.natural_id = try arena.string(naturalID)
        c.pointee.name = try arena.string(name)
        c.pointee.district_name = try arena.string(districtName)
    }
}

public struct FoundOrganizations: ProtoMessage {
    public var organizations: [FoundOrganization] = []
    /// that match, whatever the limit
    public var total: Int32 = 0
    /// in which the scope has a school, whatever is searched
    public var districts: Int32 = 0
    /// when there is no other in the scope, whatever is searched
    public var onlySchool: FoundOrganization? = nil

    public init() {}
}

extension FoundOrganizations {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__found_organizations()
    }

    public init(copying c: UnsafePointer<Ers__FoundOrganizations>) throws(ProtoError) {
        self.organizations = try protoMessages(c.pointee.n_organizations, c.pointee.organizations)
        self.total = c.pointee.total
        self.districts = c.pointee.districts
        self.onlySchool = try protoMessage(c.pointee.only_school)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FoundOrganizations>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_organizations = organizations.count
        c.pointee.organizations = try arena.messages(organizations)
        c.pointee.total = total
        c.pointee.districts = districts
        c.pointee.only_school = try arena.message(optional: onlySchool)
    }
}

/// kind: "DistrictGroup", "District", "SchoolGroup", "School". Ids are unique over all kinds.
public struct OrganizationRow: ProtoMessage {
    public var change: Int64 = 0
    public var deleted: Bool = false
    public var id: Int64 = 0
    public var kind: String = ""
    public var naturalID: String = ""
    public var name: String = ""
    public var externalID: String = ""
    /// 0 when there is none
    public var districtGroupID: Int64 = 0
    public var districtID: Int64 = 0
    public var schoolGroupID: Int64 = 0

    public init() {}
}

extension OrganizationRow {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__organization_row()
    }

    public init(copying c: UnsafePointer<Ers__OrganizationRow>) throws(ProtoError) {
        self.change = c.pointee.change
        self.deleted = c.pointee.deleted != 0
        self.id = c.pointee.id
        self.kind = try protoString(c.pointee.kind)
        self.naturalID = try protoString(c.pointee.natural_id)
        self.name = try protoString(c.pointee.name)
        self.externalID = try protoString(c.pointee.external_id)
        self.districtGroupID = c.pointee.district_group_id
        self.districtID = c.pointee.district_id
        self.schoolGroupID = c.pointee.school_group_id
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__OrganizationRow>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.change = change
        c.pointee.deleted = deleted ? 1 : 0
        c.pointee.id = id
        c.pointee.kind = try arena.string(kind)
        c.pointee.natural_id = try arena.string(naturalID)
        c.pointee.name = try arena.string(name)
        c.pointee.external_id = try arena.string(externalID)
        c.pointee.district_group_id = districtGroupID
        c.pointee.district_id = districtID
        c.pointee.school_group_id = schoolGroupID
    }
}

public struct OrganizationChangesPage: ProtoMessage {
    public var page: FeedPage? = nil
    public var rows: [OrganizationRow] = []

    public init() {}
}

extension OrganizationChangesPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__organization_changes_page()
    }

    public init(copying c: UnsafePointer<Ers__OrganizationChangesPage>) throws(ProtoError) {
        self.page = try protoMessage(c.pointee.page)
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__OrganizationChangesPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.page = try arena.message(optional: page)
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
    }
}

/// A setting by key, or a school year: then `school_year` is not 0.
public struct SettingRow: ProtoMessage {
    public var change: Int64 = 0
    public var deleted: Bool = false
    public var key: String = ""
    public var value: String = ""
    public var schoolYear: Int32 = 0
    public var embargoedByDefault: Bool = false

    public init() {}
}

extension SettingRow {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__setting_row()
    }

    public init(copying c: UnsafePointer<Ers__SettingRow>) throws(ProtoError) {
        self.change = c.pointee.change
        self.deleted = c.pointee.deleted != 0
        self.key = try protoString(c.pointee.key)
        self.value = try protoString(c.pointee.value)
        self.schoolYear = c.pointee.school_year
        self.embargoedByDefault = c.pointee.embargoed_by_default != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SettingRow>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.change = change
        c.pointee.deleted = deleted ? 1 : 0
        c.pointee.key = try arena.string(key)
        c.pointee.value = try arena.string(value)
        c.pointee.school_year = schoolYear
        c.pointee.embargoed_by_default = embargoedByDefault ? 1 : 0
    }
}

public struct SettingChangesPage: ProtoMessage {
    public var page: FeedPage? = nil
    public var rows: [SettingRow] = []

    public init() {}
}

extension SettingChangesPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__setting_changes_page()
    }

    public init(copying c: UnsafePointer<Ers__SettingChangesPage>) throws(ProtoError) {
        self.page = try protoMessage(c.pointee.page)
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SettingChangesPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.page = try arena.message(optional: page)
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
    }
}

public struct SessionEndRow: ProtoMessage {
    public var change: Int64 = 0
    public var sessionID: [UInt8] = []
    public var userID: Int64 = 0
    public var sandbox: Bool = false
    public var login: String = ""

    public init() {}
}

extension SessionEndRow {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__session_end_row()
    }

    public init(copying c: UnsafePointer<Ers__SessionEndRow>) throws(ProtoError) {
        self.change = c.pointee.change
        self.sessionID = protoBytes(c.pointee.session_id)
        self.userID = c.pointee.user_id
        self.sandbox = c.pointee.sandbox != 0
        self.login = try protoString(c.pointee.login)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SessionEndRow>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.change = change
        c.pointee.session_id = try arena.bytes(sessionID)
        c.pointee.user_id = userID
        c.pointee.sandbox = sandbox ? 1 : 0
        c.pointee.login = try arena.string(login)
    }
}

public struct SessionChangesPage: ProtoMessage {
    public var page: FeedPage? = nil
    public var rows: [SessionEndRow] = []

    public init() {}
}

extension SessionChangesPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__session_changes_page()
    }

    public init(copying c: UnsafePointer<Ers__SessionChangesPage>) throws(ProtoError) {
        self.page = try protoMessage(c.pointee.page)
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SessionChangesPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.page = try arena.message(optional: page)
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
    }
}

/// What a server of `ers.Identity` answers.
public protocol IdentityService: Sendable {
    /// The ways into the sandbox, in the order of the entry page (access §7). Fails with preconditionFailed in production mode.
    func listSandboxEntries(_ ask: Empty, _ call: Call) async throws -> SandboxEntries
    /// Makes a new, distinct sandbox user and its session, or a new session of the visitor whose session timed out (access §3.3).
    func enterSandbox(_ ask: EnterSandboxRequest, _ call: Call) async throws -> NewSession
    /// Who holds this session secret; counts as use, so the idle time begins anew when `touch` is set.
    func resumeSession(_ ask: ResumeSessionRequest, _ call: Call) async throws -> SessionView
    func endSession(_ ask: EndSessionRequest, _ call: Call) async throws -> Empty
    /// OAuth2 for import clients: password and client-credentials grants (access §3.5). Faults carry invalid_client or invalid_grant.
    func issueAccessToken(_ ask: AccessTokenRequest, _ call: Call) async throws -> AccessToken
    /// A caller token for the bearer of an access token.
    func resumeAccessToken(_ ask: ResumeAccessTokenRequest, _ call: Call) async throws -> AccessTokenView
    /// The schools in the caller's scope of one permission, for pickers (access §1.4).
    func listSchools(_ ask: ListSchoolsRequest, _ call: Call) async throws -> SchoolList
    /// Organizations of every kind in the caller's scope of one permission, for pickers (access §1.4).
    func findOrganizations(_ ask: FindOrganizationsRequest, _ call: Call) async throws -> FoundOrganizations
    func organizationChanges(_ ask: ChangesRequest, _ call: Call) async throws -> OrganizationChangesPage
    /// Settings and school years.
    func settingChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SettingChangesPage
    /// A token for work in the background that somebody has asked for: with that person's rights as they are now, in the sandbox
    /// those of the session while it lives. Recorded. Fails with forbidden when the person has no rights any more.
    func actFor(_ ask: ActForRequest, _ call: Call) async throws -> ActingToken
    /// Sessions and grants that ended.
    func sessionChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SessionChangesPage
}

/// What each method of `ers.Identity` demands of whoever calls it.
public enum IdentityMethods {
    public static let listSandboxEntries = RPCMethodInfo(
        service: "ers.Identity", method: "ListSandboxEntries", idempotent: true,
        callers: ["gateway"], person: false)
    public static let enterSandbox = RPCMethodInfo(
        service: "ers.Identity", method: "EnterSandbox", idempotent: false,
        callers: ["gateway"], person: false)
    public static let resumeSession = RPCMethodInfo(
        service: "ers.Identity", method: "ResumeSession", idempotent: true,
        callers: ["gateway"], person: false)
    public static let endSession = RPCMethodInfo(
        service: "ers.Identity", method: "EndSession", idempotent: true,
        callers: ["gateway"], person: false)
    public static let issueAccessToken = RPCMethodInfo(
        service: "ers.Identity", method: "IssueAccessToken", idempotent: false,
        callers: ["gateway"], person: false)
    public static let resumeAccessToken = RPCMethodInfo(
        service: "ers.Identity", method: "ResumeAccessToken", idempotent: true,
        callers: ["embargo", "gateway"], person: false)
    public static let listSchools = RPCMethodInfo(
        service: "ers.Identity", method: "ListSchools", idempotent: true,
        callers: ["gateway"], person: true)
    public static let findOrganizations = RPCMethodInfo(
        service: "ers.Identity", method: "FindOrganizations", idempotent: true,
        callers: ["gateway"], person: true)
    public static let organizationChanges = RPCMethodInfo(
        service: "ers.Identity", method: "OrganizationChanges", idempotent: true,
        callers: ["aggregate", "embargo", "gateway", "group", "results"], person: false)
    public static let settingChanges = RPCMethodInfo(
        service: "ers.Identity", method: "SettingChanges", idempotent: true,
        callers: ["aggregate", "embargo", "gateway", "group", "results"], person: false)
    public static let actFor = RPCMethodInfo(
        service: "ers.Identity", method: "ActFor", idempotent: false,
        callers: ["aggregate", "group", "results"], person: false)
    public static let sessionChanges = RPCMethodInfo(
        service: "ers.Identity", method: "SessionChanges", idempotent: true,
        callers: ["aggregate", "gateway", "group", "results"], person: false)
}

extension IdentityService {
    /// For a server on the bus, or a channel straight into this process.
    public var rpcTable: RPCServiceTable {
        RPCServiceTable(
            "ers.Identity",
            [
                RPCMethod(IdentityMethods.listSandboxEntries) { try await self.listSandboxEntries($0, $1) },
                RPCMethod(IdentityMethods.enterSandbox) { try await self.enterSandbox($0, $1) },
                RPCMethod(IdentityMethods.resumeSession) { try await self.resumeSession($0, $1) },
                RPCMethod(IdentityMethods.endSession) { try await self.endSession($0, $1) },
                RPCMethod(IdentityMethods.issueAccessToken) { try await self.issueAccessToken($0, $1) },
                RPCMethod(IdentityMethods.resumeAccessToken) { try await self.resumeAccessToken($0, $1) },
                RPCMethod(IdentityMethods.listSchools) { try await self.listSchools($0, $1) },
                RPCMethod(IdentityMethods.findOrganizations) { try await self.findOrganizations($0, $1) },
                RPCMethod(IdentityMethods.organizationChanges) { try await self.organizationChanges($0, $1) },
                RPCMethod(IdentityMethods.settingChanges) { try await self.settingChanges($0, $1) },
                RPCMethod(IdentityMethods.actFor) { try await self.actFor($0, $1) },
                RPCMethod(IdentityMethods.sessionChanges) { try await self.sessionChanges($0, $1) },
            ])
    }
}

/// Asks `ers.Identity` over a channel.
public struct IdentityClient: Sendable {
    private let channel: any RPCChannel

    public init(_ channel: any RPCChannel) { self.channel = channel }

    /// The ways into the sandbox, in the order of the entry page (access §7). Fails with preconditionFailed in production mode.
    public func listSandboxEntries(_ ask: Empty, _ call: Call) async throws -> SandboxEntries {
        try await channel.ask(IdentityMethods.listSandboxEntries, ask, call)
    }

    /// Makes a new, distinct sandbox user and its session, or a new session of the visitor whose session timed out (access §3.3).
    public func enterSandbox(_ ask: EnterSandboxRequest, _ call: Call) async throws -> NewSession {
        try await channel.ask(IdentityMethods.enterSandbox, ask, call)
    }

    /// Who holds this session secret; counts as use, so the idle time begins anew when `touch` is set.
    public func resumeSession(_ ask: ResumeSessionRequest, _ call: Call) async throws -> SessionView {
        try await channel.ask(IdentityMethods.resumeSession, ask, call)
    }

    public func endSession(_ ask: EndSessionRequest, _ call: Call) async throws -> Empty {
        try await channel.ask(IdentityMethods.endSession, ask, call)
    }

    /// OAuth2 for import clients: password and client-credentials grants (access §3.5). Faults carry invalid_client or invalid_grant.
    public func issueAccessToken(_ ask: AccessTokenRequest, _ call: Call) async throws -> AccessToken {
        try await channel.ask(IdentityMethods.issueAccessToken, ask, call)
    }

    /// A caller token for the bearer of an access token.
    public func resumeAccessToken(_ ask: ResumeAccessTokenRequest, _ call: Call) async throws -> AccessTokenView {
        try await channel.ask(IdentityMethods.resumeAccessToken, ask, call)
    }

    /// The schools in the caller's scope of one permission, for pickers (access §1.4).
    public func listSchools(_ ask: ListSchoolsRequest, _ call: Call) async throws -> SchoolList {
        try await channel.ask(IdentityMethods.listSchools, ask, call)
    }

    /// Organizations of every kind in the caller's scope of one permission, for pickers (access §1.4).
    public func findOrganizations(_ ask: FindOrganizationsRequest, _ call: Call) async throws -> FoundOrganizations {
        try await channel.ask(IdentityMethods.findOrganizations, ask, call)
    }

    public func organizationChanges(_ ask: ChangesRequest, _ call: Call) async throws -> OrganizationChangesPage {
        try await channel.ask(IdentityMethods.organizationChanges, ask, call)
    }

    /// Settings and school years.
    public func settingChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SettingChangesPage {
        try await channel.ask(IdentityMethods.settingChanges, ask, call)
    }

    /// A token for work in the background that somebody has asked for: with that person's rights as they are now, in the sandbox
    /// those of the session while it lives. Recorded. Fails with forbidden when the person has no rights any more.
    public func actFor(_ ask: ActForRequest, _ call: Call) async throws -> ActingToken {
        try await channel.ask(IdentityMethods.actFor, ask, call)
    }

    /// Sessions and grants that ended.
    public func sessionChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SessionChangesPage {
        try await channel.ask(IdentityMethods.sessionChanges, ask, call)
    }
}
