// Made by Tools/protogen from proto/results.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

/// Why summatives may be missing or may not be taken away.
public struct SummativeNotice: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let none = SummativeNotice(rawValue: 0)
    /// the caller sees embargoed results (access §6.7)
    public static let preview = SummativeNotice(rawValue: 1)
    /// the embargo cannot be proved fresh: no summative is shown to anyone
    public static let withheld = SummativeNotice(rawValue: 2)
}

public struct Stated: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let nothing = Stated(rawValue: 0)
    public static let yes = Stated(rawValue: 1)
    public static let no = Stated(rawValue: 2)
}

public struct Level: ProtoMessage {
    public var level: Int32 = 0
    public var name: String = ""
    public var shortName: String = ""
    public var suffix: String = ""
    public var color: String = ""

    public init() {}
}

extension Level {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__level()
    }

    public init(copying c: UnsafePointer<Ers__Level>) throws(ProtoError) {
        self.level = c.pointee.level
        self.name = try protoString(c.pointee.name)
        self.shortName = try protoString(c.pointee.short_name)
        self.suffix = try protoString(c.pointee.suffix)
        self.color = try protoString(c.pointee.color)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__Level>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.level = level
        c.pointee.name = try arena.string(name)
        c.pointee.short_name = try arena.string(shortName)
        c.pointee.suffix = try arena.string(suffix)
        c.pointee.color = try arena.string(color)
    }
}

public struct ScoreDefinition: ProtoMessage {
    public var name: String = ""
    public var levels: [Level] = []
    public var standardCutoff: Int32? = nil

    public init() {}
}

extension ScoreDefinition {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__score_definition()
    }

    public init(copying c: UnsafePointer<Ers__ScoreDefinition>) throws(ProtoError) {
        self.name = try protoString(c.pointee.name)
        self.levels = try protoMessages(c.pointee.n_levels, c.pointee.levels)
        if c.pointee.cutoff_presence_case.rawValue == 3 {
            self.standardCutoff = c.pointee.standard_cutoff
        }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ScoreDefinition>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.name = try arena.string(name)
        c.pointee.n_levels = levels.count
        c.pointee.levels = try arena.messages(levels)
        if let standardCutoff {
            c.pointee.cutoff_presence_case = Ers__ScoreDefinition__CutoffPresenceCase(rawValue: 3)
            c.pointee.standard_cutoff = standardCutoff
        }
    }
}

public struct ScoreCode: ProtoMessage {
    public var code: String = ""
    public var name: String = ""
    public var icon: String = ""
    public var displayOrder: Int32 = 0
    /// its place in an exam's scores, from 0
    public var position: Int32 = 0

    public init() {}
}

extension ScoreCode {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__score_code()
    }

    public init(copying c: UnsafePointer<Ers__ScoreCode>) throws(ProtoError) {
        self.code = try protoString(c.pointee.code)
        self.name = try protoString(c.pointee.name)
        self.icon = try protoString(c.pointee.icon)
        self.displayOrder = c.pointee.display_order
        self.position = c.pointee.position
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ScoreCode>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.code = try arena.string(code)
        c.pointee.name = try arena.string(name)
        c.pointee.icon = try arena.string(icon)
        c.pointee.display_order = displayOrder
        c.pointee.position = position
    }
}

public struct AssessmentType: ProtoMessage {
    /// "iab", "ica", "sum"
    public var code: String = ""
    public var name: String = ""
    public var longName: String = ""
    public var overall: ScoreDefinition? = nil
    /// no levels: the family has none
    public var alternate: ScoreDefinition? = nil
    public var claim: ScoreDefinition? = nil
    public var targetReport: Bool = false
    public var printedReport: Bool = false
    public var traitReport: Bool = false

    public init() {}
}

extension AssessmentType {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__assessment_type()
    }

    public init(copying c: UnsafePointer<Ers__AssessmentType>) throws(ProtoError) {
        self.code = try protoString(c.pointee.code)
        self.name = try protoString(c.pointee.name)
        self.longName = try protoString(c.pointee.long_name)
        self.overall = try protoMessage(c.pointee.overall)
        self.alternate = try protoMessage(c.pointee.alternate)
        self.claim = try protoMessage(c.pointee.claim)
        self.targetReport = c.pointee.target_report != 0
        self.printedReport = c.pointee.printed_report != 0
        self.traitReport = c.pointee.trait_report != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AssessmentType>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.code = try arena.string(code)
        c.pointee.name = try arena.string(name)
        c.pointee.long_name = try arena.string(longName)
        c.pointee.overall = try arena.message(optional: overall)
        c.pointee.alternate = try arena.message(optional: alternate)
        c.pointee.claim = try arena.message(optional: claim)
        c.pointee.target_report = targetReport ? 1 : 0
        c.pointee.printed_report = printedReport ? 1 : 0
        c.pointee.trait_report = traitReport ? 1 : 0
    }
}

public struct Subject: ProtoMessage {
    public var id: Int64 = 0
    public var code: String = ""
    public var name: String = ""
    public var types: [AssessmentType] = []
    /// in display order
    public var alternates: [ScoreCode] = []
    /// scorable ones, in display order
    public var claims: [ScoreCode] = []

    public init() {}
}

extension Subject {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__subject()
    }

    public init(copying c: UnsafePointer<Ers__Subject>) throws(ProtoError) {
        self.id = c.pointee.id
        self.code = try protoString(c.pointee.code)
        self.name = try protoString(c.pointee.name)
        self.types = try protoMessages(c.pointee.n_types, c.pointee.types)
        self.alternates = try protoMessages(c.pointee.n_alternates, c.pointee.alternates)
        self.claims = try protoMessages(c.pointee.n_claims, c.pointee.claims)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__Subject>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.code = try arena.string(code)
        c.pointee.name = try arena.string(name)
        c.pointee.n_types = types.count
        c.pointee.types = try arena.messages(types)
        c.pointee.n_alternates = alternates.count
        c.pointee.alternates = try arena.messages(alternates)
        c.pointee.n_claims = claims.count
        c.pointee.claims = try arena.messages(claims)
    }
}

public struct SubjectList: ProtoMessage {
    public var subjects: [Subject] = []

    public init() {}
}

extension SubjectList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__subject_list()
    }

    public init(copying c: UnsafePointer<Ers__SubjectList>) throws(ProtoError) {
        self.subjects = try protoMessages(c.pointee.n_subjects, c.pointee.subjects)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SubjectList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_subjects = subjects.count
        c.pointee.subjects = try arena.messages(subjects)
    }
}

public struct ListGradesRequest: ProtoMessage {
    public var schoolID: Int64 = 0

    public init() {}
}

extension ListGradesRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__list_grades_request()
    }

    public init(copying c: UnsafePointer<Ers__ListGradesRequest>) throws(ProtoError) {
        self.schoolID = c.pointee.school_id
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ListGradesRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.school_id = schoolID
    }
}

public struct GradeList: ProtoMessage {
    public var grades: [String] = []
    public var notice: SummativeNotice = SummativeNotice(rawValue: 0)

    public init() {}
}

extension GradeList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__grade_list()
    }

    public init(copying c: UnsafePointer<Ers__GradeList>) throws(ProtoError) {
        self.grades = try protoArray(c.pointee.n_grades, c.pointee.grades, protoString)
        self.notice = SummativeNotice(rawValue: Int32(bitPattern: c.pointee.notice.rawValue))
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__GradeList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_grades = grades.count
        c.pointee.grades = try arena.strings(grades)
        c.pointee.notice = Ers__SummativeNotice(rawValue: UInt32(bitPattern: notice.rawValue))
    }
}

public struct SchoolGradeRequest: ProtoMessage {
    public var schoolID: Int64 = 0
    public var grade: String = ""
    public var schoolYear: Int32 = 0

    public init() {}
}

extension SchoolGradeRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__school_grade_request()
    }

    public init(copying c: UnsafePointer<Ers__SchoolGradeRequest>) throws(ProtoError) {
        self.schoolID = c.pointee.school_id
        self.grade = try protoString(c.pointee.grade)
        self.schoolYear = c.pointee.school_year
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SchoolGradeRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.school_id = schoolID
        c.pointee.grade = try arena.string(grade)
        c.pointee.school_year = schoolYear
    }
}

public struct Assessment: ProtoMessage {
    public var id: Int64 = 0
    public var naturalID: String = ""
    public var label: String = ""
    public var grade: String = ""
    public var type: String = ""
    /// code
    public var subject: String = ""
    public var schoolYear: Int32 = 0

    public init() {}
}

