/// A subject of the sandbox: a family of tests with its scores, levels, cut points, claims and targets (results §1.2 to 1.8).
struct DemoSubject: Sendable {
    let code: String
    let name: String
    /// What each kind of test scores; a kind that is missing is not offered.
    let scorings: [DemoAssessment.Kind: [Scoring]]
    /// Composites of several domains, delivered with the result.
    let alternates: [Claim]
    let claims: [Claim]
    /// Grade to lowest reported score, lower bounds of levels 2 to 4, highest.
    let cuts: [String: [Int]]
    /// Grade to the difficulties where moderate and difficult items begin; empty without items.
    let difficulties: [String: (moderate: Double, difficult: Double)]
    /// Scale points of one standard deviation between students.
    let spread: Int
    let standardErrors: ClosedRange<Int>
    /// Only English learners take it.
    let isForEnglishLearners: Bool

    struct Scoring: Sendable {
        enum Part: String, Sendable {
            case overall = "OverallScoring", alternate = "AltScoring", claim = "ClaimScoring"
        }

        let part: Part
        /// The words of the toggle buttons: Overall, Composite, Claim, Domain.
        let name: String
        let range: ClosedRange<Int>
        let levels: [Level]
        /// The level from which the standard is met.
        var cutoff: Int?
    }

    struct Level: Sendable {
        let name: String
        let shortName: String
        let suffix: String
        let color: String
    }

    struct Claim: Sendable {
        let code: String
        let name: String
        let icon: String
        let isScorable: Bool
        /// Items and targets belong to it.
        let isOrganizational: Bool
    }

    struct Target: Sendable {
        let code: String
        let name: String
        let description: String
    }

    static let all = [english, mathematics, languageProficiency, science]

    var grades: [String] { DemoWorld.grades.filter { cuts[$0] != nil } }
    var itemClaims: [Claim] { claims.filter { $0.isOrganizational && !targets(of: $0, grade: grades[0]).isEmpty } }
    var scorableClaims: [Claim] { claims.filter(\.isScorable) }
    var hasItems: Bool { !difficulties.isEmpty }

    func scoring(_ part: Scoring.Part, of kind: DemoAssessment.Kind) -> Scoring? {
        scorings[kind]?.first { $0.part == part }
    }

    // MARK: Levels (results §1.5)

    private static func level(_ short: String, _ suffix: String, _ color: String) -> Level {
        Level(name: suffix.isEmpty ? short : "\(short) \(suffix)", shortName: short, suffix: suffix, color: color)
    }

    private static let standardMet = [
        level("Did Not Meet", "Standard", "maroon"), level("Nearly Met", "Standard", "gray-darkest"),
        level("Met", "Standard", "green-dark"), level("Exceeded", "Standard", "blue-dark"),
    ]
    private static let aroundStandard = [
        level("Below", "Standard", "sb-iab-red"), level("Near", "Standard", "sb-iab-yellow"),
        level("Above", "Standard", "sb-iab-green"),
    ]
    private static let numbered = [
        level("Level 1", "", "maroon"), level("Level 2", "", "orange"), level("Level 3", "", "blue"),
        level("Level 4", "", "green"),
    ]
    private static let developing = [
        level("Beginning to Develop", "", "sb-iab-red"),
        Level(
            name: "Somewhat/Moderately Developed", shortName: "Somewhat/Moderately", suffix: "", color: "sb-iab-yellow"),
        level("Well Developed", "", "green"),
    ]
    private static let scienceStandard = [
        Level(name: "Standard Not Met", shortName: "Standard Not Met", suffix: "", color: "maroon"),
        Level(name: "Standard Nearly Met", shortName: "Standard Nearly Met", suffix: "", color: "gray-darkest"),
        Level(name: "Standard Met", shortName: "Standard Met", suffix: "", color: "green-dark"),
        Level(name: "Standard Exceeded", shortName: "Standard Exceeded", suffix: "", color: "blue-dark"),
    ]

    /// Blocks score three categories; comprehensive tests and summatives four levels, and three for each claim.
    private static func interimsAndSummative() -> [DemoAssessment.Kind: [Scoring]] {
        let range = 1_000...3_500
        let whole = [
            Scoring(part: .overall, name: "Overall", range: range, levels: standardMet, cutoff: 3),
            Scoring(part: .claim, name: "Claim", range: range, levels: aroundStandard),
        ]
        return [
            .block: [Scoring(part: .overall, name: "Overall", range: range, levels: aroundStandard)],
            .comprehensive: whole, .summative: whole,
        ]
    }

