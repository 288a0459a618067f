// Made by Tools/protogen from proto/group.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

public struct AssignedGroup: ProtoMessage {
    public var id: Int64 = 0
    public var name: String = ""
    public var schoolID: Int64 = 0
    public var schoolName: String = ""
    public var schoolYear: Int32 = 0
    /// code; empty: all subjects
    public var subject: String = ""

    public init() {}
}

extension AssignedGroup {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__assigned_group()
    }

    public init(copying c: UnsafePointer<Ers__AssignedGroup>) throws(ProtoError) {
        self.id = c.pointee.id
        self.name = try protoString(c.pointee.name)
        self.schoolID = c.pointee.school_id
        self.schoolName = try protoString(c.pointee.school_name)
        self.schoolYear = c.pointee.school_year
        self.subject = try protoString(c.pointee.subject)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AssignedGroup>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.name = try arena.string(name)
        c.pointee.school_id = schoolID
        c.pointee.school_name = try arena.string(schoolName)
        c.pointee.school_year = schoolYear
        c.pointee.subject = try arena.string(subject)
    }
}

public struct AssignedGroupList: ProtoMessage {
    public var groups: [AssignedGroup] = []
    public var more: Bool = false

    public init() {}
}

extension AssignedGroupList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__assigned_group_list()
    }

    public init(copying c: UnsafePointer<Ers__AssignedGroupList>) throws(ProtoError) {
        self.groups = try protoMessages(c.pointee.n_groups, c.pointee.groups)
        self.more = c.pointee.more != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AssignedGroupList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_groups = groups.count
        c.pointee.groups = try arena.messages(groups)
        c.pointee.more = more ? 1 : 0
    }
}

public struct GroupFilters: ProtoMessage {
    public var schoolYears: [Int32] = []
    public var subjects: [String] = []

    public init() {}
}

extension GroupFilters {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__group_filters()
    }

    public init(copying c: UnsafePointer<Ers__GroupFilters>) throws(ProtoError) {
        self.schoolYears = try protoArray(c.pointee.n_school_years, c.pointee.school_years) { $0 }
        self.subjects = try protoArray(c.pointee.n_subjects, c.pointee.subjects, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__GroupFilters>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_school_years = schoolYears.count
        c.pointee.school_years = try arena.array(schoolYears) { $0 }
        c.pointee.n_subjects = subjects.count
        c.pointee.subjects = try arena.strings(subjects)
    }
}

public struct ListManagedGroupsRequest: ProtoMessage {
    public var schoolID: Int64 = 0
    public var schoolYear: Int32 = 0
    /// code; empty: all. Groups of all subjects are listed with any
    public var subject: String = ""

    public init() {}
}

extension ListManagedGroupsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__list_managed_groups_request()
    }

    public init(copying c: UnsafePointer<Ers__ListManagedGroupsRequest>) throws(ProtoError) {
        self.schoolID = c.pointee.school_id
        self.schoolYear = c.pointee.school_year
        self.subject = try protoString(c.pointee.subject)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ListManagedGroupsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.school_id = schoolID
        c.pointee.school_year = schoolYear
        c.pointee.subject = try arena.string(subject)
    }
}

public struct ManagedGroup: ProtoMessage {
    public var id: Int64 = 0
    public var name: String = ""
    public var schoolName: String = ""
    public var schoolYear: Int32 = 0
    /// code; empty: all subjects
    public var subject: String = ""
    /// those without results included
    public var students: Int32 = 0

    public init() {}
}

extension ManagedGroup {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__managed_group()
    }

    public init(copying c: UnsafePointer<Ers__ManagedGroup>) throws(ProtoError) {
        self.id = c.pointee.id
        self.name = try protoString(c.pointee.name)
        self.schoolName = try protoString(c.pointee.school_name)
        self.schoolYear = c.pointee.school_year
        self.subject = try protoString(c.pointee.subject)
        self.students = c.pointee.students
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ManagedGroup>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.name = try arena.string(name)
        c.pointee.school_name = try arena.string(schoolName)
        c.pointee.school_year = schoolYear
        c.pointee.subject = try arena.string(subject)
        c.pointee.students = students
    }
}

