import Access
import Contracts
import EmbargoRule
import Testing

@testable import EmbargoSvc

/// The page's rows from the settings, without a database (access §6.3, §6.4, §6.8).
@Suite struct EmbargoYearTests {
    static let demo = EmbargoYear.District(id: 2, name: "Demo District", groupID: 1)
    static let bay = EmbargoYear.District(id: 6, name: "Bay District", groupID: nil)
    static let demb = Scope.with { $0.districtIDs = [2] }
    static let semb = Scope.with { $0.statewide = true }

    static func year(
        state: ReleaseStatus?, district: ReleaseStatus?, kind: ResultKind = .individual,
        yearDefault: ReleaseStatus = .embargoed
    ) -> EmbargoYear {
        var year = EmbargoYear(year: 2020, yearDefault: yearDefault, stateName: "California")
        if let state { year.settings[.init(districtID: 0, kind: kind)] = .init(status: state, version: 3) }
        if let district { year.settings[.init(districtID: 2, kind: kind)] = .init(status: district, version: 5) }
        return year
    }

    static func cell(_ row: EmbargoRow, _ kind: EmbargoKind = .individual) throws -> EmbargoCell {
        try #require(row.cells.first { $0.kind == kind })
    }

    @Test(
        "F332 T87–T92: the effective value of D1's cell",
        arguments: [
            ("T87", .embargoed, nil, .embargoed), ("T88", .embargoed, .released, .released),
            ("T89", .released, .embargoed, .released), ("T90", nil, nil, .embargoed),
            ("T91", nil, .embargoed, .embargoed),
            ("T92", .embargoed, .embargoed, .embargoed),
        ] as [(String, ReleaseStatus?, ReleaseStatus?, ReleaseStatus)])
    func effective(_ id: String, _ state: ReleaseStatus?, _ district: ReleaseStatus?, _ expected: ReleaseStatus) throws
    {
        for kind in ResultKind.allCases {
            let row = Self.year(state: state, district: district, kind: kind).row(of: Self.demo, for: Self.demb)
            let cell = try Self.cell(row, EmbargoKind(kind))
            #expect(cell.effective == EmbargoValue(expected), "\(id)")
            #expect(cell.value == EmbargoValue(district), "\(id)")
            #expect(cell.version == (district == nil ? 0 : 5))
        }
    }

    @Test("trap 39: the two kinds are independent")
    func kinds() throws {
        let year = Self.year(state: .released, district: nil, kind: .individual)
        let row = year.row(of: Self.demo, for: Self.demb)
        let (individual, aggregate) = (try Self.cell(row), try Self.cell(row, .aggregate))
        #expect(individual.effective == .released && aggregate.effective == .embargoed)
        #expect(aggregate.value == .unset && aggregate.version == 0 && !aggregate.releasedByState)
        #expect(row.cells.map(\.kind) == [.individual, .aggregate])
    }

    @Test("T101: the State has released: the district's cell says so")
    func releasedByState() throws {
        let row = Self.year(state: .released, district: .embargoed).row(of: Self.demo, for: Self.demb)
        let cell = try Self.cell(row)
        #expect(cell.releasedByState && cell.effective == .released && cell.value == .embargoed)
        let state = try Self.cell(Self.year(state: .released, district: nil).stateRow(for: Self.semb))
        #expect(!state.releasedByState, "the State's own row keeps its toggle")
        let early = try Self.cell(Self.year(state: .embargoed, district: .released).row(of: Self.demo, for: Self.demb))
        #expect(!early.releasedByState)
    }

    @Test("T99 T100: who may change which row")
    func mayChange() throws {
        let year = Self.year(state: nil, district: nil)
        func may(_ row: EmbargoRow) -> Bool { row.cells.allSatisfy(\.mayChange) }
        #expect(!may(year.stateRow(for: Self.demb)), "T99")
        #expect(may(year.stateRow(for: Self.semb)))
        #expect(!may(year.row(of: Self.bay, for: Self.semb)), "T100")
        #expect(may(year.row(of: Self.demo, for: Self.demb)))
        #expect(may(year.row(of: Self.demo, for: .with { $0.districtGroupIDs = [1] })))
        #expect(may(year.row(of: Self.demo, for: Self.semb.union(Self.demb))))
    }

    @Test("a year whose default is Released begins released")
    func history() throws {
        let year = Self.year(state: nil, district: nil, yearDefault: .released)
        let (state, district) = (
            try Self.cell(year.stateRow(for: Self.semb)), try Self.cell(year.row(of: Self.demo, for: Self.demb))
        )
        #expect(state.effective == .released && district.effective == .released && district.value == .unset)
    }

    @Test("numbers from the wire that mean nothing are nothing", arguments: [-1, 0, 3, 70_000, Int32.min, Int32.max])
    func wire(_ number: Int32) {
        #expect(EmbargoValue(rawValue: number).status == nil)
        #expect(EmbargoKind(rawValue: number).resultKind == nil)
    }
}
