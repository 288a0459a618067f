import Foundation

/// `sandbox-data FOLDER [--size tiny|district|state] [--seed N] [--students N] [--current-year Y]`
///
/// Writes made-up input in the formats of a test delivery system: organizations, four subjects, packages with items of
/// their own, accommodations, student groups, links to teaching material and test results of four school years, in which
/// a strong student stays strong. The same seed gives the same bytes; results are written one by one, however many there
/// are. Nobody in it exists.
@main
enum SandboxData {
    static func main() {
        do {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            let folder = URL(fileURLWithPath: options.folder)
            let sandbox = Sandbox(options)
            try sandbox.writeDefinitions(to: folder)
            let counts = try sandbox.writeResults(to: folder)
            print("\(counts.students) students, \(counts.results) results, seed \(options.seed), in \(options.folder)")
        } catch let error as UsageError {
            FileHandle.standardError.write(Data("sandbox-data: \(error.problem)\n".utf8))
            exit(2)
        } catch {
            FileHandle.standardError.write(Data("sandbox-data: \(error)\n".utf8))
            exit(1)
        }
    }
}

struct UsageError: Error { let problem: String }

struct Options {
    var folder = ""
    var size = SandboxSize.tiny
    var seed: UInt64 = 2_027
    /// Students of a grade in one elementary school; nil for those of the size.
    var studentsPerGrade: Int?
    /// The school year that ended last, so that no result lies in the future; years turn in July.
    var currentYear: Int

    init(_ arguments: [String]) throws {
        let today = Calendar(identifier: .gregorian).dateComponents([.year, .month], from: Date())
        currentYear = (today.year ?? 2_026) - ((today.month ?? 1) >= 7 ? 0 : 1)
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--size":
                guard let size = rest.popFirst().flatMap(SandboxSize.init) else {
                    throw UsageError(problem: "--size is one of \(SandboxSize.allCases.map(\.rawValue))")
                }
                self.size = size
            case "--seed": seed = UInt64(try Self.number(rest.popFirst(), word, in: 0...Int.max))
            case "--students": studentsPerGrade = try Self.number(rest.popFirst(), word, in: 1...2_000)
            case "--current-year": currentYear = try Self.number(rest.popFirst(), word, in: 2_018...2_035)
            default:
                guard !word.hasPrefix("--"), folder.isEmpty else { throw UsageError(problem: "unexpected \(word)") }
                folder = word
            }
        }
        guard !folder.isEmpty else {
            throw UsageError(
                problem:
                    "usage: sandbox-data FOLDER [--size tiny|district|state] [--seed N] [--students N] [--current-year Y]"
            )
        }
    }

    private static func number(_ text: String?, _ name: String, in range: ClosedRange<Int>) throws -> Int {
        guard let text, let value = Int(text), range.contains(value) else {
            throw UsageError(problem: "\(name) needs a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}
