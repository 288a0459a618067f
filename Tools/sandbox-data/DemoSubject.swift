/// A subject of the sandbox, with a definition of its own (ingest §5): fewer claims and targets than a real one.
struct DemoSubject: Sendable {
    let code: String
    let name: String
    let claims: [Claim]
    /// Grade to lowest reported score, lower bounds of levels 2 to 4, highest (results §1.7).
    let cuts: [String: [Int]]
    let difficulties: [String: (moderate: Double, difficult: Double)]

    struct Claim: Sendable {
        let code: String
        let name: String
        let icon: String
        let isScorable: Bool
        let isOrganizational: Bool
        let target: String
    }

    static let all = [english, mathematics]

    static let english = DemoSubject(
        code: "ELA", name: "ELA",
        claims: [
            Claim(
                code: "SOCK_R", name: "Reading", icon: "fa-book", isScorable: true, isOrganizational: false, target: ""),
            Claim(code: "2-W", name: "Writing", icon: "fa-edit", isScorable: true, isOrganizational: true, target: "2"),
            Claim(
                code: "SOCK_LS", name: "Listening", icon: "fa-lightbulb-o", isScorable: true, isOrganizational: false,
                target: ""),
            Claim(
                code: "4-CR", name: "Research and Inquiry", icon: "fa-question", isScorable: true,
                isOrganizational: true, target: "4"),
            Claim(
                code: "1-IT", name: "Reading", icon: "fa-book", isScorable: false, isOrganizational: true, target: "8"),
            Claim(
                code: "3-L", name: "Listening", icon: "fa-lightbulb-o", isScorable: false, isOrganizational: true,
                target: "4"),
        ],
        cuts: [
            "03": [2114, 2367, 2432, 2490, 2623], "04": [2131, 2416, 2473, 2533, 2663],
            "05": [2201, 2442, 2502, 2582, 2701],
            "06": [2210, 2457, 2531, 2618, 2724], "07": [2258, 2479, 2552, 2649, 2745],
            "08": [2288, 2487, 2567, 2668, 2769],
            "11": [2299, 2493, 2583, 2682, 2795],
        ],
        difficulties: [
            "03": (-1.93882, -0.43906), "04": (-1.51022, 0.14288), "05": (-1.07082, 0.55842), "06": (-0.88783, 0.88783),
            "07": (-0.72150, 1.06739), "08": (-0.47018, 1.34599), "11": (-0.38186, 1.54790),
        ])

    static let mathematics = DemoSubject(
        code: "Math", name: "Math",
        claims: [
            Claim(
                code: "1", name: "Concepts and Procedures", icon: "fa-book", isScorable: true, isOrganizational: true,
                target: "NF|A"),
            Claim(
                code: "SOCK_2", name: "Problem Solving and Modeling & Data Analysis", icon: "fa-edit", isScorable: true,
                isOrganizational: false, target: ""),
            Claim(
                code: "3", name: "Communicating Reasoning", icon: "fa-question", isScorable: true,
                isOrganizational: true, target: "OA|B"),
            Claim(
                code: "2", name: "Problem Solving", icon: "fa-edit", isScorable: false, isOrganizational: true,
                target: "MD|C"),
            Claim(
                code: "4", name: "Modeling and Data Analysis", icon: "fa-edit", isScorable: false,
                isOrganizational: true, target: "MD|D"),
        ],
        cuts: [
            "03": [2189, 2381, 2436, 2501, 2621], "04": [2204, 2411, 2485, 2549, 2659],
            "05": [2219, 2455, 2528, 2579, 2700],
            "06": [2235, 2473, 2552, 2610, 2748], "07": [2250, 2484, 2567, 2635, 2778],
            "08": [2265, 2504, 2586, 2653, 2802],
            "11": [2280, 2543, 2628, 2718, 2862],
        ],
        difficulties: [
            "03": (-1.86632, -0.61482), "04": (-1.33005, -0.00367), "05": (-0.98177, 0.42321),
            "06": (-0.74333, 0.74333),
            "07": (-0.61866, 0.91307), "08": (-0.50969, 1.19076), "11": (-0.34891, 1.60976),
        ])

