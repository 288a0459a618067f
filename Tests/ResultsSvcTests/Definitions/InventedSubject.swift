@testable import ResultsSvc

/// A subject nobody has seen: five overall levels, four claim levels, two alternates of three levels, its own targets,
/// standards and traits. Whatever works for it works from the definition alone (ingest §16.15).
enum InventedSubject {
    static let xml = """
        <?xml version="1.0" encoding="UTF-8"?>
        <Subject code="Latin" name="Latin Proficiency">
          <Messages>
            <Message key="standard-description"><![CDATA[<b>Latin</b> & more]]></Message>
            <Message key="trait.purpose.ORAT.name">Oratory</Message>
          </Messages>
          <AssessmentTypes>
            <AssessmentType code="sum" name="Summative" traitReport="1">
              <OverallScoring name="Overall" minScore="100" maxScore="600">
                <PerformanceLevels standardCutoff="4">
                  <PerformanceLevel level="1" name="Tiro" color="maroon"/>
                  <PerformanceLevel level="2" name="Discipulus" shortName="Disc." suffix="Latinus" color="orange"/>
                  <PerformanceLevel level="3" name="Peritus" color="teal"/>
                  <PerformanceLevel level="4" name="Doctus" color="green"/>
                  <PerformanceLevel level="5" name="Magister" color="blue-dark"/>
                </PerformanceLevels>
              </OverallScoring>
              <AltScoring name="Stylus" minScore="0" maxScore="50">
                <PerformanceLevels>
                  <PerformanceLevel level="1" name="I" color="maroon"/>
                  <PerformanceLevel level="2" name="II" color="orange"/>
                  <PerformanceLevel level="3" name="III" color="green"/>
                </PerformanceLevels>
              </AltScoring>
              <ClaimScoring name="Ars">
                <PerformanceLevels>
                  <PerformanceLevel level="1" name="a" color="maroon"/>
                  <PerformanceLevel level="2" name="b" color="orange"/>
                  <PerformanceLevel level="3" name="c" color="teal"/>
                  <PerformanceLevel level="4" name="d" color="green"/>
                </PerformanceLevels>
              </ClaimScoring>
            </AssessmentType>
            <AssessmentType code="iab" name="Block" longName="Latin Block" targetReport="true" printedReport="false">
              <OverallScoring name="Overall">
                <PerformanceLevels>
                  <PerformanceLevel level="1" name="below" color="sb-iab-red"/>
                  <PerformanceLevel level="2" name="near" color="sb-iab-yellow"/>
                  <PerformanceLevel level="3" name="above" color="sb-iab-green"/>
                </PerformanceLevels>
              </OverallScoring>
            </AssessmentType>
          </AssessmentTypes>
          <DepthsOfKnowledge>
            <DepthOfKnowledge level="1" name="Recall"><Reference>https://example.org/1</Reference></DepthOfKnowledge>
            <DepthOfKnowledge level="2" name="Skill"><Reference>https://example.org/2</Reference></DepthOfKnowledge>
          </DepthsOfKnowledge>
          <ItemDifficulties>
            <ItemDifficulty gradeCode="05" moderateLowEnd="-1.5" difficultLowEnd=" 0.25 "/>
          </ItemDifficulties>
          <ReportGrades>
            <ReportGrade code="05">
              <ReportAssessmentTypes>
                <ReportAssessmentType code="sum">
                  <OverallAchievementMessage>{0}''s result</OverallAchievementMessage>
                  <ReportPerformanceLevels>
                    <ReportPerformanceLevel level="1">one</ReportPerformanceLevel>
                    <ReportPerformanceLevel level="2">two</ReportPerformanceLevel>
                    <ReportPerformanceLevel level="3">three</ReportPerformanceLevel>
                    <ReportPerformanceLevel level="4">four</ReportPerformanceLevel>
                    <ReportPerformanceLevel level="5">five</ReportPerformanceLevel>
                  </ReportPerformanceLevels>
                </ReportAssessmentType>
              </ReportAssessmentTypes>
            </ReportGrade>
          </ReportGrades>
          <AltScores>
            <AltScore code="S1" name="Prose" displayOrder=" 1"><Icon>fa-edit</Icon></AltScore>
            <AltScore code="S2" name="Verse" dataOrder="1" displayOrder="2"><Description>Verse &amp; song</Description></AltScore>
          </AltScores>
          <Traits>
            <Trait code="ORAT_ORG" purpose="ORAT" category="ORG" maxScore="7"/>
          </Traits>
          <Claims>
            <Claim code="R" name="Reading" displayOrder="1">
              <Targets>
                <Target code="A|1" name="A1"/>
                <Target code="A|2" name="A2"><Description>Second</Description></Target>
              </Targets>
            </Claim>
            <Claim code="W" name="Writing" displayOrder="2" organizational="true">
              <Targets><Target code="B" name="B"/></Targets>
            </Claim>
            <Claim code="L" name="Listening" displayOrder="3" dataOrder="1" organizational="false"/>
            <Claim code="N" name="Notes" scorable="false"/>
            <Claim code="S" name="Speaking" displayOrder="4" organizational="0"/>
          </Claims>
          <Standards>
            <Standard code="L.1"><Description>First</Description></Standard>
            <Standard code="L.2"><Description>Second</Description></Standard>
          </Standards>
        </Subject>
        """

    static func definition() throws -> SubjectDefinition { try SubjectFile.read(Array(xml.utf8)) }
}
