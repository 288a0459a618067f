import Foundation
import Testing

@testable import sandbox_data

@Suite("Sandbox data")
struct SandboxDataTests {
    /// Every file of a run, by its path.
    func made(_ arguments: String...) throws -> [String: Data] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sandbox-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let sandbox = Sandbox(try Options([folder.path] + arguments))
        try sandbox.writeDefinitions(to: folder)
        _ = try sandbox.writeResults(to: folder)
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let url = folder.appendingPathComponent(path)
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            files[path] = try Data(contentsOf: url)
        }
        return files
    }

    /// The results of all students of a world, without files.
    func results(_ arguments: String...) throws -> [DemoResult] {
        let options = try Options(["unused", "--current-year", "2026"] + arguments)
        let sandbox = Sandbox(options)
        var results: [DemoResult] = []
        for (district, number, cohort, index) in Self.students(of: sandbox.world) {
            let student = DemoStudent(
                number: number, seed: options.seed, cohort: cohort, index: index, of: district, in: sandbox.world,
                currentYear: 2026)
            sandbox.forEachResult(of: student, number: number) { results.append($0) }
        }
        return results
    }

    /// District, number, cohort and index of every student.
    static func students(of world: DemoWorld) -> [(Int, Int, Int, Int)] {
        var all: [(Int, Int, Int, Int)] = []
        for (district, made) in world.districts.enumerated() {
            for cohort in 0..<16 {
                for index in 0..<made.studentsPerGrade { all.append((district, all.count, cohort, index)) }
            }
        }
        return all
    }

    @Test("the same seed gives the same bytes, another seed other ones")
    func bytes() throws {
        let first = try made("--students", "1", "--current-year", "2026")
        #expect(first.count > 30)
        #expect(try made("--students", "1", "--current-year", "2026") == first)
        let other = try made("--students", "1", "--current-year", "2026", "--seed", "4")
        #expect(other["trt/2026-00001.zip"] != first["trt/2026-00001.zip"])
        // Definitions do not depend on it.
        #expect(other["packages/2026.interim.csv"] == first["packages/2026.interim.csv"])
    }

    @Test("F338: a strong student stays strong over the years and in all subjects")
    func consistent() throws {
        let results = try results("--students", "60")
        // Student and year to the distance from the standard, in the mean over all tests of the year.
        var sums: [String: [Int: (sum: Double, count: Int)]] = [:]
        for result in results where result.assessment.subject.hasItems {
            guard let score = result.score else { continue }
            let strength = Double(score.scale - result.assessment.cuts[2]) / Double(result.assessment.subject.spread)
            let old = sums[result.student.ssid, default: [:]][result.assessment.year] ?? (0, 0)
            sums[result.student.ssid, default: [:]][result.assessment.year] = (old.sum + strength, old.count + 1)
        }
        let pairs = sums.values.compactMap { years -> (Double, Double)? in
            guard let first = years[2023], let last = years[2026] else { return nil }
            return (first.sum / Double(first.count), last.sum / Double(last.count))
        }
        #expect(pairs.count > 100)
        #expect(correlation(pairs) > 0.8)
    }

    func correlation(_ pairs: [(Double, Double)]) -> Double {
        let count = Double(pairs.count)
        let (x, y) = (pairs.map(\.0).reduce(0, +) / count, pairs.map(\.1).reduce(0, +) / count)
        let both = pairs.map { ($0 - x) * ($1 - y) }.reduce(0, +)
        let spread = (pairs.map { pow($0.0 - x, 2) }.reduce(0, +) * pairs.map { pow($0.1 - y, 2) }.reduce(0, +))
        return both / spread.squareRoot()
    }

    @Test(
        "the sizes are what the README says",
        arguments: [(SandboxSize.tiny, 800...1_800), (.district, 15_000...25_000)])
    func sizes(size: SandboxSize, wanted: ClosedRange<Int>) throws {
        let results = try results("--size", size.rawValue)
        #expect(wanted.contains(results.count))
        #expect(Set(results.map(\.opportunity)).count == results.count)
        #expect(Set(results.map(\.assessment.year)) == [2023, 2024, 2025, 2026])
        #expect(Set(results.map(\.assessment.subject.code)) == ["ELA", "Math", "ELPAC", "CAST"])
    }

    @Test("a state has more than a million results: counted from one student in fifty")
    func state() throws {
        let options = try Options(["unused", "--size", "state", "--current-year", "2026"])
        let sandbox = Sandbox(options)
        var count = 0
        let students = Self.students(of: sandbox.world)
        for (district, number, cohort, index) in students where number % 50 == 0 {
            let student = DemoStudent(
                number: number, seed: options.seed, cohort: cohort, index: index, of: district, in: sandbox.world,
                currentYear: 2026)
            sandbox.forEachResult(of: student, number: number) { _ in count += 1 }
        }
        #expect(count * 50 > 1_000_000)
    }

    @Test("scores and levels lie where the assessment says")
    func plausible() throws {
        for result in try results() {
            guard let score = result.score else { continue }
            let cuts = result.assessment.cuts
            #expect((cuts[0]...cuts[4]).contains(score.scale))
            let levels = result.assessment.subject.scoring(.overall, of: result.assessment.kind)?.levels.count ?? 0
            #expect((1...levels).contains(score.level))
            if result.assessment.kind != .block {
                #expect(score.level == 1 + cuts[1...3].filter { score.scale >= $0 }.count)
            }
            for item in result.items where item.points != nil {
                #expect((0...item.item.maxPoints).contains(item.points ?? -1))
            }
            #expect(result.day < "2026-07-01")
        }
    }

    @Test("some students come from another school, in the middle of a year as well")
    func transfers() throws {
        var schools: [String: [Int: Set<String>]] = [:]
        for result in try results("--size", "district") {
            schools[result.student.ssid, default: [:]][result.assessment.year, default: []].insert(
                result.place.school.id)
        }
        #expect(schools.values.contains { $0.values.contains { $0.count > 1 } })
    }

    @Test("the groups hold the students of the demo schools, at most 200 each, sorted as an upload must be")
    func groups() throws {
        for students in ["2", "250"] {
            let sandbox = Sandbox(try Options(["unused", "--students", students, "--current-year", "2026"]))
            var file = GroupsFile(sandbox.world, year: 2026)
            for (district, number, cohort, index) in Self.students(of: sandbox.world) {
                let student = DemoStudent(
                    number: number, seed: 1, cohort: cohort, index: index, of: district, in: sandbox.world,
                    currentYear: 2026)
                guard let place = student.place(in: 2026, .spring, currentYear: 2026) else { continue }
                file.add(student.ssid, place)
            }
            let rows = file.text.split(separator: "\n").dropFirst().map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
            #expect(rows.allSatisfy { $0.count == 6 && $0[2] == "2026" })
            let keys = rows.map { "\($0[1]) \($0[0])" }
            #expect(keys == keys.sorted())
            let sizes = Dictionary(grouping: rows) { $0[0] }
            #expect(sizes.values.allSatisfy { (1...200).contains($0.count) })
            #expect(sizes.values.allSatisfy { rows in rows.filter { !$0[5].isEmpty }.count == 1 })
            #expect(
                Set(rows.map { String($0[5]) }) == [
                    "", "teacher.elementary@sandbox.example", "teacher.middle@sandbox.example",
                    "teacher.high@sandbox.example",
                ])
            #expect(rows.count >= 7 * (Int(students) ?? 0) * 8 / 10)
        }
    }

    @Test("F336: the entries of the sandbox, in their order, lead to schools and groups that are made")
    func entries() throws {
        struct Entry: Decodable {
            let label: String
            let naturalId: String
            let groupLogin: String?
        }
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../scripts/sandbox-entries.json")
        let entries = try JSONDecoder().decode([Entry].self, from: Data(contentsOf: file))
        let schools = ["Demo Elementary School", "Demo Middle School", "Demo High School"]
        #expect(
            entries.map(\.label) == schools.map { "Teacher: \($0)" } + schools.map { "School Admin: \($0)" } + [
                "District Admin: Demo District", "State Admin: California", "Data Load: California",
            ])
        let world = DemoWorld(.tiny, studentsPerGrade: nil)
        #expect(entries.prefix(6).map(\.naturalId) == (world.demoSchools + world.demoSchools).map(\.id))
        #expect(world.demoSchools.map(\.name) == schools)
        #expect(entries[6].naturalId == world.districts[0].id)
        #expect(
            entries.prefix(3).map(\.groupLogin)
                == ["elementary", "middle", "high"].map {
                    "teacher.\($0)@sandbox.example"
                })
        #expect(entries.dropFirst(3).allSatisfy { $0.groupLogin == nil })
    }

    @Test(
        "a wrong argument is refused by name",
        arguments: [["--size", "huge"], ["--students", "0"], ["--x"], ["a", "b"], []])
    func refusals(arguments: [String]) {
        #expect(throws: UsageError.self) { try Options(arguments) }
    }
}
