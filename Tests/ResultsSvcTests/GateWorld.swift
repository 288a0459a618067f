import Access
import Contracts
import EmbargoRule
import Postgres
import Support

@testable import ResultsSvc

/// A small state made at random, with a plain model of who may see what in it. The model is written from the text of
/// access §2.8 and §6.3–6.5, set by set, and shares no code with the gate.
struct GateWorld: Sendable {
    struct School: Sendable {
        let id: Int64
        let district: Int64
        let districtGroup: Int64?
        let schoolGroup: Int64?
    }

    struct Exam: Sendable {
        let id: Int64
        let student: Int64
        let school: Int
        let type: Int16
        let subject: Int32
        let year: Int32
        let isDeleted: Bool
    }

    struct Group: Sendable {
        let id: Int64
        /// Nil: all subjects.
        let subject: Int32?
        let school: Int
        let students: Set<Int64>
        let logins: Set<String>
    }

    struct Caller: Sendable {
        let individual: Scope?
        let group: Scope?
        let login: String
        let preview: Scope?
        let hidesTransfers: Bool
        let leaseIsHeld: Bool
        let membershipsAreHeld: Bool
    }

    let schools: [School]
    /// Index of the current school of student 1, 2, …
    let currentSchools: [Int?]
    let exams: [Exam]
    let groups: [Group]
    /// By year, district (0 the State): the value set for individual results.
    let settings: [Int32: [Int64: ReleaseStatus]]
    let embargoedByDefault: [Int32: Bool]
    let transferAccess: Bool

    static let years: [Int32] = [2024, 2025, 2026]
    static let logins = ["roster@x.org", "lea@x.org", "site@x.org"]

