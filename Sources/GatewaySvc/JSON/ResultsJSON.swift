import Calendar
import Contracts

/// How results look as JSON. Scale scores leave as points, instants as ISO 8601 in UTC, days as the state's.
extension JSONWriter {
    mutating func notice(_ notice: SummativeNotice) {
        switch notice {
        case .none: field("notice", "none")
        case .preview: field("notice", "preview")
        // A notice of a newer service that we do not know: say the cautious thing.
        default: field("notice", "withheld")
        }
    }

    mutating func assessment(_ assessment: Assessment) {
        object {
            $0.field("id", assessment.id)
            $0.field("naturalId", assessment.naturalID)
            $0.field("label", assessment.label)
            $0.field("grade", assessment.grade)
            $0.field("type", assessment.type)
            $0.field("subject", assessment.subject)
            $0.field("schoolYear", assessment.schoolYear)
        }
    }

    mutating func statistics(_ statistics: ScoreStatistics) {
        let any = statistics.results > 0
        object {
            if !statistics.code.isEmpty { $0.field("code", statistics.code) }
            $0.field("results", statistics.results)
            $0.field("average", any ? statistics.average : nil)
            $0.field("standardErrorOfMean", any ? statistics.standardErrorOfMean : nil)
            $0.field("averageRounded", any ? statistics.averageRounded : nil)
            $0.field("standardErrorRounded", any ? statistics.standardErrorRounded : nil)
            $0.array("levelCounts", statistics.levelCounts) { $0.write($1) }
            $0.array("levelPercents", statistics.levelPercents) { $0.write($1) }
        }
    }

    mutating func results(_ results: AssessmentResults, time: StateTime?) {
        object {
            $0.key("assessment")
            $0.assessment(results.assessment ?? Assessment())
            $0.key("overall")
            $0.statistics(results.overall ?? ScoreStatistics())
            $0.array("alternates", results.alternates) { $0.statistics($1) }
            $0.array("claims", results.claims) { $0.statistics($1) }
            $0.field("examCount", results.examCount)
            $0.field("nextPageToken", results.nextPageToken.nonEmpty)
            $0.array("exams", results.exams) { $0.exam($1, time: time) }
        }
    }

    mutating func exam(_ exam: Exam, time: StateTime?) {
        let completed = Moment(microseconds: exam.completedAtUs)
        object {
            $0.field("id", exam.id)
            $0.field("assessmentId", exam.assessmentID)
            $0.object("student") {
                $0.field("id", exam.studentID)
                $0.field("ssid", exam.ssid)
                $0.field("firstName", exam.firstName.nonEmpty)
                $0.field("lastName", exam.lastName.nonEmpty)
            }
            $0.object("school") {
                $0.field("id", exam.schoolID)
                $0.field("name", exam.schoolName)
            }
            $0.field("schoolYear", exam.schoolYear)
            $0.field("enrolledGrade", exam.enrolledGrade)
            $0.field("completedAt", completed.wholeSeconds)
            $0.field("date", time?.day(of: completed)?.description)
            $0.field("session", exam.sessionID.nonEmpty)
            $0.field("completeness", exam.completeness.nonEmpty)
            $0.field("condition", exam.condition.nonEmpty)
            $0.field("status", ExamStatus.text(completeness: exam.completeness, condition: exam.condition))
            $0.field("opportunityId", exam.opportunityID)
            $0.key("overall")
            $0.score(exam.overall ?? ExamScore())
            $0.array("claims", exam.claims) { $0.score($1) }
            $0.array("alternates", exam.alternates) { $0.score($1) }
            $0.field("fromPreviousSchool", exam.fromPreviousSchool)
        }
    }

    mutating func score(_ score: ExamScore) {
        object {
            if !score.code.isEmpty { $0.field("code", score.code) }
            $0.field("scaleScore", thousandths: score.scaleScoreMilli)
            $0.field("standardError", thousandths: score.standardErrorMilli)
            $0.field("level", score.level == 0 ? nil : score.level)
        }
    }
}

extension String {
    /// proto has no nil for a text: an empty one is none.
    var nonEmpty: String? { isEmpty ? nil : self }
}

extension Moment {
    /// `YYYY-MM-DDTHH:MM:SSZ`.
    var wholeSeconds: String {
        let text = description
        guard text.utf8.count == 27 else { return text }
        return String(text.prefix(19)) + "Z"
    }
}