    // MARK: The families

    static let english = DemoSubject(
        code: "ELA", name: "ELA", scorings: interimsAndSummative(), alternates: [],
        claims: [
            Claim(code: "SOCK_R", name: "Reading", icon: "fa-book", isScorable: true, isOrganizational: false),
            Claim(code: "2-W", name: "Writing", icon: "fa-edit", isScorable: true, isOrganizational: true),
            Claim(
                code: "SOCK_LS", name: "Listening", icon: "fa-lightbulb-o", isScorable: true, isOrganizational: false),
            Claim(
                code: "4-CR", name: "Research and Inquiry", icon: "fa-question", isScorable: true,
                isOrganizational: true),
            Claim(code: "1-LT", name: "Reading", icon: "fa-book", isScorable: false, isOrganizational: true),
            Claim(code: "1-IT", name: "Reading", icon: "fa-book", isScorable: false, isOrganizational: true),
            Claim(code: "3-L", name: "Listening", icon: "fa-lightbulb-o", isScorable: false, isOrganizational: true),
        ],
        cuts: [
            "03": [2114, 2367, 2432, 2490, 2623], "04": [2131, 2416, 2473, 2533, 2663],
            "05": [2201, 2442, 2502, 2582, 2701], "06": [2210, 2457, 2531, 2618, 2724],
            "07": [2258, 2479, 2552, 2649, 2745], "08": [2288, 2487, 2567, 2668, 2769],
            "11": [2299, 2493, 2583, 2682, 2795],
        ],
        difficulties: [
            "03": (-1.93882, -0.43906), "04": (-1.51022, 0.14288), "05": (-1.07082, 0.55842), "06": (-0.88783, 0.88783),
            "07": (-0.72150, 1.06739), "08": (-0.47018, 1.34599), "11": (-0.38186, 1.54790),
        ],
        spread: 80, standardErrors: 22...38, isForEnglishLearners: false)

    static let mathematics = DemoSubject(
        code: "Math", name: "Math", scorings: interimsAndSummative(), alternates: [],
        claims: [
            Claim(
                code: "1", name: "Concepts and Procedures", icon: "fa-book", isScorable: true, isOrganizational: true),
            Claim(
                code: "SOCK_2", name: "Problem Solving and Modeling & Data Analysis", icon: "fa-edit", isScorable: true,
                isOrganizational: false),
            Claim(
                code: "3", name: "Communicating Reasoning", icon: "fa-question", isScorable: true,
                isOrganizational: true),
            Claim(code: "2", name: "Problem Solving", icon: "fa-edit", isScorable: false, isOrganizational: true),
            Claim(
                code: "4", name: "Modeling and Data Analysis", icon: "fa-edit", isScorable: false,
                isOrganizational: true),
        ],
        cuts: [
            "03": [2189, 2381, 2436, 2501, 2621], "04": [2204, 2411, 2485, 2549, 2659],
            "05": [2219, 2455, 2528, 2579, 2700], "06": [2235, 2473, 2552, 2610, 2748],
            "07": [2250, 2484, 2567, 2635, 2778], "08": [2265, 2504, 2586, 2653, 2802],
            "11": [2280, 2543, 2628, 2718, 2862],
        ],
        difficulties: [
            "03": (-1.86632, -0.61482), "04": (-1.33005, -0.00367), "05": (-0.98177, 0.42321),
            "06": (-0.74333, 0.74333),
            "07": (-0.61866, 0.91307), "08": (-0.50969, 1.19076), "11": (-0.34891, 1.60976),
        ],
        spread: 80, standardErrors: 20...34, isForEnglishLearners: false)

