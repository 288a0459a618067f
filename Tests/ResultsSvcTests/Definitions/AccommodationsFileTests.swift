import Ledger
import Testing

@testable import ResultsSvc

/// Accommodations: which selections are taken, and each text of a refusal (ingest §7, §16.7).
struct AccommodationsFileTests {
    static func xml(year: String = "schoolYear=\"2019\"", _ resources: String, after: String = "") -> [UInt8] {
        Array(
            "<Accessibility \(year)><MasterResourceFamily>\(resources)</MasterResourceFamily>\(after)</Accessibility>"
                .utf8)
    }

    static func resource(element: String = "SingleSelectResource", type: String = "Accommodation", _ selections: String)
        -> String
    {
        """
        <\(element)><Code>x</Code><Order>1</Order><ResourceType>\(type)</ResourceType>
        <Text><Language>eng</Language><Label>X</Label></Text>\(selections)</\(element)>
        """
    }

    static func selection(_ code: String, _ labels: [(String, String)] = [("eng", "A label")]) -> String {
        let texts = labels.map { "<Text><Language>\($0)</Language><Label>\($1)</Label></Text>" }.joined()
        return "<Selection><Code>\(code)</Code><Order>1</Order>\(texts)</Selection>"
    }

    static func refusal(_ payload: [UInt8]) -> ImportRefusal? {
        do {
            _ = try AccommodationsFile.read(payload)
            return nil
        } catch {
            return error
        }
    }

    @Test func takesTheSelectionsOfAccommodationsOnly() throws {
        let file = try AccommodationsFile.read(
            Self.xml(
                Self.resource(Self.selection("ONE \n", [("eng", " One "), ("spa", "Uno")]) + Self.selection(" "))
                    + Self.resource(
                        element: "MultiSelectResource", type: "AccommodationOther",
                        Self.selection("TWO") + Self.selection("one", [("vie", "Một")]))
                    + Self.resource(type: "DesignatedSupport", Self.selection("CALC"))
                    + Self.resource(element: "EditResource", type: "Universal", Self.selection("UNI")),
                after:
                    "<ResourceFamily><Subject/><SingleSelectResource><Code>Z</Code></SingleSelectResource></ResourceFamily>"
            ))
        #expect(
            file
                == AccommodationsFile(
                    schoolYear: 2019,
                    accommodations: [
                        .init(code: "ONE", labels: ["eng": "One", "spa": "Uno", "vie": "Một"]),
                        .init(code: "TWO", labels: ["eng": "A label"]),
                    ]))
    }

    @Test func twentyFiveCharactersAreEnough() throws {
        let file = try AccommodationsFile.read(Self.xml(Self.resource(Self.selection("TDS_PoD_Stim&amp;TDS_PoD_Item"))))
        #expect(file.accommodations.map(\.code) == ["TDS_PoD_Stim&TDS_PoD_Item"])
    }

    @Test(arguments: [
        (
            selection(String(repeating: "c", count: 26)), "Accommodation code", String(repeating: "c", count: 26),
            "string is too long, max length is 25"
        ),
        (selection("A", [("", "x")]), "A language code", "", "value may not be blank"),
        (selection("A", [("engl", "x")]), "A language code", "engl", "string is too long, max length is 3"),
        (selection("A", [("eng", " ")]), "Translation", "", "value may not be blank"),
        (
            selection("A", [("eng", String(repeating: "l", count: 61))]), "Translation",
            String(repeating: "l", count: 61), "string is too long, max length is 60"
        ),
    ])
    func collects(selection: String, element: String, value: String, error: String) {
        var messages = ImportMessages()
        messages.add(element, value, error)
        #expect(Self.refusal(Self.xml(Self.resource(selection))) == ImportRefusal(.badData, messages.collectedText()))
    }

    @Test(
        arguments: [
            (xml(year: "", resource(selection("A"))), "line 1: <Accessibility> must have the attribute schoolYear"),
            (
                xml(year: "schoolYear=\"x\"", resource(selection("A"))),
                "line 1: the attribute schoolYear of <Accessibility> has a bad value [x]"
            ),
            (xml(""), "line 1: <MasterResourceFamily> must have a resource"),
            (xml(resource("<Selection><Code>A</Code></Selection>")), "line 2: <Selection> must have <Order>"),
            (xml("<Tool/>"), "line 1: <MasterResourceFamily> must have a resource"),
            (Array("<Access/>".utf8), "line 1: the root is <Access>, not <Accessibility>"),
        ] as [([UInt8], String)])
    func refusesWhatBreaksTheSchema(payload: [UInt8], reason: String) {
        #expect(Self.refusal(payload) == ImportRefusal(.badData, "Unable to read Accessibility resource: " + reason))
    }

    @Test(.enabled(if: DefinitionCorpus.isThere))
    func takesTheRealFile() throws {
        let file = try AccommodationsFile.read(DefinitionCorpus.bytes("accommodations.2019.xml"))
        #expect(file.accommodations.count == 27 && file.schoolYear == 2019)
    }
}
