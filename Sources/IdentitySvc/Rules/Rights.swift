import Access
import Contracts

/// A person's rights: permission → scope (access §2.3, §2.4). Rule: Identity R2.
struct Rights: Sendable, Equatable {
    /// Never holds an empty scope: a permission whose scope is empty does not exist.
    private(set) var scopes: [Permission: Scope] = [:]

    /// Why a grant counted for nothing; goes to the log, without any person in it.
    enum Ignored: Sendable, Equatable {
        /// No such role or function, or not at this level.
        case withoutFunction(role: String, level: OrganizationLevel)
        /// The organization is not (yet) loaded.
        case unknownOrganization(level: OrganizationLevel, naturalID: String)
    }
    private(set) var ignored: [Ignored] = []

    /// The union of all grants, permission by permission.
    ///
    /// - Parameter organization: the id of the organization of a level below the State with this natural id, if there
    ///   is one.
    init(of grants: [Grant], by book: RoleBook, organization: (OrganizationLevel, String) -> Int64?) {
        for grant in grants {
            let functions = book.functions(of: grant)
            if functions.isEmpty {
                ignored.append(.withoutFunction(role: grant.role, level: grant.level))
                continue
            }
            guard let scope = Self.scope(of: grant, organization) else {
                ignored.append(.unknownOrganization(level: grant.level, naturalID: grant.naturalID))
                continue
            }
            for permission in functions.reduce(into: Set<Permission>(), { $0.formUnion($1.permissions) }) {
                scopes[permission] = scopes[permission]?.union(scope) ?? scope
            }
        }
        // Own groups are made from assigned groups, so they reach exactly as far (access §2.4).
        if let groups = scopes[.groupPIIRead] {
            scopes[.teacherGroupRead] = groups
            scopes[.teacherGroupWrite] = groups
        }
    }

    private static func scope(of grant: Grant, _ organization: (OrganizationLevel, String) -> Int64?) -> Scope? {
        if grant.level.isStatewide { return .with { $0.statewide = true } }
        guard let id = organization(grant.level, grant.naturalID) else { return nil }
        return .with {
            switch grant.level {
            case .districtGroup: $0.districtGroupIDs = [id]
            case .district: $0.districtIDs = [id]
            case .schoolGroup: $0.schoolGroupIDs = [id]
            case .school: $0.schoolIDs = [id]
            case .client, .stateGroup, .state: $0.statewide = true
            }
        }
    }

    /// A person without any permission is not permitted at all (access §2.9).
    var isEmpty: Bool { scopes.isEmpty }

    /// For the caller token; ordered by name, so that equal rights give equal bytes.
    var permissionScopes: [PermissionScope] {
        scopes.sorted { $0.key.rawValue < $1.key.rawValue }.map { permission, scope in
            .with {
                $0.permission = permission.rawValue
                $0.scope = scope
            }
        }
    }
}
