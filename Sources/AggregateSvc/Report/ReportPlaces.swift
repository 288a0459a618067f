import Contracts

/// The order of a report's rows as one number: subject, organization, grade, year, assessment, slice (aggregates §4.6).
///
/// Assessments are listed by subject, grade, year and label, so the assessments of one grade and year are neighbours.
struct ReportPlaces: Sendable {
    /// Assessments of one subject, grade and year: together they have one row where there is no result. Blocks stand alone.
    struct Unit: Sendable {
        let assessments: Range<Int>
        let year: Int32
    }

    let organizations: Int
    let slices: Int
    /// Subjects in order, with their units.
    let subjects: [(code: String, units: [Unit])]
    /// Blocks stand alone and are always named.
    let isOfBlocks: Bool
    private let assessments: Int
    private let subjectOfAssessment: [Int]

    init(_ layout: StoredLayout, type: String) {
        organizations = layout.organizations.count
        slices = layout.slices.count
        assessments = layout.assessments.count
        isOfBlocks = type == TypeCodes.block
        var subjects: [(code: String, units: [Unit])] = []
        var places: [Int] = []
        var start = 0
        for (index, assessment) in layout.assessments.enumerated() {
            if subjects.last?.code != assessment.subject { subjects.append((assessment.subject, [])) }
            places.append(subjects.count - 1)
            let next = index + 1 < layout.assessments.count ? layout.assessments[index + 1] : nil
            let goesOn =
                type != TypeCodes.block && next?.subject == assessment.subject && next?.grade == assessment.grade
                && next?.schoolYear == assessment.schoolYear
            if !goesOn {
                subjects[subjects.count - 1].units.append(
                    Unit(assessments: start..<index + 1, year: assessment.schoolYear))
                start = index + 1
            }
        }
        self.subjects = subjects
        subjectOfAssessment = places
    }

    func place(organization: Int, assessment: Int, slice: Int) -> Int64 {
        let block = subjectOfAssessment[assessment] * organizations + organization
        return (Int64(block) * Int64(assessments) + Int64(assessment)) * Int64(slices) + Int64(slice)
    }

    func parts(of place: Int64) -> (organization: Int, assessment: Int, slice: Int)? {
        guard place >= 0, slices > 0, assessments > 0, organizations > 0 else { return nil }
        let (rest, slice) = place.quotientAndRemainder(dividingBy: Int64(slices))
        let (block, assessment) = rest.quotientAndRemainder(dividingBy: Int64(assessments))
        guard block < Int64(subjects.count) * Int64(organizations) else { return nil }
        return (Int(block % Int64(organizations)), Int(assessment), Int(slice))
    }

    /// The places of a unit at one organization, from first to behind the last.
    func places(of unit: Unit, organization: Int) -> Range<Int64> {
        let first = place(organization: organization, assessment: unit.assessments.lowerBound, slice: 0)
        let last = place(organization: organization, assessment: unit.assessments.upperBound - 1, slice: slices - 1)
        return first..<last + 1
    }
}
