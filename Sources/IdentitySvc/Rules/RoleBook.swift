import Access

/// Role → function → permission, as read from Identity's tables (access §2.1, §2.2). Rule: Identity R1.
///
/// No role or function name is known to the code; operators edit the tables.
struct RoleBook: Sendable {
    /// A right that is given as a whole, such as `PII`; the code of a role in the tenancy chain.
    struct Function: Sendable {
        /// As written in the table.
        var name: String
        /// Other spellings that mean the same function.
        var aliases: [String] = []
        var permissions: Set<Permission>
        /// A grant at any other level is void.
        var levels: Set<OrganizationLevel>
        /// The ways of logging on that accept it (access §3.4 rule 3, §3.5).
        var logons: Set<Logon> = []
    }

    /// How a session began.
    enum Logon: Sendable {
        case web, importing
    }

    /// A named bundle of functions that a person chooses for a session.
    struct Role: Sendable {
        var name: String
        /// The name shown to the person and to others.
        var displayName: String
        var program = ""
        var functions: [String]
        var levels: Set<OrganizationLevel>
    }

    private let allFunctions: [Function]
    private let functionsByName: [String: Function]
    private let rolesByName: [String: Role]

    init(functions: [Function], roles: [Role]) {
        var byName: [String: Function] = [:]
        for function in functions {
            for name in [function.name] + function.aliases { byName[Self.key(name)] = function }
        }
        allFunctions = functions
        functionsByName = byName
        rolesByName = Dictionary(roles.map { (Self.key($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Names are compared without regard to case; blanks inside them count.
    private static func key(_ name: String) -> String { name.lowercased() }

    func function(named name: String) -> Function? { functionsByName[Self.key(name)] }
    func role(named name: String) -> Role? { rolesByName[Self.key(name)] }

    /// A book that knows only the functions which this way of logging on accepts.
    func limited(to logon: Logon) -> RoleBook {
        RoleBook(
            functions: allFunctions.filter { $0.logons.contains(logon) }, roles: Array(rolesByName.values))
    }

    /// The functions that a grant carries: those of the role, or the function that is named itself. Only the ones that
    /// may be held at the level of the grant; none for an unknown name.
    func functions(of grant: Grant) -> [Function] {
        let named: [Function]
        if let role = role(named: grant.role) {
            guard role.levels.contains(grant.level) else { return [] }
            named = role.functions.compactMap(function(named:))
        } else {
            named = function(named: grant.role).map { [$0] } ?? []
        }
        return named.filter { $0.levels.contains(grant.level) }
    }
}
