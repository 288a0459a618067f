import Foundation

/// One made-up test result and its transmission (ingest §3).
struct DemoResult {
    let opportunity: String
    private let assessment: DemoAssessment
    private let student: DemoStudent
    private let place: DemoStudent.Place
    private let day: String
    private let session: String
    private let condition: String
    private let completeness: String
    private let scale: Int?
    private let error: Int
    private let level: Int
    private let claims: [(code: String, scale: Int, error: Int, level: Int)]
    private let points: [Int]

    /// Nil when the student did not take the assessment: not everybody takes every interim.
    init?(
        _ assessment: DemoAssessment, _ student: DemoStudent, _ place: DemoStudent.Place, number: Int,
        _ random: inout SplitMix64
    ) {
        let taken = assessment.kind == .summative ? 0.97 : assessment.kind == .comprehensive ? 0.6 : 0.75
        guard Double.random(in: 0..<1, using: &random) < taken else { return nil }
        self.assessment = assessment
        self.student = student
        self.place = place
        opportunity = "demo-\(assessment.year)-\(100_000 + number)"
        let cuts = assessment.cuts
        let strength = 0.85 * student.ability + 0.4 * random.normal()
        let middle = Double(cuts[2]) + 5
        let raw = Int(middle + strength * 75)
        let bounded = min(max(raw, cuts[0]), cuts[4])
        let standardError = Int.random(in: 22...38, using: &random) + (assessment.kind == .block ? 18 : 0)
        let isUnscored = Int.random(in: 0..<80, using: &random) == 0
        scale = isUnscored ? nil : bounded
        error = standardError
        level = isUnscored ? 0 : Self.level(bounded, error: standardError, assessment)
        claims =
            assessment.kind == .block || isUnscored
            ? []
            : assessment.subject.scorableClaims.map { claim in
                let part = min(max(bounded + Int(random.normal() * 40), cuts[0]), cuts[4])
                let partError = standardError + 30
                return (claim.code, part, partError, Self.category(part, error: partError, standard: cuts[2]))
            }
        // Interims run through autumn and winter, summatives in April and May.
        let (month, yearOfDay): (Int, Int)
        switch assessment.kind {
        case .block: (month, yearOfDay) = (Int.random(in: 9...11, using: &random), assessment.year - 1)
        case .comprehensive: (month, yearOfDay) = (Int.random(in: 1...2, using: &random), assessment.year)
        case .summative: (month, yearOfDay) = (Int.random(in: 4...5, using: &random), assessment.year)
        }
        let dayOfMonth = Int.random(in: 1...28, using: &random)
        day = "\(yearOfDay)-\(Self.two(month))-\(Self.two(dayOfMonth))"
        session = "\(place.school.name.prefix(1))\(place.grade)-\(Self.two(month))\(Self.two(dayOfMonth / 7))"
        let odd = Int.random(in: 0..<20, using: &random)
        condition = assessment.kind == .summative ? (odd == 0 ? "IN" : "Valid") : (odd < 5 ? "NS" : "SD")
        completeness = Int.random(in: 0..<40, using: &random) == 0 ? "Partial" : "Complete"
        points = assessment.items.map { item in
            let chance = 1 / (1 + exp2(-(strength - item.difficulty) * 1.4))
            return (0..<item.maxPoints).reduce(0) { sum, _ in
                sum + (Double.random(in: 0..<1, using: &random) < chance ? 1 : 0)
            }
        }
    }

    private static func level(_ scale: Int, error: Int, _ assessment: DemoAssessment) -> Int {
        let cuts = assessment.cuts
        if assessment.kind == .block { return category(scale, error: error, standard: cuts[2]) }
        return 1 + cuts[1...3].count { scale >= $0 }
    }