extension Assessment {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__assessment()
    }

    public init(copying c: UnsafePointer<Ers__Assessment>) throws(ProtoError) {
        self.id = c.pointee.id
        self.naturalID = try protoString(c.pointee.natural_id)
        self.label = try protoString(c.pointee.label)
        self.grade = try protoString(c.pointee.grade)
        self.type = try protoString(c.pointee.type)
        self.subject = try protoString(c.pointee.subject)
        self.schoolYear = c.pointee.school_year
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__Assessment>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.natural_id = try arena.string(naturalID)
        c.pointee.label = try arena.string(label)
        c.pointee.grade = try arena.string(grade)
        c.pointee.type = try arena.string(type)
        c.pointee.subject = try arena.string(subject)
        c.pointee.school_year = schoolYear
    }
}

public struct AssessmentList: ProtoMessage {
    public var assessments: [Assessment] = []
    public var notice: SummativeNotice = SummativeNotice(rawValue: 0)
    public var mostRecentID: Int64 = 0

    public init() {}
}

extension AssessmentList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__assessment_list()
    }

    public init(copying c: UnsafePointer<Ers__AssessmentList>) throws(ProtoError) {
        self.assessments = try protoMessages(c.pointee.n_assessments, c.pointee.assessments)
        self.notice = SummativeNotice(rawValue: Int32(bitPattern: c.pointee.notice.rawValue))
        self.mostRecentID = c.pointee.most_recent_id
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AssessmentList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_assessments = assessments.count
        c.pointee.assessments = try arena.messages(assessments)
        c.pointee.notice = Ers__SummativeNotice(rawValue: UInt32(bitPattern: notice.rawValue))
        c.pointee.most_recent_id = mostRecentID
    }
}

/// Which exams of a page are counted and listed (results §4.3). Empty: all.
public struct ExamFilter: ProtoMessage {
    /// only exams whose enrolled grade is the assessment's
    public var hideOffGrade: Bool = false
    /// "SD" or "NS"; interims only, summatives pass
    public var manner: String = ""
    /// "Valid" or "IN"; summatives only, interims pass
    public var validity: String = ""
    /// "Complete" or "Partial"
    public var completeness: String = ""
    /// all of them must fit, by any of their codes
    public var fields: [FilterField] = []

    public init() {}
}

extension ExamFilter {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__exam_filter()
    }

    public init(copying c: UnsafePointer<Ers__ExamFilter>) throws(ProtoError) {
        self.hideOffGrade = c.pointee.hide_off_grade != 0
        self.manner = try protoString(c.pointee.manner)
        self.validity = try protoString(c.pointee.validity)
        self.completeness = try protoString(c.pointee.completeness)
        self.fields = try protoMessages(c.pointee.n_fields, c.pointee.fields)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ExamFilter>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.hide_off_grade = hideOffGrade ? 1 : 0
        c.pointee.manner = try arena.string(manner)
        c.pointee.validity = try arena.string(validity)
        c.pointee.completeness = try arena.string(completeness)
        c.pointee.n_fields = fields.count
        c.pointee.fields = try arena.messages(fields)
    }
}

public struct FilterField: ProtoMessage {
    public var field: String = ""
    public var codes: [String] = []

    public init() {}
}

extension FilterField {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__filter_field()
    }

    public init(copying c: UnsafePointer<Ers__FilterField>) throws(ProtoError) {
        self.field = try protoString(c.pointee.field)
        self.codes = try protoArray(c.pointee.n_codes, c.pointee.codes, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FilterField>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.field = try arena.string(field)
        c.pointee.n_codes = codes.count
        c.pointee.codes = try arena.strings(codes)
    }
}

public struct FilterFieldList: ProtoMessage {
    public var fields: [FilterField] = []

    public init() {}
}

extension FilterFieldList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__filter_field_list()
    }

    public init(copying c: UnsafePointer<Ers__FilterFieldList>) throws(ProtoError) {
        self.fields = try protoMessages(c.pointee.n_fields, c.pointee.fields)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FilterFieldList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_fields = fields.count
        c.pointee.fields = try arena.messages(fields)
    }
}

public struct GetSchoolResultsRequest: ProtoMessage {
    public var schoolID: Int64 = 0
    public var grade: String = ""
    public var schoolYear: Int32 = 0
    /// at most 30; empty: the most recent one
    public var assessmentIDs: [Int64] = []
    public var hideTransfers: Bool = false
    /// continues the rows of exactly one assessment
    public var pageToken: String = ""
    public var filter: ExamFilter? = nil

    public init() {}
}

extension GetSchoolResultsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__get_school_results_request()
    }

    public init(copying c: UnsafePointer<Ers__GetSchoolResultsRequest>) throws(ProtoError) {
        self.schoolID = c.pointee.school_id
        self.grade = try protoString(c.pointee.grade)
        self.schoolYear = c.pointee.school_year
        self.assessmentIDs = try protoArray(c.pointee.n_assessment_ids, c.pointee.assessment_ids) { $0 }
        self.hideTransfers = c.pointee.hide_transfers != 0
        self.pageToken = try protoString(c.pointee.page_token)
        self.filter = try protoMessage(c.pointee.filter)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__GetSchoolResultsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.school_id = schoolID
        c.pointee.grade = try arena.string(grade)
        c.pointee.school_year = schoolYear
        c.pointee.n_assessment_ids = assessmentIDs.count
        c.pointee.assessment_ids = try arena.array(assessmentIDs) { $0 }
        c.pointee.hide_transfers = hideTransfers ? 1 : 0
        c.pointee.page_token = try arena.string(pageToken)
        c.pointee.filter = try arena.message(optional: filter)
    }
}

public struct ExamScore: ProtoMessage {
    /// claim or alternate code; empty for overall
    public var code: String = ""
    public var scaleScoreMilli: Int64? = nil
    public var standardErrorMilli: Int64? = nil
    /// 0: none
    public var level: Int32 = 0

    public init() {}
}

extension ExamScore {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__exam_score()
    }

    public init(copying c: UnsafePointer<Ers__ExamScore>) throws(ProtoError) {
        self.code = try protoString(c.pointee.code)
        if c.pointee.scale_presence_case.rawValue == 2 {
            self.scaleScoreMilli = c.pointee.scale_score_milli
        }
        if c.pointee.error_presence_case.rawValue == 3 {
            self.standardErrorMilli = c.pointee.standard_error_milli
        }
        self.level = c.pointee.level
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ExamScore>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.code = try arena.string(code)
        if let scaleScoreMilli {
            c.pointee.scale_presence_case = Ers__ExamScore__ScalePresenceCase(rawValue: 2)
            c.pointee.scale_score_milli = scaleScoreMilli
        }
        if let standardErrorMilli {
            c.pointee.error_presence_case = Ers__ExamScore__ErrorPresenceCase(rawValue: 3)
            c.pointee.standard_error_milli = standardErrorMilli
        }
        c.pointee.level = level
    }
}

public struct Exam: ProtoMessage {
    public var id: Int64 = 0
    public var assessmentID: Int64 = 0
    public var studentID: Int64 = 0
    public var ssid: String = ""
    public var firstName: String = ""
    public var lastName: String = ""
    public var schoolID: Int64 = 0
    public var schoolName: String = ""
    public var schoolYear: Int32 = 0
    public var enrolledGrade: String = ""
    public var completedAtUs: Int64 = 0
    public var sessionID: String = ""
    /// "Complete", "Partial" or empty
    public var completeness: String = ""
    /// "Valid", "SD", "NS", "IN" or empty
    public var condition: String = ""
    public var overall: ExamScore? = nil
    /// in display order, one per code of the definition
    public var claims: [ExamScore] = []
    public var alternates: [ExamScore] = []
    public var fromPreviousSchool: Bool = false
    public var opportunityID: String = ""
    /// seen only because the caller may look through the embargo: never leaves the screen
    public var embargoed: Bool = false

    public init() {}
}