    static let languageProficiency = DemoSubject(
        code: "ELPAC", name: "ELPAC",
        scorings: [
            .summative: [
                Scoring(part: .overall, name: "Overall", range: 1_150...1_950, levels: numbered),
                Scoring(part: .alternate, name: "Composite", range: 1_150...1_950, levels: numbered),
                Scoring(part: .claim, name: "Domain", range: 1_150...1_950, levels: developing),
            ]
        ],
        alternates: [
            Claim(code: "1", name: "Oral Language", icon: "fa-comment", isScorable: true, isOrganizational: false),
            Claim(code: "2", name: "Written Language", icon: "fa-edit", isScorable: true, isOrganizational: false),
        ],
        claims: [
            Claim(code: "1-L", name: "Listening", icon: "fa-headphones", isScorable: true, isOrganizational: false),
            Claim(code: "1-S", name: "Speaking", icon: "fa-comment", isScorable: true, isOrganizational: false),
            Claim(code: "2-R", name: "Reading", icon: "fa-book", isScorable: true, isOrganizational: false),
            Claim(code: "2-W", name: "Writing", icon: "fa-edit", isScorable: true, isOrganizational: false),
        ],
        cuts: [
            "KG": [1150, 1374, 1422, 1474, 1700], "01": [1150, 1411, 1455, 1507, 1700],
            "02": [1150, 1424, 1471, 1532, 1700], "03": [1150, 1448, 1488, 1535, 1800],
            "04": [1150, 1459, 1499, 1549, 1800], "05": [1150, 1467, 1514, 1560, 1800],
            "06": [1150, 1475, 1517, 1567, 1900], "07": [1150, 1481, 1527, 1576, 1900],
            "08": [1150, 1486, 1534, 1590, 1900], "09": [1150, 1493, 1545, 1606, 1950],
            "10": [1150, 1493, 1545, 1606, 1950], "11": [1150, 1500, 1555, 1615, 1950],
            "12": [1150, 1500, 1555, 1615, 1950],
        ],
        difficulties: [:], spread: 55, standardErrors: 14...22, isForEnglishLearners: true)

    static let science = DemoSubject(
        code: "CAST", name: "CAST",
        scorings: [
            .summative: [
                Scoring(part: .overall, name: "Overall", range: 150...650, levels: scienceStandard, cutoff: 3),
                Scoring(part: .claim, name: "Domain", range: 150...650, levels: aroundStandard),
            ]
        ],
        alternates: [],
        claims: [
            Claim(code: "LS", name: "Life Sciences", icon: "fa-leaf", isScorable: true, isOrganizational: false),
            Claim(code: "PS", name: "Physical Sciences", icon: "fa-flask", isScorable: true, isOrganizational: false),
            Claim(
                code: "ESS", name: "Earth and Space Sciences", icon: "fa-globe", isScorable: true,
                isOrganizational: false),
        ],
        cuts: ["05": [150, 179, 214, 231, 250], "08": [350, 378, 415, 433, 450], "11": [550, 576, 615, 636, 650]],
        difficulties: [:], spread: 18, standardErrors: 5...9, isForEnglishLearners: false)
}

// MARK: - Targets and standards (results §1.8)

