import Access
import Contracts
import Testing

@testable import IdentitySvc

/// The organizations of the fixture of access §11.0 with the ids that Identity gave them.
enum Tree {
    static let ids: [OrganizationLevel: [String: Int64]] = [
        .districtGroup: ["DG-NORTH": 1],
        .district: ["88800120000000": 2, "01100170000000": 6],
        .schoolGroup: ["SG-EAST": 3],
        .school: ["88800120012001": 4, "88800120012002": 5, "01100170123456": 7],
    ]
    static let elementary = SchoolPlace(schoolID: 4, districtID: 2, districtGroupID: 1, schoolGroupID: 3)
    static let middle = SchoolPlace(schoolID: 5, districtID: 2, districtGroupID: 1)
    static let harbor = SchoolPlace(schoolID: 7, districtID: 6)

    static func find(_ level: OrganizationLevel, _ naturalID: String) -> Int64? { ids[level]?[naturalID] }
    static func rights(_ grants: Grant...) -> Rights { Rights(of: grants, by: GuideTables.book, organization: find) }
}

@Suite struct RightsTests {
    @Test(
        "F024–F028: every role of access §2.1 gives the permissions of its functions at its level",
        arguments: GuideTables.roles)
    func roles(_ row: GuideTables.RoleRow) throws {
        let level = try #require(row.levels.max())
        let naturalID = level == .district ? "88800120000000" : "88800120012001"
        let rights = Tree.rights(Grant(role: row.name, level: level, naturalID: naturalID))

        var expected = Set(GuideTables.functions.filter { row.functions.contains($0.name) }.flatMap(\.permissions))
        if expected.contains(.groupPIIRead) { expected.formUnion([.teacherGroupRead, .teacherGroupWrite]) }
        #expect(Set(rights.scopes.keys) == expected)
        #expect(rights.isEmpty == (row.name == "Tools for Teachers User"), "T14 F028")
        for scope in rights.scopes.values {
            #expect(scope.contains(Tree.elementary))
            #expect(scope.contains(Tree.middle) == (level == .district), "F029: only for its own school or LEA")
            #expect(!scope.contains(Tree.harbor))
        }
    }

    @Test("F017–F023: every function of access §2.2 gives exactly its permissions", arguments: GuideTables.functions)
    func functions(_ row: GuideTables.FunctionRow) {
        for level in OrganizationLevel.allCases {
            let naturalID = Tree.ids[level]?.keys.sorted().first ?? "CA"
            let rights = Tree.rights(Grant(role: row.name, level: level, naturalID: naturalID))
            guard row.levelSet.contains(level) else {
                #expect(rights.isEmpty, "\(row.name) may not be granted at \(level.rawValue)")
                continue
            }
            var expected = row.permissions
            if expected.contains(.groupPIIRead) { expected.formUnion([.teacherGroupRead, .teacherGroupWrite]) }
            #expect(Set(rights.scopes.keys) == expected)
            #expect(rights.scopes.values.allSatisfy { $0.statewide == (level <= .state) })
        }
    }

    @Test("T1: PII of a district; no custom aggregate (C3)")
    func districtPII() {
        let rights = Tree.rights(Grant(role: "PII", level: .district, naturalID: "88800120000000"))
        #expect(rights.scopes[.individualPIIRead] == .with { $0.districtIDs = [2] })
        #expect(rights.scopes[.groupPIIRead] == .with { $0.districtIDs = [2] })
        #expect(rights.scopes[.customAggregateRead] == nil)
    }

    @Test("T5: an unknown organization gives nothing, and the permission disappears")
    func unknownOrganization() {
        let rights = Tree.rights(Grant(role: "PII_GROUP", level: .school, naturalID: "99999999999999"))
        #expect(rights.isEmpty)
        #expect(rights.ignored == [.unknownOrganization(level: .school, naturalID: "99999999999999")])
    }

    @Test("an organization of another level with this natural id is not meant")
    func levelOfTheNaturalID() {
        #expect(Tree.rights(Grant(role: "PII", level: .school, naturalID: "88800120000000")).isEmpty)
    }

