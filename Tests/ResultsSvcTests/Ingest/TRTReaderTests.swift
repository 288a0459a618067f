import Calendar
import Testing
import XML

@testable import ResultsSvc

/// The published schema, deviation by deviation, and documents made to do harm (ingest §3.1).
struct TRTReaderTests {
    private func problem(_ change: (inout Transmission) -> Void) -> String? {
        var transmission = Transmission()
        change(&transmission)
        do {
            _ = try TRTReader.read(transmission.bytes)
            return nil
        } catch {
            return error.problem
        }
    }

    @Test func readsThePublishedStructure() throws {
        var transmission = Transmission()
        transmission.accommodations = [
            Transmission.Element(
                "Segment", ["id": "s", "position": "1", "algorithm": "fixed", "algorithmVersion": "0"]),
            Transmission.Element("Accommodation", ["type": "t", "value": "v", "code": "c", "segment": "0"]),
        ]
        transmission.scores.append(
            Transmission.Element("GenericVariable", ["context": "c", "name": "n", "value": "v"]))
        var info = Transmission.info(
            "Overall", "1", [Transmission.info("Conventions", "1", [Transmission.info("Initial", "1")])])
        info.children.insert(
            Transmission.Element(
                "ScoreRationale", [:],
                [Transmission.Element("Message", ["any": "1"], [Transmission.Element("b")], text: "x")]),
            at: 0)
        transmission.items[0].children.append(info)
        transmission.tail = [
            Transmission.Element(
                "Comment", ["context": "c", "date": "2019-05-01T10:00:00", "itemPosition": ""], text: "a note"),
            Transmission.Element(
                "ToolUsage", ["type": "t", "code": "c"],
                [Transmission.Element("ToolPage", ["page": "1", "groupId": "g", "count": "2"])]),
        ]
        let document = try TRTReader.read(transmission.bytes)
        #expect(document.items[0].subScores.map(\.dimension) == ["Overall", "Conventions", "Initial"])
        #expect(document.accommodationCodes == ["c"])
        #expect(document.test.assessmentVersion == "7")
    }

    @Test func blanksBetweenElementsMeanNothing() throws {
        let plain = Transmission()
        let spaced = plain.xml.replacing("><", with: ">\r\n\t <").replacing(" subject=", with: "\n   subject=")
        #expect(try TRTReader.read(Array(spaced.utf8)) == TRTReader.read(plain.bytes))
    }

    @Test("Test", arguments: ["name", "testId", "subject", "grade", "assessmentType", "academicYear"])
    func testNeeds(attribute: String) {
        #expect(problem { $0.test[attribute] = nil } == "element Test lacks the attribute \(attribute)")
    }

    @Test(
        "Item",
        arguments: [
            "position", "segmentId", "bankKey", "key", "operational", "isSelected", "format", "score", "adminDate",
            "numberVisits",
            "responseDuration", "mimeType", "pageNumber", "pageVisits", "pageTime", "dropped",
        ])
    func itemNeeds(attribute: String) {
        #expect(problem { $0.items[1][attribute] = nil } == "element Item lacks the attribute \(attribute)")
    }

