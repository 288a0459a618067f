/// A made-up student who stays as strong or weak as they are over the years.
struct DemoStudent: Sendable {
    let ssid: String
    let firstName: String
    let lastName: String
    let gender: String
    let ethnicity: String
    let birthYear: Int
    /// In standard deviations.
    let ability: Double
    let isEnglishLearner: Bool
    let isMigrant: Bool
    let hasPlan: Bool
    /// The grade of the current year and the school of it.
    private let grade: String
    private let school: DemoSchool
    /// The school of the year before, when the student has moved.
    private let formerSchool: DemoSchool?

    struct Place: Sendable {
        let school: DemoSchool
        let grade: String
    }

    private static let gradeOrder = ["03", "04", "05", "06", "07", "08", "11"]
    private static let firstNames = [
        "Amara", "Ben", "Chidi", "Dolores", "Emil", "Farah", "Gwen", "Hiro", "Inés", "Jonas", "Kalani", "Lien", "Mateo",
        "Noor",
        "Olive", "Priya", "Quinn", "Rosa", "Samir", "Tala", "Uma", "Viktor", "Wren", "Ximena", "Yusuf", "Zoë",
    ]
    private static let lastNames = [
        "Abernathy", "Brightwater", "Castellanos", "D'Amico", "Everhart", "Fairweather", "Greenleaf", "Hollis",
        "Ibarra",
        "Jovanović", "Kingfisher", "Larkspur", "Marlowe", "Nightingale", "Okonkwo", "Pemberton", "Quill", "Rosenquist",
        "Sandoval", "Thistle", "Underhill", "Vásquez", "Winterbourne", "Yarrow", "Zamora",
    ]
    private static let ethnicities = [
        "HispanicOrLatinoEthnicity", "AmericanIndianOrAlaskaNative", "Asian", "BlackOrAfricanAmerican", "White",
        "NativeHawaiianOrOtherPacificIslander", "DemographicRaceTwoOrMoreRaces", "Filipino",
    ]

    static func all(perGrade: Int, currentYear: Int, _ random: inout SplitMix64) -> [DemoStudent] {
        var students: [DemoStudent] = []
        for school in DemoSchool.all {
            for grade in school.grades {
                for _ in 0..<perGrade {
                    let number = students.count
                    let movesIn = number % 16 == 5 && school.id == DemoSchool.all[0].id && grade != "03"
                    students.append(
                        DemoStudent(
                            ssid: "99" + String(10_000_000 + number * 37),
                            firstName: firstNames.randomElement(using: &random) ?? "",
                            lastName: lastNames.randomElement(using: &random) ?? "",
                            gender: ["Female", "Male", "Female", "Male", "Nonbinary"][
                                Int.random(in: 0..<5, using: &random)],
                            ethnicity: ethnicities.randomElement(using: &random) ?? "",
                            birthYear: currentYear - (Int(grade) ?? 3) - 6, ability: random.normal(),
                            isEnglishLearner: Int.random(in: 0..<5, using: &random) == 0,
                            isMigrant: Int.random(in: 0..<20, using: &random) == 0,
                            hasPlan: Int.random(in: 0..<9, using: &random) == 0, grade: grade, school: school,
                            formerSchool: movesIn ? DemoSchool.all[3] : nil))
                }
            }
        }
        return students
    }

    /// Where the student was tested in a year; nil when no school of the sandbox had them.
    func place(in year: Int, currentYear: Int) -> Place? {
        if year == currentYear { return Place(school: school, grade: grade) }
        guard let index = Self.gradeOrder.firstIndex(of: grade), index > 0, grade != "11" else { return nil }
        let earlier = Self.gradeOrder[index - 1]
        if let formerSchool, formerSchool.grades.contains(earlier) {
            return Place(school: formerSchool, grade: earlier)
        }
        let then = DemoSchool.all.first { $0.district == school.district && $0.grades.contains(earlier) }
        return then.map { Place(school: $0, grade: earlier) }
    }
}
