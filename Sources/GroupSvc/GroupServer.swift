import Clocks
import Contracts
import Feed
import Postgres

/// Every question this service answers; read it first. Those of the import API are in `Uploads/GroupImports.swift`.
struct GroupServer: GroupsService {
    let assigned: ListAssignedGroups
    let filters: ListGroupFilters
    let managed: ListManagedGroups
    let delete: DeleteGroup
    let upload: UploadGroups
    let uploads: ListGroupUploads
    let changes: MembershipChanges

    /// - Parameters:
    ///   - changed: the feed of memberships has moved.
    ///   - confirmed: somebody who uses memberships has told how far it is.
    init(
        database: Database, uploads: Uploads, trail: GroupTrail, clocks: Clocks, patience: Duration = .seconds(3),
        changed: @escaping @Sendable () -> Void, confirmed: @escaping @Sendable () -> Void
    ) {
        let holders = Holders(database: database, schema: "groups")
        assigned = ListAssignedGroups(database: database)
        filters = ListGroupFilters(database: database)
        managed = ListManagedGroups(database: database)
        delete = DeleteGroup(
            database: database, holders: holders, trail: trail, clocks: clocks, patience: patience, changed: changed)
        upload = UploadGroups(uploads: uploads)
        self.uploads = ListGroupUploads(database: database)
        changes = MembershipChanges(database: database, holders: holders, confirmed: confirmed)
    }

    func listAssignedGroups(_ ask: Empty, _ call: Call) async throws -> AssignedGroupList { try await assigned(call) }
    func listGroupFilters(_ ask: Empty, _ call: Call) async throws -> GroupFilters { try await filters(call) }
    func listManagedGroups(_ ask: ListManagedGroupsRequest, _ call: Call) async throws -> ManagedGroupList {
        try await managed(ask, call)
    }
    func deleteGroup(_ ask: DeleteGroupRequest, _ call: Call) async throws -> Empty { try await delete(ask, call) }
    func uploadGroups(_ ask: UploadGroupsRequest, _ call: Call) async throws -> GroupUpload {
        try await upload(ask, call)
    }
    func listGroupUploads(_ ask: ListGroupUploadsRequest, _ call: Call) async throws -> GroupUploadList {
        try await uploads(ask, call)
    }
    func membershipChanges(_ ask: ChangesRequest, _ call: Call) async throws -> MembershipChangesPage {
        try await changes(ask, call)
    }
}
