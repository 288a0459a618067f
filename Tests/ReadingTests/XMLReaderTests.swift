import Testing
import XML

/// What is read from honest documents, and that hostile ones end as an error with line and problem, never a crash.
struct XMLReaderTests {
    private func read(_ text: String) throws -> XMLElement { try XMLElement.read(Array(text.utf8)) }

    @Test func readsElementsAttributesAndText() throws {
        let root = try read(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- a comment --><?pi data?>
            <a x="1 &lt; 2 &amp; &#x41;" y=''>one<![CDATA[ <two> ]]>&quot;&#233;<b/><b z="ä
            ö"> </b>three</a>
            """)
        #expect(root.name == "a")
        #expect(root["x"] == "1 < 2 & A")
        #expect(root["y"] == "")
        #expect(root["w"] == nil)
        #expect(root.text == "one <two> \"éthree")
        #expect(root.children("b").map(\.attributes) == [[:], ["z": "ä ö"]])
        #expect(root.children("b").map(\.line) == [3, 4])
    }

    @Test(arguments: [
        ("<a>&lol;</a>", 1), ("<a><b></a>", 1), ("<a>\n<b>\n</a>", 3), ("<a x='1' x='2'/>", 1), ("<a x=1/>", 1),
        ("<a/><b/>", 1),
        ("<a/>x", 1), ("text", 1), ("", 1), (" ", 1), ("<a", 1), ("<a>", 1), ("<a>&#0;</a>", 1), ("<a>&#xD800;</a>", 1),
        ("<a x='<'/>", 1), ("<a>]]></a>", 1), ("<a>\u{1}</a>", 1), ("<a>\u{0}</a>", 1), ("<a/>\u{0}junk", 1),
        ("<a>\n\u{0}</a>", 2),
        ("<a x='1'y='2'/>", 1), ("<x:a/>", 1), ("<a x:b='1'/>", 1), ("<a xmlns='urn:x'/>", 1),
        ("<a xmlns:x='urn:x' x:b=''/>", 1),
        ("<!DOCTYPE a><a/>", 1), ("<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", 2),
        ("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", 1),
        ("<!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><a>&b;</a>", 1),
        ("<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://localhost/x'> %p;]><a/>", 1),
        ("<?xml version='1.0' encoding='EBCDIC-CP-US'?><a/>", 1), ("<?xml version='1.0' encoding='UTF-7'?><a/>", 1),
        ("<?xml version='1.0' encoding='UTF-16'?><a/>", 1), ("<a><?xml version='1.0'?></a>", 1),
    ])
    func refuses(text: String, line: Int) {
        let error = #expect(throws: XMLError.self) { try self.read(text) }
        #expect(error?.line == line, "\(error?.description ?? "") in \(text)")
        #expect(error?.problem.isEmpty == false)
    }

    @Test("a parser that is used again knows nothing of what it has read: all at once, good and bad in turn")
    func parsersAreUsedAgain() async throws {
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for turn in 0..<200 {
                        let name = "n\(task)x\(turn)"
                        let root = try? read("<\(name) \(name)='\(turn)' xmlns:p='urn:p'>\(task)<b/></\(name)>")
                        #expect(root?.name == name && root?.attributes == [name: "\(turn)"] && root?.text == "\(task)")
                        // The prefix, the entity and the open element of others are nobody's.
                        for bad in ["<a p:x='1'/>", "<!DOCTYPE a [<!ENTITY e 'x'>]><a/>", "<a>&e;</a>", "<a><b>"] {
                            #expect(throws: XMLError.self) { try read(bad) }
                        }
                    }
                }
            }
        }
    }

    @Test func namesTheDocumentType() {
        let bomb =
            "<!DOCTYPE a [<!ENTITY x0 'ha'>" + (1...60).map { "<!ENTITY x\($0) '&x\($0 - 1);&x\($0 - 1);'>" }.joined()
            + "]><a>&x60;</a>"
        #expect(throws: XMLError(line: 1, problem: "a document type declaration is not allowed")) {
            try self.read(bomb)
        }
    }

    @Test func takesTheAttributesOfTheSchemaInstance() throws {
        let root = try read(
            """
            <a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" b="1" xsi:noNamespaceSchemaLocation="x.xsd" xml:lang="en" c="2"/>
            """)
        #expect(root.attributes == ["b": "1", "c": "2"])
    }

    @Test func limitsDepthAttributesValuesAndSize() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        func wide(_ count: Int) -> String { "<a" + (0..<count).map { " a\($0)='='" }.joined() + "/>" }
        _ = try read(nested(32))
        #expect(throws: XMLError(line: 1, problem: "more than 32 elements inside each other")) {
            try self.read(nested(33))
        }
        #expect(throws: XMLError.self) { try self.read(nested(200_000)) }
        _ = try read(wide(64))
        #expect(throws: XMLError(line: 1, problem: "more than 64 attributes")) { try self.read(wide(65)) }
        #expect(throws: XMLError(line: 1, problem: "a tag has too many attributes")) { try self.read(wide(400_000)) }
        #expect(throws: XMLError.self) { try self.read("<a" + String(repeating: " xmlns:a='urn:b'", count: 9) + "/>") }
        let long = String(repeating: "é", count: 32 << 10)
        _ = try read("<a x='\(long)'/>")
        #expect(throws: XMLError(line: 1, problem: "an attribute is longer than 65536 bytes")) {
            try self.read("<a x='\(long)1'/>")
        }
        #expect(throws: XMLError(line: 1, problem: "the document is larger than 10 bytes")) {
            try XMLElement.read(Array("<a>1234</a>".utf8), limits: XMLLimits(size: 10))
        }
        let equations = "<a>" + String(repeating: "1=1 < 2 ".replacing("<", with: "&lt;"), count: 10_000) + "</a>"
        #expect(try read(equations).text.utf8.count == 80_000)
    }

    @Test func readsEveryEncodingWeTake() throws {
        func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
            text.utf16.flatMap { bigEndian ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
        }
        let plain = "<a x=\"Zoë 😀\">é</a>"
        var documents: [[UInt8]] = [Array(plain.utf8), [0xEF, 0xBB, 0xBF] + Array(plain.utf8)]
        for declaration in ["", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>"] {
            for bigEndian in [false, true] {
                documents.append(utf16(declaration + plain, bigEndian: bigEndian))
                documents.append(utf16("\u{FEFF}" + declaration + plain, bigEndian: bigEndian))
            }
        }
        documents.append(Array("<?xml version='1.0' encoding='utf-8'?>\(plain)".utf8))
        for document in documents {
            let root = try XMLElement.read(document)
            #expect(root["x"] == "Zoë 😀")
            #expect(root.text == "é")
        }
        let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>".utf8) + [0xE9, 0xFC] + Array("</a>".utf8)
        #expect(try XMLElement.read(latin).text == "éü")
        let windows =
            Array("<?xml version='1.0' encoding='windows-1252'?><a>".utf8) + [0x80, 0x92] + Array("</a>".utf8)
        #expect(try XMLElement.read(windows).text == "€’")
    }

    @Test func refusesBytesThatAreNotOfTheEncoding() {
        let bad: [[UInt8]] = [
            Array("<a>".utf8) + [0xE9] + Array("</a>".utf8), Array("<a>".utf8) + [0xC0, 0x80] + Array("</a>".utf8),
            Array("<a>".utf8) + [0xED, 0xA0, 0x80] + Array("</a>".utf8), [0xFF, 0xFE, 0x3C],
            [0xFE, 0xFF, 0xD8, 0x00, 0x00, 0x3C],
            [0xFF, 0xFE], [0xEF, 0xBB, 0xBF], [0x00, 0x3C], [0x4C, 0x6F, 0xA7, 0x94], [0xFF, 0xFE, 0x00, 0x00],
            [0xEF, 0xBB, 0xBF] + Array("<?xml version='1.0' encoding='UTF-16'?><a/>".utf8),
        ]
        for document in bad { #expect(throws: XMLError.self) { try XMLElement.read(document) } }
    }

    @Test func refusesEveryTruncation() {
        let document = Array("<?xml version=\"1.0\"?><a x='1'>t&amp;<!-- c --><b><![CDATA[x]]></b></a>".utf8)
        for end in 0..<document.count {
            #expect(throws: XMLError.self) { try XMLElement.read(Array(document[..<end])) }
        }
    }

    @Test func stopsAtWhatTheHandlerThrows() {
        struct Enough: Error {}
        final class Once: XMLHandler {
            var calls = 0
            func start(_ name: XMLText, _ attributes: XMLAttributes, line: Int) throws {
                calls += 1
                throw Enough()
            }
            func text(_ text: XMLText, line: Int) { calls += 1 }
            func end(_ name: XMLText, line: Int) { calls += 1 }
        }
        let once = Once()
        #expect(throws: Enough.self) { try XMLReader.read(Array("<a><b>x</b><c></a>".utf8), to: once) }
        #expect(once.calls == 1)
    }

    /// Seeded damage: the reader answers or throws, from many threads at once, and never traps.
    @Test(arguments: 0..<8)
    func survivesMutations(seed: UInt64) {
        let honest = Array(
            "<?xml version='1.0' encoding='UTF-8'?><a x='1' y=\"&lt;é\"><b>t&#65;</b><![CDATA[<]]><!-- - --><c z=''/></a>"
                .utf8)
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func random(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        for _ in 0..<2_000 {
            var document = honest
            for _ in 0...random(4) where !document.isEmpty {
                let place = random(document.count)
                switch random(4) {
                case 0: document[place] = UInt8(random(256))
                case 1: document.remove(at: place)
                case 2: document.insert(honest[random(honest.count)], at: place)
                default: document.append(contentsOf: document[place...])
                }
            }
            do { _ = try XMLElement.read(document) } catch { #expect(error is XMLError) }
        }
    }
}
