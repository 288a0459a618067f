/// The grants in the `sbacTenancyChain` attribute of a logon (access §3.4). Rule: Identity R3.
///
/// One grant is a record `|entity|role|level|…|` whose ids stand at fixed positions. An invalid grant is left out with a
/// reason; the others count.
struct TenancyChain: Sendable, Equatable {
    private(set) var grants: [Grant] = []
    private(set) var ignored: [Ignored] = []

    /// Why a record was left out; holds no name from the record.
    enum Ignored: Sendable, Equatable {
        case unreadable
        case unknownLevel
        case tooShort
        case entityDisagrees
        case unknownRole
        case foreignState
    }

    /// No logon carries more; what stands behind is not read.
    static let recordLimit = 1_000

    /// - Parameters:
    ///   - values: each holds one record, or several joined with commas.
    ///   - state: the code of the configured state, such as `CA`.
    ///   - isKnownRole: rule 3: roles that this way of logging on accepts.
    init(_ values: [String], state: String, isKnownRole: (String) -> Bool) {
        for record in values.flatMap(Self.records).prefix(Self.recordLimit) {
            switch Self.grant(record, state, isKnownRole) {
            case .success(let grant): if !grants.contains(grant) { grants.append(grant) }
            case .failure(let reason): ignored.append(reason.ignored)
            }
        }
    }

    private struct Refusal: Error { var ignored: Ignored }

    /// Rule 2: records are parted at `|,|` only; commas occur inside names.
    private static func records(_ value: String) -> [String] {
        let parts = value.split(separator: "|,|", omittingEmptySubsequences: false)
        return parts.enumerated().map { index, part in
            (index > 0 ? "|" : "") + part + (index < parts.count - 1 ? "|" : "")
        }
    }

    /// Position of the State's id, for the check of rule 4.
    private static let statePosition = 8

    private static func grant(
        _ record: String, _ state: String, _ isKnownRole: (String) -> Bool
    ) -> Result<Grant, Refusal> {
        let tokens = record.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard tokens.count > 3, tokens[0].isEmpty else { return .failure(Refusal(ignored: .unreadable)) }
        guard let level = OrganizationLevel(word: tokens[3]) else { return .failure(Refusal(ignored: .unknownLevel)) }
        guard tokens.count > level.idPosition else { return .failure(Refusal(ignored: .tooShort)) }
        guard !tokens[1].isEmpty, tokens[1] == tokens[level.idPosition] else {
            return .failure(Refusal(ignored: .entityDisagrees))
        }
        guard isKnownRole(tokens[2]) else { return .failure(Refusal(ignored: .unknownRole)) }
        // A client stands above all states and names none; everything else must name ours.
        guard level == .client || tokens.count > statePosition && tokens[statePosition] == state else {
            return .failure(Refusal(ignored: .foreignState))
        }
        return .success(Grant(role: tokens[2], level: level, naturalID: tokens[1]))
    }
}

extension OrganizationLevel {
    /// Where the id of this level stands in a record of the tenancy chain.
    fileprivate var idPosition: Int {
        switch self {
        case .client: 4
        case .stateGroup: 6
        case .state: 8
        case .districtGroup: 10
        case .district: 12
        case .schoolGroup: 14
        case .school: 16
        }
    }
}