extension Exam {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__exam()
    }

    public init(copying c: UnsafePointer<Ers__Exam>) throws(ProtoError) {
        self.id = c.pointee.id
        self.assessmentID = c.pointee.assessment_id
        self.studentID = c.pointee.student_id
        self.ssid = try protoString(c.pointee.ssid)
        self.firstName = try protoString(c.pointee.first_name)
        self.lastName = try protoString(c.pointee.last_name)
        self.schoolID = c.pointee.school_id
        self.schoolName = try protoString(c.pointee.school_name)
        self.schoolYear = c.pointee.school_year
        self.enrolledGrade = try protoString(c.pointee.enrolled_grade)
        self.completedAtUs = c.pointee.completed_at_us
        self.sessionID = try protoString(c.pointee.session_id)
        self.completeness = try protoString(c.pointee.completeness)
        self.condition = try protoString(c.pointee.condition)
        self.overall = try protoMessage(c.pointee.overall)
        self.claims = try protoMessages(c.pointee.n_claims, c.pointee.claims)
        self.alternates = try protoMessages(c.pointee.n_alternates, c.pointee.alternates)
        self.fromPreviousSchool = c.pointee.from_previous_school != 0
        self.opportunityID = try protoString(c.pointee.opportunity_id)
        self.embargoed = c.pointee.embargoed != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__Exam>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.assessment_id = assessmentID
        c.pointee.student_id = studentID
        c.pointee.ssid = try arena.string(ssid)
        c.pointee.first_name = try arena.string(firstName)
        c.pointee.last_name = try arena.string(lastName)
        c.pointee.school_id = schoolID
        c.pointee.school_name = try arena.string(schoolName)
        c.pointee.school_year = schoolYear
        c.pointee.enrolled_grade = try arena.string(enrolledGrade)
        c.pointee.completed_at_us = completedAtUs
        c.pointee.session_id = try arena.string(sessionID)
        c.pointee.completeness = try arena.string(completeness)
        c.pointee.condition = try arena.string(condition)
        c.pointee.overall = try arena.message(optional: overall)
        c.pointee.n_claims = claims.count
        c.pointee.claims = try arena.messages(claims)
        c.pointee.n_alternates = alternates.count
        c.pointee.alternates = try arena.messages(alternates)
        c.pointee.from_previous_school = fromPreviousSchool ? 1 : 0
        c.pointee.opportunity_id = try arena.string(opportunityID)
        c.pointee.embargoed = embargoed ? 1 : 0
    }
}

/// The statistics of one score over the exams that contribute to it (results §2.1–2.5).
public struct ScoreStatistics: ProtoMessage {
    public var code: String = ""
    /// contributing exams
    public var results: Int32 = 0
    /// points; meaningless when results is 0
    public var average: Double = 0
    public var standardErrorOfMean: Double = 0
    public var averageRounded: Int32 = 0
    public var standardErrorRounded: Int32 = 0
    public var levelCounts: [Int32] = []
    /// whole numbers that add up to 100; empty when results is 0
    public var levelPercents: [Int32] = []

    public init() {}
}

extension ScoreStatistics {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__score_statistics()
    }

    public init(copying c: UnsafePointer<Ers__ScoreStatistics>) throws(ProtoError) {
        self.code = try protoString(c.pointee.code)
        self.results = c.pointee.results
        self.average = c.pointee.average
        self.standardErrorOfMean = c.pointee.standard_error_of_mean
        self.averageRounded = c.pointee.average_rounded
        self.standardErrorRounded = c.pointee.standard_error_rounded
        self.levelCounts = try protoArray(c.pointee.n_level_counts, c.pointee.level_counts) { $0 }
        self.levelPercents = try protoArray(c.pointee.n_level_percents, c.pointee.level_percents) { $0 }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ScoreStatistics>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.code = try arena.string(code)
        c.pointee.results = results
        c.pointee.average = average
        c.pointee.standard_error_of_mean = standardErrorOfMean
        c.pointee.average_rounded = averageRounded
        c.pointee.standard_error_rounded = standardErrorRounded
        c.pointee.n_level_counts = levelCounts.count
        c.pointee.level_counts = try arena.array(levelCounts) { $0 }
        c.pointee.n_level_percents = levelPercents.count
        c.pointee.level_percents = try arena.array(levelPercents) { $0 }
    }
}

public struct AssessmentResults: ProtoMessage {
    public var assessment: Assessment? = nil
    public var overall: ScoreStatistics? = nil
    public var alternates: [ScoreStatistics] = []
    public var claims: [ScoreStatistics] = []
    /// by last name, first name, completed
    public var exams: [Exam] = []
    public var nextPageToken: String = ""
    /// rows over all pages
    public var examCount: Int32 = 0
    /// rows that there would be without the filter
    public var unfilteredCount: Int32 = 0
    /// of the rows
    public var embargoedCount: Int32 = 0
    /// of interims on a group's page, the newest first
    public var sessions: [TestSession] = []

    public init() {}
}

extension AssessmentResults {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__assessment_results()
    }

    public init(copying c: UnsafePointer<Ers__AssessmentResults>) throws(ProtoError) {
        self.assessment = try protoMessage(c.pointee.assessment)
        self.overall = try protoMessage(c.pointee.overall)
        self.alternates = try protoMessages(c.pointee.n_alternates, c.pointee.alternates)
        self.claims = try protoMessages(c.pointee.n_claims, c.pointee.claims)
        self.exams = try protoMessages(c.pointee.n_exams, c.pointee.exams)
        self.nextPageToken = try protoString(c.pointee.next_page_token)
        self.examCount = c.pointee.exam_count
        self.unfilteredCount = c.pointee.unfiltered_count
        self.embargoedCount = c.pointee.embargoed_count
        self.sessions = try protoMessages(c.pointee.n_sessions, c.pointee.sessions)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AssessmentResults>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.assessment = try arena.message(optional: assessment)
        c.pointee.overall = try arena.message(optional: overall)
        c.pointee.n_alternates = alternates.count
        c.pointee.alternates = try arena.messages(alternates)
        c.pointee.n_claims = claims.count
        c.pointee.claims = try arena.messages(claims)
        c.pointee.n_exams = exams.count
        c.pointee.exams = try arena.messages(exams)
        c.pointee.next_page_token = try arena.string(nextPageToken)
        c.pointee.exam_count = examCount
        c.pointee.unfiltered_count = unfilteredCount
        c.pointee.embargoed_count = embargoedCount
        c.pointee.n_sessions = sessions.count
        c.pointee.sessions = try arena.messages(sessions)
    }
}

/// The session of some exams, whatever the filter leaves out; an empty id: not provided.
public struct TestSession: ProtoMessage {
    public var sessionID: String = ""
    public var latestUs: Int64 = 0
    public var chosen: Bool = false

    public init() {}
}

extension TestSession {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__test_session()
    }

    public init(copying c: UnsafePointer<Ers__TestSession>) throws(ProtoError) {
        self.sessionID = try protoString(c.pointee.session_id)
        self.latestUs = c.pointee.latest_us
        self.chosen = c.pointee.chosen != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__TestSession>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.session_id = try arena.string(sessionID)
        c.pointee.latest_us = latestUs
        c.pointee.chosen = chosen ? 1 : 0
    }
}

public struct AssessmentResultsList: ProtoMessage {
    public var results: [AssessmentResults] = []
    public var notice: SummativeNotice = SummativeNotice(rawValue: 0)
    public var schoolName: String = ""
    /// of a group's page
    public var group: StudentGroup? = nil

    public init() {}
}

extension AssessmentResultsList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__assessment_results_list()
    }

    public init(copying c: UnsafePointer<Ers__AssessmentResultsList>) throws(ProtoError) {
        self.results = try protoMessages(c.pointee.n_results, c.pointee.results)
        self.notice = SummativeNotice(rawValue: Int32(bitPattern: c.pointee.notice.rawValue))
        self.schoolName = try protoString(c.pointee.school_name)
        self.group = try protoMessage(c.pointee.group)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AssessmentResultsList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_results = results.count
        c.pointee.results = try arena.messages(results)
        c.pointee.notice = Ers__SummativeNotice(rawValue: UInt32(bitPattern: notice.rawValue))
        c.pointee.school_name = try arena.string(schoolName)
        c.pointee.group = try arena.message(optional: group)
    }
}

public struct StudentGroup: ProtoMessage {
    public var id: Int64 = 0
    public var name: String = ""
    public var schoolID: Int64 = 0
    public var schoolName: String = ""
    public var schoolYear: Int32 = 0
    /// code; empty: all subjects
    public var subject: String = ""
    public var students: Int32 = 0

    public init() {}
}

extension StudentGroup {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__student_group()
    }

    public init(copying c: UnsafePointer<Ers__StudentGroup>) throws(ProtoError) {
        self.id = c.pointee.id
        self.name = try protoString(c.pointee.name)
        self.schoolID = c.pointee.school_id
        self.schoolName = try protoString(c.pointee.school_name)
        self.schoolYear = c.pointee.school_year
        self.subject = try protoString(c.pointee.subject)
        self.students = c.pointee.students
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__StudentGroup>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.name = try arena.string(name)
        c.pointee.school_id = schoolID
        c.pointee.school_name = try arena.string(schoolName)
        c.pointee.school_year = schoolYear
        c.pointee.subject = try arena.string(subject)
        c.pointee.students = students
    }
}

public struct GroupYearRequest: ProtoMessage {
    public var groupID: Int64 = 0
    public var schoolYear: Int32 = 0
    public var subject: String = ""

    public init() {}
}

extension GroupYearRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__group_year_request()
    }

    public init(copying c: UnsafePointer<Ers__GroupYearRequest>) throws(ProtoError) {
        self.groupID = c.pointee.group_id
        self.schoolYear = c.pointee.school_year
        self.subject = try protoString(c.pointee.subject)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__GroupYearRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.group_id = groupID
        c.pointee.school_year = schoolYear
        c.pointee.subject = try arena.string(subject)
    }
}