    var xml: String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Subject code="\(code)" name="\(name)">
          <Messages>
            <Message key="sum.performance-info">Scores are assigned to one of four achievement levels.</Message>
          </Messages>
          <AssessmentTypes>
            \(comprehensive("ica", "ICA", "Interim Comprehensive Assessment"))
            <AssessmentType code="iab" name="IAB" longName="Interim Assessment Blocks">
              <OverallScoring name="Overall" minScore="1000" maxScore="3500">\(Self.threeLevels)</OverallScoring>
            </AssessmentType>
            \(comprehensive("sum", "Summative", "Summative Assessment"))
          </AssessmentTypes>
          <DepthsOfKnowledge>
            \(Self.depths)
          </DepthsOfKnowledge>
          <ItemDifficulties>
            \(difficulties.sorted { $0.key < $1.key }.map { "<ItemDifficulty gradeCode=\"\($0.key)\" moderateLowEnd=\"\($0.value.moderate)\" difficultLowEnd=\"\($0.value.difficult)\"/>" }.joined(separator: "\n    "))
          </ItemDifficulties>
          <Claims>
            \(claimElements)
          </Claims>
          <Standards>
            \(cuts.keys.sorted().map { "<Standard code=\"\(standard(grade: $0))\"><Description>What a student of grade \($0) is taught here.</Description></Standard>" }.joined(separator: "\n    "))
          </Standards>
        </Subject>

        """
    }

    func standard(grade: String) -> String { "\(code).\(grade).1" }

    /// The organizational claims, to which items belong.
    var itemClaims: [Claim] { claims.filter(\.isOrganizational) }
    var scorableClaims: [Claim] { claims.filter(\.isScorable) }

    private func comprehensive(_ type: String, _ short: String, _ long: String) -> String {
        """
        <AssessmentType code="\(type)" name="\(short)" longName="\(long)">
              <OverallScoring name="Overall" minScore="1000" maxScore="3500">\(Self.fourLevels)</OverallScoring>
              <ClaimScoring name="Claim" minScore="1000" maxScore="3500">\(Self.threeLevels)</ClaimScoring>
            </AssessmentType>
        """
    }

    private var claimElements: String {
        var order = 0
        return claims.map { claim in
            var attributes = "code=\"\(claim.code)\" name=\"\(escaped(claim.name))\""
            if claim.isScorable {
                order += 1
                attributes += " displayOrder=\"\(order)\""
            } else {
                attributes += " scorable=\"false\""
            }
            if !claim.isOrganizational { attributes += " organizational=\"false\"" }
            let targets =
                claim.isOrganizational
                ? "<Targets><Target code=\"\(claim.target)\" name=\"\(claim.target.last.map(String.init) ?? "")\"/></Targets>"
                : ""
            return "<Claim \(attributes)><Icon>\(claim.icon)</Icon>\(targets)</Claim>"
        }.joined(separator: "\n    ")
    }

    private static let fourLevels = levels(
        [("Did Not Meet", "maroon"), ("Nearly Met", "gray-darkest"), ("Met", "green-dark"), ("Exceeded", "blue-dark")],
        cutoff: " standardCutoff=\"3\"")
    private static let threeLevels = levels(
        [("Below", "sb-iab-red"), ("Near", "sb-iab-yellow"), ("Above", "sb-iab-green")], cutoff: "")

    private static func levels(_ names: [(String, String)], cutoff: String) -> String {
        let rows = names.enumerated().map { index, level in
            """
            <PerformanceLevel level="\(index + 1)" name="\(level.0) Standard" shortName="\(level.0)" suffix="Standard" \
            color="\(level.1)"/>
            """
        }
        return "<PerformanceLevels\(cutoff)>" + rows.joined() + "</PerformanceLevels>"
    }

    private static let depths = [
        "Recall and Reproduction", "Basic Skills and Concepts", "Strategic Thinking and Reasoning", "Extended Thinking",
    ].enumerated().map { index, name in
        """
        <DepthOfKnowledge level="\(index + 1)" name="\(name)"><Reference>https://example.org/depth/\(index + 1)</Reference>\
        </DepthOfKnowledge>
        """
    }.joined(separator: "\n    ")
}

func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
}
