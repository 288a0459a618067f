import Contracts
import Postgres

/// Which rows of a report are of too few students to be shown, where the state withholds them (DESIGN §5). Rule: Aggregate R16.
///
/// Rows of one code of one student field, of all results that are usually asked for, are cells of a lattice: what is hidden of
/// it follows from the facts alone, whatever the query. All other rows are withheld when they, or what they leave of their
/// organization, are few. Setting `suppression`: `on`; off unless set.
struct WithheldRows: Sendable {
    private struct Place: Hashable { var key: SegmentKey; var place: PlanRow.Place }
    /// A cell of a lattice; no field: all students.
    private struct Cell: Hashable { var field: String?; var code: String }
    private struct Hidden: Hashable { var place: Place; var cell: Cell }

    /// Of each slice of the query; nil: it is none.
    private let cells: [Cell?]
    private var everybody: [Place: Int64] = [:]
    private var hidden: Set<Hidden> = []
    /// Where it is hidden too that nobody has some code.
    private var hidesNobody: Set<Place> = []

    static func isOn(_ session: borrowing Session) throws -> Bool {
        try session.row("SELECT value = 'on' FROM aggregate.setting WHERE key = 'suppression'", as: Bool.self) ?? false
    }

    init(
        _ accepted: AcceptedQuery, _ plan: ReportPlan, _ engine: ReportEngine, _ session: borrowing Session,
        until stop: ScanStop
    ) throws {
        let usual = Self.usual(accepted.query.assessmentType)
        let isUsual =
            accepted.query.type == ReportType.yearly.rawValue
            && accepted.query.completenesses == usual.completenesses && accepted.query.conditions == usual.conditions
        cells = accepted.slices.map { isUsual ? Self.cell($0, accepted.query) : nil }
        let fields = StudentField.all.filter { field in cells.contains { $0?.field == field.name } }
        var slices = [ReportPlan.Slice.students(.init())]
        var firstOfField: [Int] = []
        for field in fields {
            firstOfField.append(slices.count)
            slices += field.rowCodes.map { QuerySlices.slice(field, $0) }
        }
        var lattice = plan
        lattice.population = .counted
        lattice.contexts = Context.numbers(completenesses: usual.completenesses, conditions: usual.conditions)
        lattice.filter = .init()
        lattice.slices = slices
        (lattice.state, lattice.districts, lattice.schools, lattice.levels) = (true, .all, .all, 1)
        let districts = Dictionary(
            try session.rows("SELECT id, district_id FROM aggregate.school", as: (Int64, Int64).self),
            uniquingKeysWith: { first, _ in first })
        for found in try engine.rows([lattice], session, until: stop).first ?? [] {
            let tree = OrganizationTree(found, slices: slices.count, districts)
            func organizations(_ codes: Range<Int>) -> [SmallCells.Organization] {
                tree.nodes.map { .init(parent: $0.parent, students: $0.counts[0], codes: Array($0.counts[codes])) }
            }
            for node in tree.nodes {
                if let place = node.place { everybody[Place(key: found.key, place: place)] = node.counts[0] }
            }
            let overall = SmallCells.overall(organizations(0..<0))
            func hide(_ organization: Int, _ cell: Cell, slice: Int) {
                guard let place = tree.nodes[organization].place.map({ Place(key: found.key, place: $0) }) else {
                    return
                }
                hidden.insert(Hidden(place: place, cell: cell))
                if tree.nodes[organization].counts[slice] == 0 { hidesNobody.insert(place) }
            }
            for organization in overall { hide(organization, Cell(field: nil, code: ""), slice: 0) }
            for (field, first) in zip(fields, firstOfField) {
                let codes = field.rowCodes
                // Where what is not stated is a code, everybody has exactly one.
                for cell in SmallCells.hidden(
                    organizations(first..<first + codes.count), isPartition: field.hasUndefined, overall: overall)
                {
                    if let code = cell.code {
                        hide(cell.organization, Cell(field: field.name, code: codes[code]), slice: first + code)
                    }
                }
            }
        }
    }