public struct GroupAssessmentList: ProtoMessage {
    public var group: StudentGroup? = nil
    public var schoolYear: Int32 = 0
    public var assessments: [Assessment] = []
    public var notice: SummativeNotice = SummativeNotice(rawValue: 0)

    public init() {}
}

extension GroupAssessmentList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__group_assessment_list()
    }

    public init(copying c: UnsafePointer<Ers__GroupAssessmentList>) throws(ProtoError) {
        self.group = try protoMessage(c.pointee.group)
        self.schoolYear = c.pointee.school_year
        self.assessments = try protoMessages(c.pointee.n_assessments, c.pointee.assessments)
        self.notice = SummativeNotice(rawValue: Int32(bitPattern: c.pointee.notice.rawValue))
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__GroupAssessmentList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.group = try arena.message(optional: group)
        c.pointee.school_year = schoolYear
        c.pointee.n_assessments = assessments.count
        c.pointee.assessments = try arena.messages(assessments)
        c.pointee.notice = Ers__SummativeNotice(rawValue: UInt32(bitPattern: notice.rawValue))
    }
}

public struct GetGroupResultsRequest: ProtoMessage {
    public var groupID: Int64 = 0
    public var schoolYear: Int32 = 0
    /// at most 30; empty: the most recent one
    public var assessmentIDs: [Int64] = []
    public var hideTransfers: Bool = false
    /// continues the rows of exactly one assessment
    public var pageToken: String = ""
    public var filter: ExamFilter? = nil
    /// of interims; without one, an assessment shows its newest session (results §4.4.2)
    public var sessions: [SessionChoice] = []

    public init() {}
}

extension GetGroupResultsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__get_group_results_request()
    }

    public init(copying c: UnsafePointer<Ers__GetGroupResultsRequest>) throws(ProtoError) {
        self.groupID = c.pointee.group_id
        self.schoolYear = c.pointee.school_year
        self.assessmentIDs = try protoArray(c.pointee.n_assessment_ids, c.pointee.assessment_ids) { $0 }
        self.hideTransfers = c.pointee.hide_transfers != 0
        self.pageToken = try protoString(c.pointee.page_token)
        self.filter = try protoMessage(c.pointee.filter)
        self.sessions = try protoMessages(c.pointee.n_sessions, c.pointee.sessions)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__GetGroupResultsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.group_id = groupID
        c.pointee.school_year = schoolYear
        c.pointee.n_assessment_ids = assessmentIDs.count
        c.pointee.assessment_ids = try arena.array(assessmentIDs) { $0 }
        c.pointee.hide_transfers = hideTransfers ? 1 : 0
        c.pointee.page_token = try arena.string(pageToken)
        c.pointee.filter = try arena.message(optional: filter)
        c.pointee.n_sessions = sessions.count
        c.pointee.sessions = try arena.messages(sessions)
    }
}

public struct SessionChoice: ProtoMessage {
    public var assessmentID: Int64 = 0
    public var sessionIDs: [String] = []

    public init() {}
}

extension SessionChoice {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__session_choice()
    }

    public init(copying c: UnsafePointer<Ers__SessionChoice>) throws(ProtoError) {
        self.assessmentID = c.pointee.assessment_id
        self.sessionIDs = try protoArray(c.pointee.n_session_ids, c.pointee.session_ids, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SessionChoice>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.assessment_id = assessmentID
        c.pointee.n_session_ids = sessionIDs.count
        c.pointee.session_ids = try arena.strings(sessionIDs)
    }
}

public struct DashboardCard: ProtoMessage {
    public var assessment: Assessment? = nil
    public var tested: Int32 = 0
    public var averageRounded: Int32 = 0
    public var standardErrorRounded: Int32? = nil
    public var levelCounts: [Int32] = []
    /// each rounded for itself
    public var levelPercents: [Int32] = []
    /// at most 100
    public var participationPercent: Int32 = 0

    public init() {}
}

extension DashboardCard {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__dashboard_card()
    }

    public init(copying c: UnsafePointer<Ers__DashboardCard>) throws(ProtoError) {
        self.assessment = try protoMessage(c.pointee.assessment)
        self.tested = c.pointee.tested
        self.averageRounded = c.pointee.average_rounded
        if c.pointee.error_presence_case.rawValue == 4 {
            self.standardErrorRounded = c.pointee.standard_error_rounded
        }
        self.levelCounts = try protoArray(c.pointee.n_level_counts, c.pointee.level_counts) { $0 }
        self.levelPercents = try protoArray(c.pointee.n_level_percents, c.pointee.level_percents) { $0 }
        self.participationPercent = c.pointee.participation_percent
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__DashboardCard>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.assessment = try arena.message(optional: assessment)
        c.pointee.tested = tested
        c.pointee.average_rounded = averageRounded
        if let standardErrorRounded {
            c.pointee.error_presence_case = Ers__DashboardCard__ErrorPresenceCase(rawValue: 4)
            c.pointee.standard_error_rounded = standardErrorRounded
        }
        c.pointee.n_level_counts = levelCounts.count
        c.pointee.level_counts = try arena.array(levelCounts) { $0 }
        c.pointee.n_level_percents = levelPercents.count
        c.pointee.level_percents = try arena.array(levelPercents) { $0 }
        c.pointee.participation_percent = participationPercent
    }
}

public struct GroupDashboard: ProtoMessage {
    public var group: StudentGroup? = nil
    public var schoolYear: Int32 = 0
    public var cards: [DashboardCard] = []

    public init() {}
}

extension GroupDashboard {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__group_dashboard()
    }

    public init(copying c: UnsafePointer<Ers__GroupDashboard>) throws(ProtoError) {
        self.group = try protoMessage(c.pointee.group)
        self.schoolYear = c.pointee.school_year
        self.cards = try protoMessages(c.pointee.n_cards, c.pointee.cards)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__GroupDashboard>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.group = try arena.message(optional: group)
        c.pointee.school_year = schoolYear
        c.pointee.n_cards = cards.count
        c.pointee.cards = try arena.messages(cards)
    }
}

public struct EnsureStudentsRequest: ProtoMessage {
    public var ssids: [String] = []

    public init() {}
}

extension EnsureStudentsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__ensure_students_request()
    }

    public init(copying c: UnsafePointer<Ers__EnsureStudentsRequest>) throws(ProtoError) {
        self.ssids = try protoArray(c.pointee.n_ssids, c.pointee.ssids, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EnsureStudentsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_ssids = ssids.count
        c.pointee.ssids = try arena.strings(ssids)
    }
}

public struct EnsuredStudents: ProtoMessage {
    public var studentIDs: [Int64] = []

    public init() {}
}

extension EnsuredStudents {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__ensured_students()
    }

    public init(copying c: UnsafePointer<Ers__EnsuredStudents>) throws(ProtoError) {
        self.studentIDs = try protoArray(c.pointee.n_student_ids, c.pointee.student_ids) { $0 }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__EnsuredStudents>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_student_ids = studentIDs.count
        c.pointee.student_ids = try arena.array(studentIDs) { $0 }
    }
}

public struct SubjectCodeRow: ProtoMessage {
    public var change: Int64 = 0
    public var id: Int64 = 0
    public var code: String = ""

    public init() {}
}

extension SubjectCodeRow {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__subject_code_row()
    }

    public init(copying c: UnsafePointer<Ers__SubjectCodeRow>) throws(ProtoError) {
        self.change = c.pointee.change
        self.id = c.pointee.id
        self.code = try protoString(c.pointee.code)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SubjectCodeRow>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.change = change
        c.pointee.id = id
        c.pointee.code = try arena.string(code)
    }
}

public struct SubjectCodeChangesPage: ProtoMessage {
    public var page: FeedPage? = nil
    public var rows: [SubjectCodeRow] = []

    public init() {}
}

extension SubjectCodeChangesPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__subject_code_changes_page()
    }

    public init(copying c: UnsafePointer<Ers__SubjectCodeChangesPage>) throws(ProtoError) {
        self.page = try protoMessage(c.pointee.page)
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SubjectCodeChangesPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.page = try arena.message(optional: page)
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
    }
}

public struct FoundGroupRow: ProtoMessage {
    public var change: Int64 = 0
    public var schoolID: Int64 = 0
    public var schoolYear: Int32 = 0
    public var groupName: String = ""
    public var studentID: Int64 = 0

    public init() {}
}

extension FoundGroupRow {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__found_group_row()
    }

    public init(copying c: UnsafePointer<Ers__FoundGroupRow>) throws(ProtoError) {
        self.change = c.pointee.change
        self.schoolID = c.pointee.school_id
        self.schoolYear = c.pointee.school_year
        self.groupName = try protoString(c.pointee.group_name)
        self.studentID = c.pointee.student_id
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FoundGroupRow>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.change = change
        c.pointee.school_id = schoolID
        c.pointee.school_year = schoolYear
        c.pointee.group_name = try arena.string(groupName)
        c.pointee.student_id = studentID
    }
}

