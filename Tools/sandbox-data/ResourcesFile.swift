/// Links to teaching material for the blocks (access §5.1): those of the system, and one of the demo district.
enum ResourcesFile {
    static func csv(_ assessments: [DemoAssessment], _ world: DemoWorld) -> String {
        var lines = ["assessment_name,organization_type,organization_natural_id,performance_level,resource"]
        for assessment in assessments where assessment.kind == .block {
            // Level 0 is for the whole assessment.
            for level in 0...(assessment.subject.scoring(.overall, of: .block)?.levels.count ?? 0) {
                lines.append(
                    "\(assessment.name),System,,\(level),https://example.org/playlists/\(assessment.name)/\(level)")
            }
            let district = world.districts[0]
            lines.append(
                "\(assessment.name),District,\(district.id),0,https://demo-district.example/material/\(assessment.name)"
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
