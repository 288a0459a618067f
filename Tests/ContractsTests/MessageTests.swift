import CProtobufC
import ProtoRuntime
import Support
import Testing

@testable import Contracts

/// One at a time: each keeps a processor busy, and other tests need one too.
@Suite(.serialized) struct MessageTests {
    static let count = Everything.messages.count

    @Test func everyMessageHasTheFieldsOfItsDescriptor() {
        for type in Everything.messages {
            #expect(Field.all(of: type) != nil, "\(type)")
        }
        #expect(Self.count > 50)
    }

    /// Bytes made by the test, not by us, land in the members of the right names and come back as the same bytes.
    @Test(arguments: 0..<40)
    func everyMessageRoundTrips(seed: Int) async throws {
        var wire = RandomWire(random: SeededGenerator(seed: seed))
        for type in Everything.messages {
            await Task.yield()  // other tests wait for the same two threads
            let value = wire.message(type)
            let bytes = Wire.encode(value)
            let message = try type.init(decoding: bytes)
            #expect(Wire.matches(message, value), "seed \(seed), \(type): \(message)")
            #expect(try message.serialized() == bytes, "seed \(seed), \(type)")
            let same = isEqual(message, try type.init(decoding: message.serialized()))
            #expect(same, "seed \(seed), \(type)")
        }
    }

    /// Whatever the bytes are, a decoder answers or refuses; what it answers can be sent again. `make fuzz` goes on for longer.
    @Test(arguments: 0..<Everything.messages.count)
    func everyDecoderSurvivesMutations(index: Int) async throws {
        let type = Everything.messages[index]
        let seed = 7000 + index
        var wire = RandomWire(random: SeededGenerator(seed: seed))
        var random = SeededGenerator(seed: seed &* 31)
        var refused = 0
        let rounds = 500
        for round in 0..<rounds {
            if round % 50 == 0 { await Task.yield() }
            let bytes = mutated(Wire.encode(wire.message(type)), &random)
            guard let message = try? type.init(decoding: bytes) else {
                refused += 1
                continue
            }
            let again = try type.init(decoding: message.serialized())
            // NaN is not equal to itself; the bytes tell.
            #expect(
                try message.serialized() == again.serialized(), "seed \(seed), round \(round), \(type), \(bytes)")
        }
        #expect(refused < rounds, "\(type) never read anything")
    }

    @Test func cutBytesAreRefusedOrAnEarlierEnd() throws {
        var wire = RandomWire(random: SeededGenerator(seed: 11))
        let bytes = Wire.encode(wire.message(Exam.self))
        for end in 0..<bytes.count {
            do {
                _ = try Exam(decoding: Array(bytes[..<end]))
            } catch {
                #expect(error == .malformed || error == .invalidUTF8, "cut at \(end)")
            }
        }
    }

    @Test func noBytesAreAMessageOfDefaults() throws {
        for type in Everything.messages {
            let message = try type.init(decoding: [])
            let same = isEqual(message, type.init())
            #expect(same, "\(type)")
            #expect(try type.init().serialized().isEmpty, "\(type)")
        }
    }

    @Test func aNULInATextIsRefusedBothWays() {
        #expect(throws: ProtoError.embeddedNUL) { try FindStudentRequest.with { $0.ssid = "12\u{0}34" }.serialized() }
        #expect(throws: ProtoError.embeddedNUL) { try FindStudentRequest(decoding: [0x0A, 3, 0x31, 0, 0x32]) }
        #expect(throws: ProtoError.embeddedNUL) { try GradeList.with { $0.grades = ["03", "\u{0}"] }.serialized() }
        #expect(throws: ProtoError.embeddedNUL) {
            try Import.with { $0.message = "\u{0}" }.serialized()
        }
    }

    @Test(
        arguments: [
            [0xFF, 0xFE], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF4, 0x90, 0x80, 0x80],
        ] as [[UInt8]])
    func textThatIsNotUTF8IsRefusedInEveryField(bad: [UInt8]) {
        var tried = 0
        for type in Everything.messages {
            for field in Field.all(of: type) ?? [] where field.isText {
                let bytes = Wire.varint(UInt64(field.number) << 3 | 2) + [UInt8(bad.count)] + bad
                #expect(throws: ProtoError.invalidUTF8, "\(type).\(field.label)") { try type.init(decoding: bytes) }
                tried += 1
            }
        }
        #expect(tried > 50)
    }

    @Test func aMessageOverTheLimitIsRefusedBothWays() throws {
        let part = AppendBlobRequest.with { $0.bytes = Array(repeating: 7, count: 2000) }
        let bytes = try part.serialized()
        #expect(throws: ProtoError.tooLarge) { try AppendBlobRequest(decoding: bytes, limit: bytes.count - 1) }
        #expect(throws: ProtoError.tooLarge) { try part.serialized(limit: bytes.count - 1) }
        #expect(try AppendBlobRequest(decoding: bytes, limit: bytes.count) == part)
        #expect(try part.serialized(limit: bytes.count) == bytes)
        #expect(throws: ProtoError.tooLarge) {
            try AppendBlobRequest.with { $0.bytes = Array(repeating: 7, count: 4 << 20) }.serialized()
        }
    }

    /// Two bytes on the wire are a struct of hundreds in memory: the arena stops it.
    @Test func manyEmptyMessagesDoNotExhaustMemory() {
        let bytes = [UInt8](repeating: 0, count: 0) + (0..<2_000_000).flatMap { _ in [0x2A, 0] as [UInt8] }
        #expect(throws: ProtoError.tooLarge) { try StudentHistory(decoding: bytes) }
    }

    @Test func aFullMessageOfSmallRowsIsReadable() throws {
        let page = EmbargoChangesPage.with {
            $0.rows = (0..<5000).map { i in
                .with {
                    $0.change = Int64(i); $0.kind = .aggregate; $0.value = .released
                }
            }
        }
        #expect(try EmbargoChangesPage(decoding: page.serialized()) == page)
    }

    @Test func whatANewerPeerAddedIsDropped() throws {
        let known = try ListGradesRequest.with { $0.schoolID = 5 }.serialized()
        let unknown: [UInt8] = [0xFA, 0x01, 2, 9, 9]  // field 31, two bytes
        #expect(try ListGradesRequest(decoding: known + unknown).serialized() == known)
        let kind = try EmbargoCell(decoding: [0x08, 77]).kind
        #expect(kind == EmbargoKind(rawValue: 77))
    }

    @Test func presenceIsApartFromZero() throws {
        let zero = ExamScore.with { $0.scaleScoreMilli = 0 }
        #expect(try zero.serialized() == [0x10, 0])
        #expect(try ExamScore(decoding: [0x10, 0]).scaleScoreMilli == 0)
        #expect(try ExamScore(decoding: []).scaleScoreMilli == nil)
    }

    private func isEqual<M: ProtoMessage>(_ a: M, _ b: any ProtoMessage) -> Bool { a == b as? M }

    private func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
            case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 3 where place < bytes.count: bytes[place] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random)!
            case 4: bytes.insert(contentsOf: Array(repeating: 0xFF, count: 9) + [0x7F], at: place)
            default: bytes += bytes[place...]
            }
        }
        return bytes
    }
}