public struct FoundGroupChangesPage: ProtoMessage {
    public var page: FeedPage? = nil
    public var rows: [FoundGroupRow] = []

    public init() {}
}

extension FoundGroupChangesPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__found_group_changes_page()
    }

    public init(copying c: UnsafePointer<Ers__FoundGroupChangesPage>) throws(ProtoError) {
        self.page = try protoMessage(c.pointee.page)
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FoundGroupChangesPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.page = try arena.message(optional: page)
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
    }
}

public struct FindStudentRequest: ProtoMessage {
    public var ssid: String = ""

    public init() {}
}

extension FindStudentRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__find_student_request()
    }

    public init(copying c: UnsafePointer<Ers__FindStudentRequest>) throws(ProtoError) {
        self.ssid = try protoString(c.pointee.ssid)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FindStudentRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.ssid = try arena.string(ssid)
    }
}

public struct StudentFound: ProtoMessage {
    public var studentID: Int64 = 0

    public init() {}
}

extension StudentFound {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__student_found()
    }

    public init(copying c: UnsafePointer<Ers__StudentFound>) throws(ProtoError) {
        self.studentID = c.pointee.student_id
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__StudentFound>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.student_id = studentID
    }
}

public struct GetStudentHistoryRequest: ProtoMessage {
    public var studentID: Int64 = 0
    public var hideTransfers: Bool = false
    public var filter: ExamFilter? = nil

    public init() {}
}

extension GetStudentHistoryRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__get_student_history_request()
    }

    public init(copying c: UnsafePointer<Ers__GetStudentHistoryRequest>) throws(ProtoError) {
        self.studentID = c.pointee.student_id
        self.hideTransfers = c.pointee.hide_transfers != 0
        self.filter = try protoMessage(c.pointee.filter)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__GetStudentHistoryRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.student_id = studentID
        c.pointee.hide_transfers = hideTransfers ? 1 : 0
        c.pointee.filter = try arena.message(optional: filter)
    }
}

public struct StudentHistory: ProtoMessage {
    public var studentID: Int64 = 0
    public var ssid: String = ""
    public var firstName: String = ""
    public var lastName: String = ""
    public var exams: [Exam] = []
    public var assessments: [Assessment] = []
    public var notice: SummativeNotice = SummativeNotice(rawValue: 0)
    /// memberships cannot be proved fresh: what only a group opens is not here
    public var groupsOff: Bool = false
    /// Of all visible exams, also of those that the filter leaves out, for the selectors.
    /// descending
    public var schoolYears: [Int32] = []
    /// codes
    public var subjects: [String] = []
    public var types: [String] = []

    public init() {}
}

extension StudentHistory {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__student_history()
    }

    public init(copying c: UnsafePointer<Ers__StudentHistory>) throws(ProtoError) {
        self.studentID = c.pointee.student_id
        self.ssid = try protoString(c.pointee.ssid)
        self.firstName = try protoString(c.pointee.first_name)
        self.lastName = try protoString(c.pointee.last_name)
        self.exams = try protoMessages(c.pointee.n_exams, c.pointee.exams)
        self.assessments = try protoMessages(c.pointee.n_assessments, c.pointee.assessments)
        self.notice = SummativeNotice(rawValue: Int32(bitPattern: c.pointee.notice.rawValue))
        self.groupsOff = c.pointee.groups_off != 0
        self.schoolYears = try protoArray(c.pointee.n_school_years, c.pointee.school_years) { $0 }
        self.subjects = try protoArray(c.pointee.n_subjects, c.pointee.subjects, protoString)
        self.types = try protoArray(c.pointee.n_types, c.pointee.types, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__StudentHistory>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.student_id = studentID
        c.pointee.ssid = try arena.string(ssid)
        c.pointee.first_name = try arena.string(firstName)
        c.pointee.last_name = try arena.string(lastName)
        c.pointee.n_exams = exams.count
        c.pointee.exams = try arena.messages(exams)
        c.pointee.n_assessments = assessments.count
        c.pointee.assessments = try arena.messages(assessments)
        c.pointee.notice = Ers__SummativeNotice(rawValue: UInt32(bitPattern: notice.rawValue))
        c.pointee.groups_off = groupsOff ? 1 : 0
        c.pointee.n_school_years = schoolYears.count
        c.pointee.school_years = try arena.array(schoolYears) { $0 }
        c.pointee.n_subjects = subjects.count
        c.pointee.subjects = try arena.strings(subjects)
        c.pointee.n_types = types.count
        c.pointee.types = try arena.strings(types)
    }
}

/// Exactly one of the three questions is asked; what it would show and may be taken away is answered.
public struct ExportExamsRequest: ProtoMessage {
    public var school: GetSchoolResultsRequest? = nil
    public var group: GetGroupResultsRequest? = nil
    public var student: GetStudentHistoryRequest? = nil
    /// of a student's exams; 0: all
    public var schoolYear: Int32 = 0
    /// code; empty: all
    public var subject: String = ""
    /// empty: all
    public var type: String = ""
    public var pageToken: String = ""

    public init() {}
}

extension ExportExamsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__export_exams_request()
    }

    public init(copying c: UnsafePointer<Ers__ExportExamsRequest>) throws(ProtoError) {
        self.school = try protoMessage(c.pointee.school)
        self.group = try protoMessage(c.pointee.group)
        self.student = try protoMessage(c.pointee.student)
        self.schoolYear = c.pointee.school_year
        self.subject = try protoString(c.pointee.subject)
        self.type = try protoString(c.pointee.type)
        self.pageToken = try protoString(c.pointee.page_token)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ExportExamsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.school = try arena.message(optional: school)
        c.pointee.group = try arena.message(optional: group)
        c.pointee.student = try arena.message(optional: student)
        c.pointee.school_year = schoolYear
        c.pointee.subject = try arena.string(subject)
        c.pointee.type = try arena.string(type)
        c.pointee.page_token = try arena.string(pageToken)
    }
}

public struct ExportedExam: ProtoMessage {
    public var exam: Exam? = nil
    /// the visible student fields; no codes: not known
    public var fields: [FilterField] = []
    public var accommodations: [String] = []

    public init() {}
}

extension ExportedExam {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__exported_exam()
    }

    public init(copying c: UnsafePointer<Ers__ExportedExam>) throws(ProtoError) {
        self.exam = try protoMessage(c.pointee.exam)
        self.fields = try protoMessages(c.pointee.n_fields, c.pointee.fields)
        self.accommodations = try protoArray(c.pointee.n_accommodations, c.pointee.accommodations, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ExportedExam>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.exam = try arena.message(optional: exam)
        c.pointee.n_fields = fields.count
        c.pointee.fields = try arena.messages(fields)
        c.pointee.n_accommodations = accommodations.count
        c.pointee.accommodations = try arena.strings(accommodations)
    }
}

public struct ExportedExams: ProtoMessage {
    /// by grade and label of the assessment, last name, first name, time
    public var exams: [ExportedExam] = []
    /// of all pages
    public var assessments: [Assessment] = []
    /// the visible student fields; none for one student
    public var fields: [String] = []
    /// the school's; empty for one student
    public var name: String = ""
    public var nextPageToken: String = ""
    public var notice: SummativeNotice = SummativeNotice(rawValue: 0)
    /// memberships cannot be proved fresh: what only a group opens is not here
    public var groupsOff: Bool = false

    public init() {}
}

extension ExportedExams {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__exported_exams()
    }

    public init(copying c: UnsafePointer<Ers__ExportedExams>) throws(ProtoError) {
        self.exams = try protoMessages(c.pointee.n_exams, c.pointee.exams)
        self.assessments = try protoMessages(c.pointee.n_assessments, c.pointee.assessments)
        self.fields = try protoArray(c.pointee.n_fields, c.pointee.fields, protoString)
        self.name = try protoString(c.pointee.name)
        self.nextPageToken = try protoString(c.pointee.next_page_token)
        self.notice = SummativeNotice(rawValue: Int32(bitPattern: c.pointee.notice.rawValue))
        self.groupsOff = c.pointee.groups_off != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ExportedExams>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_exams = exams.count
        c.pointee.exams = try arena.messages(exams)
        c.pointee.n_assessments = assessments.count
        c.pointee.assessments = try arena.messages(assessments)
        c.pointee.n_fields = fields.count
        c.pointee.fields = try arena.strings(fields)
        c.pointee.name = try arena.string(name)
        c.pointee.next_page_token = try arena.string(nextPageToken)
        c.pointee.notice = Ers__SummativeNotice(rawValue: UInt32(bitPattern: notice.rawValue))
        c.pointee.groups_off = groupsOff ? 1 : 0
    }
}