public struct ManagedGroupList: ProtoMessage {
    public var groups: [ManagedGroup] = []
    public var more: Bool = false

    public init() {}
}

extension ManagedGroupList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__managed_group_list()
    }

    public init(copying c: UnsafePointer<Ers__ManagedGroupList>) throws(ProtoError) {
        self.groups = try protoMessages(c.pointee.n_groups, c.pointee.groups)
        self.more = c.pointee.more != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ManagedGroupList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_groups = groups.count
        c.pointee.groups = try arena.messages(groups)
        c.pointee.more = more ? 1 : 0
    }
}

public struct DeleteGroupRequest: ProtoMessage {
    public var groupID: Int64 = 0

    public init() {}
}

extension DeleteGroupRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__delete_group_request()
    }

    public init(copying c: UnsafePointer<Ers__DeleteGroupRequest>) throws(ProtoError) {
        self.groupID = c.pointee.group_id
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__DeleteGroupRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.group_id = groupID
    }
}

public struct UploadGroupsRequest: ProtoMessage {
    /// up to 250 bytes
    public var fileName: String = ""
    public var contentType: String = ""
    /// up to 1 MiB; else empty and blob_id
    public var body: [UInt8] = []
    /// a sealed blob of the same service
    public var blobID: [UInt8] = []

    public init() {}
}

extension UploadGroupsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__upload_groups_request()
    }

    public init(copying c: UnsafePointer<Ers__UploadGroupsRequest>) throws(ProtoError) {
        self.fileName = try protoString(c.pointee.file_name)
        self.contentType = try protoString(c.pointee.content_type)
        self.body = protoBytes(c.pointee.body)
        self.blobID = protoBytes(c.pointee.blob_id)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__UploadGroupsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.file_name = try arena.string(fileName)
        c.pointee.content_type = try arena.string(contentType)
        c.pointee.body = try arena.bytes(body)
        c.pointee.blob_id = try arena.bytes(blobID)
    }
}

public struct GroupUpload: ProtoMessage {
    public var id: Int64 = 0
    public var fileName: String = ""
    /// ingest §2.6, such as "PROCESSED"
    public var status: String = ""
    public var message: String = ""
    public var createdAtUs: Int64 = 0
    /// login; empty for the caller's own
    public var uploader: String = ""

    public init() {}
}

extension GroupUpload {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__group_upload()
    }

    public init(copying c: UnsafePointer<Ers__GroupUpload>) throws(ProtoError) {
        self.id = c.pointee.id
        self.fileName = try protoString(c.pointee.file_name)
        self.status = try protoString(c.pointee.status)
        self.message = try protoString(c.pointee.message)
        self.createdAtUs = c.pointee.created_at_us
        self.uploader = try protoString(c.pointee.uploader)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__GroupUpload>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.file_name = try arena.string(fileName)
        c.pointee.status = try arena.string(status)
        c.pointee.message = try arena.string(message)
        c.pointee.created_at_us = createdAtUs
        c.pointee.uploader = try arena.string(uploader)
    }
}

public struct ListGroupUploadsRequest: ProtoMessage {
    public var ids: [Int64] = []

    public init() {}
}

extension ListGroupUploadsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__list_group_uploads_request()
    }

    public init(copying c: UnsafePointer<Ers__ListGroupUploadsRequest>) throws(ProtoError) {
        self.ids = try protoArray(c.pointee.n_ids, c.pointee.ids) { $0 }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ListGroupUploadsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_ids = ids.count
        c.pointee.ids = try arena.array(ids) { $0 }
    }
}

public struct GroupUploadList: ProtoMessage {
    public var uploads: [GroupUpload] = []

    public init() {}
}

extension GroupUploadList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__group_upload_list()
    }

    public init(copying c: UnsafePointer<Ers__GroupUploadList>) throws(ProtoError) {
        self.uploads = try protoMessages(c.pointee.n_uploads, c.pointee.uploads)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__GroupUploadList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_uploads = uploads.count
        c.pointee.uploads = try arena.messages(uploads)
    }
}