extension DemoSubject {
    private static let readingThemes = [
        "Key Details", "Central Ideas", "Word Meanings", "Reasoning and Evidence", "Analysis Within or Across Texts",
        "Text Structures and Features", "Language Use",
    ]
    private static let writingThemes = [
        "Write or Revise Brief Stories", "Compose Full Stories", "Write or Revise Brief Explanations",
        "Compose Full Explanations", "Use Text Features", "Write or Revise Brief Opinions", "Compose Full Opinions",
        "Language and Vocabulary Use", "Edit and Clarify", "Use Technology",
    ]
    private static let researchThemes = [
        "Plan and Research", "Interpret and Integrate Information", "Evaluate Information and Sources", "Use Evidence",
        "Language and Vocabulary Use", "Edit and Clarify", "Use Technology",
    ]
    /// Grade to the domains of mathematics that are tested there, with the letters of their targets.
    private static let domains: [String: [(code: String, name: String, letters: [String])]] = [
        "03": [
            ("OA", "Operations and Patterns", ["A", "B"]), ("NBT", "Place Value", ["E"]), ("NF", "Fractions", ["F"]),
            ("MD", "Measurement and Data", ["G", "I"]), ("G", "Shapes", ["K"]),
        ],
        "04": [
            ("OA", "Operations and Patterns", ["A", "B"]), ("NBT", "Place Value", ["D", "E"]),
            ("NF", "Fractions", ["F", "G"]), ("MD", "Measurement and Data", ["I"]), ("G", "Shapes", ["L"]),
        ],
        "05": [
            ("OA", "Expressions and Patterns", ["A"]), ("NBT", "Decimals and Place Value", ["C", "D"]),
            ("NF", "Fractions", ["E", "F"]), ("MD", "Volume and Data", ["I"]), ("G", "Coordinate Plane", ["J"]),
        ],
        "06": [
            ("RP", "Ratios and Rates", ["A"]), ("NS", "Number System", ["B", "C"]),
            ("EE", "Expressions and Equations", ["E", "F"]), ("G", "Area and Volume", ["H"]), ("SP", "Data", ["I"]),
        ],
        "07": [
            ("RP", "Proportions", ["A"]), ("NS", "Rational Numbers", ["B"]),
            ("EE", "Expressions and Equations", ["C", "D"]), ("G", "Scale and Angles", ["E", "F"]),
            ("SP", "Chance", ["G"]),
        ],
        "08": [
            ("NS", "Irrational Numbers", ["A"]), ("EE", "Linear Equations", ["B", "C"]),
            ("F", "Functions", ["E", "F"]),
            ("G", "Transformations", ["G"]), ("SP", "Scatter Plots", ["J"]),
        ],
        "11": [
            ("N-RN", "Roots and Exponents", ["A"]), ("A-SSE", "Structure of Expressions", ["D"]),
            ("A-REI", "Equations and Inequalities", ["I"]), ("F-IF", "Interpreting Functions", ["K", "L"]),
            ("G-SRT", "Similar Triangles", ["O"]), ("S-ID", "Interpreting Data", ["P"]),
        ],
    ]

    /// The targets of an organizational claim in one grade; none where the family has no items.
    func targets(of claim: Claim, grade: String) -> [Target] {
        guard hasItems, claim.isOrganizational else { return [] }
        let number = Int(grade) ?? 0
        func numbered(_ themes: [String], from first: Int = 1) -> [Target] {
            themes.enumerated().map { index, theme in
                Target(code: "\(first + index)-\(number)", name: "\(first + index)", description: theme)
            }
        }
        switch (code, claim.code) {
        case ("ELA", "1-LT"): return numbered(Self.readingThemes)
        case ("ELA", "1-IT"): return numbered(Self.readingThemes, from: 8)
        case ("ELA", "2-W"): return numbered(Self.writingThemes)
        case ("ELA", "3-L"): return numbered(["Listen and Interpret"], from: 4)
        case ("ELA", _): return numbered(Self.researchThemes)
        default: break
        }
        let domains = Self.domains[grade] ?? []
        let suffix = grade == "11" ? "" : "-\(number)"
        if claim.code == "1" {
            return domains.flatMap { domain in
                domain.letters.map {
                    Target(code: "\(domain.code)|\($0)\(suffix)", name: $0, description: domain.name)
                }
            }
        }
        let letters = claim.code == "2" ? ["A", "B", "C", "D"] : ["A", "B", "C", "D", "E", "F"]
        return letters.map { letter in
            Target(code: "\(domains[0].code)|\(letter)\(suffix)", name: letter, description: claim.name)
        }
    }

    /// Code and description of what is taught in a grade.
    func standards(grade: String) -> [(code: String, description: String)] {
        guard hasItems else { return [] }
        let strands =
            code == "ELA"
            ? [
                ("RL", "Reading stories and poems"), ("RI", "Reading to be informed"), ("W", "Writing"),
                ("SL", "Listening"), ("L", "Language"),
            ] : (Self.domains[grade] ?? []).map { ($0.code, $0.name) }
        return strands.map {
            ("\(code).\(grade).\($0.0)", "\($0.1), as taught in grade \(Int(grade) ?? 0) of the sandbox")
        }
    }

    /// The standard that an item of a claim and target belongs to.
    func standard(of claim: Claim, target: Target, grade: String) -> String {
        guard code == "ELA" else {
            return "\(code).\(grade).\(target.code.split(separator: "|")[0])"
        }
        let strand = ["1-LT": "RL", "1-IT": "RI", "2-W": "W", "3-L": "SL"][claim.code] ?? "W"
        return "\(code).\(grade).\(strand)"
    }
}