    /// What is asked for unless something else is chosen (aggregates §1.3).
    private static func usual(_ type: String) -> (completenesses: [String], conditions: [String]) {
        let conditions = type == TypeCodes.summative ? Context.summativeConditions : Context.interimConditions
        return ([Context.completenesses[0]], [conditions[0]])
    }

    /// A slice whose students are those of one code of one field, or all, together with the query's filter.
    private static func cell(_ slice: AcceptedQuery.Slice, _ query: AggregateQuery) -> Cell? {
        var criteria = (query.customized ? slice.shown.filter : query.filter)?.fields ?? []
        if !query.customized, slice.shown.dimension != QuerySlices.overall {
            criteria.removeAll { $0.field == slice.shown.dimension && $0.codes == [slice.shown.code] }
            criteria.append(
                .with {
                    $0.field = slice.shown.dimension
                    $0.codes = [slice.shown.code]
                })
        }
        if criteria.isEmpty { return Cell(field: nil, code: "") }
        guard criteria.count == 1, criteria[0].codes.count == 1 else { return nil }
        return Cell(field: criteria[0].field, code: criteria[0].codes[0])
    }

    /// - Parameter slice: of the query; nil: a row that is no cell, such as of a claim.
    private func isWithheld(_ students: Int64, _ place: Place, slice: Int?) -> Bool {
        if hidden.contains(Hidden(place: place, cell: Cell(field: nil, code: ""))) { return true }
        if let slice, cells.indices.contains(slice), let cell = cells[slice] {
            return hidden.contains(Hidden(place: place, cell: cell))
        }
        return SmallCells.isWithheld(students, of: everybody[place] ?? 0)
    }

    func isWithheld(_ students: Int64, _ place: PlanRow.Place, _ key: SegmentKey) -> Bool {
        isWithheld(students, Place(key: key, place: place), slice: nil)
    }

    private func hiddenSlices(of place: Place) -> [Int] {
        guard hidesNobody.contains(place) else { return [] }
        return cells.indices.filter { slice in
            cells[slice].map { hidden.contains(Hidden(place: place, cell: $0)) } ?? false
        }
    }

    /// The rows with the numbers taken out of those that are withheld.
    func applied(to found: [FoundRows]) -> [FoundRows] {
        found.map { part in
            FoundRows(
                meaning: part.meaning,
                rows: part.rows.map { rows in
                    rows.withholding(empty: { hiddenSlices(of: Place(key: rows.key, place: $0)) }) {
                        isWithheld($2, Place(key: rows.key, place: $0), slice: $1)
                    }
                })
        }
    }
}

/// The organizations that have results of one assessment and year, with their numbers of students by slice.
private struct OrganizationTree {
    struct Node {
        /// nil: schools that nobody knows any more, which are a part of the State all the same.
        var place: PlanRow.Place?
        var parent: Int?
        var counts: [Int64]
    }

    private(set) var nodes: [Node]

    init(_ found: PackedRows, slices: Int, _ districtOfSchool: [Int64: Int64]) {
        nodes = [Node(place: .state, parent: nil, counts: [Int64](repeating: 0, count: slices))]
        var counts: [PlanRow.Place: [Int64]] = [:]
        for block in found.blocks.indices {
            var own = [Int64](repeating: 0, count: slices)
            _ = PackedRows.read(
                found.bytes(of: block), rows: found.blocks[block].rows, levels: found.levels, found.coding
            ) { own[$0] = $1.count }
            counts[found.blocks[block].place] = own
        }
        nodes[0].counts = counts[.state] ?? nodes[0].counts
        var nodeOfDistrict: [Int64: Int] = [:]
        var unknown = nodes[0].counts
        for (place, own) in counts {
            guard case .district(let id) = place else { continue }
            nodeOfDistrict[id] = nodes.count
            nodes.append(Node(place: place, parent: 0, counts: own))
            for slice in 0..<slices { unknown[slice] -= own[slice] }
        }
        for (place, own) in counts {
            guard case .school(let id) = place, let parent = districtOfSchool[id].flatMap({ nodeOfDistrict[$0] }) else {
                continue
            }
            nodes.append(Node(place: place, parent: parent, counts: own))
        }
        if unknown.contains(where: { $0 > 0 }) { nodes.append(Node(place: nil, parent: 0, counts: unknown)) }
    }
}