/// Only active groups that are not deleted have members; of the others the row says that they are gone.
public struct MembershipRow: ProtoMessage {
    public var change: Int64 = 0
    public var deleted: Bool = false
    public var groupID: Int64 = 0
    public var name: String = ""
    public var schoolID: Int64 = 0
    public var schoolYear: Int32 = 0
    /// of ResultsSvc; 0: all subjects
    public var subjectID: Int64 = 0
    public var studentIDs: [Int64] = []
    /// lower case
    public var logins: [String] = []

    public init() {}
}

extension MembershipRow {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__membership_row()
    }

    public init(copying c: UnsafePointer<Ers__MembershipRow>) throws(ProtoError) {
        self.change = c.pointee.change
        self.deleted = c.pointee.deleted != 0
        self.groupID = c.pointee.group_id
        self.name = try protoString(c.pointee.name)
        self.schoolID = c.pointee.school_id
        self.schoolYear = c.pointee.school_year
        self.subjectID = c.pointee.subject_id
        self.studentIDs = try protoArray(c.pointee.n_student_ids, c.pointee.student_ids) { $0 }
        self.logins = try protoArray(c.pointee.n_logins, c.pointee.logins, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__MembershipRow>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.change = change
        c.pointee.deleted = deleted ? 1 : 0
        c.pointee.group_id = groupID
        c.pointee.name = try arena.string(name)
        c.pointee.school_id = schoolID
        c.pointee.school_year = schoolYear
        c.pointee.subject_id = subjectID
        c.pointee.n_student_ids = studentIDs.count
        c.pointee.student_ids = try arena.array(studentIDs) { $0 }
        c.pointee.n_logins = logins.count
        c.pointee.logins = try arena.strings(logins)
    }
}

public struct MembershipChangesPage: ProtoMessage {
    public var page: FeedPage? = nil
    public var rows: [MembershipRow] = []

    public init() {}
}

extension MembershipChangesPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__membership_changes_page()
    }

    public init(copying c: UnsafePointer<Ers__MembershipChangesPage>) throws(ProtoError) {
        self.page = try protoMessage(c.pointee.page)
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__MembershipChangesPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.page = try arena.message(optional: page)
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
    }
}

/// What a server of `ers.Groups` answers.
public protocol GroupsService: Sendable {
    /// The groups that name the caller, in the caller's GROUP_PII_READ scope, by name, then year descending (access §4.11).
    func listAssignedGroups(_ ask: Empty, _ call: Call) async throws -> AssignedGroupList
    /// School years and subjects to filter the list of groups by (access §4.3).
    func listGroupFilters(_ ask: Empty, _ call: Call) async throws -> GroupFilters
    /// The groups of one school and year that the caller may manage, by name.
    func listManagedGroups(_ ask: ListManagedGroupsRequest, _ call: Call) async throws -> ManagedGroupList
    /// Deletes a group softly. Answers when no service uses its memberships any more, or after three seconds.
    func deleteGroup(_ ask: DeleteGroupRequest, _ call: Call) async throws -> Empty
    /// A file of groups from the web page: checked at once, kept in any case, each time a new upload (access §4.10).
    func uploadGroups(_ ask: UploadGroupsRequest, _ call: Call) async throws -> GroupUpload
    /// Uploads that the caller may see, the newest first; named ones, or the newest 200 (access §4.9).
    func listGroupUploads(_ ask: ListGroupUploadsRequest, _ call: Call) async throws -> GroupUploadList
    /// Memberships, a row for each group as it is now. Used under a lease.
    func membershipChanges(_ ask: ChangesRequest, _ call: Call) async throws -> MembershipChangesPage
}

