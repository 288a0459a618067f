import Access
import Contracts
import Testing

@Suite struct CallerPermissionsTests {
    static func claims(_ permissions: [(Permission, Scope)]) -> CallerClaims {
        .with {
            $0.permissions = permissions.map { permission, scope in
                .with {
                    $0.permission = permission.rawValue
                    $0.scope = scope
                }
            }
        }
    }

    @Test("T7: each permission has a scope of its own")
    func ownScopes() throws {
        let caller = Self.claims([
            (.groupWrite, .with { $0.districtIDs = [Fixture.demoDistrict] }),
            (.individualPIIRead, .with { $0.schoolIDs = [Fixture.elementary.schoolID] }),
        ])
        #expect(try caller.requireScope(of: .groupWrite).contains(Fixture.middle))
        #expect(try !caller.requireScope(of: .individualPIIRead).contains(Fixture.middle))
    }

    @Test("a missing permission is refused, whatever else is held")
    func refusals() {
        let caller = Self.claims([(.groupRead, .with { $0.statewide = true })])
        #expect(throws: Fault.notPermitted) { try caller.require(.groupWrite) }
        #expect(throws: Fault.notPermitted) { try caller.require(.individualPIIRead, .groupPIIRead) }
        #expect(throws: Fault.notPermitted) { try caller.requireScope(of: .dataWrite) }
        #expect(throws: Never.self) { try caller.require(.groupWrite, .groupRead) }
        #expect(throws: Fault.notPermitted) { try CallerClaims().require(.groupRead) }
    }

    @Test("T5: a permission with an empty scope does not exist (trap 4)")
    func emptyScope() {
        let caller = Self.claims([(.groupRead, Scope())])
        #expect(!caller.has(.groupRead))
        #expect(throws: Fault.notPermitted) { try caller.require(.groupRead) }
    }

    @Test("a process in its own name is nobody")
    func nobody() {
        let call = Call.starting(budget: .seconds(1), service: "gateway")
        #expect { try call.person() } throws: { ($0 as? Fault)?.code == .unauthenticated }
    }

    @Test("the names of access §2.2, character for character")
    func names() {
        #expect(
            Permission.allCases.map(\.rawValue) == [
                "INDIVIDUAL_PII_READ", "GROUP_PII_READ", "TEACHER_GROUP_READ", "TEACHER_GROUP_WRITE", "GROUP_READ",
                "GROUP_WRITE", "CUSTOM_AGGREGATE_READ", "INSTRUCTIONAL_RESOURCE_WRITE", "EMBARGO_READ", "EMBARGO_WRITE",
                "DATA_WRITE", "AUDIT_XML_READ", "ISR_TEMPLATE_READ", "ISR_TEMPLATE_WRITE", "PIPELINE_READ",
                "PIPELINE_WRITE", "TENANT_READ", "TENANT_WRITE", "POPULATION_AGGREGATE_READ", "ALL_STATES_READ",
                "IIRD_EXTRACTS_READ",
            ])
    }
}
