/// The transmission of one result (ingest §3).
struct TransmissionFile {
    let result: DemoResult

    var xml: String {
        let (assessment, day) = (result.assessment, result.day)
        let at = "\(day)\(result.time)"
        let session = result.session.isEmpty ? "" : "sessionId=\"\(result.session)\" "
        var xml = """
            <?xml version="1.0" encoding="UTF-8"?>
            <TDSReport>
            <Test testId="\(assessment.name)" name="\(assessment.id)" subject="\(assessment.subject.code)" \
            grade="\(assessment.grade)" assessmentType="\(assessment.kind == .summative ? "Summative" : "Interim")" \
            academicYear="\(assessment.year)" assessmentVersion="1" contract="DEMO" mode="online"/>
            <Examinee key="\(result.student.ssid)" isDemo="0">

            """
        addAttributes(at, to: &xml)
        xml += """
            </Examinee>
            <Opportunity server="demo" database="session" clientName="DEMO" status="scored" \
            completeness="\(result.isPartial ? "Partial" : "Complete")" key="\(result.opportunity)" \
            oppId="\(result.opportunity)" opportunity="\(result.attempt + 1)" startDate="\(at):00.000Z" \
            statusDate="\(at):50.000Z" dateCompleted="\(at):40.000Z" itemCount="\(result.items.count)" ftCount="0" \
            pauseCount="0" abnormalStarts="0" gracePeriodRestarts="0" \(session)windowId="DEMO" \
            administrationCondition="\(result.condition)" effectiveDate="\(assessment.year - 1)-08-15">
            <Segment id="segment-1" position="1"/>

            """
        if let number = result.student.accommodation {
            let (code, label) = AccommodationsFile.codes[number]
            xml += "<Accommodation type=\"\(label)\" value=\"\(label)\" code=\"\(code)\" segment=\"0\"/>\n"
        }
        addScores(to: &xml)
        for (index, item) in result.items.enumerated() { add(item, position: index + 1, at, to: &xml) }
        xml += "</Opportunity>\n</TDSReport>\n"
        return xml
    }

    private func addAttributes(_ at: String, to xml: inout String) {
        let (student, year) = (result.student, result.assessment.year)
        func add(_ element: String, _ name: String, _ value: String) {
            xml += """
                <Examinee\(element) context="FINAL" name="\(name)" value="\(escaped(value))" contextDate="\(at):40.000Z"/>

                """
        }
        let acquisition = student.languageAcquisition(in: year)
        add("Attribute", "StudentIdentifier", student.ssid)
        add("Attribute", "FirstName", student.firstName)
        add("Attribute", "LastOrSurname", student.lastName)
        add("Attribute", "Birthdate", student.birthday)
        add("Attribute", "Sex", student.gender)
        add("Attribute", "GradeLevelWhenAssessed", result.place.grade)
        for ethnicity in student.ethnicities { add("Attribute", ethnicity, "Yes") }
        add("Attribute", "IDEAIndicator", student.hasPlan ? "Yes" : "No")
        add("Attribute", "LEPStatus", acquisition == "EL" ? "Yes" : "No")
        add("Attribute", "EnglishLanguageAcquisitionStatus", acquisition)
        add("Attribute", "LanguageCode", student.language)
        add("Attribute", "Section504Status", student.hasSection504 ? "Yes" : "No")
        add("Attribute", "EconomicDisadvantageStatus", student.isPoor ? "Yes" : "No")
        add("Attribute", "MigrantStatus", student.isMigrant ? "Yes" : "No")
        add("Attribute", "MilitaryConnectedStudentIndicator", student.military)
        add("Relationship", "StateAbbreviation", "CA")
        add("Relationship", "DistrictId", result.place.district.id)
        add("Relationship", "DistrictName", result.place.district.name)
        add("Relationship", "SchoolId", result.place.school.id)
        add("Relationship", "SchoolName", result.place.school.name)
    }

    private func addScores(to xml: inout String) {
        func add(_ of: String, _ label: String, _ value: String, _ error: String = "", _ condition: String = "") {
            let code = condition.isEmpty ? "" : " conditionCode=\"\(condition)\""
            xml += """
                <Score measureOf="\(of)" measureLabel="\(label)" value="\(value)" standardError="\(error)"\(code)/>

                """
        }
        guard let overall = result.score else {
            add("Overall", "ScaleScore", "NS")
            return
        }
        for score in [overall] + result.alternates + result.claims {
            add(score.code, "ScaleScore", "\(score.scale)", "\(score.error)")
            add(score.code, "PerformanceLevel", "\(score.level)")
        }
        for target in result.targets {
            add(target.code, "StudentRelativeResidualScore", decimal(target.studentRelative))
            add(target.code, "StandardMetRelativeResidualScore", decimal(target.standardMet))
        }
        guard result.assessment.kind == .summative,
            let purpose = result.items.compactMap({ $0.item.purpose }).first
        else { return }
        for trait in WritingTrait.allCases {
            let points = result.writingCondition.isEmpty ? "\(result.writing[trait] ?? 0)" : ""
            add(trait.code(purpose), "RawScore", points, "", result.writingCondition)
        }
    }

    /// A number of ten-thousandths.
    private func decimal(_ number: Int) -> String {
        let digits = String(number.magnitude % 10_000)
        return "\(number < 0 ? "-" : "")\(number.magnitude / 10_000)."
            + String(repeating: "0", count: 4 - digits.count) + digits
    }

    private func add(_ answered: DemoResult.ItemResult, position: Int, _ at: String, to xml: inout String) {
        let item = answered.item
        xml += """
            <Item bankKey="\(DemoItem.bank)" key="\(item.key)" position="\(position)" segmentId="segment-1" \
            format="\(item.type)" operational="1" isSelected="1" adminDate="\(at):00.000Z" numberVisits="1" \
            pageNumber="\(position)" pageVisits="1" pageTime="\(20_000 + item.key % 9_000)" \
            responseDuration="\(20 + item.key % 9).0" dropped="0" score="\(answered.points ?? -1)" \
            scoreStatus="\(answered.points == nil ? "NOTSCORED" : "SCORED")" mimeType="text/plain">\
            <Response date="\(at):30.000Z" type="value">\(escaped(answered.response))</Response>
            """
        if let points = answered.points, item.purpose != nil {
            xml += """
                <ScoreInfo scorePoint="\(points)" maxScore="\(item.maxPoints)" scoreDimension="Overall" \
                scoreStatus="Scored"><SubScoreList>
                """
            for trait in WritingTrait.allCases {
                xml += """
                    <ScoreInfo scorePoint="\(result.writing[trait] ?? 0)" maxScore="\(trait.maximum)" \
                    scoreDimension="\(trait.rawValue)" scoreStatus="Scored"/>
                    """
            }
            xml += "</SubScoreList></ScoreInfo>"
        }
        xml += "</Item>\n"
    }
}