/// What each method of `ers.Groups` demands of whoever calls it.
public enum GroupsMethods {
    public static let listAssignedGroups = RPCMethodInfo(
        service: "ers.Groups", method: "ListAssignedGroups", idempotent: true,
        callers: ["gateway"], person: true)
    public static let listGroupFilters = RPCMethodInfo(
        service: "ers.Groups", method: "ListGroupFilters", idempotent: true,
        callers: ["gateway"], person: true)
    public static let listManagedGroups = RPCMethodInfo(
        service: "ers.Groups", method: "ListManagedGroups", idempotent: true,
        callers: ["gateway"], person: true)
    public static let deleteGroup = RPCMethodInfo(
        service: "ers.Groups", method: "DeleteGroup", idempotent: true,
        callers: ["gateway"], person: true)
    public static let uploadGroups = RPCMethodInfo(
        service: "ers.Groups", method: "UploadGroups", idempotent: false,
        callers: ["gateway"], person: true)
    public static let listGroupUploads = RPCMethodInfo(
        service: "ers.Groups", method: "ListGroupUploads", idempotent: true,
        callers: ["gateway"], person: true)
    public static let membershipChanges = RPCMethodInfo(
        service: "ers.Groups", method: "MembershipChanges", idempotent: true,
        callers: ["results"], person: false)
}

extension GroupsService {
    /// For a server on the bus, or a channel straight into this process.
    public var rpcTable: RPCServiceTable {
        RPCServiceTable(
            "ers.Groups",
            [
                RPCMethod(GroupsMethods.listAssignedGroups) { try await self.listAssignedGroups($0, $1) },
                RPCMethod(GroupsMethods.listGroupFilters) { try await self.listGroupFilters($0, $1) },
                RPCMethod(GroupsMethods.listManagedGroups) { try await self.listManagedGroups($0, $1) },
                RPCMethod(GroupsMethods.deleteGroup) { try await self.deleteGroup($0, $1) },
                RPCMethod(GroupsMethods.uploadGroups) { try await self.uploadGroups($0, $1) },
                RPCMethod(GroupsMethods.listGroupUploads) { try await self.listGroupUploads($0, $1) },
                RPCMethod(GroupsMethods.membershipChanges) { try await self.membershipChanges($0, $1) },
            ])
    }
}

/// Asks `ers.Groups` over a channel.
public struct GroupsClient: Sendable {
    private let channel: any RPCChannel

    public init(_ channel: any RPCChannel) { self.channel = channel }

    /// The groups that name the caller, in the caller's GROUP_PII_READ scope, by name, then year descending (access §4.11).
    public func listAssignedGroups(_ ask: Empty, _ call: Call) async throws -> AssignedGroupList {
        try await channel.ask(GroupsMethods.listAssignedGroups, ask, call)
    }

    /// School years and subjects to filter the list of groups by (access §4.3).
    public func listGroupFilters(_ ask: Empty, _ call: Call) async throws -> GroupFilters {
        try await channel.ask(GroupsMethods.listGroupFilters, ask, call)
    }

    /// The groups of one school and year that the caller may manage, by name.
    public func listManagedGroups(_ ask: ListManagedGroupsRequest, _ call: Call) async throws -> ManagedGroupList {
        try await channel.ask(GroupsMethods.listManagedGroups, ask, call)
    }

    /// Deletes a group softly. Answers when no service uses its memberships any more, or after three seconds.
    public func deleteGroup(_ ask: DeleteGroupRequest, _ call: Call) async throws -> Empty {
        try await channel.ask(GroupsMethods.deleteGroup, ask, call)
    }

    /// A file of groups from the web page: checked at once, kept in any case, each time a new upload (access §4.10).
    public func uploadGroups(_ ask: UploadGroupsRequest, _ call: Call) async throws -> GroupUpload {
        try await channel.ask(GroupsMethods.uploadGroups, ask, call)
    }

    /// Uploads that the caller may see, the newest first; named ones, or the newest 200 (access §4.9).
    public func listGroupUploads(_ ask: ListGroupUploadsRequest, _ call: Call) async throws -> GroupUploadList {
        try await channel.ask(GroupsMethods.listGroupUploads, ask, call)
    }

    /// Memberships, a row for each group as it is now. Used under a lease.
    public func membershipChanges(_ ask: ChangesRequest, _ call: Call) async throws -> MembershipChangesPage {
        try await channel.ask(GroupsMethods.membershipChanges, ask, call)
    }
}