    /// Below, near or above the standard by one and a half standard errors (results §2.10).
    private static func category(_ scale: Int, error: Int, standard: Int) -> Int {
        let band = (3 * error + 1) / 2
        if scale + band < standard { return 1 }
        return scale - band >= standard ? 3 : 2
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    var xml: String {
        let at = "\(day)T17:\(Self.two(points.count))"
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <TDSReport>
            <Test testId="\(assessment.name)" name="\(assessment.id)" subject="\(assessment.subject.code)" \
            grade="\(assessment.grade)" assessmentType="\(assessment.kind == .summative ? "Summative" : "Interim")" \
            academicYear="\(assessment.year)" assessmentVersion="1" contract="DEMO" mode="online"/>
            <Examinee key="\(student.ssid)">
            \(attributes(at))
            </Examinee>
            <Opportunity server="demo" database="session" clientName="DEMO" status="scored" completeness="\(completeness)" \
            key="\(opportunity)" oppId="\(opportunity)" opportunity="1" startDate="\(at):00.000Z" statusDate="\(at):50.000Z" \
            dateCompleted="\(at):40.000Z" itemCount="\(points.count)" ftCount="0" pauseCount="0" abnormalStarts="0" \
            gracePeriodRestarts="0" sessionId="\(session)" windowId="DEMO" administrationCondition="\(condition)" \
            effectiveDate="\(assessment.year - 1)-08-15">
            <Segment id="segment-1" position="1"/>
            \(student.hasPlan ? "<Accommodation type=\"Streamlined\" value=\"Streamlined Interface\" code=\"TDS_SLM1\" segment=\"0\"/>" : "")
            \(scores)
            \(items(at))
            </Opportunity>
            </TDSReport>

            """
    }

    private func attributes(_ at: String) -> String {
        func attribute(_ name: String, _ value: String) -> String {
            "<ExamineeAttribute context=\"FINAL\" name=\"\(name)\" value=\"\(escaped(value))\" contextDate=\"\(at):40.000Z\"/>"
        }
        func relationship(_ name: String, _ value: String) -> String {
            "<ExamineeRelationship context=\"FINAL\" name=\"\(name)\" value=\"\(escaped(value))\" contextDate=\"\(at):40.000Z\"/>"
        }
        return [
            attribute("StudentIdentifier", student.ssid), attribute("FirstName", student.firstName),
            attribute("LastOrSurname", student.lastName), attribute("Birthdate", "\(student.birthYear)-03-14"),
            attribute("Sex", student.gender), attribute("GradeLevelWhenAssessed", place.grade),
            attribute(student.ethnicity, "Yes"), attribute("IDEAIndicator", student.hasPlan ? "Yes" : "No"),
            attribute("LEPStatus", student.isEnglishLearner ? "Yes" : "No"),
            attribute("EnglishLanguageAcquisitionStatus", student.isEnglishLearner ? "EL" : "EO"),
            attribute("LanguageCode", student.isEnglishLearner ? "spa" : "eng"), attribute("Section504Status", "No"),
            attribute("EconomicDisadvantageStatus", "No"), attribute("MigrantStatus", student.isMigrant ? "Yes" : "No"),
            relationship("StateAbbreviation", "CA"), relationship("DistrictId", place.school.district),
            relationship("DistrictName", place.school.districtName), relationship("SchoolId", place.school.id),
            relationship("SchoolName", place.school.name),
        ].joined(separator: "\n")
    }

    private var scores: String {
        func score(_ of: String, _ label: String, _ value: String, _ error: String) -> String {
            "<Score measureOf=\"\(of)\" measureLabel=\"\(label)\" value=\"\(value)\" standardError=\"\(error)\"/>"
        }
        guard let scale else { return score("Overall", "ScaleScore", "NS", "") }
        var list = [
            score("Overall", "ScaleScore", "\(scale)", "\(error)"),
            score("Overall", "PerformanceLevel", "\(level)", ""),
        ]
        for claim in claims {
            list.append(score(claim.code, "ScaleScore", "\(claim.scale)", "\(claim.error)"))
            list.append(score(claim.code, "PerformanceLevel", "\(claim.level)", ""))
        }
        return list.joined(separator: "\n")
    }

    private func items(_ at: String) -> String {
        zip(assessment.items, points).enumerated().map { index, pair in
            let (item, earned) = pair
            let right = item.answer.isEmpty ? "The answer is \(item.key)." : item.answer
            let wrong =
                item.type == "MC" ? (item.answer == "A" ? "B" : "A") : item.answer.isEmpty ? "I am not sure." : "B"
            return """
                <Item bankKey="900" key="\(item.key)" position="\(index + 1)" segmentId="segment-1" format="\(item.type)" \
                operational="1" isSelected="1" adminDate="\(at):00.000Z" numberVisits="1" pageNumber="\(index + 1)" \
                pageVisits="1" pageTime="\(20_000 + item.key % 9_000)" responseDuration="\(20 + item.key % 9).0" dropped="0" \
                score="\(earned)" scoreStatus="SCORED" mimeType="text/plain">\
                <Response date="\(at):30.000Z" type="value">\(escaped(earned > 0 ? right : wrong))</Response></Item>
                """
        }.joined(separator: "\n")
    }
}
