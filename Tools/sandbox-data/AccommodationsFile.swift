/// The accessibility configuration of a school year (ingest §7).
enum AccommodationsFile {
    static let codes = [
        ("TDS_ASL1", "American Sign Language"), ("TDS_BT_EXN", "Braille"), ("TDS_ClosedCap1", "Closed Captioning"),
        ("TDS_SLM1", "Streamlined Interface"), ("NEA_Calc", "Calculator"), ("NEA_STT", "Speech-to-Text"),
        ("TDS_TTS_Stim", "Text-to-Speech"), ("NEA_MT", "Multiplication Table"),
    ]

    static func xml(schoolYear: Int) -> String {
        let resources = codes.enumerated().map { index, code in
            """
                <SingleSelectResource>
                  <Code>\(code.0)Resource</Code>
                  <Order>\(index + 1)</Order>
                  <ResourceType>Accommodation</ResourceType>
                  <Text><Language>eng</Language><Label>\(code.1)</Label><Description>\(code.1)</Description></Text>
                  <Selection>
                    <Code>\(code.0)</Code>
                    <Order>1</Order>
                    <Text><Language>eng</Language><Label>\(code.1)</Label></Text>
                  </Selection>
                </SingleSelectResource>
            """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Accessibility schoolYear="\(schoolYear)">
              <MasterResourceFamily>
            \(resources.joined(separator: "\n"))
              </MasterResourceFamily>
            </Accessibility>

            """
    }
}
