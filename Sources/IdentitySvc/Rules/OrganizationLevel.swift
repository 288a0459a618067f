/// The levels at which a right may be given, the widest first (access §1.1, §3.4).
///
/// Raw values are the level words of the tenancy chain and of Identity's tables.
enum OrganizationLevel: String, CaseIterable, Sendable, Comparable {
    case client = "CLIENT"
    case stateGroup = "STATE_GROUP"
    case state = "STATE"
    case districtGroup = "DISTRICT_GROUP"
    case district = "DISTRICT"
    case schoolGroup = "INSTITUTION_GROUP"
    case school = "INSTITUTION"

    /// Level words are compared without regard to case.
    init?(word: String) {
        self.init(rawValue: word.uppercased())
    }

    /// The State and what stands above it: a right there is statewide (access §2.3 rule 2).
    var isStatewide: Bool { self <= .state }

    static func < (a: OrganizationLevel, b: OrganizationLevel) -> Bool {
        a.rank < b.rank
    }

    private var rank: Int {
        switch self {
        case .client: 0
        case .stateGroup: 1
        case .state: 2
        case .districtGroup: 3
        case .district: 4
        case .schoolGroup: 5
        case .school: 6
        }
    }
}

extension OrganizationLevel {
    /// The word of the table of organizations and of the wire; nil for the levels that are not stored.
    var kind: String? {
        switch self {
        case .client, .stateGroup, .state: nil
        case .districtGroup: "DistrictGroup"
        case .district: "District"
        case .schoolGroup: "SchoolGroup"
        case .school: "School"
        }
    }

    /// Of a stored kind, or `State`.
    init?(kind: String) {
        guard let level = Self.allCases.first(where: { $0.kind == kind }) ?? (kind == "State" ? .state : nil) else {
            return nil
        }
        self = level
    }
}