    @Test func otherElementsNeedTheirAttributes() {
        #expect(
            problem { $0.opportunity["dateCompleted"] = nil } == "element Opportunity lacks the attribute dateCompleted"
        )
        for name in ["measureOf", "measureLabel", "value", "standardError"] {
            #expect(problem { $0.scores[0][name] = nil } == "element Score lacks the attribute \(name)")
        }
        for name in ["context", "name", "contextDate"] {
            #expect(
                problem { $0.examinee.children[0][name] = nil }
                    == "element ExamineeAttribute lacks the attribute \(name)")
        }
        #expect(problem { $0.items[0].children[0]["date"] = nil } == "element Response lacks the attribute date")
        #expect(problem { $0.examinee.children[0]["value"] = nil } == nil)
    }

    @Test(
        "trap 19 and all types",
        arguments: [
            ("status", "RESET"), ("status", "done"), ("status", ""), ("statusDate", ""), ("statusDate", "2019-05-01"),
            ("statusDate", "yesterday"),
            ("dateCompleted", "2019-13-01T00:00:00"), ("startDate", "x"), ("effectiveDate", "2019-02-29"),
            ("validity", "no"),
            ("itemCount", "-1"), ("itemCount", "4294967296"), ("itemCount", "1.0"), ("ftCount", "x"),
            ("opportunity", ""),
        ])
    func opportunityRefuses(attribute: String, value: String) {
        let text = problem { $0.opportunity[attribute] = value }
        #expect(
            text?.hasPrefix("attribute \(attribute) of Opportunity: '\(value)' is not ") == true,
            "\(text ?? "accepted")")
    }

    @Test(arguments: [
        ("score", "-2"), ("score", "-0.5"), ("score", "A"), ("scoreStatus", "scored"), ("operational", "2"),
        ("isSelected", "true"),
        ("mimeType", "text/css"), ("bankKey", "x"), ("bankKey", "-1"), ("key", "4294967296"),
        ("pageTime", "2147483648"), ("pageTime", "1.5"),
        ("responseDuration", "-1"), ("responseDuration", "1e99"), ("responseDuration", ""), ("adminDate", ""),
        ("position", "99999999999999999999"),
    ])
    func itemRefuses(attribute: String, value: String) {
        #expect(problem { $0.items[0][attribute] = value }?.hasPrefix("attribute \(attribute) of Item: ") == true)
    }

    @Test func refusesOtherTypes() {
        #expect(problem { $0.test["academicYear"] = "2018-2019" } != nil)
        #expect(problem { $0.test["mode"] = "Online" } != nil)
        #expect(problem { $0.test["handScoreProject"] = "-4" } != nil)
        #expect(problem { $0.examinee["key"] = "x" } != nil)
        #expect(problem { $0.examinee["isDemo"] = "yes" } != nil)
        #expect(problem { $0.examinee.children[0]["context"] = "final" } != nil)
        #expect(problem { $0.examinee.children[0]["contextDate"] = "" } != nil)
        #expect(problem { $0.scores[0]["standardError"] = "n/a" } != nil)
        #expect(problem { $0.items[0].children[0]["type"] = "file" } != nil)
        #expect(problem { $0.items[0].children[0]["type"] = "" } == nil)
    }

    @Test func refusesUnknownNames() {
        #expect(problem { $0.test["Name"] = "x" } == "element Test has no attribute Name")
        #expect(problem { $0.test["dropped"] = "0" } == "element Test has no attribute dropped")
        #expect(
            problem { $0.examinee.children.append(Transmission.Element("examineeAttribute")) }
                == "element examineeAttribute is not known")
        #expect(problem { $0.examinee.text = "x" } == "element Examinee cannot hold text")
    }

    @Test func keepsTheOrder() {
        #expect(
            problem { $0.items.append(Transmission.score("a", "b", "c")) }
                == "element Score cannot stand at this place in Opportunity")
        #expect(problem { $0.tail.append($0.opportunity) } == "element Opportunity stands more than once in TDSReport")
        #expect(problem { $0.tail.append($0.test) } == "element Test cannot stand at this place in TDSReport")
        #expect(
            problem { $0.items[0].children.insert(Transmission.info("x", "1"), at: 0) }
                == "element Response cannot stand at this place in Item")
        #expect(
            problem { $0.items[0].children.append($0.items[0].children[0]) }
                == "element Response stands more than once in Item")
        #expect(
            problem { $0.tail = [Transmission.Element("ToolUsage", ["type": "t", "code": "c"])] }
                == "element ToolUsage lacks ToolPage")
        #expect(throws: XMLError(line: 1, problem: "element TDSReport lacks Test")) {
            try TRTReader.read(Array("<TDSReport/>".utf8))
        }
        #expect(throws: XMLError(line: 1, problem: "the document is a Test, not a TDSReport")) {
            try TRTReader.read(Array("<Test/>".utf8))
        }
    }

    @Test func namesTheLine() {
        let text = Transmission().xml.replacing("<Opportunity", with: "\n\n<Opportunity").replacing(
            "<Score", with: "\n<Score"
        ).replacing(
            "measureLabel=\"PerformanceLevel\"", with: "label=\"PerformanceLevel\"")
        #expect(throws: XMLError(line: 5, problem: "element Score has no attribute label")) {
            try TRTReader.read(Array(text.utf8))
        }
    }

    @Test func limitsItemsScoresAndGroups() {
        #expect(
            problem { $0.items = (0..<501).map { Transmission.item(String($0), position: $0, response: nil) } }
                == "more than 500 items")
        #expect(
            problem { $0.scores = (0..<2001).map { _ in Transmission.score("a", "b", "1") } } == "more than 2000 scores"
        )
        #expect(
            problem { transmission in
                for number in 0..<201 {
                    transmission.add("ExamineeAttribute", "StudentGroupName", String(number), context: "INITIAL")
                }
            } == "more than 200 group names")
    }

    @Test func refusesHostileDocuments() {
        let body = Transmission().xml
        let hostile: [String] = [
            "<!DOCTYPE TDSReport [<!ENTITY a \"x\">]>" + body,
            "<!DOCTYPE TDSReport SYSTEM \"file:///etc/passwd\">" + body,
            body.replacing("Ann", with: "&a;"), body + body, body + "x",
            body.replacing("<Examinee ", with: "<Examinee xmlns=\"urn:x\" "),
            body.replacing("Ann", with: "\u{0}"), body.replacing("Ann", with: String(repeating: "A", count: 65_537)),
            body.replacing("<Score ", with: String(repeating: "<SubScoreList>", count: 40) + "<Score "),
            "<TDSReport " + (0..<70).map { "a\($0)=\"\" " }.joined() + ">",
            "<?xml version=\"1.0\" encoding=\"KOI8-R\"?>" + body,
        ]
        for text in hostile { #expect(throws: XMLError.self) { try TRTReader.read(Array(text.utf8)) } }
        #expect(throws: XMLError.self) { try TRTReader.read([UInt8](repeating: 0x20, count: 5 << 20)) }
    }

    @Test func readsUTF16AndMarks() throws {
        var transmission = Transmission()
        transmission.attribute("FirstName", "Zoë")
        let expected = try TRTReader.read(transmission.bytes)
        let wide = "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + transmission.xml
        #expect(try TRTReader.read(wide.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }) == expected)
        #expect(try TRTReader.read(wide.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }) == expected)
        #expect(try TRTReader.read([0xEF, 0xBB, 0xBF] + transmission.bytes) == expected)
    }

    @Test func refusesEveryTruncation() {
        let document = Transmission().bytes
        for end in stride(from: 0, to: document.count, by: 7) {
            #expect(throws: XMLError.self) { try TRTReader.read(Array(document[..<end])) }
        }
    }

    /// Seeded damage of a document: judged or refused, never a trap.
    @Test(arguments: 0..<8)
    func survivesMutations(seed: UInt64) {
        var transmission = Transmission()
        transmission.scores += [
            Transmission.score("SOCK_ARGU_ORG", "RawScore", "3"), Transmission.score("1-LT|4-3", "Benchmark", "-0.5"),
        ]
        transmission.items.append(
            Transmission.item(
                "102", position: 3, info: Transmission.info("Overall", "1", [Transmission.info("Conventions", "1")])))
        let honest = transmission.bytes
        let pieces: [[UInt8]] = [
            "99999999999999999999", "-", "1e308", "NaN", "\"", "<", ">", "&#x0;", "&amp;", "INITIAL",
            "9999-12-31T24:00:00-14:00", "0", " ",
        ].map { Array($0.utf8) }
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 7
        func random(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        var accepted = 0
        for _ in 0..<600 {
            var document = honest
            for _ in 0...random(3) where document.count > 2 {
                let place = random(document.count - 1)
                switch random(4) {
                case 0: document[place] = UInt8(random(256))
                case 1: document.removeSubrange(place..<min(document.count, place + 1 + random(20)))
                case 2:
                    // In place of a value: between two quotes.
                    let quote = UInt8(ascii: "\"")
                    guard let open = document[place...].firstIndex(of: quote),
                        let close = document[(open + 1)...].firstIndex(of: quote)
                    else { continue }
                    document.replaceSubrange((open + 1)..<close, with: pieces[random(pieces.count)])
                default: document.insert(contentsOf: pieces[random(pieces.count)], at: place)
                }
            }
            if case .accepted(let result) = ExamRules.seed().judge(document) {
                accepted += 1
                let packed = PackedExam(result.exam)
                #expect(!packed.content.isEmpty)
            }
        }
        #expect(accepted > 0)
    }
}
