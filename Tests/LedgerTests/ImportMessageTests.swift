import Ledger
import Testing

/// The texts of refusals are read by programs of vendors: every byte counts (ingest §2.11).
struct ImportMessageTests {
    @Test func writesCollectedErrorsInTheOrderOfChecking() {
        var messages = ImportMessages()
        messages.add("Birthdate", "2001-13-01", "invalid date [2001-13-01], use format YYYY-MM-DD")
        messages.add("Alpha", nil, "value may not be blank")
        messages.add("Beta", " \t", "value may not be blank")
        #expect(
            messages.collectedText()
                == #"{"messages":[{"elementName":"Birthdate","value":"2001-13-01","error":"invalid date [2001-13-01], use format YYYY-MM-DD"},"#
                + #"{"elementName":"Alpha","error":"value may not be blank"},"#
                + #"{"elementName":"Beta","value":"","error":"value may not be blank"}]}"#)
    }

    @Test func writesCharactersOfHTMLAsNumbers() {
        var messages = ImportMessages()
        messages.add("=<>&'", "\"\\/\n\r\t\u{8}\u{c}\u{1}\u{2028}é", "e")
        #expect(
            messages.collectedText()
                == #"{"messages":[{"elementName":"\u003d\u003c\u003e\u0026\u0027","value":"\"\\/\n\r\t\b\f\u0001\u2028é","error":"e"}]}"#
        )
    }

    @Test func sortsSubjectErrorsAndKeepsTheOrderWithinAnElement() {
        var messages = ImportMessages()
        messages.add("Claim(2)", nil, "b")
        messages.add("Claim(1)", nil, "z")
        messages.add("Claim(1)", nil, "a")
        #expect(
            messages.subjectText()
                == #"[{"elementName":"Claim(1)","error":"z"},{"elementName":"Claim(1)","error":"a"},{"elementName":"Claim(2)","error":"b"}]"#
        )
    }

    @Test(arguments: [(100, nil), (101, 1), (250, 150)] as [(Int, Int?)])
    func showsOneHundredSubjectErrors(count: Int, others: Int?) {
        var messages = ImportMessages()
        for _ in 0..<count { messages.add("Claim(1)", nil, "x") }
        let text = messages.subjectText()
        #expect(text.components(of: #""Claim(1)""#) == 100)
        let last = others.map { #"{"elementName":"System","error":"With \#($0) additional failures."}]"# }
        #expect(text.hasSuffix(last ?? #""error":"x"}]"#))
    }

    @Test func boundsWhatIsKept() {
        var messages = ImportMessages()
        for _ in 0..<(ImportMessages.limit + 7) { messages.add("a", nil, "x") }
        #expect(messages.entries.count == ImportMessages.limit)
        #expect(
            messages.collectedText().hasSuffix(#"{"elementName":"System","error":"With 7 additional failures."}]}"#))
        #expect(messages.subjectText().contains("With 9907 additional failures."))
    }
}

extension String {
    fileprivate func components(of part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
