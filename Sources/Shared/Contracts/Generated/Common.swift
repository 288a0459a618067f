// Made by Tools/protogen from proto/common.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

/// The organizations in which a permission holds (access §2.3). Ids are the ones Identity gave. Inheritance is downward.
public struct Scope: ProtoMessage {
    public var statewide: Bool = false
    public var districtGroupIDs: [Int64] = []
    public var districtIDs: [Int64] = []
    public var schoolGroupIDs: [Int64] = []
    public var schoolIDs: [Int64] = []

    public init() {}
}

extension Scope {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__scope()
    }

    public init(copying c: UnsafePointer<Ers__Scope>) throws(ProtoError) {
        self.statewide = c.pointee.statewide != 0
        self.districtGroupIDs = try protoArray(c.pointee.n_district_group_ids, c.pointee.district_group_ids) { $0 }
        self.districtIDs = try protoArray(c.pointee.n_district_ids, c.pointee.district_ids) { $0 }
        self.schoolGroupIDs = try protoArray(c.pointee.n_school_group_ids, c.pointee.school_group_ids) { $0 }
        self.schoolIDs = try protoArray(c.pointee.n_school_ids, c.pointee.school_ids) { $0 }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__Scope>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.statewide = statewide ? 1 : 0
        c.pointee.n_district_group_ids = districtGroupIDs.count
        c.pointee.district_group_ids = try arena.array(districtGroupIDs) { $0 }
        c.pointee.n_district_ids = districtIDs.count
        c.pointee.district_ids = try arena.array(districtIDs) { $0 }
        c.pointee.n_school_group_ids = schoolGroupIDs.count
        c.pointee.school_group_ids = try arena.array(schoolGroupIDs) { $0 }
        c.pointee.n_school_ids = schoolIDs.count
        c.pointee.school_ids = try arena.array(schoolIDs) { $0 }
    }
}

public struct PermissionScope: ProtoMessage {
    public var permission: String = ""
    public var scope: Scope? = nil

    public init() {}
}

extension PermissionScope {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__permission_scope()
    }

    public init(copying c: UnsafePointer<Ers__PermissionScope>) throws(ProtoError) {
        self.permission = try protoString(c.pointee.permission)
        self.scope = try protoMessage(c.pointee.scope)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__PermissionScope>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.permission = try arena.string(permission)
        c.pointee.scope = try arena.message(optional: scope)
    }
}

/// A person for at most 60 seconds, signed by IdentitySvc. Permissions are those of the one role of the session.
public struct CallerClaims: ProtoMessage {
    public var userID: Int64 = 0
    public var login: String = ""
    public var firstName: String = ""
    public var lastName: String = ""
    public var role: String = ""
    /// hash of the session secret
    public var sessionID: [UInt8] = []
    public var permissions: [PermissionScope] = []
    public var issuedAtUs: Int64 = 0
    public var expiresAtUs: Int64 = 0
    public var sandbox: Bool = false
    /// empty for a browser session; "import" for an import client
    public var purpose: String = ""
    /// whose group assignments count: the login in lower case; in the sandbox that of the entry (access §7)
    public var groupLogin: String = ""

    public init() {}
}

extension CallerClaims {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__caller_claims()
    }

    public init(copying c: UnsafePointer<Ers__CallerClaims>) throws(ProtoError) {
        self.userID = c.pointee.user_id
        self.login = try protoString(c.pointee.login)
        self.firstName = try protoString(c.pointee.first_name)
        self.lastName = try protoString(c.pointee.last_name)
        self.role = try protoString(c.pointee.role)
        self.sessionID = protoBytes(c.pointee.session_id)
        self.permissions = try protoMessages(c.pointee.n_permissions, c.pointee.permissions)
        self.issuedAtUs = c.pointee.issued_at_us
        self.expiresAtUs = c.pointee.expires_at_us
        self.sandbox = c.pointee.sandbox != 0
        self.purpose = try protoString(c.pointee.purpose)
        self.groupLogin = try protoString(c.pointee.group_login)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__CallerClaims>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.user_id = userID
        c.pointee.login = try arena.string(login)
        c.pointee.first_name = try arena.string(firstName)
        c.pointee.last_name = try arena.string(lastName)
        c.pointee.role = try arena.string(role)
        c.pointee.session_id = try arena.bytes(sessionID)
        c.pointee.n_permissions = permissions.count
        c.pointee.permissions = try arena.messages(permissions)
        c.pointee.issued_at_us = issuedAtUs
        c.pointee.expires_at_us = expiresAtUs
        c.pointee.sandbox = sandbox ? 1 : 0
        c.pointee.purpose = try arena.string(purpose)
        c.pointee.group_login = try arena.string(groupLogin)
    }
}

