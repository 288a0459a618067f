/// A made-up student, who stays as strong or weak as they are over the years.
struct DemoStudent: Sendable {
    let ssid: String
    let firstName: String
    let lastName: String
    /// As transmissions spell them.
    let gender: String
    let ethnicities: [String]
    let birthday: String
    let language: String
    let isMigrant: Bool
    let hasPlan: Bool
    let hasSection504: Bool
    let isPoor: Bool
    let military: String
    let accommodation: Int?
    private let languageStatus: LanguageStatus
    /// In standard deviations: in everything, and what each subject adds.
    private let ability: Double
    private let talents: [Double]
    /// The grade of the current year as a number from 0; beyond 12 for those who have left school.
    private let cohort: Int
    private let index: Int
    private let home: DemoDistrict
    private let move: Move?

    struct Place: Sendable {
        let district: DemoDistrict
        let school: DemoSchool
        let grade: String
        /// From 0.
        let classNumber: Int
    }

    enum Season: Sendable { case autumn, winter, spring }

    private struct Move: Sendable {
        let from: DemoDistrict
        let year: Int
        /// Or in the summer before.
        let isMidYear: Bool
    }

    private enum LanguageStatus: Sendable {
        case englishOnly, fluentFromTheStart
        /// Until and without that year a learner, then reclassified; nil for those who still learn.
        case learner(reclassified: Int?)
    }

    /// One student of a cohort of a district; who that is depends on nothing but the seed and the number.
    init(
        number: Int, seed: UInt64, cohort: Int, index: Int, of district: Int, in world: DemoWorld, currentYear: Int
    ) {
        var random = SplitMix64(seed: seed, 1, number)
        self.cohort = cohort
        self.index = index
        home = world.districts[district]
        ssid = "99" + String(10_000_000 + number * 37)
        firstName = random.one(of: Self.firstNames)
        lastName = random.one(of: Self.lastNames)
        gender = random.happens(0.02) ? "Nonbinary" : random.happens(0.5) ? "Female" : "Male"
        var ethnicities = [random.one(of: Self.ethnicities)]
        if random.happens(0.1) {
            let second = random.one(of: Self.ethnicities)
            if second != ethnicities[0] { ethnicities.append(second) }
        }
        self.ethnicities = ethnicities
        let born = currentYear - cohort - 6
        birthday = "\(born)-\(twoDigits(1 + random.below(12)))-\(twoDigits(1 + random.below(28)))"
        switch random.unit() {
        case ..<0.2:
            // Most learn for some years and are then reclassified.
            languageStatus = .learner(reclassified: random.happens(0.5) ? currentYear - random.below(5) : nil)
        case ..<0.25: languageStatus = .fluentFromTheStart
        default: languageStatus = .englishOnly
        }
        if case .englishOnly = languageStatus {
            language = "eng"
        } else {
            language = random.happens(0.7) ? "spa" : random.one(of: ["vie", "chi", "fil", "ara", "kor"])
        }
        isMigrant = random.happens(0.05)
        hasPlan = random.happens(0.12)
        hasSection504 = random.happens(0.04)
        isPoor = random.happens(0.45)
        military =
            random.happens(0.04)
            ? "ActiveDuty" : random.happens(0.02) ? "NationalGuardOrReserve" : "NotMilitaryConnected"
        accommodation = hasPlan && random.happens(0.7) ? random.below(AccommodationsFile.codes.count) : nil
        ability = random.normal() * 0.9 - (hasPlan ? 0.4 : 0)
        talents = DemoSubject.all.map { _ in random.normal() * 0.3 }
        let moved = random.happens(0.08)
        move =
            moved
            ? Move(
                from: world.districts[(district + 1) % world.districts.count], year: currentYear - random.below(3),
                isMidYear: random.happens(0.5)) : nil
    }

    /// Where the student was in a season of a school year; nil when no school of the sandbox had them.
    func place(in year: Int, _ season: Season, currentYear: Int) -> Place? {
        let number = cohort - (currentYear - year)
        guard DemoWorld.grades.indices.contains(number) else { return nil }
        let grade = DemoWorld.grades[number]
        var district = home
        if let move, year < move.year || (year == move.year && move.isMidYear && season == .autumn) {
            district = move.from
        }
        let schools = district.schools(teaching: grade)
        guard !schools.isEmpty else { return nil }
        return Place(
            district: district, school: schools[index % schools.count], grade: grade,
            classNumber: index / schools.count / DemoWorld.classSize)
    }

    /// How good the student is in a subject, in standard deviations from the standard.
    func strength(in subject: Int, year: Int) -> Double {
        let strength = ability + talents[subject]
        guard DemoSubject.all[subject].isForEnglishLearners else {
            return languageAcquisition(in: year) == "EL" ? strength - 0.5 : strength
        }
        // A language is learned year by year, whatever else one can do.
        return 0.3 * ability + talents[subject] + 0.2 * Double(cohort % 6) - 0.5
    }

    /// The code of the English language acquisition status in a year.
    func languageAcquisition(in year: Int) -> String {
        switch languageStatus {
        case .englishOnly: return "EO"
        case .fluentFromTheStart: return "IFEP"
        case .learner(let reclassified): return reclassified.map { year >= $0 } ?? false ? "RFEP" : "EL"
        }
    }

    private static let firstNames = [
        "Amara", "Ben", "Chidi", "Dolores", "Emil", "Farah", "Gwen", "Hiro", "Inés", "Jonas", "Kalani", "Lien", "Mateo",
        "Noor", "Olive", "Priya", "Quinn", "Rosa", "Samir", "Tala", "Uma", "Viktor", "Wren", "Ximena", "Yusuf", "Zoë",
        "Aiko", "Bram", "Celeste", "Dario", "Esperanza", "Felix", "Greta", "Hakim", "Ivy", "Joaquín", "Keisha", "Luca",
    ]
    private static let lastNames = [
        "Abernathy", "Brightwater", "Castellanos", "D'Amico", "Everhart", "Fairweather", "Greenleaf", "Hollis",
        "Ibarra", "Jovanović", "Kingfisher", "Larkspur", "Marlowe", "Nightingale", "Okonkwo", "Pemberton", "Quill",
        "Rosenquist", "Sandoval", "Thistle", "Underhill", "Vásquez", "Winterbourne", "Yarrow", "Zamora", "Ashdown",
        "Birdsong", "Copperfield", "Delacroix", "Evergreen", "Fontaine", "Goldsmith", "Hawkridge", "Islington",
    ]
    private static let ethnicities = [
        "HispanicOrLatinoEthnicity", "HispanicOrLatinoEthnicity", "HispanicOrLatinoEthnicity", "Asian", "White",
        "White", "BlackOrAfricanAmerican", "Filipino", "AmericanIndianOrAlaskaNative",
        "NativeHawaiianOrOtherPacificIslander", "DemographicRaceTwoOrMoreRaces",
    ]
}

func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
