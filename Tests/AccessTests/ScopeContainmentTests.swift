import Access
import Contracts
import Testing

/// The organizations of the fixture of access §11.0.
enum Fixture {
    static let groupNorth: Int64 = 1
    static let demoDistrict: Int64 = 2
    static let eastSchools: Int64 = 3
    static let bayDistrict: Int64 = 6
    static let elementary = SchoolPlace(
        schoolID: 4, districtID: demoDistrict, districtGroupID: groupNorth, schoolGroupID: eastSchools)
    static let middle = SchoolPlace(schoolID: 5, districtID: demoDistrict, districtGroupID: groupNorth)
    static let harbor = SchoolPlace(schoolID: 7, districtID: bayDistrict)
}

@Suite struct ScopeContainmentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var scope: Scope
        var elementary, middle, harbor: Bool
    }

    static let cases: [Case] = [
        Case(testDescription: "empty", scope: Scope(), elementary: false, middle: false, harbor: false),
        Case(
            testDescription: "statewide", scope: .with { $0.statewide = true }, elementary: true, middle: true,
            harbor: true),
        Case(
            testDescription: "T6 group of districts", scope: .with { $0.districtGroupIDs = [Fixture.groupNorth] },
            elementary: true, middle: true, harbor: false),
        Case(
            testDescription: "T1 district", scope: .with { $0.districtIDs = [Fixture.demoDistrict] }, elementary: true,
            middle: true, harbor: false),
        Case(
            testDescription: "group of schools", scope: .with { $0.schoolGroupIDs = [Fixture.eastSchools] },
            elementary: true, middle: false, harbor: false),
        Case(
            testDescription: "school", scope: .with { $0.schoolIDs = [Fixture.middle.schoolID] }, elementary: false,
            middle: true, harbor: false),
        Case(
            testDescription: "an id of another level means nothing",
            scope: .with {
                $0.districtIDs = [Fixture.elementary.schoolID]
                $0.schoolIDs = [Fixture.demoDistrict]
                $0.schoolGroupIDs = [Fixture.groupNorth]
                $0.districtGroupIDs = [Fixture.eastSchools]
            }, elementary: false, middle: false, harbor: false),
        Case(
            testDescription: "a school beside a district",
            scope: .with {
                $0.districtIDs = [Fixture.demoDistrict]
                $0.schoolIDs = [Fixture.harbor.schoolID]
            }, elementary: true, middle: true, harbor: true),
    ]

    @Test("F029 T1 T6: a school is in a scope through any of its ancestors", arguments: cases)
    func schools(_ c: Case) {
        #expect(c.scope.contains(Fixture.elementary) == c.elementary)
        #expect(c.scope.contains(Fixture.middle) == c.middle)
        #expect(c.scope.contains(Fixture.harbor) == c.harbor)
    }

    @Test("a scope on a school never contains its district, its groups or the State (access §1.4)")
    func inheritanceIsDownward() {
        let school = Scope.with { $0.schoolIDs = [Fixture.elementary.schoolID] }
        #expect(
            !school.containsSchoolGroup(
                id: Fixture.eastSchools, districtID: Fixture.demoDistrict, districtGroupID: Fixture.groupNorth))
        #expect(!school.containsDistrict(id: Fixture.demoDistrict, groupID: Fixture.groupNorth))
        #expect(!school.containsDistrictGroup(id: Fixture.groupNorth))
        #expect(!school.containsState)

        let schools = Scope.with { $0.schoolGroupIDs = [Fixture.eastSchools] }
        #expect(
            schools.containsSchoolGroup(
                id: Fixture.eastSchools, districtID: Fixture.demoDistrict, districtGroupID: Fixture.groupNorth))
        #expect(!schools.containsDistrict(id: Fixture.demoDistrict, groupID: Fixture.groupNorth))

        let district = Scope.with { $0.districtIDs = [Fixture.demoDistrict] }
        #expect(district.containsDistrict(id: Fixture.demoDistrict, groupID: Fixture.groupNorth))
        #expect(!district.containsDistrictGroup(id: Fixture.groupNorth))
        #expect(!district.containsDistrict(id: Fixture.bayDistrict, groupID: nil))
    }

    @Test("T6 F029: a group of districts makes its districts and their groups of schools pickable")
    func districtGroup() {
        let north = Scope.with { $0.districtGroupIDs = [Fixture.groupNorth] }
        #expect(north.containsDistrictGroup(id: Fixture.groupNorth))
        #expect(north.containsDistrict(id: Fixture.demoDistrict, groupID: Fixture.groupNorth))
        #expect(
            north.containsSchoolGroup(
                id: Fixture.eastSchools, districtID: Fixture.demoDistrict, districtGroupID: Fixture.groupNorth))
        #expect(!north.containsDistrict(id: Fixture.bayDistrict, groupID: nil))
    }

    @Test("access §6.4: statewide contains every district and lists none")
    func listedDistricts() {
        let state = Scope.with { $0.statewide = true }
        #expect(state.containsDistrict(id: Fixture.demoDistrict, groupID: Fixture.groupNorth))
        #expect(!state.listsDistrict(id: Fixture.demoDistrict, groupID: Fixture.groupNorth))
        let both = Scope.with {
            $0.statewide = true
            $0.districtGroupIDs = [Fixture.groupNorth]
        }
        #expect(both.listsDistrict(id: Fixture.demoDistrict, groupID: Fixture.groupNorth))
        #expect(!both.listsDistrict(id: Fixture.bayDistrict, groupID: nil))
    }

    @Test("the union of two scopes contains exactly what either contains", arguments: 0..<200)
    func unions(seed: Int) {
        var random = Dice(seed: seed)
        let tree = NaiveTree.random(&random)
        let a = tree.randomScope(&random)
        let b = tree.randomScope(&random)
        let both = a.union(b)
        for school in tree.schools {
            #expect(both.contains(school) == (a.contains(school) || b.contains(school)))
        }
        #expect(both == b.union(a))
        #expect(both.union(a) == both)
    }

    @Test("containment equals the naive walk up the tree, at every level", arguments: 0..<500)
    func naiveModel(seed: Int) {
        var random = Dice(seed: seed)
        let tree = NaiveTree.random(&random)
        let scope = tree.randomScope(&random)
        for node in tree.nodes {
            let expected = tree.isInScope(node.id, scope)
            switch node.kind {
            case .districtGroup:
                #expect(scope.containsDistrictGroup(id: node.id) == expected)
            case .district:
                #expect(
                    scope.containsDistrict(id: node.id, groupID: tree.ancestor(node.id, .districtGroup)) == expected)
            case .schoolGroup:
                #expect(
                    scope.containsSchoolGroup(
                        id: node.id, districtID: tree.ancestor(node.id, .district)!,
                        districtGroupID: tree.ancestor(node.id, .districtGroup)) == expected)
            case .school:
                #expect(scope.contains(tree.place(node.id)) == expected)
            }
        }
    }
}