public struct CountSummativesRequest: ProtoMessage {
    public var schoolYear: Int32 = 0

    public init() {}
}

extension CountSummativesRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__count_summatives_request()
    }

    public init(copying c: UnsafePointer<Ers__CountSummativesRequest>) throws(ProtoError) {
        self.schoolYear = c.pointee.school_year
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__CountSummativesRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.school_year = schoolYear
    }
}

public struct SummativeCount: ProtoMessage {
    public var districtID: Int64 = 0
    public var subject: String = ""
    public var exams: Int64 = 0

    public init() {}
}

extension SummativeCount {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__summative_count()
    }

    public init(copying c: UnsafePointer<Ers__SummativeCount>) throws(ProtoError) {
        self.districtID = c.pointee.district_id
        self.subject = try protoString(c.pointee.subject)
        self.exams = c.pointee.exams
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SummativeCount>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.district_id = districtID
        c.pointee.subject = try arena.string(subject)
        c.pointee.exams = exams
    }
}

public struct SummativeCounts: ProtoMessage {
    public var counts: [SummativeCount] = []
    public var subjects: [String] = []

    public init() {}
}

extension SummativeCounts {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__summative_counts()
    }

    public init(copying c: UnsafePointer<Ers__SummativeCounts>) throws(ProtoError) {
        self.counts = try protoMessages(c.pointee.n_counts, c.pointee.counts)
        self.subjects = try protoArray(c.pointee.n_subjects, c.pointee.subjects, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SummativeCounts>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_counts = counts.count
        c.pointee.counts = try arena.messages(counts)
        c.pointee.n_subjects = subjects.count
        c.pointee.subjects = try arena.strings(subjects)
    }
}

/// A target with its organizational claim; assessments and residuals refer to it by its id.
public struct TargetDefinition: ProtoMessage {
    public var id: Int32 = 0
    public var claim: String = ""
    public var claimName: String = ""
    public var code: String = ""
    public var name: String = ""

    public init() {}
}

extension TargetDefinition {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__target_definition()
    }

    public init(copying c: UnsafePointer<Ers__TargetDefinition>) throws(ProtoError) {
        self.id = c.pointee.id
        self.claim = try protoString(c.pointee.claim)
        self.claimName = try protoString(c.pointee.claim_name)
        self.code = try protoString(c.pointee.code)
        self.name = try protoString(c.pointee.name)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__TargetDefinition>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.claim = try arena.string(claim)
        c.pointee.claim_name = try arena.string(claimName)
        c.pointee.code = try arena.string(code)
        c.pointee.name = try arena.string(name)
    }
}

public struct SubjectChange: ProtoMessage {
    public var change: Int64 = 0
    public var subject: Subject? = nil
    public var targets: [TargetDefinition] = []

    public init() {}
}

extension SubjectChange {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__subject_change()
    }

    public init(copying c: UnsafePointer<Ers__SubjectChange>) throws(ProtoError) {
        self.change = c.pointee.change
        self.subject = try protoMessage(c.pointee.subject)
        self.targets = try protoMessages(c.pointee.n_targets, c.pointee.targets)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SubjectChange>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.change = change
        c.pointee.subject = try arena.message(optional: subject)
        c.pointee.n_targets = targets.count
        c.pointee.targets = try arena.messages(targets)
    }
}

public struct SubjectChangesPage: ProtoMessage {
    public var page: FeedPage? = nil
    public var rows: [SubjectChange] = []

    public init() {}
}

extension SubjectChangesPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__subject_changes_page()
    }

    public init(copying c: UnsafePointer<Ers__SubjectChangesPage>) throws(ProtoError) {
        self.page = try protoMessage(c.pointee.page)
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SubjectChangesPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.page = try arena.message(optional: page)
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
    }
}

public struct AssessmentChange: ProtoMessage {
    public var change: Int64 = 0
    public var assessment: Assessment? = nil
    public var subjectID: Int64 = 0
    /// those of its items, of a summative
    public var targetIDs: [Int32] = []

    public init() {}
}

extension AssessmentChange {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__assessment_change()
    }

    public init(copying c: UnsafePointer<Ers__AssessmentChange>) throws(ProtoError) {
        self.change = c.pointee.change
        self.assessment = try protoMessage(c.pointee.assessment)
        self.subjectID = c.pointee.subject_id
        self.targetIDs = try protoArray(c.pointee.n_target_ids, c.pointee.target_ids) { $0 }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AssessmentChange>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.change = change
        c.pointee.assessment = try arena.message(optional: assessment)
        c.pointee.subject_id = subjectID
        c.pointee.n_target_ids = targetIDs.count
        c.pointee.target_ids = try arena.array(targetIDs) { $0 }
    }
}

public struct AssessmentChangesPage: ProtoMessage {
    public var page: FeedPage? = nil
    public var rows: [AssessmentChange] = []

    public init() {}
}

extension AssessmentChangesPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__assessment_changes_page()
    }

    public init(copying c: UnsafePointer<Ers__AssessmentChangesPage>) throws(ProtoError) {
        self.page = try protoMessage(c.pointee.page)
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AssessmentChangesPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.page = try arena.message(optional: page)
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
    }
}

public struct StudentChange: ProtoMessage {
    public var change: Int64 = 0
    public var id: Int64 = 0
    /// codes of ingest §3.2; empty: not stated
    public var gender: String = ""
    public var ethnicities: [String] = []

    public init() {}
}

extension StudentChange {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__student_change()
    }

    public init(copying c: UnsafePointer<Ers__StudentChange>) throws(ProtoError) {
        self.change = c.pointee.change
        self.id = c.pointee.id
        self.gender = try protoString(c.pointee.gender)
        self.ethnicities = try protoArray(c.pointee.n_ethnicities, c.pointee.ethnicities, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__StudentChange>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.change = change
        c.pointee.id = id
        c.pointee.gender = try arena.string(gender)
        c.pointee.n_ethnicities = ethnicities.count
        c.pointee.ethnicities = try arena.strings(ethnicities)
    }
}

public struct StudentChangesPage: ProtoMessage {
    public var page: FeedPage? = nil
    public var rows: [StudentChange] = []

    public init() {}
}

extension StudentChangesPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__student_changes_page()
    }

    public init(copying c: UnsafePointer<Ers__StudentChangesPage>) throws(ProtoError) {
        self.page = try protoMessage(c.pointee.page)
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__StudentChangesPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.page = try arena.message(optional: page)
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
    }
}

/// One result with the student's attributes as they came with it. Codes are those of ingest §3.2; empty: unknown.
public struct ExamChange: ProtoMessage {
    public var change: Int64 = 0
    public var id: Int64 = 0
    /// or without an overall score and level: then nothing below but the id is set
    public var deleted: Bool = false
    public var assessmentID: Int64 = 0
    public var studentID: Int64 = 0
    public var schoolID: Int64 = 0
    public var schoolYear: Int32 = 0
    public var type: String = ""
    public var completedAtUs: Int64 = 0
    public var enrolledGrade: String = ""
    public var completeness: String = ""
    public var condition: String = ""
    public var scaleScoreMilli: Int64 = 0
    public var level: Int32 = 0
    public var elas: String = ""
    public var language: String = ""
    public var military: String = ""
    public var lep: Stated = Stated(rawValue: 0)
    public var iep: Stated = Stated(rawValue: 0)
    public var section504: Stated = Stated(rawValue: 0)
    public var migrant: Stated = Stated(rawValue: 0)
    public var economicDisadvantage: Stated = Stated(rawValue: 0)
    /// by ScoreCode.position; 0: none
    public var claimLevels: [Int32] = []
    /// Of a summative, target by target where both residuals are known, in millionths of the 0-to-1 item score.
    public var targetIDs: [Int32] = []
    /// relative to the student's own performance
    public var studentResiduals: [Int32] = []
    /// relative to the standard
    public var standardResiduals: [Int32] = []

    public init() {}
}

