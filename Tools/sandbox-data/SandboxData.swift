import Foundation

/// `sandbox-data FOLDER [--seed N] [--students N] [--current-year Y]`
///
/// Writes made-up input in the formats of a test delivery system: organizations, two subjects, packages with items of
/// their own, accommodations and test results of two school years. The same seed gives the same bytes. Nobody in it
/// exists.
@main
enum SandboxData {
    static func main() {
        do {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            try write(options)
        } catch let error as UsageError {
            FileHandle.standardError.write(Data("sandbox-data: \(error.problem)\n".utf8))
            exit(2)
        } catch {
            FileHandle.standardError.write(Data("sandbox-data: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func write(_ options: Options) throws {
        let years = [options.currentYear - 1, options.currentYear]
        let folder = URL(fileURLWithPath: options.folder)
        try put(folder, "organizations.json", DemoOrganizations.json)
        for subject in DemoSubject.all { try put(folder, "subjects/\(subject.code)_subject.xml", subject.xml) }
        try put(folder, "accommodations.xml", DemoAccommodations.xml(schoolYear: options.currentYear))
        for year in years {
            let assessments = DemoAssessment.all(year: year)
            try put(
                folder, "packages/\(year).interim.csv", PackageFile.text(assessments.filter { $0.kind != .summative }))
            try put(
                folder, "packages/\(year).summative.csv", PackageFile.text(assessments.filter { $0.kind == .summative })
            )
        }
        var random = SplitMix64(seed: options.seed)
        let students = DemoStudent.all(perGrade: options.studentsPerGrade, currentYear: options.currentYear, &random)
        var results = 0
        for student in students {
            for year in years {
                guard let place = student.place(in: year, currentYear: options.currentYear) else { continue }
                for assessment in DemoAssessment.all(year: year) where assessment.grade == place.grade {
                    guard let result = DemoResult(assessment, student, place, number: results, &random) else {
                        continue
                    }
                    results += 1
                    try put(folder, "trt/\(year)/\(place.school.id)/\(result.opportunity).xml", result.xml)
                }
            }
        }
        print("\(students.count) students, \(results) results, seed \(options.seed), in \(options.folder)")
    }

    private static func put(_ folder: URL, _ path: String, _ text: String) throws {
        let url = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }
}

struct UsageError: Error { let problem: String }

struct Options {
    var folder = ""
    var seed: UInt64 = 2_027
    var studentsPerGrade = 8
    /// The school year that ended last, so that no result lies in the future; years turn in July.
    var currentYear: Int

    init(_ arguments: [String]) throws {
        let today = Calendar(identifier: .gregorian).dateComponents([.year, .month], from: Date())
        currentYear = (today.year ?? 2_026) - ((today.month ?? 1) >= 7 ? 0 : 1)
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--seed": seed = UInt64(try Self.number(rest.popFirst(), word, in: 0...Int.max))
            case "--students": studentsPerGrade = try Self.number(rest.popFirst(), word, in: 1...2_000)
            case "--current-year": currentYear = try Self.number(rest.popFirst(), word, in: 2_016...2_035)
            default:
                guard !word.hasPrefix("--"), folder.isEmpty else { throw UsageError(problem: "unexpected \(word)") }
                folder = word
            }
        }
        guard !folder.isEmpty else {
            throw UsageError(problem: "usage: sandbox-data FOLDER [--seed N] [--students N] [--current-year Y]")
        }
    }

    private static func number(_ text: String?, _ name: String, in range: ClosedRange<Int>) throws -> Int {
        guard let text, let value = Int(text), range.contains(value) else {
            throw UsageError(problem: "\(name) needs a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}
