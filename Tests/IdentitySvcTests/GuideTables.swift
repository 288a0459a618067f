import Access
import Testing

@testable import IdentitySvc

/// The tables of access §2.1 and §2.2, transcribed a second time, as the guide prints them: what the shipped data must say.
enum GuideTables {
    struct RoleRow: Sendable, CustomTestStringConvertible {
        var name: String
        var program: String
        var levels: Set<OrganizationLevel>
        /// The six columns of the table: PII, PII_GROUP, GROUP_ADMIN, Custom Aggregate Reporter, Instructional Resource
        /// Admin, DL_EndUser.
        var ticks: String
        var testDescription: String { name }

        var functions: Set<String> {
            Set(zip(GuideTables.columns, ticks).filter { $0.1 == "✔" }.map(\.0))
        }
    }

    static let columns = [
        "PII", "PII_GROUP", "GROUP_ADMIN", "CUSTOM_AGGREGATE_REPORTER", "Instructional Resource Admin", "DL_EndUser",
    ]
    private static let lea: Set<OrganizationLevel> = [.district]
    private static let school: Set<OrganizationLevel> = [.school]

    static let roles: [RoleRow] = [
        RoleRow(name: "LEA CAASPP Coordinator", program: "CAASPP", levels: lea, ticks: "✔✔✔✔✔✔"),
        RoleRow(name: "LEA ELPAC Coordinator", program: "ELPAC", levels: lea, ticks: "✔✔✔✔✔✔"),
        RoleRow(name: "Educator - District", program: "CAASPP", levels: lea, ticks: "✔✔✔✔✔✔"),
        RoleRow(name: "LST Correspondence Administrator", program: "ELPAC", levels: lea, ticks: "–✔–––✔"),
        RoleRow(name: "Site CAASPP Coordinator", program: "CAASPP", levels: school, ticks: "✔✔✔✔✔✔"),
        RoleRow(name: "Site ELPAC Coordinator", program: "ELPAC", levels: school, ticks: "✔✔✔✔✔✔"),
        RoleRow(name: "Educator - Test Site", program: "CAASPP", levels: school, ticks: "✔✔✔✔✔✔"),
        RoleRow(name: "CAASPP Test Administrator", program: "CAASPP", levels: school, ticks: "–✔–––✔"),
        RoleRow(name: "CAASPP Test Examiner", program: "CAASPP", levels: school, ticks: "–✔–––✔"),
        RoleRow(name: "CAASPP IA Administrator Only", program: "CAASPP", levels: school, ticks: "–✔–––✔"),
        RoleRow(name: "ELPAC Test Examiner", program: "ELPAC", levels: school, ticks: "–✔–––✔"),
        RoleRow(name: "LST Data Entry", program: "ELPAC", levels: school, ticks: "–✔–––✔"),
        RoleRow(name: "Educator - Roster", program: "CAASPP", levels: school, ticks: "–✔–––✔"),
        RoleRow(
            name: "Tools for Teachers User", program: "CAASPP",
            levels: Set(OrganizationLevel.allCases.filter { $0 >= .state }),
            ticks: "–––––✔"),
    ]

    /// The two state roles that are shipped because the guide names none (access §2.1, decision).
    static let stateRoles: [(name: String, functions: Set<String>)] = [
        (
            "State Administrator",
            [
                "PII", "PII_GROUP", "GROUP_ADMIN", "CUSTOM_AGGREGATE_REPORTER", "Instructional Resource Admin",
                "EMBARGO_ADMIN",
            ]
        ),
        ("State Aggregate User", ["CUSTOM_AGGREGATE_REPORTER"]),
    ]

    struct FunctionRow: Sendable, CustomTestStringConvertible {
        var name: String
        var permissions: Set<Permission>
        /// S state, G group of districts, D district, g group of schools, s school, C client.
        var levels: String
        var testDescription: String { name }

        var levelSet: Set<OrganizationLevel> {
            Set(levels.map { GuideTables.levelLetters[$0]! })
        }
    }
    private static let levelLetters: [Character: OrganizationLevel] = [
        "C": .client, "S": .state, "G": .districtGroup, "D": .district, "g": .schoolGroup, "s": .school,
    ]

    private static let operatorScreens: Set<Permission> = [
        .isrTemplateRead, .isrTemplateWrite, .pipelineRead, .pipelineWrite, .tenantRead, .tenantWrite,
    ]

    static let functions: [FunctionRow] = [
        FunctionRow(name: "PII", permissions: [.individualPIIRead, .groupPIIRead, .groupRead], levels: "CSGDgs"),
        FunctionRow(name: "PII_GROUP", permissions: [.groupPIIRead, .groupRead], levels: "CSGDgs"),
        FunctionRow(name: "GROUP_ADMIN", permissions: [.groupRead, .groupWrite], levels: "SDgs"),
        FunctionRow(name: "CUSTOM_AGGREGATE_REPORTER", permissions: [.customAggregateRead], levels: "SDgs"),
        FunctionRow(name: "Instructional Resource Admin", permissions: [.instructionalResourceWrite], levels: "SDgs"),
        FunctionRow(name: "EMBARGO_ADMIN", permissions: [.embargoRead, .embargoWrite], levels: "SD"),
        FunctionRow(name: "DL_EndUser", permissions: [], levels: "SGDgs"),
        FunctionRow(name: "ASMTDATALOAD", permissions: [.dataWrite], levels: "S"),
        FunctionRow(name: "AUDITXML", permissions: [.auditXMLRead], levels: "S"),
        FunctionRow(name: "ISR_TEMPLATE_ADMIN", permissions: [.isrTemplateRead, .isrTemplateWrite], levels: "S"),
        FunctionRow(name: "ISR_TEMPLATE_READONLY", permissions: [.isrTemplateRead], levels: "S"),
        FunctionRow(name: "PIPELINE_ADMIN", permissions: [.pipelineRead, .pipelineWrite], levels: "S"),
        FunctionRow(name: "TENANT_ADMIN", permissions: [.tenantRead, .tenantWrite], levels: "C"),
        FunctionRow(name: "DevOps", permissions: operatorScreens, levels: "C"),
        FunctionRow(name: "GENERAL", permissions: [.populationAggregateRead], levels: "S"),
        FunctionRow(name: "ALLSTATES", permissions: [.allStatesRead], levels: "S"),
        FunctionRow(name: "IIRDEXTRACTS", permissions: [.iirdExtractsRead], levels: "S"),
        FunctionRow(name: "SandboxTeacher", permissions: [.groupPIIRead, .groupRead], levels: "s"),
        FunctionRow(
            name: "SandboxSchoolAdmin",
            permissions: [.individualPIIRead, .groupPIIRead, .groupRead, .customAggregateRead], levels: "s"),
        FunctionRow(
            name: "SandboxDistrictAdmin",
            permissions: [
                .individualPIIRead, .groupPIIRead, .groupRead, .groupWrite, .customAggregateRead,
                .instructionalResourceWrite, .embargoRead, .embargoWrite, .isrTemplateRead,
            ], levels: "D"),
    ]

    /// A book with exactly these rows, for tests of the rules without a database.
    static let book = RoleBook(
        functions: functions.map {
            RoleBook.Function(
                name: $0.name,
                aliases: $0.name == "Instructional Resource Admin" ? ["INSTRUCTIONAL_RESOURCE_ADMIN"] : [],
                permissions: $0.permissions, levels: $0.levelSet)
        },
        roles: roles.map {
            RoleBook.Role(
                name: $0.name, displayName: $0.name, program: $0.program, functions: $0.functions.sorted(),
                levels: $0.levels)
        })
}