extension ExamChange {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__exam_change()
    }

    public init(copying c: UnsafePointer<Ers__ExamChange>) throws(ProtoError) {
        self.change = c.pointee.change
        self.id = c.pointee.id
        self.deleted = c.pointee.deleted != 0
        self.assessmentID = c.pointee.assessment_id
        self.studentID = c.pointee.student_id
        self.schoolID = c.pointee.school_id
        self.schoolYear = c.pointee.school_year
        self.type = try protoString(c.pointee.type)
        self.completedAtUs = c.pointee.completed_at_us
        self.enrolledGrade = try protoString(c.pointee.enrolled_grade)
        self.completeness = try protoString(c.pointee.completeness)
        self.condition = try protoString(c.pointee.condition)
        self.scaleScoreMilli = c.pointee.scale_score_milli
        self.level = c.pointee.level
        self.elas = try protoString(c.pointee.elas)
        self.language = try protoString(c.pointee.language)
        self.military = try protoString(c.pointee.military)
        self.lep = Stated(rawValue: Int32(bitPattern: c.pointee.lep.rawValue))
        self.iep = Stated(rawValue: Int32(bitPattern: c.pointee.iep.rawValue))
        self.section504 = Stated(rawValue: Int32(bitPattern: c.pointee.section504.rawValue))
        self.migrant = Stated(rawValue: Int32(bitPattern: c.pointee.migrant.rawValue))
        self.economicDisadvantage = Stated(rawValue: Int32(bitPattern: c.pointee.economic_disadvantage.rawValue))
        self.claimLevels = try protoArray(c.pointee.n_claim_levels, c.pointee.claim_levels) { $0 }
        self.targetIDs = try protoArray(c.pointee.n_target_ids, c.pointee.target_ids) { $0 }
        self.studentResiduals = try protoArray(c.pointee.n_student_residuals, c.pointee.student_residuals) { $0 }
        self.standardResiduals = try protoArray(c.pointee.n_standard_residuals, c.pointee.standard_residuals) { $0 }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ExamChange>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.change = change
        c.pointee.id = id
        c.pointee.deleted = deleted ? 1 : 0
        c.pointee.assessment_id = assessmentID
        c.pointee.student_id = studentID
        c.pointee.school_id = schoolID
        c.pointee.school_year = schoolYear
        c.pointee.type = try arena.string(type)
        c.pointee.completed_at_us = completedAtUs
        c.pointee.enrolled_grade = try arena.string(enrolledGrade)
        c.pointee.completeness = try arena.string(completeness)
        c.pointee.condition = try arena.string(condition)
        c.pointee.scale_score_milli = scaleScoreMilli
        c.pointee.level = level
        c.pointee.elas = try arena.string(elas)
        c.pointee.language = try arena.string(language)
        c.pointee.military = try arena.string(military)
        c.pointee.lep = Ers__Stated(rawValue: UInt32(bitPattern: lep.rawValue))
        c.pointee.iep = Ers__Stated(rawValue: UInt32(bitPattern: iep.rawValue))
        c.pointee.section504 = Ers__Stated(rawValue: UInt32(bitPattern: section504.rawValue))
        c.pointee.migrant = Ers__Stated(rawValue: UInt32(bitPattern: migrant.rawValue))
        c.pointee.economic_disadvantage = Ers__Stated(rawValue: UInt32(bitPattern: economicDisadvantage.rawValue))
        c.pointee.n_claim_levels = claimLevels.count
        c.pointee.claim_levels = try arena.array(claimLevels) { $0 }
        c.pointee.n_target_ids = targetIDs.count
        c.pointee.target_ids = try arena.array(targetIDs) { $0 }
        c.pointee.n_student_residuals = studentResiduals.count
        c.pointee.student_residuals = try arena.array(studentResiduals) { $0 }
        c.pointee.n_standard_residuals = standardResiduals.count
        c.pointee.standard_residuals = try arena.array(standardResiduals) { $0 }
    }
}

public struct ExamChangesPage: ProtoMessage {
    public var page: FeedPage? = nil
    public var rows: [ExamChange] = []

    public init() {}
}

extension ExamChangesPage {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__exam_changes_page()
    }

    public init(copying c: UnsafePointer<Ers__ExamChangesPage>) throws(ProtoError) {
        self.page = try protoMessage(c.pointee.page)
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ExamChangesPage>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.page = try arena.message(optional: page)
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
    }
}

/// What a server of `ers.Results` answers.
public protocol ResultsService: Sendable {
    /// How each subject names and colours its scores, for every screen.
    func listSubjects(_ ask: Empty, _ call: Call) async throws -> SubjectList
    /// The assessment grades with results that were taken at one school (results §4.1.2).
    func listGrades(_ ask: ListGradesRequest, _ call: Call) async throws -> GradeList
    /// The assessments of one school, grade and year that the caller may choose from, by label.
    func listSchoolAssessments(_ ask: SchoolGradeRequest, _ call: Call) async throws -> AssessmentList
    /// Statistics and rows of chosen assessments; without a choice, of the most recent one (results §2.12, §4.3).
    func getSchoolResults(_ ask: GetSchoolResultsRequest, _ call: Call) async throws -> AssessmentResultsList
    /// The student fields that this caller may filter by, with their codes in display order (access §2.11, results §4.3).
    func listFilters(_ ask: Empty, _ call: Call) async throws -> FilterFieldList
    /// The exams of a results page or of a student that may be taken away, for a CSV file, page by page (results §5.1, §5.2).
    func exportExams(_ ask: ExportExamsRequest, _ call: Call) async throws -> ExportedExams
    /// The id of a student with at least one visible exam; notFound for unknown, forbidden and empty alike.
    func findStudent(_ ask: FindStudentRequest, _ call: Call) async throws -> StudentFound
    /// Every visible exam of one student, the newest first (results §4.2).
    func getStudentHistory(_ ask: GetStudentHistoryRequest, _ call: Call) async throws -> StudentHistory
    /// The assessments that students of one group took in one year; year 0: the year of the newest result (results §4.3).
    func listGroupAssessments(_ ask: GroupYearRequest, _ call: Call) async throws -> GroupAssessmentList
    /// The same as GetSchoolResults for the students of one assigned group that names the caller.
    func getGroupResults(_ ask: GetGroupResultsRequest, _ call: Call) async throws -> AssessmentResultsList
    /// Participation and levels of every IAB of one group and year (results §2.11).
    func getGroupDashboard(_ ask: GroupYearRequest, _ call: Call) async throws -> GroupDashboard
    /// The ids of the students with these SSIDs, in their order; unknown ones are made with their SSID only (access §4.7).
    func ensureStudents(_ ask: EnsureStudentsRequest, _ call: Call) async throws -> EnsuredStudents
    /// Codes of subjects, for those who only name them.
    func subjectCodeChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SubjectCodeChangesPage
    /// Members of groups that results named (ingest §3.13); rows are only ever added.
    func foundGroupChanges(_ ask: ChangesRequest, _ call: Call) async throws -> FoundGroupChangesPage
    /// Numbers of summative exams of a year by district and subject, for Manage Embargo (access §6.8).
    func countSummatives(_ ask: CountSummativesRequest, _ call: Call) async throws -> SummativeCounts
    /// Definitions and results for services that keep copies (DESIGN §3).
    func subjectChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SubjectChangesPage
    func assessmentChanges(_ ask: ChangesRequest, _ call: Call) async throws -> AssessmentChangesPage
    /// What of a student counts as it is now, not as it was when tested: gender and ethnicity.
    func studentChanges(_ ask: ChangesRequest, _ call: Call) async throws -> StudentChangesPage
    func examChanges(_ ask: ChangesRequest, _ call: Call) async throws -> ExamChangesPage
}

/// What each method of `ers.Results` demands of whoever calls it.
public enum ResultsMethods {
    public static let listSubjects = RPCMethodInfo(
        service: "ers.Results", method: "ListSubjects", idempotent: true,
        callers: ["gateway"], person: true)
    public static let listGrades = RPCMethodInfo(
        service: "ers.Results", method: "ListGrades", idempotent: true,
        callers: ["gateway"], person: true)
    public static let listSchoolAssessments = RPCMethodInfo(
        service: "ers.Results", method: "ListSchoolAssessments", idempotent: true,
        callers: ["gateway"], person: true)
    public static let getSchoolResults = RPCMethodInfo(
        service: "ers.Results", method: "GetSchoolResults", idempotent: true,
        callers: ["gateway"], person: true)
    public static let listFilters = RPCMethodInfo(
        service: "ers.Results", method: "ListFilters", idempotent: true,
        callers: ["gateway"], person: true)
    public static let exportExams = RPCMethodInfo(
        service: "ers.Results", method: "ExportExams", idempotent: true,
        callers: ["gateway"], person: true)
    public static let findStudent = RPCMethodInfo(
        service: "ers.Results", method: "FindStudent", idempotent: true,
        callers: ["gateway"], person: true)
    public static let getStudentHistory = RPCMethodInfo(
        service: "ers.Results", method: "GetStudentHistory", idempotent: true,
        callers: ["gateway"], person: true)
    public static let listGroupAssessments = RPCMethodInfo(
        service: "ers.Results", method: "ListGroupAssessments", idempotent: true,
        callers: ["gateway"], person: true)
    public static let getGroupResults = RPCMethodInfo(
        service: "ers.Results", method: "GetGroupResults", idempotent: true,
        callers: ["gateway"], person: true)
    public static let getGroupDashboard = RPCMethodInfo(
        service: "ers.Results", method: "GetGroupDashboard", idempotent: true,
        callers: ["gateway"], person: true)
    public static let ensureStudents = RPCMethodInfo(
        service: "ers.Results", method: "EnsureStudents", idempotent: true,
        callers: ["group"], person: false)
    public static let subjectCodeChanges = RPCMethodInfo(
        service: "ers.Results", method: "SubjectCodeChanges", idempotent: true,
        callers: ["group"], person: false)
    public static let foundGroupChanges = RPCMethodInfo(
        service: "ers.Results", method: "FoundGroupChanges", idempotent: true,
        callers: ["group"], person: false)
    public static let countSummatives = RPCMethodInfo(
        service: "ers.Results", method: "CountSummatives", idempotent: true,
        callers: ["gateway"], person: true)
    public static let subjectChanges = RPCMethodInfo(
        service: "ers.Results", method: "SubjectChanges", idempotent: true,
        callers: ["aggregate", "group"], person: false)
    public static let assessmentChanges = RPCMethodInfo(
        service: "ers.Results", method: "AssessmentChanges", idempotent: true,
        callers: ["aggregate", "group"], person: false)
    public static let studentChanges = RPCMethodInfo(
        service: "ers.Results", method: "StudentChanges", idempotent: true,
        callers: ["aggregate"], person: false)
    public static let examChanges = RPCMethodInfo(
        service: "ers.Results", method: "ExamChanges", idempotent: true,
        callers: ["aggregate"], person: false)
}