    init(_ random: inout SeededGenerator, exams count: Int) {
        let districtGroups: [Int64?] = [nil, 501, 502]
        let districts = (0..<4).map {
            (id: Int64(100 + $0), group: districtGroups.randomElement(using: &random) ?? nil)
        }
        schools = (0..<9).map { number in
            let district = districts[Int.random(in: 0..<4, using: &random)]
            return School(
                id: Int64(1_000 + number), district: district.id, districtGroup: district.group,
                schoolGroup: Bool.random(using: &random) ? nil : 600 + district.id)
        }
        currentSchools = (0..<80).map { _ in
            Int.random(in: 0..<6, using: &random) == 0 ? nil : Int.random(in: 0..<9, using: &random)
        }
        exams = (0..<count).map { number in
            Exam(
                id: Int64(number + 1), student: Int64.random(in: 1...80, using: &random),
                school: Int.random(in: 0..<9, using: &random), type: Int16.random(in: 1...3, using: &random),
                subject: Int32.random(in: 1...2, using: &random),
                year: Self.years.randomElement(using: &random) ?? 2026,
                isDeleted: Int.random(in: 0..<9, using: &random) == 0)
        }
        groups = (0..<12).map { number in
            Group(
                id: Int64(7_000 + number), subject: [nil, 1, 2].randomElement(using: &random) ?? nil,
                school: Int.random(in: 0..<9, using: &random),
                students: Set(
                    (0..<Int.random(in: 0..<20, using: &random)).map { _ in .random(in: 1...80, using: &random) }),
                logins: Set(Self.logins.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }))
        }
        var settings: [Int32: [Int64: ReleaseStatus]] = [:]
        for year in Self.years {
            for organization in [0] + districts.map(\.id) where Int.random(in: 0..<3, using: &random) > 0 {
                settings[year, default: [:]][organization] = Bool.random(using: &random) ? .embargoed : .released
            }
        }
        self.settings = settings
        var defaults: [Int32: Bool] = [:]
        // A year that is not known at all is embargoed.
        for year in Self.years where Int.random(in: 0..<5, using: &random) > 0 {
            defaults[year] = Bool.random(using: &random)
        }
        embargoedByDefault = defaults
        transferAccess = Int.random(in: 0..<4, using: &random) > 0
    }

    /// Somebody with random rights.
    func caller(_ random: inout SeededGenerator) -> Caller {
        Caller(
            individual: Int.random(in: 0..<3, using: &random) == 0 ? nil : scope(&random),
            group: Int.random(in: 0..<5, using: &random) == 0 ? nil : scope(&random),
            login: (Self.logins + ["nobody@x.org", ""]).randomElement(using: &random) ?? "",
            preview: Int.random(in: 0..<3, using: &random) == 0 ? nil : scope(&random),
            hidesTransfers: Int.random(in: 0..<4, using: &random) == 0,
            leaseIsHeld: Int.random(in: 0..<8, using: &random) > 0,
            membershipsAreHeld: Int.random(in: 0..<8, using: &random) > 0)
    }

    private func scope(_ random: inout SeededGenerator) -> Scope {
        .with {
            $0.statewide = Int.random(in: 0..<7, using: &random) == 0
            if Int.random(in: 0..<3, using: &random) == 0 { $0.districtGroupIDs = [501] }
            if Int.random(in: 0..<3, using: &random) == 0 {
                $0.districtIDs = [Int64.random(in: 100...103, using: &random)]
            }
            if Int.random(in: 0..<3, using: &random) == 0 {
                $0.schoolGroupIDs = [600 + Int64.random(in: 100...103, using: &random)]
            }
            if Int.random(in: 0..<2, using: &random) == 0 {
                $0.schoolIDs = [Int64.random(in: 1_000...1_008, using: &random)]
            }
        }
    }

    // The model -----------------------------------------------------------------------------------------------------

    func visible(to caller: Caller) -> Set<Int64> {
        var seen: Set<Int64> = []
        for exam in exams where !exam.isDeleted {
            let school = schools[exam.school]
            let isReached =
                reaches(caller.individual, exam, caller)
                || (caller.membershipsAreHeld && reaches(caller.group, exam, caller)
                    && isInGroup(exam, of: caller.login))
            guard isReached else { continue }
            if exam.type == 3 {
                guard caller.leaseIsHeld else { continue }
                guard isReleased(exam.year, school.district) || looksThrough(caller.preview, school) else { continue }
            }
            seen.insert(exam.id)
        }
        return seen
    }

    private func reaches(_ scope: Scope?, _ exam: Exam, _ caller: Caller) -> Bool {
        guard let scope else { return false }
        if covers(scope, schools[exam.school]) { return true }
        guard transferAccess, !caller.hidesTransfers, let current = currentSchools[Int(exam.student) - 1] else {
            return false
        }
        return covers(scope, schools[current])
    }

    private func isInGroup(_ exam: Exam, of login: String) -> Bool {
        groups.contains { group in
            group.logins.contains(login) && group.students.contains(exam.student)
                && (group.subject == nil || group.subject == exam.subject)
        }
    }

    private func covers(_ scope: Scope, _ school: School) -> Bool {
        if scope.statewide || scope.schoolIDs.contains(school.id) || scope.districtIDs.contains(school.district) {
            return true
        }
        if let group = school.districtGroup, scope.districtGroupIDs.contains(group) { return true }
        if let group = school.schoolGroup, scope.schoolGroupIDs.contains(group) { return true }
        return false
    }

    private func looksThrough(_ scope: Scope?, _ school: School) -> Bool {
        guard let scope else { return false }
        if scope.statewide || scope.districtIDs.contains(school.district) { return true }
        return school.districtGroup.map { scope.districtGroupIDs.contains($0) } ?? false
    }

    private func isReleased(_ year: Int32, _ district: Int64) -> Bool {
        let set = [settings[year]?[0], settings[year]?[district]].compactMap { $0 }
        if set.contains(.released) { return true }
        if !set.isEmpty { return false }
        return embargoedByDefault[year] == false
    }

    // The database --------------------------------------------------------------------------------------------------

    private func row(_ group: Group) -> MembershipRow {
        .with {
            $0.groupID = group.id
            $0.name = "G\(group.id)"
            $0.schoolID = schools[group.school].id
            $0.schoolYear = 2026
            $0.subjectID = Int64(group.subject ?? 0)
            $0.studentIDs = group.students.sorted()
            $0.logins = group.logins.sorted()
        }
    }

    /// Puts this world in the place of the one before. Runs as superuser.
    func store(_ session: borrowing Session) throws {
        try session.script(
            """
            TRUNCATE exam, student, school, district, embargo_setting, school_year, setting, student_group, group_student,
                group_login CASCADE;
            INSERT INTO subject (id, code, name, import_id, change) VALUES (1, 'ELA', 'ELA', 1, 1), (2, 'Math', 'Math', 1, 2)
                ON CONFLICT DO NOTHING;
            INSERT INTO assessment (id, natural_id, name, label, subject_id, type, grade, school_year, level_lows, level_highs, import_id, change)
                SELECT t, 'A' || t, 'A' || t, 'A' || t, 1, t, '03', 2026, '{2000}', '{3000}', 1, t FROM generate_series(1, 3) t
                ON CONFLICT DO NOTHING;
            """)
        let districts = Dictionary(grouping: schools, by: \.district)
        for (id, schools) in districts {
            try session.run(
                "INSERT INTO district (id, natural_id, name, district_group_id) VALUES (\(id), \(String(id)), 'D', \(schools.first?.districtGroup))"
            )
        }
        try session.run(
            """
            INSERT INTO school (id, natural_id, name, district_id, district_group_id, school_group_id)
            SELECT id, id::text, 'S', d, dg, sg FROM unnest(\(schools.map(\.id)), \(schools.map(\.district)),
                \(schools.map(\.districtGroup)), \(schools.map(\.schoolGroup))) AS s(id, d, dg, sg)
            """)
        try session.run(
            """
            INSERT INTO student (id, ssid, school_id, change)
            SELECT n, 'ssid' || n, s, n FROM unnest(\(currentSchools.map { $0.map { schools[$0].id } })) WITH ORDINALITY AS c(s, n)
            """)
        try session.run(
            """
            INSERT INTO exam (id, school_year, assessment_id, opportunity_id, subject_id, type, student_id, school_id, deleted,
                              status, completed_at, enrolled_grade, content_hash, created_import_id, import_id, change)
            SELECT id, y, t, id::text, su, t, st, sc, d, 1, now(), '03', 0, 1, 1, id
              FROM unnest(\(exams.map(\.id)), \(exams.map(\.year)), \(exams.map(\.type)), \(exams.map(\.student)),
                          \(exams.map { schools[$0.school].id }), \(exams.map(\.isDeleted)), \(exams.map(\.subject)))
                   AS e(id, y, t, st, sc, d, su)
            """)
        try MembershipCopy.apply(session, groups.map(row))
        for (year, byOrganization) in settings {
            for (organization, status) in byOrganization {
                try session.run(
                    """
                    INSERT INTO embargo_setting (school_year, district_id, kind, value)
                    VALUES (\(year), \(organization), 1, \(status.rawValue)), (\(year), \(organization), 2, 2)
                    """)
            }
        }
        for (year, isEmbargoed) in embargoedByDefault {
            try session.run("INSERT INTO school_year (year, embargoed_by_default) VALUES (\(year), \(isEmbargoed))")
        }
        try session.run("INSERT INTO setting (key, value) VALUES ('transferAccess', \(transferAccess ? "on" : "off"))")
    }
}
