/// Which cells of one lattice are hidden so that no small number of students can be derived (DESIGN §5). Rule: Aggregate R16.
///
/// The lattice is the organization tree × the codes of one student field × one assessment and year: for each organization its
/// number of students and those of each code. A number from 1 to 10 is small. Whoever sees the rest knows that an organization
/// is the sum of those below it, and, where each student has one code, that the codes of an organization add up to all of it.
///
/// Every cell is an arc of a network in which these sums are the nodes: a cell above the leaves leads from the sum that it is to
/// the one that it is part of, a leaf leads from its organization's sum of codes to its parent's. A hidden cell cannot be
/// derived when the hidden cells hold a cycle through it along which a student more and a student less keeps every sum and
/// leaves no cell below 0: both worlds look the same. So for each small cell the cheapest such cycle is hidden. Hiding more
/// later never undoes it.
struct SmallCells {
    /// Numbers of students below it are small; 0 is nobody.
    static let threshold: Int64 = 11

    static func isSmall(_ students: Int64) -> Bool { (1..<threshold).contains(students) }

    /// Outside of the lattice a row is withheld when it, or what it leaves of its organization, is small.
    static func isWithheld(_ students: Int64, of organization: Int64) -> Bool {
        isSmall(students) || isSmall(abs(organization - students))
    }

    /// An organization of the tree; the first one is the root, parents stand before children.
    struct Organization: Sendable {
        /// Place in the list; nil: the root.
        var parent: Int?
        /// Students in all.
        var students: Int64
        /// Of each code of the field.
        var codes: [Int64]
    }

    struct Cell: Hashable, Sendable {
        var organization: Int
        /// nil: all students of the organization.
        var code: Int?
    }

    /// What an organization's row of all students shows is the same for every field, so it is decided before: see `overall`.
    /// Where that row is hidden, all others of the organization are.
    ///
    /// - Parameters:
    ///   - isPartition: each student has exactly one of the codes; several ethnicities are none.
    ///   - overall: the organizations whose row of all students is hidden.
    /// - Returns: the hidden cells, those of all students too.
    static func hidden(
        _ organizations: [Organization], isPartition: Bool, overall: Set<Int>
    ) -> Set<Cell> {
        var network = CellNetwork(organizations, isPartition: isPartition)
        for cell in network.cells
        where overall.contains(cell.organization) || cell.code != nil && isSmall(network.students(cell)) {
            network.hide(cell)
        }
        network.protectSmall()
        return network.hiddenCells
    }

    /// The organizations whose row of all students is hidden, by the tree alone.
    static func overall(_ organizations: [Organization]) -> Set<Int> {
        var network = CellNetwork(
            organizations.map { Organization(parent: $0.parent, students: $0.students, codes: []) }, isPartition: false,
            mayHideOverall: true)
        for cell in network.cells where isSmall(network.students(cell)) { network.hide(cell) }
        network.protectSmall()
        return Set(network.hiddenCells.map(\.organization))
    }
}

/// The cells of a lattice as arcs between sums.
struct CellNetwork {
    private struct Arc {
        var cell: SmallCells.Cell
        var from: Int
        var to: Int
        var students: Int64
        /// It cannot be more: nobody has a code without being a student. Where codes add up, the sums say so.
        var most: Int64
        var isHidden = false
    }

    /// Sums that nobody knows anything of are one node: whatever leads there is free.
    private static let ground = 0
    private var arcs: [Arc] = []
    private var arcOfCell: [SmallCells.Cell: Int] = [:]
    /// By node.
    private var touching: [[Int]] = [[]]
    private let mayHideOverall: Bool

    /// - Parameter mayHideOverall: rows of all students may be hidden to protect others.
    init(_ organizations: [SmallCells.Organization], isPartition: Bool, mayHideOverall: Bool = false) {
        self.mayHideOverall = mayHideOverall
        let codes = organizations.first?.codes.count ?? 0
        let hasChildren = organizations.reduce(into: [Bool](repeating: false, count: organizations.count)) {
            if let parent = $1.parent { $0[parent] = true }
        }
        var next = 1
        /// The sum of a code over the children of an organization; the last one is that of all students.
        var sumOf: [Int: Int] = [:]
        for place in organizations.indices where hasChildren[place] {
            sumOf[place] = next
            next += codes + 1
        }
        /// The sum of the codes of a leaf. Those of larger organizations follow from it.
        var rowOf: [Int: Int] = [:]
        if isPartition {
            for place in organizations.indices where !hasChildren[place] {
                rowOf[place] = next
                next += 1
            }
        }
        touching = [[Int]](repeating: [], count: next)
        for (place, organization) in organizations.enumerated() {
            for code in 0...codes {
                let students = code == codes ? organization.students : organization.codes[code]
                let own = sumOf[place].map { $0 + code } ?? rowOf[place] ?? Self.ground
                let above = organization.parent.flatMap { sumOf[$0] }.map { $0 + code } ?? Self.ground
                // All students leave the sum of codes that the codes come into.
                let isAll = code == codes
                add(
                    Arc(
                        cell: SmallCells.Cell(organization: place, code: isAll ? nil : code), from: isAll ? above : own,
                        to: isAll ? own : above, students: students,
                        most: isAll || isPartition ? .max : organization.students))
            }
        }
    }