/// A process, signed with its own key.
public struct ServiceClaims: ProtoMessage {
    public var service: String = ""
    /// the service it talks to
    public var audience: String = ""
    public var issuedAtUs: Int64 = 0
    public var expiresAtUs: Int64 = 0

    public init() {}
}

extension ServiceClaims {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__service_claims()
    }

    public init(copying c: UnsafePointer<Ers__ServiceClaims>) throws(ProtoError) {
        self.service = try protoString(c.pointee.service)
        self.audience = try protoString(c.pointee.audience)
        self.issuedAtUs = c.pointee.issued_at_us
        self.expiresAtUs = c.pointee.expires_at_us
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ServiceClaims>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.service = try arena.string(service)
        c.pointee.audience = try arena.string(audience)
        c.pointee.issued_at_us = issuedAtUs
        c.pointee.expires_at_us = expiresAtUs
    }
}

public struct SignedToken: ProtoMessage {
    public var keyID: String = ""
    public var claims: [UInt8] = []
    public var signature: [UInt8] = []

    public init() {}
}

extension SignedToken {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__signed_token()
    }

    public init(copying c: UnsafePointer<Ers__SignedToken>) throws(ProtoError) {
        self.keyID = try protoString(c.pointee.key_id)
        self.claims = protoBytes(c.pointee.claims)
        self.signature = protoBytes(c.pointee.signature)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SignedToken>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.key_id = try arena.string(keyID)
        c.pointee.claims = try arena.bytes(claims)
        c.pointee.signature = try arena.bytes(signature)
    }
}

/// Asks a feed for rows with change > after, in order of change. after = 0 reads everything.
public struct ChangesRequest: ProtoMessage {
    /// of the copy's position; empty at first
    public var epoch: [UInt8] = []
    public var after: Int64 = 0
    /// 1...5000
    public var limit: Int32 = 0
    /// names the replica that holds a lease on the answer
    public var holder: String = ""

    public init() {}
}

extension ChangesRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__changes_request()
    }

    public init(copying c: UnsafePointer<Ers__ChangesRequest>) throws(ProtoError) {
        self.epoch = protoBytes(c.pointee.epoch)
        self.after = c.pointee.after
        self.limit = c.pointee.limit
        self.holder = try protoString(c.pointee.holder)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ChangesRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.epoch = try arena.bytes(epoch)
        c.pointee.after = after
        c.pointee.limit = limit
        c.pointee.holder = try arena.string(holder)
    }
}

/// Where a page of changes stands. Every row with after < change <= through is in the page, in its present state.
public struct FeedPage: ProtoMessage {
    /// 16 bytes; another epoch means: read again from 0
    public var epoch: [UInt8] = []
    /// the newest change of the feed
    public var head: Int64 = 0
    public var through: Int64 = 0
    public var more: Bool = false

    public init() {}
}

extension FeedPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__feed_page()
    }

    public init(copying c: UnsafePointer<Ers__FeedPage>) throws(ProtoError) {
        self.epoch = protoBytes(c.pointee.epoch)
        self.head = c.pointee.head
        self.through = c.pointee.through
        self.more = c.pointee.more != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FeedPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.epoch = try arena.bytes(epoch)
        c.pointee.head = head
        c.pointee.through = through
        c.pointee.more = more ? 1 : 0
    }
}

public struct Empty: ProtoMessage {
    public init() {}
}

extension Empty {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__empty()
    }

    public init(copying c: UnsafePointer<Ers__Empty>) throws(ProtoError) {
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__Empty>, _ arena: borrowing Arena
    ) throws(ProtoError) {
    }
}