    @Test("T6: PII of a group of districts")
    func districtGroup() throws {
        let rights = Tree.rights(Grant(role: "PII", level: .districtGroup, naturalID: "DG-NORTH"))
        let scope = try #require(rights.scopes[.individualPIIRead])
        #expect(scope.contains(Tree.elementary) && scope.contains(Tree.middle) && !scope.contains(Tree.harbor))
        #expect(scope.containsDistrict(id: 2, groupID: 1))
    }

    @Test("T7: GROUP_ADMIN of the district and PII of one school")
    func differentScopes() throws {
        let rights = Tree.rights(
            Grant(role: "GROUP_ADMIN", level: .district, naturalID: "88800120000000"),
            Grant(role: "PII", level: .school, naturalID: "88800120012001"))
        #expect(try #require(rights.scopes[.groupWrite]).contains(Tree.middle))
        #expect(try !#require(rights.scopes[.individualPIIRead]).contains(Tree.middle))
        // GROUP_READ comes with both functions: the union of their scopes.
        #expect(
            rights.scopes[.groupRead]
                == .with {
                    $0.districtIDs = [2]
                    $0.schoolIDs = [4]
                })
    }

    @Test("statewide may stand beside explicit districts (access §2.3 rule 3)")
    func statewideAndDistrict() throws {
        let rights = Tree.rights(
            Grant(role: "EMBARGO_ADMIN", level: .state, naturalID: "CA"),
            Grant(role: "EMBARGO_ADMIN", level: .district, naturalID: "88800120000000"))
        let scope = try #require(rights.scopes[.embargoWrite])
        #expect(scope.statewide && scope.districtIDs == [2])
        #expect(scope.listsDistrict(id: 2, groupID: 1) && !scope.listsDistrict(id: 6, groupID: nil))
    }

    @Test("F018, access §2.4: own groups reach exactly as far as GROUP_PII_READ, at every level")
    func ownGroups() {
        let rights = Tree.rights(
            Grant(role: "PII_GROUP", level: .district, naturalID: "01100170000000"),
            Grant(role: "PII", level: .school, naturalID: "88800120012001"))
        let expected = Scope.with {
            $0.districtIDs = [6]
            $0.schoolIDs = [4]
        }
        #expect(rights.scopes[.groupPIIRead] == expected)
        #expect(rights.scopes[.teacherGroupRead] == expected)
        #expect(rights.scopes[.teacherGroupWrite] == expected)
        #expect(
            Tree.rights(Grant(role: "GROUP_ADMIN", level: .state, naturalID: "CA")).scopes[.teacherGroupRead] == nil)
    }

    @Test("names of functions are compared without regard to case; other spellings are not guessed")
    func names() {
        for name in ["PII_Group", "pii_group", "instructional resource admin", "INSTRUCTIONAL_RESOURCE_ADMIN"] {
            #expect(!Tree.rights(Grant(role: name, level: .state, naturalID: "CA")).isEmpty, "\(name)")
        }
        for name in ["PII GROUP", " PII", "PII ", "", "EMBARGO_ADMIN_RELEASE", "InstructionalResourceAdmin"] {
            let rights = Tree.rights(Grant(role: name, level: .state, naturalID: "CA"))
            #expect(rights.isEmpty, "\(name)")
            #expect(rights.ignored == [.withoutFunction(role: name, level: .state)])
        }
    }

    @Test("a role at a level that is not its own gives nothing (F029)")
    func wrongLevel() {
        #expect(
            Tree.rights(Grant(role: "Site CAASPP Coordinator", level: .district, naturalID: "88800120000000")).isEmpty)
        #expect(Tree.rights(Grant(role: "LEA CAASPP Coordinator", level: .state, naturalID: "CA")).isEmpty)
        #expect(Tree.rights(Grant(role: "EMBARGO_ADMIN", level: .school, naturalID: "88800120012001")).isEmpty)
        #expect(Tree.rights(Grant(role: "EMBARGO_ADMIN", level: .districtGroup, naturalID: "DG-NORTH")).isEmpty)
    }

    @Test("equal rights give equal bytes, whatever the order of the grants")
    func order() {
        let a = Grant(role: "PII", level: .school, naturalID: "88800120012001")
        let b = Grant(role: "PII", level: .school, naturalID: "88800120012002")
        #expect(Tree.rights(a, b).permissionScopes == Tree.rights(b, a, a).permissionScopes)
    }
}
