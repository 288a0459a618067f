import Access
import Testing

@testable import IdentitySvc

@Suite struct TenancyChainTests {
    static let district = "|88800120000000|PII|DISTRICT|1000|ART|||CA|CALIFORNIA|||88800120000000|Demo District|||||"

    static func parse(_ values: String...) -> TenancyChain {
        TenancyChain(values, state: "CA") { GuideTables.book.function(named: $0) != nil }
    }

    @Test("T1: a grant of a district, as far as the rights")
    func district() throws {
        let chain = Self.parse(Self.district)
        #expect(chain.grants == [Grant(role: "PII", level: .district, naturalID: "88800120000000")])
        #expect(chain.ignored.isEmpty)
        let scope = try #require(
            Rights(of: chain.grants, by: GuideTables.book, organization: Tree.find).scopes[.individualPIIRead])
        #expect(scope.contains(Tree.elementary) && scope.contains(Tree.middle) && !scope.contains(Tree.harbor))
    }

    @Test("the examples of access §3.4")
    func examples() {
        let chain = Self.parse(
            "|CA|PII|STATE|1000|ART_DL|||CA|CALIFORNIA|||||||||",
            "|88800120000000|GROUP_ADMIN|DISTRICT|1000|ART_DL|||CA|CALIFORNIA|||88800120000000|Demo District|||||",
            "|88800120012001|PII_GROUP|INSTITUTION|1000|ART_DL|||CA|CALIFORNIA|||88800120000000|Demo District|||88800120012001|Demo School|"
        )
        #expect(
            chain.grants == [
                Grant(role: "PII", level: .state, naturalID: "CA"),
                Grant(role: "GROUP_ADMIN", level: .district, naturalID: "88800120000000"),
                Grant(role: "PII_GROUP", level: .school, naturalID: "88800120012001"),
            ])
    }

    @Test("T3: the level in lower case")
    func lowerCase() {
        #expect(
            Self.parse(Self.district.replacing("DISTRICT", with: "district")).grants == Self.parse(Self.district).grants
        )
    }

    @Test("T4: two grants in one value, with a comma in a name; split at |,| only")
    func commas() {
        let chain = Self.parse(
            Self.district.replacing("Demo District", with: "Demo, Unified")
                + ",|88800120012001|PII_GROUP|INSTITUTION|1000|ART|||CA|CALIFORNIA|||88800120000000|Demo, Unified|||88800120012001|One, Two|"
        )
        #expect(
            chain.grants == [
                Grant(role: "PII", level: .district, naturalID: "88800120000000"),
                Grant(role: "PII_GROUP", level: .school, naturalID: "88800120012001"),
            ])
        #expect(chain.ignored.isEmpty)
    }

    @Test("T8: a grant of another state beside one of ours")
    func otherState() {
        let chain = Self.parse("|NV|PII|STATE|1000|ART|||NV|NEVADA|||||||||", Self.district)
        #expect(chain.grants.map(\.naturalID) == ["88800120000000"])
        #expect(chain.ignored == [.foreignState])
    }

    @Test("rule 4: a client stands above the states and is kept")
    func client() {
        #expect(
            Self.parse("|1000|PII|CLIENT|1000|ART|||||||||||||").grants
                == [Grant(role: "PII", level: .client, naturalID: "1000")])
        #expect(Self.parse("|7|PII|STATE_GROUP|1000|ART|7|WEST|||||||||||").ignored == [.foreignState])
    }

    @Test("rule 6: blanks inside the name of a role stay")
    func blanks() {
        #expect(
            Self.parse(Self.district.replacing("|PII|", with: "|Instructional Resource Admin|")).grants.map(\.role)
                == ["Instructional Resource Admin"])
        #expect(Self.parse(Self.district.replacing("|PII|", with: "| PII|")).ignored == [.unknownRole])
    }

    @Test("the same grant twice is one grant")
    func twice() {
        #expect(Self.parse(Self.district, Self.district).grants.count == 1)
    }

    @Test(
        "every refusal; what is right beside it still counts",
        arguments: [
            ("", TenancyChain.Ignored.unreadable),
            ("no pipes at all", .unreadable),
            ("88800120000000|PII|DISTRICT|1000|ART|||CA|CALIFORNIA|||88800120000000|", .unreadable),
            ("|CA|PII|", .unknownLevel),
            ("|CA|PII|PLANET|1000|ART|||CA|CALIFORNIA|||||||||", .unknownLevel),
            ("|CA|PII||1000|ART|||CA|CALIFORNIA|||||||||", .unknownLevel),
            ("|88800120012001|PII|INSTITUTION|1000|ART|||CA|CALIFORNIA|||88800120000000|Demo", .tooShort),
            ("|CA|PII|STATE|1000", .tooShort),
            // T2: the entity is not the one at the stated level.
            (
                "|88800120012001|PII|DISTRICT|1000|ART|||CA|CALIFORNIA|||88800120000000|Demo District|||||",
                .entityDisagrees
            ),
            ("||PII|DISTRICT|1000|ART|||CA|CALIFORNIA||||Demo District|||||", .entityDisagrees),
            ("|CA|SUPERUSER|STATE|1000|ART|||CA|CALIFORNIA|||||||||", .unknownRole),
            ("|88800120000000|PII|DISTRICT|1000|ART|||NV|NEVADA|||88800120000000|Demo District|||||", .foreignState),
            ("|88800120000000|PII|DISTRICT|1000|ART||||CALIFORNIA|||88800120000000|Demo District|||||", .foreignState),
        ])
    func refusals(_ record: String, _ reason: TenancyChain.Ignored) {
        let chain = Self.parse(record, Self.district)
        #expect(chain.ignored == [reason])
        #expect(chain.grants.map(\.naturalID) == ["88800120000000"])
    }

    @Test("T2: nothing else granted: no permission at all")
    func nothingLeft() {
        let chain = Self.parse(Self.district.replacing("|88800120000000|PII", with: "|88800120012001|PII"))
        #expect(Rights(of: chain.grants, by: GuideTables.book, organization: Tree.find).isEmpty)
    }

    @Test("random records are read or left out, never more grants than records", arguments: 0..<200)
    func random(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func roll(_ n: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % n
        }
        let pieces = [
            "|", "||", ",", "|,|", "CA", "PII", "STATE", "DISTRICT", "1000", "é", "\u{0}", "INSTITUTION", " ",
        ]
        let value = (0..<roll(60)).map { _ in pieces[roll(pieces.count)] }.joined()
        let chain = Self.parse(value, Self.district)
        #expect(!chain.ignored.isEmpty || chain.grants.count > 1 || value.contains("|"))
        #expect(chain.grants.contains { $0.naturalID == "88800120000000" })
        for grant in chain.grants { #expect(!grant.naturalID.isEmpty) }
    }
}
