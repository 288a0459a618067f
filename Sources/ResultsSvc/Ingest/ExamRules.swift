import Calendar
import Ledger
import XML

/// From a payload to a result that may be stored, or to the answer its sender gets. Rule: ingest §3.3.
struct ExamRules<Lookups: ExamLookups> {
    let settings: ExamSettings
    let lookups: Lookups

    enum Verdict: Sendable, Equatable {
        case refused(ImportOutcome)
        case accepted(ExamResult)
    }

    /// Steps 1 to 6 of ingest §3.3; storing is the seventh.
    func judge(_ payload: [UInt8]) -> Verdict {
        do {
            return judge(try TRTReader.read(payload))
        } catch {
            return .refused(ImportOutcome(.badFormat, error.description))
        }
    }

    /// Steps 2 to 6.
    func judge(_ document: TRTDocument) -> Verdict {
        guard let examinee = document.examinee else {
            return .refused(ImportOutcome(.badData, "Examinee may not be null"))
        }
        guard let schoolNaturalID = examinee[.schoolID]?.nonBlank else {
            return .refused(ImportOutcome(.unknownSchool, "report does not contain school id for Examinee"))
        }
        guard let schoolID = lookups.schoolID(schoolNaturalID) else {
            let name = examinee[.schoolName] ?? "null"
            let districtID = examinee[.districtID] ?? "null"
            let districtName = examinee[.districtName] ?? "null"
            return .refused(
                ImportOutcome(
                    .unknownSchool,
                    "unable to find a school with natural id [\(schoolNaturalID)]. School name: \(name), district id: [\(districtID)], "
                        + "district name: \(districtName)"))
        }
        guard let template = lookups.template(document.test.name) else {
            return .refused(
                ImportOutcome(.unknownAssessment, "Unable to find an assessment by natural id [\(document.test.name)]"))
        }
        var check = ExamCheck(
            document: document, examinee: examinee, template: template, schoolID: schoolID, settings: settings)
        let accommodations = document.accommodationCodes.compactMap { lookups.accommodationID($0.trimmed.lowercased()) }
        guard let result = check.result(accommodationIDs: Set(accommodations).sorted()) else {
            return .refused(ImportOutcome(.badData, check.problems.collectedText()))
        }
        return .accepted(result)
    }
}

extension ExamRules: Sendable where Lookups: Sendable {}