    private mutating func add(_ arc: Arc) {
        arcOfCell[arc.cell] = arcs.count
        touching[arc.from].append(arcs.count)
        if arc.to != arc.from { touching[arc.to].append(arcs.count) }
        arcs.append(arc)
    }

    var cells: [SmallCells.Cell] { arcs.map(\.cell) }
    var hiddenCells: Set<SmallCells.Cell> { Set(arcs.filter(\.isHidden).map(\.cell)) }
    func students(_ cell: SmallCells.Cell) -> Int64 { arcOfCell[cell].map { arcs[$0].students } ?? 0 }

    mutating func hide(_ cell: SmallCells.Cell) {
        if let arc = arcOfCell[cell] { arcs[arc].isHidden = true }
    }

    /// Hides what it takes to make each small cell underivable.
    mutating func protectSmall() {
        for place in arcs.indices where arcs[place].isHidden && SmallCells.isSmall(arcs[place].students) {
            guard let cycle = cycle(through: place, cost: hiding) else { continue }
            for arc in cycle { arcs[arc].isHidden = true }
        }
    }

    /// What hiding a cell costs; nil: it may not be hidden.
    private func hiding(_ arc: Int) -> Int64? {
        if arcs[arc].isHidden { return 0 }
        if arcs[arc].cell.code == nil, !mayHideOverall || arcs[arc].students == 0 { return nil }
        // Small rows before large ones, few before many; that there is nobody is hidden only when nothing else helps.
        return arcs[arc].students > 0 ? arcs[arc].students + 50 : 1_000
    }

    /// Whether a hidden cell follows from those that are shown: no other world looks the same.
    func isDerivable(_ cell: SmallCells.Cell) -> Bool {
        guard let arc = arcOfCell[cell] else { return true }
        return cycle(through: arc) { arcs[$0].isHidden ? 0 : nil } == nil
    }

    /// The cheapest cycle with one student more, or one less, in a cell; the cells of it.
    private func cycle(through place: Int, cost: (Int) -> Int64?) -> [Int]? {
        let arc = arcs[place]
        if arc.from == arc.to { return [place] }
        // One more in the cell itself: from its end back to its beginning.
        let more = arc.students < arc.most ? path(from: arc.to, to: arc.from, without: place, cost: cost) : nil
        let less = arc.students > 0 ? path(from: arc.from, to: arc.to, without: place, cost: cost) : nil
        let best = [more, less].compactMap { $0 }.min { $0.cost < $1.cost }
        return best.map { $0.arcs + [place] }
    }

    /// The cheapest way along which each cell gains a student, forwards, or loses one, backwards.
    private func path(
        from start: Int, to end: Int, without left: Int, cost: (Int) -> Int64?
    ) -> (cost: Int64, arcs: [Int])? {
        var best: [Int: Int64] = [start: 0]
        var came: [Int: (node: Int, arc: Int)] = [:]
        var done: Set<Int> = []
        var waiting = CheapestFirst()
        waiting.insert(start, 0)
        while let (node, spent) = waiting.removeFirst() {
            guard done.insert(node).inserted else { continue }
            if node == end {
                var arcs: [Int] = []
                var here = end
                while let step = came[here], here != start {
                    arcs.append(step.arc)
                    here = step.node
                }
                return (spent, arcs)
            }
            for place in touching[node] where place != left {
                let arc = arcs[place]
                let next = arc.from == node ? arc.to : arc.from
                let isPossible = arc.from == node ? arc.students < arc.most : arc.students > 0
                guard isPossible, let price = cost(place) else { continue }
                let sum = spent + price
                if sum < best[next] ?? .max {
                    best[next] = sum
                    came[next] = (node, place)
                    waiting.insert(next, sum)
                }
            }
        }
        return nil
    }
}

/// Nodes by what it costs to reach them: a binary heap.
private struct CheapestFirst {
    private var heap: [(node: Int, cost: Int64)] = []

    mutating func insert(_ node: Int, _ cost: Int64) {
        heap.append((node, cost))
        var place = heap.count - 1
        while place > 0, heap[place].cost < heap[(place - 1) / 2].cost {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func removeFirst() -> (node: Int, cost: Int64)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if heap.isEmpty { return first }
        heap[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child].cost < heap[least].cost
            {
                least = child
            }
            if least == place { return first }
            heap.swapAt(place, least)
            place = least
        }
    }
}
