import Access
import Contracts

/// A small generator of repeatable random numbers (SplitMix64).
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// The tree of organizations as parent links, and containment as a walk towards the root: what the rule says in words.
struct NaiveTree {
    enum Kind { case districtGroup, district, schoolGroup, school }
    struct Node {
        var id: Int64
        var kind: Kind
        var parent: Int64?
    }

    var nodes: [Node] = []

    static func random(_ random: inout Dice) -> NaiveTree {
        var tree = NaiveTree()
        func add(_ kind: Kind, under parent: Int64?) -> Int64 {
            let id = Int64(tree.nodes.count + 1)
            tree.nodes.append(Node(id: id, kind: kind, parent: parent))
            return id
        }
        let groups = (0..<Int.random(in: 0...2, using: &random)).map { _ in add(.districtGroup, under: nil) }
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let district = add(.district, under: (groups.map(Optional.some) + [nil]).randomElement(using: &random)!)
            let schoolGroups = (0..<Int.random(in: 0...2, using: &random)).map { _ in add(.schoolGroup, under: district)
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                _ = add(.school, under: (schoolGroups + [district]).randomElement(using: &random)!)
            }
        }
        return tree
    }

    func ancestor(_ id: Int64, _ kind: Kind) -> Int64? {
        var at: Int64? = id
        while let here = at {
            let node = nodes[Int(here) - 1]
            if node.kind == kind { return here }
            at = node.parent
        }
        return nil
    }

    func place(_ school: Int64) -> SchoolPlace {
        SchoolPlace(
            schoolID: school, districtID: ancestor(school, .district)!,
            districtGroupID: ancestor(school, .districtGroup),
            schoolGroupID: ancestor(school, .schoolGroup))
    }

    var schools: [SchoolPlace] { nodes.filter { $0.kind == .school }.map { place($0.id) } }

    func randomScope(_ random: inout Dice) -> Scope {
        func some(_ kind: Kind) -> [Int64] {
            nodes.filter { $0.kind == kind && Int.random(in: 0..<4, using: &random) == 0 }.map(\.id)
        }
        return .with {
            $0.statewide = Int.random(in: 0..<8, using: &random) == 0
            $0.districtGroupIDs = some(.districtGroup)
            $0.districtIDs = some(.district)
            $0.schoolGroupIDs = some(.schoolGroup)
            $0.schoolIDs = some(.school)
        }
    }

    func isInScope(_ id: Int64, _ scope: Scope) -> Bool {
        if scope.statewide { return true }
        var at: Int64? = id
        while let here = at {
            let node = nodes[Int(here) - 1]
            let listed =
                switch node.kind {
                case .districtGroup: scope.districtGroupIDs
                case .district: scope.districtIDs
                case .schoolGroup: scope.schoolGroupIDs
                case .school: scope.schoolIDs
                }
            if listed.contains(here) { return true }
            at = node.parent
        }
        return false
    }
}
