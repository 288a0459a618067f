/// How much is made. The three demo schools and their district are in every size.
enum SandboxSize: String, CaseIterable {
    /// About 1,500 results: loads in seconds.
    case tiny
    /// About 20,000 results of two districts with nine schools each.
    case district
    /// More than a million results of 40 districts.
    case state
}

/// A school of the sandbox. Natural ids look like county-district-school codes of counties that do not exist.
struct DemoSchool: Sendable {
    let id: String
    let name: String
    let grades: [String]
    /// School groups lie inside a district and are optional.
    let group: String?
}

struct DemoDistrict: Sendable {
    let id: String
    let name: String
    let schools: [DemoSchool]
    /// Students of one grade, in all schools together.
    let studentsPerGrade: Int
    /// The school group of the upper schools, when the district has one.
    let groupID: String?
    let groupName: String

    private let byGrade: [String: [DemoSchool]]

    init(
        id: String, name: String, schools: [DemoSchool], studentsPerGrade: Int, groupID: String?, groupName: String
    ) {
        self.id = id
        self.name = name
        self.schools = schools
        self.studentsPerGrade = studentsPerGrade
        self.groupID = groupID
        self.groupName = groupName
        byGrade = Dictionary(
            uniqueKeysWithValues: DemoWorld.grades.map { grade in (grade, schools.filter { $0.grades.contains(grade) })
            })
    }

    /// The schools that teach a grade.
    func schools(teaching grade: String) -> [DemoSchool] { byGrade[grade] ?? [] }
}

/// The districts and schools of the sandbox.
struct DemoWorld: Sendable {
    let districts: [DemoDistrict]

    /// Students who are tested together; also the size of a group.
    static let classSize = 30

    /// Grades in order; a cohort is a grade of the current year, or beyond for those who have left school.
    static let grades = ["KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"]

    /// The schools of the sandbox's entries, in the order of the entry page.
    var demoSchools: [DemoSchool] { Array(districts[0].schools.prefix(3)) }

    /// - Parameter studentsPerGrade: students of a grade in one elementary school; nil for those of the size.
    init(_ size: SandboxSize, studentsPerGrade: Int?) {
        let districts =
            switch size {
            case .tiny:
                [
                    District(number: 0, elementary: 1, middle: 1, high: 1, perSchool: 8),
                    District(number: 1, elementary: 1, middle: 0, high: 0, perSchool: 3),
                ]
            case .district:
                (0..<2).map { District(number: $0, elementary: 5, middle: 2, high: 2, perSchool: 12) }
            case .state:
                (0..<40).map { District(number: $0, elementary: 5, middle: 2, high: 1, perSchool: 32) }
            }
        self.districts = districts.map { $0.made(perSchool: studentsPerGrade ?? $0.perSchool) }
    }

    /// The measure of one district.
    private struct District {
        let number: Int
        let elementary: Int
        let middle: Int
        let high: Int
        let perSchool: Int

        private static let places = [
            "Bay View", "Cedar Ridge", "Dry Creek", "Eagle Rock", "Fern Valley", "Granite Peak", "Hidden Lake",
            "Iron Bridge", "Juniper Hills", "Kestrel Point", "Long Meadow", "Mill Pond", "North Fork", "Oak Hollow",
            "Pine Terrace", "Quiet Harbor", "Red Bluff Road", "Salt Marsh", "Tall Grass", "Upper Falls",
        ]
        private static let namesakes = [
            "", "Acorn ", "Bluebird ", "Clover ", "Dogwood ", "Elderberry ", "Foxglove ", "Goldfinch ", "Hawthorn ",
        ]

        /// The first district is the one of the entries.
        private var place: String {
            guard number > 0 else { return "Demo" }
            let name = Self.places[(number - 1) % Self.places.count]
            return number > Self.places.count ? "South \(name)" : name
        }

        func made(perSchool: Int) -> DemoDistrict {
            // 99 100 01 for the first, 99 200 02 for the second, then the same county with numbers of their own.
            let prefix = number == 0 ? "9910001" : number == 1 ? "9920002" : "993\(1_000 + number)"
            let groupID = number == 0 ? "\(prefix)-UPPER" : nil
            var schools: [DemoSchool] = []
            for round in 0..<max(elementary, middle, high) {
                for (count, kind, grades, isUpper) in [
                    (elementary, "Elementary", DemoWorld.grades[0...5], false),
                    (middle, "Middle", DemoWorld.grades[6...8], true), (high, "High", DemoWorld.grades[9...12], true),
                ] where round < count {
                    let serial = number == 0 ? 110_001 : 220_001
                    schools.append(
                        DemoSchool(
                            id: "\(prefix)0\(serial + schools.count)",
                            name: "\(place) \(Self.namesakes[round])\(kind) School", grades: Array(grades),
                            group: isUpper ? groupID : nil))
                }
            }
            return DemoDistrict(
                id: "\(prefix)0000000", name: number == 0 ? "Demo District" : "\(place) Unified", schools: schools,
                studentsPerGrade: perSchool * elementary, groupID: groupID, groupName: "\(place) Upper Schools")
        }
    }
}

/// The organization file (ingest §6.1): parents before children.
enum OrganizationFile {
    static func json(_ world: DemoWorld) -> String {
        var rows = world.districts.map { row("DISTRICT", $0.id, $0.name, "STATE", "CA") }
        for district in world.districts {
            if let group = district.groupID {
                rows.append(row("GROUPOFINSTITUTIONS", group, district.groupName, "DISTRICT", district.id))
            }
            for school in district.schools {
                rows.append(
                    school.group.map { row("INSTITUTION", school.id, school.name, "GROUPOFINSTITUTIONS", $0) }
                        ?? row("INSTITUTION", school.id, school.name, "DISTRICT", district.id))
            }
        }
        return "{\"organizations\": [\n" + rows.joined(separator: ",\n") + "\n]}\n"
    }

    private static func row(_ type: String, _ id: String, _ name: String, _ parentType: String, _ parent: String)
        -> String
    {
        """
        {"entityType": "\(type)", "entityId": "\(id)", "entityName": "\(name)", "parentEntityType": "\(parentType)", \
        "parentEntityId": "\(parent)", "stateAbbreviation": "CA"}
        """
    }
}
