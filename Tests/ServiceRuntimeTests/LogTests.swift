import Clocks
import Foundation
import Logging
import Synchronization
import Testing

@testable import ServiceRuntime

@Suite struct LogTests {
    final class Lines: Sendable {
        let all = Mutex<[[UInt8]]>([])
        var first: String { all.withLock { String(decoding: $0[0], as: UTF8.self) } }
    }

    func logged(_ body: (Logger) -> Void) -> Lines {
        let lines = Lines()
        let handler = JSONLogHandler(
            service: "results", label: "results", level: .info,
            clocks: HandClock(wallMicroseconds: 1_772_368_205_123_456).clocks
        ) { line in lines.all.withLock { $0.append(line) } }
        body(Logger(label: "results") { _ in handler })
        return lines
    }

    @Test func aLineIsOneJSONObjectWithItsKeysInOrder() {
        let lines = logged { $0.info("answered", metadata: ["question": "ers.Results.ListGrades", "ms": "12"]) }
        #expect(
            lines.first
                == #"{"ts":"2026-03-01T12:30:05.123Z","level":"info","service":"results","msg":"answered","ms":"12","question":"ers.Results.ListGrades"}"#
                + "\n")
    }

    @Test func whatCouldForgeALineIsEscaped() throws {
        let nasty = "a\"b\\c\nd\r\u{0}\u{1B}[31m\u{85}\u{2028}é\u{10FFFF}"
        let lines = logged { $0.error("\(nasty)", metadata: ["x\n": "\(nasty)", "msg": "own"]) }
        let text = lines.first
        #expect(text.split(separator: "\n").count == 1)
        #expect(!text.unicodeScalars.dropLast().contains { $0.value < 0x20 || $0.value == 0x85 || $0.value == 0x2028 })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String])
        #expect(object["msg"] == nasty && object["x\n"] == nasty && object["msg_"] == "own")
    }

    @Test func nestedValuesAreJSONAndLongOnesAreCut() throws {
        let lines = logged {
            $0.info(
                "x", metadata: ["list": ["a", ["k": "v"], []], "long": "\(String(repeating: "y", count: 100_000))"])
        }
        let object = try #require(try JSONSerialization.jsonObject(with: Data(lines.first.utf8)) as? [String: Any])
        #expect((object["list"] as? [Any])?.count == 3)
        #expect((object["long"] as? String)?.count == JSONLogHandler.longestValue)
    }

    @Test func belowTheLevelNothingIsWritten() {
        #expect(logged { $0.debug("x") }.all.withLock { $0.isEmpty })
    }

    @Test(arguments: [(Int64(0), "1970-01-01T00:00:00.000Z"), (951_782_399_999_999, "2000-02-28T23:59:59.999Z")])
    func timesAreUTC(microseconds: Int64, text: String) {
        #expect(timestamp(microseconds) == text)
    }
}
