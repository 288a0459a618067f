import Foundation

/// Everything the sandbox is made of, file by file.
struct Sandbox {
    let world: DemoWorld
    let years: ClosedRange<Int>
    private let seed: UInt64
    /// Year to grade to what can be taken.
    private let catalogues: [Int: [String: [DemoAssessment]]]

    static let yearCount = 4
    /// Results in one archive: a few megabytes.
    static let archiveLimit = 1_000

    init(_ options: Options) {
        world = DemoWorld(options.size, studentsPerGrade: options.studentsPerGrade)
        years = (options.currentYear - Self.yearCount + 1)...options.currentYear
        seed = options.seed
        catalogues = Dictionary(uniqueKeysWithValues: years.map { ($0, DemoAssessment.catalogue(year: $0)) })
    }

    // MARK: - Definitions

    func writeDefinitions(to folder: URL) throws {
        try put(folder, "organizations.json", OrganizationFile.json(world))
        for subject in DemoSubject.all {
            try put(folder, "subjects/\(subject.code)_subject.xml", SubjectFile(subject: subject).xml)
        }
        for year in years {
            try put(folder, "accommodations.\(year).xml", AccommodationsFile.xml(schoolYear: year))
            let all = assessments(year)
            try put(folder, "packages/\(year).interim.csv", PackageFile.text(all.filter { $0.kind != .summative }))
            let summatives = all.filter { $0.kind == .summative }
            try put(folder, "packages/\(year).summative.csv", PackageFile.text(summatives.filter { !$0.items.isEmpty }))
            for subject in DemoSubject.all where !subject.hasItems {
                let own = summatives.filter { $0.subject.code == subject.code }
                try put(folder, "packages/\(year).summative.\(subject.code).csv", PackageFile.text(own))
            }
        }
        let current = assessments(years.upperBound)
        try put(folder, "items.json", try ItemsFile.json(current))
        try put(folder, "instructional-resources.csv", ResourcesFile.csv(current, world))
    }

    private func assessments(_ year: Int) -> [DemoAssessment] {
        DemoWorld.grades.flatMap { catalogues[year]?[$0] ?? [] }
    }

    // MARK: - Results

    /// Results in archives of a year each, and the groups of the demo schools.
    func writeResults(to folder: URL) throws -> (students: Int, results: Int) {
        var archives = ResultArchives(folder: folder.appendingPathComponent("trt"))
        var groups = GroupsFile(world, year: years.upperBound)
        var students = 0
        for district in world.districts.indices {
            // Those who left school in the years shown have results, too.
            for cohort in 0..<(DemoWorld.grades.count + years.count - 1) {
                for index in 0..<world.districts[district].studentsPerGrade {
                    let student = DemoStudent(
                        number: students, seed: seed, cohort: cohort, index: index, of: district, in: world,
                        currentYear: years.upperBound)
                    if let place = student.place(in: years.upperBound, .spring, currentYear: years.upperBound) {
                        groups.add(student.ssid, place)
                    }
                    try forEachResult(of: student, number: students) { try archives.add($0) }
                    students += 1
                }
            }
        }
        let results = try archives.finish()
        try put(folder, "groups.csv", groups.text)
        return (students, results)
    }

    /// Everything one student took, in the order of time within a year's seasons.
    func forEachResult(of student: DemoStudent, number: Int, _ body: (DemoResult) throws -> Void) rethrows {
        var random = SplitMix64(seed: seed, 3, number)
        var count = 0
        for year in years {
            // Interims became usual only lately.
            let isCurrent = year == years.upperBound
            for (kind, season, chance) in [
                (DemoAssessment.Kind.block, DemoStudent.Season.autumn, isCurrent ? 0.75 : 0.35),
                (.comprehensive, .winter, isCurrent ? 0.6 : 0.3), (.summative, .spring, 0.97),
            ] {
                guard let place = student.place(in: year, season, currentYear: years.upperBound) else { continue }
                for assessment in catalogues[year]?[place.grade] ?? [] where assessment.kind == kind {
                    let subject = DemoSubject.all.firstIndex { $0.code == assessment.subject.code } ?? 0
                    let isForAll = !assessment.subject.isForEnglishLearners
                    guard isForAll || student.languageAcquisition(in: year) == "EL", random.happens(chance) else {
                        continue
                    }
                    // Some take a block a second time.
                    let attempts = kind == .block && random.happens(0.08) ? 2 : 1
                    for attempt in 0..<attempts {
                        count += 1
                        try body(
                            DemoResult(
                                assessment, subject: subject, student, place,
                                opportunity: "demo-\(year)-\(number)-\(count)", attempt: attempt, seed: seed, &random))
                    }
                }
            }
        }
    }

    private func put(_ folder: URL, _ path: String, _ text: String) throws {
        let url = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }
}
