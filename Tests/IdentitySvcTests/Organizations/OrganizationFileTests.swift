import Foundation
import Ledger
import Testing

@testable import IdentitySvc

/// Organizations: what is taken of either form, and each text of a refusal (ingest §6, §16.7; access §1.3).
struct OrganizationFileTests {
    static func refusal(_ payload: String) -> ImportRefusal? {
        do {
            _ = try OrganizationFile.read(Array(payload.utf8))
            return nil
        } catch {
            return error
        }
    }

    static func collected(_ messages: [ImportMessage]) -> ImportRefusal {
        var all = ImportMessages()
        messages.forEach { all.add($0) }
        return ImportRefusal(.badData, all.collectedText())
    }

    static func entity(_ type: String, _ id: String, under parent: String?, _ more: String = "") -> String {
        let parts = parent?.split(separator: " ").map(String.init) ?? []
        let above =
            switch parts.count {
            case 0: ""
            case 1: #","parentEntityId":"\#(parts[0])""#
            default: #","parentEntityType":"\#(parts[0])","parentEntityId":"\#(parts[1])""#
            }
        return #"{"entityType":"\#(type)","entityId":"\#(id)","entityName":"Name \#(id)"\#(above)\#(more)}"#
    }

    static let group = entity("GROUPOFDISTRICTS", "DG", under: "STATE CA")
    static let district = entity("DISTRICT", "D", under: "GROUPOFDISTRICTS DG")
    static let schoolGroup = entity("GROUPOFINSTITUTIONS", "SG", under: "DISTRICT D")
    static let school = entity("INSTITUTION", "S", under: "GROUPOFINSTITUTIONS SG", #","nationwideIdentifier":"N1""#)
    static let whole = OrganizationSet(
        districtGroups: [.init(naturalID: "DG", name: "Name DG")],
        districts: [.init(naturalID: "D", name: "Name D", group: "DG")],
        schoolGroups: [.init(naturalID: "SG", name: "Name SG", district: "D")],
        schools: [.init(naturalID: "S", name: "Name S", externalID: "N1", district: "D", group: "SG")],
        knowsGroups: true)

    // MARK: JSON

    @Test("R23: districts, schools and the groups of both find their parents, in any order of the file")
    func resolvesParentsInAnyOrder() throws {
        let parts = [Self.group, Self.district, Self.schoolGroup, Self.school]
        for order in [parts, parts.reversed(), [parts[2], parts[0], parts[3], parts[1]]] {
            let set = try OrganizationFile.read(Array("[\(order.joined(separator: ","))]".utf8))
            #expect(set == Self.whole)
        }
    }

    @Test func walksThroughAnyJSON() throws {
        let payload = """
            \u{FEFF} {"a": [[{"b": {"searchResults": [\(Self.school), null, 1.5e-3, "x"], "page": 0}}]],
              "c": {"entityTypes": "DISTRICT", "list": [\(Self.district), {"entityType": "STATE", "entityId": null}]},
              "d": \(Self.group.replacing("GROUPOFDISTRICTS", with: "groupOfDistricts")), "e": [true, false, {}, []],
              "f": {"entityType": "CLIENT"}, "g": \(Self.schoolGroup) }
            """
        #expect(try OrganizationFile.read(Array(payload.utf8)) == Self.whole)
    }

    @Test func keepsDistrictsWithoutSchools() throws {
        let set = try OrganizationFile.read(Array("[\(Self.entity("DISTRICT", "new", under: "STATE CA"))]".utf8))
        #expect(set.districts == [.init(naturalID: "new", name: "Name new")])
        #expect(set.schools.isEmpty)
    }

    @Test func passesOverSchoolsWithoutADistrict() throws {
        let set = try OrganizationFile.read(
            Array(
                """
                [\(Self.group), \(Self.district), \(Self.entity("INSTITUTION", "kept", under: "D")),
                 \(Self.entity("INSTITUTION", "lost", under: "CA")), \(Self.entity("INSTITUTION", "state", under: "STATE CA"))]
                """.utf8))
        #expect(set.schools == [.init(naturalID: "kept", name: "Name kept", district: "D")])
    }

    @Test func takesNumbersEscapesAndBlanks() throws {
        let set = try OrganizationFile.read(
            Array(
                #"{"entityType":"DISTRICT","entityId":12,"entityName":" M\u00fc\"l\ud83d\ude00 ","parentEntityId":"CA","nationwideIdentifier":""}"#
                    .utf8))
        #expect(set.districts == [.init(naturalID: "12", name: "Mü\"l😀")])
    }

    @Test(
        arguments: [
            (
                #"{"entityType":"DISTRICT"}"#,
                [
                    ImportMessage("entityId", nil, "value may not be blank"),
                    ImportMessage("entityName", nil, "value may not be blank"),
                    ImportMessage("parentEntityId", nil, "value may not be blank"),
                ]
            ),
            (
                #"{"entityType":"DISTRICT","entityId":" ","entityName":null,"parentEntityId":[1]}"#,
                [
                    ImportMessage("entityId", "", "value may not be blank"),
                    ImportMessage("entityName", nil, "value may not be blank"),
                    ImportMessage("parentEntityId", nil, "value may not be blank"),
                ]
            ),
            (
                entity("DISTRICT", String(repeating: "i", count: 41), under: "CA"),
                [
                    ImportMessage("entityId", String(repeating: "i", count: 41), "string is too long, max length is 40")
                ]
            ),
            (
                entity("DISTRICT", "i", under: "CA").replacing("Name i", with: String(repeating: "n", count: 101)),
                [
                    ImportMessage(
                        "entityName", String(repeating: "n", count: 101), "string is too long, max length is 100")
                ]
            ),
            (
                entity("DISTRICT", "i", under: String(repeating: "p", count: 41)),
                [
                    ImportMessage(
                        "parentEntityId", String(repeating: "p", count: 41), "string is too long, max length is 40")
                ]
            ),
            (
                "[\(group), \(entity("DISTRICT", "D", under: "GROUPOFDISTRICTS XX"))]",
                [
                    ImportMessage("D parent", nil, "unknown GROUPOFDISTRICTS [XX]")
                ]
            ),
            (
                "[\(entity("INSTITUTION", "S", under: "DISTRICT 88800120000000"))]",
                [
                    ImportMessage("S parent", nil, "unknown DISTRICT [88800120000000]")
                ]
            ),
            (
                "[\(group), \(district), \(entity("INSTITUTION", "S", under: "GROUPOFDISTRICTS DG"))]",
                [
                    ImportMessage("S parent", nil, "unknown GROUPOFDISTRICTS [DG]")
                ]
            ),
            (
                "[\(entity("GROUPOFINSTITUTIONS", "SG", under: "STATE CA"))]",
                [
                    ImportMessage("SG parent", nil, "unknown DISTRICT [CA]")
                ]
            ),
        ] as [(String, [ImportMessage])])
    func collectsErrors(payload: String, messages: [ImportMessage]) {
        #expect(Self.refusal(payload) == Self.collected(messages))
    }

    @Test(arguments: [
        "", " ", "12", "\"x\"", "null", "[1,]", "[1 2]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "[01]", "[1.]", "[.5]",
        "[+1]",
        "[tru]", "[\"\u{1}\"]", "[\"\\x\"]", "[\"\\ud800\"]", "[\"\\udc00\"]", "[\"\\u0000\"]", "[] []", "[",
        "{\"a\":1",
        "[\"", String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
        String(repeating: "[", count: 65) + String(repeating: "]", count: 65), "nonsense", "<xml/>", "a^b^c\n1^2^3\n",
    ])
    func refusesWhatFitsNeitherForm(payload: String) {
        #expect(Self.refusal(payload) == ImportRefusal(.badFormat, "invalid organization payload format"))
    }

    @Test func refusesJSONThatIsNotUTF8() {
        #expect(throws: ImportRefusal(.badFormat, "invalid organization payload format")) {
            try OrganizationFile.read(Array("[\"".utf8) + [0xFF] + Array("\"]".utf8))
        }
    }

