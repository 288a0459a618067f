import Clocks
import Glibc
import Logging

/// One JSON object a line on standard error.
///
/// Each line goes out in one `write`, so that lines of several threads do not mix and none is lost in a buffer when the
/// process dies. Callers log ids of requests and names of questions, never a person.
struct JSONLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    private let service: String
    private let label: String
    private let clocks: Clocks
    private let emit: @Sendable ([UInt8]) -> Void

    /// A line is cut off there: nothing we log is longer, but what a library quotes could be.
    static let longestValue = 8 << 10

    init(
        service: String, label: String, level: Logger.Level, clocks: Clocks = .system,
        emit: @escaping @Sendable ([UInt8]) -> Void = writeToStandardError
    ) {
        self.service = service
        self.label = label
        self.clocks = clocks
        self.emit = emit
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        if let error = event.error { all["error"] = "\(error)" }

        var line = JSONText()
        line.open("{")
        line.member("ts", timestamp(clocks.wallMicroseconds()))
        line.member("level", event.level.rawValue)
        line.member("service", service)
        if label != service { line.member("logger", label) }
        line.member("msg", event.message.description)
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line.key(["ts", "level", "service", "logger", "msg"].contains(key) ? "\(key)_" : key)
            add(value, to: &line, depth: 0)
        }
        line.close("}")
        emit(Array(line.text.utf8) + [UInt8(ascii: "\n")])
    }

    private func add(_ value: Logger.MetadataValue, to line: inout JSONText, depth: Int) {
        switch value {
        case .string(let text): line.string(String(text.prefix(Self.longestValue)))
        case .stringConvertible(let some): line.string(String(some.description.prefix(Self.longestValue)))
        case .array(let values) where depth < 4:
            line.open("[")
            for value in values { line.element { add(value, to: &$0, depth: depth + 1) } }
            line.close("]")
        case .dictionary(let values) where depth < 4:
            line.open("{")
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                line.key(key)
                add(value, to: &line, depth: depth + 1)
            }
            line.close("}")
        case .array, .dictionary: line.string("…")
        }
    }
}

/// `2026-03-01T12:30:05.123Z`
func timestamp(_ microseconds: Int64) -> String {
    var seconds = time_t(microseconds / 1_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ n: Int32) -> String { n < 10 ? "0\(n)" : "\(n)" }
    let thousandths = String(1000 + abs(microseconds / 1000 % 1000)).dropFirst()
    return "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(thousandths)Z"
}

@Sendable func writeToStandardError(_ line: [UInt8]) {
    line.withUnsafeBytes { bytes in
        var sent = 0
        while sent < bytes.count {
            let n = write(2, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
            if n > 0 { sent += n } else if errno != EINTR { return }  // nobody reads the log: nobody to tell
        }
    }
}
