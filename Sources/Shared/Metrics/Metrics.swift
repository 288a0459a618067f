import Synchronization

/// What a process counts and times, as Prometheus reads it.
///
/// Asking twice for the same name and labels gives the same instrument, so a caller may ask each time or keep it.
/// Labels are bounded sets (a question's name, an outcome), never a person, school or text from outside.
public final class Metrics: Sendable {
    /// Upper bounds in seconds that suit a request: 1 ms to 10 s.
    public static let seconds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// Per name. Beyond it every new combination of labels lands in one series labelled `overflow`: a label that grows
    /// with its input by mistake then costs a useless number, not the memory of the process.
    static let seriesLimit = 500

    private enum Instrument: Sendable {
        case counter(Counter)
        case gauge(@Sendable () -> Double)
        case histogram(Histogram)
    }

    private struct Family {
        let kind: String
        let help: String
        var series: [String: Instrument] = [:]
    }

    private let service: String
    private let families = Mutex<[String: Family]>([:])

    public init(service: String) {
        self.service = service
    }

    /// A number that only grows. Name it `…_total`.
    public func counter(_ name: String, _ help: String, _ labels: [(String, String)] = []) -> Counter {
        families.withLock { families in
            let key = place("counter", name, help, labels, in: &families)
            if case .counter(let known)? = families[name]?.series[key] { return known }
            let new = Counter()
            families[name]?.series[key] = .counter(new)
            return new
        }
    }

    /// A number that is read when somebody asks. `read` must be quick and must not call back into `Metrics`.
    /// A second gauge of the same name and labels replaces the first.
    public func gauge(
        _ name: String, _ help: String, _ labels: [(String, String)] = [], _ read: @escaping @Sendable () -> Double
    ) {
        families.withLock { families in
            let key = place("gauge", name, help, labels, in: &families)
            families[name]?.series[key] = .gauge(read)
        }
    }

    /// How long or how large things were. Name it with its unit: `…_seconds`.
    ///
    /// - Parameter buckets: upper bounds, ascending. The first call of a name and labels decides.
    public func histogram(
        _ name: String, _ help: String, _ labels: [(String, String)] = [], buckets: [Double] = Metrics.seconds
    ) -> Histogram {
        families.withLock { families in
            let key = place("histogram", name, help, labels, in: &families)
            if case .histogram(let known)? = families[name]?.series[key] { return known }
            let new = Histogram(bounds: buckets)
            families[name]?.series[key] = .histogram(new)
            return new
        }
    }

    /// Everything, in the Prometheus text format 0.0.4, names and labels in order.
    public func render() -> String {
        let snapshot = families.withLock { $0 }
        var text = ""
        for (name, family) in snapshot.sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(escapedHelp(family.help))\n# TYPE \(name) \(family.kind)\n"
            for (labels, instrument) in family.series.sorted(by: { $0.key < $1.key }) {
                switch instrument {
                case .counter(let counter): text += "\(name){\(labels)} \(counter.value)\n"
                case .gauge(let read): text += "\(name){\(labels)} \(prometheusNumber(read()))\n"
                case .histogram(let histogram): text += histogram.render(name, labels)
                }
            }
        }
        return text
    }

    /// The key of a series, which is also its text: the service first, then the given labels in the given order.
    private func place(
        _ kind: String, _ name: String, _ help: String, _ labels: [(String, String)],
        in families: inout [String: Family]
    ) -> String {
        precondition(isMetricName(name) && labels.allSatisfy { isMetricName($0.0) }, "\(name) is no name of a metric")
        let family = families[name, default: Family(kind: kind, help: help)]
        precondition(family.kind == kind, "\(name) is a \(family.kind) already")
        families[name] = family

        let key = ([("service", service)] + labels).map { "\($0)=\"\(escapedLabel($1))\"" }.joined(separator: ",")
        if family.series[key] != nil || family.series.count < Self.seriesLimit { return key }
        return "service=\"\(escapedLabel(service))\",overflow=\"true\""
    }
}

func isMetricName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return name.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
    }
}

func escapedLabel(_ text: String) -> String {
    var out = ""
    for character in text.unicodeScalars {
        switch character {
        case "\\": out += "\\\\"
        case "\"": out += "\\\""
        case "\n": out += "\\n"
        default: out.unicodeScalars.append(character)
        }
    }
    return out
}

func escapedHelp(_ text: String) -> String {
    var out = ""
    for character in text.unicodeScalars {
        switch character {
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        default: out.unicodeScalars.append(character)
        }
    }
    return out
}

/// Whole numbers without a fraction, and the three special values as Prometheus spells them.
func prometheusNumber(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value) { return "\(whole)" }
    return "\(value)"
}
