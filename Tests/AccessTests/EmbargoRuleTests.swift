import Access
import Contracts
import EmbargoRule
import Testing

@Suite struct EmbargoRuleTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var state: ReleaseStatus?
        var district: ReleaseStatus?
        /// With the year default Embargoed, then Released.
        var expected: (ReleaseStatus, ReleaseStatus)
    }

    /// The table of access §6.3, row by row.
    static let table: [Row] = [
        Row(testDescription: "T92", state: .embargoed, district: .embargoed, expected: (.embargoed, .embargoed)),
        Row(testDescription: "T88", state: .embargoed, district: .released, expected: (.released, .released)),
        Row(testDescription: "T87", state: .embargoed, district: nil, expected: (.embargoed, .embargoed)),
        Row(testDescription: "T89", state: .released, district: .embargoed, expected: (.released, .released)),
        Row(testDescription: "released twice", state: .released, district: .released, expected: (.released, .released)),
        Row(
            testDescription: "released by the State alone", state: .released, district: nil,
            expected: (.released, .released)),
        Row(testDescription: "T91", state: nil, district: .embargoed, expected: (.embargoed, .embargoed)),
        Row(
            testDescription: "released by the district alone", state: nil, district: .released,
            expected: (.released, .released)),
        Row(testDescription: "T90", state: nil, district: nil, expected: (.embargoed, .released)),
    ]

    @Test("F329 T87–T92: the effective value", arguments: table)
    func effective(_ row: Row) {
        #expect(
            ReleaseStatus.effective(state: row.state, district: row.district, yearDefault: .embargoed) == row.expected.0
        )
        #expect(
            ReleaseStatus.effective(state: row.state, district: row.district, yearDefault: .released) == row.expected.1)
    }

    @Test("the table names each combination once")
    func complete() {
        #expect(Set(Self.table.map { "\($0.state as Any) \($0.district as Any)" }).count == 9)
    }

    @Test("the State's own row")
    func state() {
        #expect(ReleaseStatus.effective(state: nil, yearDefault: .embargoed) == .embargoed)
        #expect(ReleaseStatus.effective(state: nil, yearDefault: .released) == .released)
        #expect(ReleaseStatus.effective(state: .embargoed, yearDefault: .released) == .embargoed)
        #expect(ReleaseStatus.effective(state: .released, yearDefault: .embargoed) == .released)
    }

    /// e3 is ELA Summative, S1 in D1, 2020 (access §11.0).
    struct Reader: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var scope: Scope?
        var sees: Bool
    }
    static let readers: [Reader] = [
        Reader(testDescription: "ordinary user of D1", scope: nil, sees: false),
        Reader(testDescription: "demb: D1", scope: .with { $0.districtIDs = [Fixture.demoDistrict] }, sees: true),
        Reader(testDescription: "semb: State", scope: .with { $0.statewide = true }, sees: true),
        Reader(
            testDescription: "the group of D1", scope: .with { $0.districtGroupIDs = [Fixture.groupNorth] }, sees: true),
        Reader(
            testDescription: "another district", scope: .with { $0.districtIDs = [Fixture.bayDistrict] }, sees: false),
        Reader(
            testDescription: "a school gives no embargo right",
            scope: .with { $0.schoolIDs = [Fixture.elementary.schoolID] }, sees: false),
        Reader(
            testDescription: "a group of schools gives none either",
            scope: .with { $0.schoolGroupIDs = [Fixture.eastSchools] }, sees: false),
        Reader(testDescription: "an empty scope", scope: Scope(), sees: false),
    ]

    @Test("F331 T87 T90–T92: who sees an embargoed result", arguments: readers)
    func embargoedFor(_ reader: Reader) {
        func held(_ isSummative: Bool, _ status: ReleaseStatus) -> Bool {
            EmbargoRights.isHeldBack(
                isSummative: isSummative, status: status, districtID: Fixture.demoDistrict,
                districtGroupID: Fixture.groupNorth, from: reader.scope)
        }
        #expect(held(true, .embargoed) == !reader.sees)
        #expect(!held(true, .released), "T88 T89: released results are held back from nobody")
        #expect(!held(false, .embargoed), "interim results are never held back")
    }

    @Test("T105: the district of the exam's school decides, not that of the student's present school")
    func transferred() {
        let bay = Scope.with { $0.districtIDs = [Fixture.bayDistrict] }
        #expect(
            EmbargoRights.isHeldBack(
                isSummative: true, status: .embargoed, districtID: Fixture.demoDistrict,
                districtGroupID: Fixture.groupNorth,
                from: bay))
    }

    @Test("F330 T99 T100: who may change what")
    func mayChange() {
        let demb = Scope.with { $0.districtIDs = [Fixture.demoDistrict] }
        let semb = Scope.with { $0.statewide = true }
        let north = Scope.with { $0.districtGroupIDs = [Fixture.groupNorth] }
        let school = Scope.with { $0.schoolIDs = [Fixture.elementary.schoolID] }

        #expect(EmbargoRights.mayChangeState(semb))
        for scope in [demb, north, school, nil] { #expect(!EmbargoRights.mayChangeState(scope), "T99") }

        func change(_ scope: Scope?) -> Bool {
            EmbargoRights.mayChangeDistrict(scope, id: Fixture.demoDistrict, groupID: Fixture.groupNorth)
        }
        #expect(change(demb))
        #expect(change(north), "trap 53: a group of districts works in every predicate")
        #expect(!change(semb), "T100: statewide does not imply districts")
        #expect(!change(school))
        #expect(!change(nil))
        #expect(change(semb.union(demb)), "held explicitly as well")

        #expect(EmbargoRights.maySeeDistrict(semb, id: Fixture.bayDistrict, groupID: nil))
        #expect(!EmbargoRights.maySeeDistrict(demb, id: Fixture.bayDistrict, groupID: nil))
        #expect(!EmbargoRights.maySeeDistrict(nil, id: Fixture.bayDistrict, groupID: nil))
    }

    @Test("the numbers are those of the wire")
    func numbers() {
        #expect(ReleaseStatus.allCases.map(\.rawValue) == [1, 2])
        #expect(ResultKind.allCases.map(\.rawValue) == [1, 2])
    }
}