    @Test(arguments: ["[]", "{}", "[{},[1]]"])
    func takesJSONWithoutOrganizations(payload: String) throws {
        #expect(try OrganizationFile.read(Array(payload.utf8)) == OrganizationSet(knowsGroups: true))
    }

    // MARK: CALPADS

    static let headings =
        "County-District Code^School Code^Auth CDS Code^County Name^District Name^School Name^Charter School^Charter Status^NPS School"

    @Test("R30: the extract of CALPADS") func readsTheStatesExtract() throws {
        let text =
            "\u{FEFF}# extract\r\n\(Self.headings)\r\n0112345^7^01123450000007^X^Dee^Es, One^N^^N\r\n\r\n^^^^^^^^\r\n"
            + "0112345^8^99123450000008^X^Other^\"Es^Two\"^N^^N\r\n0112345^7^01123450000007^X^Dee^Again^N^^N"
        #expect(
            try OrganizationFile.read(Array(text.utf8))
                == OrganizationSet(
                    districts: [.init(naturalID: "01123450000000", name: "Dee")],
                    schools: [
                        .init(naturalID: "01123450000007", name: "Es, One", district: "01123450000000"),
                        .init(naturalID: "99123450000008", name: "Es^Two", district: "01123450000000"),
                    ], knowsGroups: false))
    }

    @Test(
        arguments: [
            ("^1^2^c^D^S", [ImportMessage("County-District Code", "", "value may not be blank")]),
            ("1^1^^c^D^S", [ImportMessage("Auth CDS Code", "", "value may not be blank")]),
            ("1^1^2^c^^S", [ImportMessage("District Name", "", "value may not be blank")]),
            ("1^1^2^c^D^", [ImportMessage("School Name", "", "value may not be blank")]),
            (
                "\(String(repeating: "1", count: 34))^1^2^c^D^S",
                [
                    ImportMessage(
                        "County-District Code", String(repeating: "1", count: 34),
                        "string is too long, max length is 33")
                ]
            ),
            (
                "1^1^\(String(repeating: "2", count: 41))^c^\(String(repeating: "d", count: 101))^S",
                [
                    ImportMessage(
                        "District Name", String(repeating: "d", count: 101), "string is too long, max length is 100"),
                    ImportMessage(
                        "Auth CDS Code", String(repeating: "2", count: 41), "string is too long, max length is 40"),
                ]
            ),
            (
                "1^1^2^c^D^\(String(repeating: "s", count: 101))",
                [
                    ImportMessage(
                        "School Name", String(repeating: "s", count: 101), "string is too long, max length is 100")
                ]
            ),
        ] as [(String, [ImportMessage])])
    func collectsErrorsOfTheExtract(row: String, messages: [ImportMessage]) {
        #expect(Self.refusal(Self.headings + "\n" + row) == Self.collected(messages))
    }

    @Test func needsItsHeadings() {
        for heading in ["County-District Code", "Auth CDS Code", "District Name", "School Name"] {
            let other = Self.headings.replacing(heading, with: "x\(heading.count)")
            #expect(Self.refusal(other + "\n1^2^3^4^5^6")?.status == .badFormat)
        }
    }

    // MARK: Real files

    static let corpus: String? = {
        var checkout = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { checkout.deleteLastPathComponent() }
        var candidates = [checkout.deletingLastPathComponent().appendingPathComponent("shared/corpus").path]
        if let named = ProcessInfo.processInfo.environment["ERS_CORPUS"] { candidates.insert(named, at: 0) }
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/README.md") }
    }()

    @Test(.enabled(if: corpus != nil))
    func takesTheRealFiles() throws {
        let folder = try #require(Self.corpus)
        func read(_ name: String) throws -> OrganizationSet {
            try OrganizationFile.read(Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))))
        }
        let json = try read("organizations.json")
        #expect(json.schools.count == 4 && json.districts.count == 2)
        #expect(json.districtGroups.count == 1 && json.schoolGroups.count == 1)
        let extract = try read("organizations.calpads.csv")
        #expect(extract.schools.map(\.naturalID).sorted() == json.schools.map(\.naturalID).sorted())
        #expect(
            extract.schools.map(\.district)
                == extract.schools.map { school in
                    json.schools.first { $0.naturalID == school.naturalID }?.district
                })
    }
}
