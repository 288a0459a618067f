import Support
import Testing

@testable import ResultsSvc

/// The fast ways in which names, codes and numbers of a transmission are read say what the plain ones say.
struct ReadingValuesTests {
    private func bytes<R>(_ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        var text = text
        return text.withUTF8 { body($0) }
    }

    @Test("a decimal number is the very one that any reading of its text gives", arguments: 0..<20)
    func decimals(seed: Int) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let sign = ["", "-", "+"].randomElement(using: &random) ?? ""
            let digits = (0..<Int.random(in: 1...18, using: &random)).map { _ in
                String(Int.random(in: 0...9, using: &random))
            }
            let point = Int.random(in: 0...digits.count, using: &random)
            let text = sign + digits[..<point].joined() + (point == 0 ? "" : ".") + digits[point...].joined()
            #expect(Numbers.decimal(text)?.bitPattern == Double(text)?.bitPattern, "seed \(seed): \(text)")
        }
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("007", 7), ("-12.50", -12.5), ("+1.5", 1.5), ("5.", 5), (".5", 0.5), ("1e3", 1_000),
            ("2.5E-1", 0.25),
        ] as [(String, Double)])
    func forms(text: String, number: Double) { #expect(Numbers.decimal(text) == number) }

    @Test(arguments: ["", ".", "-", "+", "--1", "1.2.3", "1,5", "0x10", "1 2", "nan", "infinity", "1_000", "٣"])
    func noNumbers(text: String) { #expect(Numbers.decimal(text) == nil) }

    @Test("every name of a transmission is found, and none that differs by a byte") func names() {
        for (number, attribute) in TRTAttribute.allCases.enumerated() {
            let name = String(describing: attribute)
            #expect(bytes(name) { TRTAttribute.names.find($0) } == attribute)
            let known = Set(TRTAttribute.allCases.map { String(describing: $0) })
            for position in name.indices {
                var other = name
                other.replaceSubrange(position...position, with: "\(number % 2 == 0 ? "Q" : "_")")
                #expect(bytes(other) { TRTAttribute.names.find($0) } == nil || known.contains(other))
            }
            #expect(bytes(name + "x") { TRTAttribute.names.find($0) } == nil)
            #expect(bytes(String(name.dropLast())) { TRTAttribute.names.find($0) } == nil || name.count < 9)
        }
        for element in TRTElement.allCases { #expect(bytes(element.name) { TRTElement.names.find($0) } == element) }
        #expect(bytes("") { TRTElement.names.find($0) } == nil)
        for field in ExamineeField.allCases {
            let table = field.isRelationship ? ExamineeField.relationships : ExamineeField.attributes
            #expect(bytes(field.name) { table.find($0) } == field)
        }
    }

    @Test("a code that the schema lists has one spelling") func codes() {
        for code in ExamCodes.statuses.codes {
            #expect(bytes(code) { ExamCodes.statuses.number(spelt: $0) } == ExamCodes.statuses.number(code))
            #expect(bytes(code.uppercased()) { ExamCodes.statuses.number(spelt: $0) } == nil)
            #expect(bytes(code + " ") { ExamCodes.statuses.number(spelt: $0) } == nil)
        }
    }
}