extension ResultsService {
    /// For a server on the bus, or a channel straight into this process.
    public var rpcTable: RPCServiceTable {
        RPCServiceTable(
            "ers.Results",
            [
                RPCMethod(ResultsMethods.listSubjects) { try await self.listSubjects($0, $1) },
                RPCMethod(ResultsMethods.listGrades) { try await self.listGrades($0, $1) },
                RPCMethod(ResultsMethods.listSchoolAssessments) { try await self.listSchoolAssessments($0, $1) },
                RPCMethod(ResultsMethods.getSchoolResults) { try await self.getSchoolResults($0, $1) },
                RPCMethod(ResultsMethods.listFilters) { try await self.listFilters($0, $1) },
                RPCMethod(ResultsMethods.exportExams) { try await self.exportExams($0, $1) },
                RPCMethod(ResultsMethods.findStudent) { try await self.findStudent($0, $1) },
                RPCMethod(ResultsMethods.getStudentHistory) { try await self.getStudentHistory($0, $1) },
                RPCMethod(ResultsMethods.listGroupAssessments) { try await self.listGroupAssessments($0, $1) },
                RPCMethod(ResultsMethods.getGroupResults) { try await self.getGroupResults($0, $1) },
                RPCMethod(ResultsMethods.getGroupDashboard) { try await self.getGroupDashboard($0, $1) },
                RPCMethod(ResultsMethods.ensureStudents) { try await self.ensureStudents($0, $1) },
                RPCMethod(ResultsMethods.subjectCodeChanges) { try await self.subjectCodeChanges($0, $1) },
                RPCMethod(ResultsMethods.foundGroupChanges) { try await self.foundGroupChanges($0, $1) },
                RPCMethod(ResultsMethods.countSummatives) { try await self.countSummatives($0, $1) },
                RPCMethod(ResultsMethods.subjectChanges) { try await self.subjectChanges($0, $1) },
                RPCMethod(ResultsMethods.assessmentChanges) { try await self.assessmentChanges($0, $1) },
                RPCMethod(ResultsMethods.studentChanges) { try await self.studentChanges($0, $1) },
                RPCMethod(ResultsMethods.examChanges) { try await self.examChanges($0, $1) },
            ])
    }
}

/// Asks `ers.Results` over a channel.
public struct ResultsClient: Sendable {
    private let channel: any RPCChannel

    public init(_ channel: any RPCChannel) { self.channel = channel }

    /// How each subject names and colours its scores, for every screen.
    public func listSubjects(_ ask: Empty, _ call: Call) async throws -> SubjectList {
        try await channel.ask(ResultsMethods.listSubjects, ask, call)
    }

    /// The assessment grades with results that were taken at one school (results §4.1.2).
    public func listGrades(_ ask: ListGradesRequest, _ call: Call) async throws -> GradeList {
        try await channel.ask(ResultsMethods.listGrades, ask, call)
    }

    /// The assessments of one school, grade and year that the caller may choose from, by label.
    public func listSchoolAssessments(_ ask: SchoolGradeRequest, _ call: Call) async throws -> AssessmentList {
        try await channel.ask(ResultsMethods.listSchoolAssessments, ask, call)
    }

    /// Statistics and rows of chosen assessments; without a choice, of the most recent one (results §2.12, §4.3).
    public func getSchoolResults(_ ask: GetSchoolResultsRequest, _ call: Call) async throws -> AssessmentResultsList {
        try await channel.ask(ResultsMethods.getSchoolResults, ask, call)
    }

    /// The student fields that this caller may filter by, with their codes in display order (access §2.11, results §4.3).
    public func listFilters(_ ask: Empty, _ call: Call) async throws -> FilterFieldList {
        try await channel.ask(ResultsMethods.listFilters, ask, call)
    }

    /// The exams of a results page or of a student that may be taken away, for a CSV file, page by page (results §5.1, §5.2).
    public func exportExams(_ ask: ExportExamsRequest, _ call: Call) async throws -> ExportedExams {
        try await channel.ask(ResultsMethods.exportExams, ask, call)
    }

    /// The id of a student with at least one visible exam; notFound for unknown, forbidden and empty alike.
    public func findStudent(_ ask: FindStudentRequest, _ call: Call) async throws -> StudentFound {
        try await channel.ask(ResultsMethods.findStudent, ask, call)
    }

    /// Every visible exam of one student, the newest first (results §4.2).
    public func getStudentHistory(_ ask: GetStudentHistoryRequest, _ call: Call) async throws -> StudentHistory {
        try await channel.ask(ResultsMethods.getStudentHistory, ask, call)
    }

    /// The assessments that students of one group took in one year; year 0: the year of the newest result (results §4.3).
    public func listGroupAssessments(_ ask: GroupYearRequest, _ call: Call) async throws -> GroupAssessmentList {
        try await channel.ask(ResultsMethods.listGroupAssessments, ask, call)
    }

    /// The same as GetSchoolResults for the students of one assigned group that names the caller.
    public func getGroupResults(_ ask: GetGroupResultsRequest, _ call: Call) async throws -> AssessmentResultsList {
        try await channel.ask(ResultsMethods.getGroupResults, ask, call)
    }

    /// Participation and levels of every IAB of one group and year (results §2.11).
    public func getGroupDashboard(_ ask: GroupYearRequest, _ call: Call) async throws -> GroupDashboard {
        try await channel.ask(ResultsMethods.getGroupDashboard, ask, call)
    }

    /// The ids of the students with these SSIDs, in their order; unknown ones are made with their SSID only (access §4.7).
    public func ensureStudents(_ ask: EnsureStudentsRequest, _ call: Call) async throws -> EnsuredStudents {
        try await channel.ask(ResultsMethods.ensureStudents, ask, call)
    }

    /// Codes of subjects, for those who only name them.
    public func subjectCodeChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SubjectCodeChangesPage {
        try await channel.ask(ResultsMethods.subjectCodeChanges, ask, call)
    }

    /// Members of groups that results named (ingest §3.13); rows are only ever added.
    public func foundGroupChanges(_ ask: ChangesRequest, _ call: Call) async throws -> FoundGroupChangesPage {
        try await channel.ask(ResultsMethods.foundGroupChanges, ask, call)
    }

    /// Numbers of summative exams of a year by district and subject, for Manage Embargo (access §6.8).
    public func countSummatives(_ ask: CountSummativesRequest, _ call: Call) async throws -> SummativeCounts {
        try await channel.ask(ResultsMethods.countSummatives, ask, call)
    }

    /// Definitions and results for services that keep copies (DESIGN §3).
    public func subjectChanges(_ ask: ChangesRequest, _ call: Call) async throws -> SubjectChangesPage {
        try await channel.ask(ResultsMethods.subjectChanges, ask, call)
    }

    public func assessmentChanges(_ ask: ChangesRequest, _ call: Call) async throws -> AssessmentChangesPage {
        try await channel.ask(ResultsMethods.assessmentChanges, ask, call)
    }

    /// What of a student counts as it is now, not as it was when tested: gender and ethnicity.
    public func studentChanges(_ ask: ChangesRequest, _ call: Call) async throws -> StudentChangesPage {
        try await channel.ask(ResultsMethods.studentChanges, ask, call)
    }

    public func examChanges(_ ask: ChangesRequest, _ call: Call) async throws -> ExamChangesPage {
        try await channel.ask(ResultsMethods.examChanges, ask, call)
    }
}
