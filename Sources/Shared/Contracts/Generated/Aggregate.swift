// Made by Tools/protogen from proto/aggregate.proto; `make proto` makes it again.
import CProto
import CProtobufC
import ProtoRuntime

/// How the residuals of a target stand (aggregates §2.4); in the order in which they are sorted.
public struct TargetLevel: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// not a row of a target
    public static let nothing = TargetLevel(rawValue: 0)
    public static let above = TargetLevel(rawValue: 1)
    public static let near = TargetLevel(rawValue: 2)
    public static let below = TargetLevel(rawValue: 3)
    public static let insufficientData = TargetLevel(rawValue: 4)
    public static let excluded = TargetLevel(rawValue: 5)
}

/// Codes of one field; a student matches with any of them.
public struct FieldFilter: ProtoMessage {
    public var field: String = ""
    public var codes: [String] = []

    public init() {}
}

extension FieldFilter {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__field_filter()
    }

    public init(copying c: UnsafePointer<Ers__FieldFilter>) throws(ProtoError) {
        self.field = try protoString(c.pointee.field)
        self.codes = try protoArray(c.pointee.n_codes, c.pointee.codes, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FieldFilter>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.field = try arena.string(field)
        c.pointee.n_codes = codes.count
        c.pointee.codes = try arena.strings(codes)
    }
}

/// A student must match every field.
public struct StudentFilter: ProtoMessage {
    public var fields: [FieldFilter] = []

    public init() {}
}

extension StudentFilter {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__student_filter()
    }

    public init(copying c: UnsafePointer<Ers__StudentFilter>) throws(ProtoError) {
        self.fields = try protoMessages(c.pointee.n_fields, c.pointee.fields)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__StudentFilter>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_fields = fields.count
        c.pointee.fields = try arena.messages(fields)
    }
}

public struct AggregateQuery: ProtoMessage {
    /// "CustomAggregate", "Longitudinal", "Claim", "Target"
    public var type: String = ""
    public var name: String = ""
    /// "sum", "ica", "iab"
    public var assessmentType: String = ""
    public var subjects: [String] = []
    public var grades: [String] = []
    /// of a longitudinal report: the year of the highest grade alone
    public var schoolYears: [Int32] = []
    public var includeState: Bool = false
    public var includeAllDistricts: Bool = false
    public var includeAllSchoolsOfDistricts: Bool = false
    public var includeAllDistrictsOfSchools: Bool = false
    public var districtIDs: [Int64] = []
    public var schoolIDs: [Int64] = []
    /// none: all, and unknown
    public var completenesses: [String] = []
    /// the same
    public var conditions: [String] = []
    public var dimensions: [String] = []
    public var filter: StudentFilter? = nil
    /// subgroups decide, and neither dimensions nor filter
    public var customized: Bool = false
    public var subgroups: [StudentFilter] = []
    public var hideEmpty: Bool = false
    public var showNumbers: Bool = false
    public var groupLevels: Bool = false
    public var columnOrder: [String] = []
    /// of a claim report, in place of the subjects
    public var claims: [SubjectClaims] = []

    public init() {}
}

extension AggregateQuery {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__aggregate_query()
    }

    public init(copying c: UnsafePointer<Ers__AggregateQuery>) throws(ProtoError) {
        self.type = try protoString(c.pointee.type)
        self.name = try protoString(c.pointee.name)
        self.assessmentType = try protoString(c.pointee.assessment_type)
        self.subjects = try protoArray(c.pointee.n_subjects, c.pointee.subjects, protoString)
        self.grades = try protoArray(c.pointee.n_grades, c.pointee.grades, protoString)
        self.schoolYears = try protoArray(c.pointee.n_school_years, c.pointee.school_years) { $0 }
        self.includeState = c.pointee.include_state != 0
        self.includeAllDistricts = c.pointee.include_all_districts != 0
        self.includeAllSchoolsOfDistricts = c.pointee.include_all_schools_of_districts != 0
        self.includeAllDistrictsOfSchools = c.pointee.include_all_districts_of_schools != 0
        self.districtIDs = try protoArray(c.pointee.n_district_ids, c.pointee.district_ids) { $0 }
        self.schoolIDs = try protoArray(c.pointee.n_school_ids, c.pointee.school_ids) { $0 }
        self.completenesses = try protoArray(c.pointee.n_completenesses, c.pointee.completenesses, protoString)
        self.conditions = try protoArray(c.pointee.n_conditions, c.pointee.conditions, protoString)
        self.dimensions = try protoArray(c.pointee.n_dimensions, c.pointee.dimensions, protoString)
        self.filter = try protoMessage(c.pointee.filter)
        self.customized = c.pointee.customized != 0
        self.subgroups = try protoMessages(c.pointee.n_subgroups, c.pointee.subgroups)
        self.hideEmpty = c.pointee.hide_empty != 0
        self.showNumbers = c.pointee.show_numbers != 0
        self.groupLevels = c.pointee.group_levels != 0
        self.columnOrder = try protoArray(c.pointee.n_column_order, c.pointee.column_order, protoString)
        self.claims = try protoMessages(c.pointee.n_claims, c.pointee.claims)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__AggregateQuery>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.type = try arena.string(type)
        c.pointee.name = try arena.string(name)
        c.pointee.assessment_type = try arena.string(assessmentType)
        c.pointee.n_subjects = subjects.count
        c.pointee.subjects = try arena.strings(subjects)
        c.pointee.n_grades = grades.count
        c.pointee.grades = try arena.strings(grades)
        c.pointee.n_school_years = schoolYears.count
        c.pointee.school_years = try arena.array(schoolYears) { $0 }
        c.pointee.include_state = includeState ? 1 : 0
        c.pointee.include_all_districts = includeAllDistricts ? 1 : 0
        c.pointee.include_all_schools_of_districts = includeAllSchoolsOfDistricts ? 1 : 0
        c.pointee.include_all_districts_of_schools = includeAllDistrictsOfSchools ? 1 : 0
        c.pointee.n_district_ids = districtIDs.count
        c.pointee.district_ids = try arena.array(districtIDs) { $0 }
        c.pointee.n_school_ids = schoolIDs.count
        c.pointee.school_ids = try arena.array(schoolIDs) { $0 }
        c.pointee.n_completenesses = completenesses.count
        c.pointee.completenesses = try arena.strings(completenesses)
        c.pointee.n_conditions = conditions.count
        c.pointee.conditions = try arena.strings(conditions)
        c.pointee.n_dimensions = dimensions.count
        c.pointee.dimensions = try arena.strings(dimensions)
        c.pointee.filter = try arena.message(optional: filter)
        c.pointee.customized = customized ? 1 : 0
        c.pointee.n_subgroups = subgroups.count
        c.pointee.subgroups = try arena.messages(subgroups)
        c.pointee.hide_empty = hideEmpty ? 1 : 0
        c.pointee.show_numbers = showNumbers ? 1 : 0
        c.pointee.group_levels = groupLevels ? 1 : 0
        c.pointee.n_column_order = columnOrder.count
        c.pointee.column_order = try arena.strings(columnOrder)
        c.pointee.n_claims = claims.count
        c.pointee.claims = try arena.messages(claims)
    }
}

/// Claims of one subject; without codes all of them.
public struct SubjectClaims: ProtoMessage {
    public var subject: String = ""
    public var codes: [String] = []

    public init() {}
}

extension SubjectClaims {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__subject_claims()
    }

    public init(copying c: UnsafePointer<Ers__SubjectClaims>) throws(ProtoError) {
        self.subject = try protoString(c.pointee.subject)
        self.codes = try protoArray(c.pointee.n_codes, c.pointee.codes, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SubjectClaims>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.subject = try arena.string(subject)
        c.pointee.n_codes = codes.count
        c.pointee.codes = try arena.strings(codes)
    }
}

public struct FieldOption: ProtoMessage {
    public var field: String = ""
    public var dimension: Bool = false
    public var filter: Bool = false
    public var codes: [String] = []

    public init() {}
}

extension FieldOption {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__field_option()
    }

    public init(copying c: UnsafePointer<Ers__FieldOption>) throws(ProtoError) {
        self.field = try protoString(c.pointee.field)
        self.dimension = c.pointee.dimension != 0
        self.filter = c.pointee.filter != 0
        self.codes = try protoArray(c.pointee.n_codes, c.pointee.codes, protoString)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FieldOption>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.field = try arena.string(field)
        c.pointee.dimension = dimension ? 1 : 0
        c.pointee.filter = filter ? 1 : 0
        c.pointee.n_codes = codes.count
        c.pointee.codes = try arena.strings(codes)
    }
}

public struct SubjectOption: ProtoMessage {
    public var code: String = ""
    public var name: String = ""
    public var type: String = ""
    public var targetReport: Bool = false

    public init() {}
}

extension SubjectOption {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__subject_option()
    }

    public init(copying c: UnsafePointer<Ers__SubjectOption>) throws(ProtoError) {
        self.code = try protoString(c.pointee.code)
        self.name = try protoString(c.pointee.name)
        self.type = try protoString(c.pointee.type)
        self.targetReport = c.pointee.target_report != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SubjectOption>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.code = try arena.string(code)
        c.pointee.name = try arena.string(name)
        c.pointee.type = try arena.string(type)
        c.pointee.target_report = targetReport ? 1 : 0
    }
}

public struct ReportOptions: ProtoMessage {
    public var assessmentTypes: [String] = []
    public var subjects: [SubjectOption] = []
    public var grades: [String] = []
    public var schoolYears: [Int32] = []
    public var completenesses: [String] = []
    public var interimConditions: [String] = []
    public var summativeConditions: [String] = []
    public var fields: [FieldOption] = []
    /// for which a State row may be had
    public var stateTypes: [String] = []
    public var statewide: Bool = false
    public var defaultOrganization: ReportOrganization? = nil
    /// there is no other: nothing to search
    public var onlyOrganization: Bool = false
    /// the caller looks at results that are held back from others (aggregates §5.4)
    public var preview: Bool = false
    /// the embargo is not known: summatives cannot be had
    public var withheld: Bool = false
    public var reportTypes: [String] = []
    public var claims: [ClaimOption] = []

    public init() {}
}

extension ReportOptions {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_options()
    }

    public init(copying c: UnsafePointer<Ers__ReportOptions>) throws(ProtoError) {
        self.assessmentTypes = try protoArray(c.pointee.n_assessment_types, c.pointee.assessment_types, protoString)
        self.subjects = try protoMessages(c.pointee.n_subjects, c.pointee.subjects)
        self.grades = try protoArray(c.pointee.n_grades, c.pointee.grades, protoString)
        self.schoolYears = try protoArray(c.pointee.n_school_years, c.pointee.school_years) { $0 }
        self.completenesses = try protoArray(c.pointee.n_completenesses, c.pointee.completenesses, protoString)
        self.interimConditions = try protoArray(c.pointee.n_interim_conditions, c.pointee.interim_conditions, protoString)
        self.summativeConditions = try protoArray(c.pointee.n_summative_conditions, c.pointee.summative_conditions, protoString)
        self.fields = try protoMessages(c.pointee.n_fields, c.pointee.fields)
        self.stateTypes = try protoArray(c.pointee.n_state_types, c.pointee.state_types, protoString)
        self.statewide = c.pointee.statewide != 0
        self.defaultOrganization = try protoMessage(c.pointee.default_organization)
        self.onlyOrganization = c.pointee.only_organization != 0
        self.preview = c.pointee.preview != 0
        self.withheld = c.pointee.withheld != 0
        self.reportTypes = try protoArray(c.pointee.n_report_types, c.pointee.report_types, protoString)
        self.claims = try protoMessages(c.pointee.n_claims, c.pointee.claims)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportOptions>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_assessment_types = assessmentTypes.count
        c.pointee.assessment_types = try arena.strings(assessmentTypes)
        c.pointee.n_subjects = subjects.count
        c.pointee.subjects = try arena.messages(subjects)
        c.pointee.n_grades = grades.count
        c.pointee.grades = try arena.strings(grades)
        c.pointee.n_school_years = schoolYears.count
        c.pointee.school_years = try arena.array(schoolYears) { $0 }
        c.pointee.n_completenesses = completenesses.count
        c.pointee.completenesses = try arena.strings(completenesses)
        c.pointee.n_interim_conditions = interimConditions.count
        c.pointee.interim_conditions = try arena.strings(interimConditions)
        c.pointee.n_summative_conditions = summativeConditions.count
        c.pointee.summative_conditions = try arena.strings(summativeConditions)
        c.pointee.n_fields = fields.count
        c.pointee.fields = try arena.messages(fields)
        c.pointee.n_state_types = stateTypes.count
        c.pointee.state_types = try arena.strings(stateTypes)
        c.pointee.statewide = statewide ? 1 : 0
        c.pointee.default_organization = try arena.message(optional: defaultOrganization)
        c.pointee.only_organization = onlyOrganization ? 1 : 0
        c.pointee.preview = preview ? 1 : 0
        c.pointee.withheld = withheld ? 1 : 0
        c.pointee.n_report_types = reportTypes.count
        c.pointee.report_types = try arena.strings(reportTypes)
        c.pointee.n_claims = claims.count
        c.pointee.claims = try arena.messages(claims)
    }
}

public struct ClaimOption: ProtoMessage {
    public var type: String = ""
    public var subject: String = ""
    public var code: String = ""
    public var name: String = ""

    public init() {}
}

extension ClaimOption {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__claim_option()
    }

    public init(copying c: UnsafePointer<Ers__ClaimOption>) throws(ProtoError) {
        self.type = try protoString(c.pointee.type)
        self.subject = try protoString(c.pointee.subject)
        self.code = try protoString(c.pointee.code)
        self.name = try protoString(c.pointee.name)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ClaimOption>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.type = try arena.string(type)
        c.pointee.subject = try arena.string(subject)
        c.pointee.code = try arena.string(code)
        c.pointee.name = try arena.string(name)
    }
}

public struct ReportOrganization: ProtoMessage {
    /// "State", "District", "School"
    public var type: String = ""
    /// 0 for the State
    public var id: Int64 = 0
    public var naturalID: String = ""
    public var name: String = ""
    /// of a school
    public var districtID: Int64 = 0
    public var districtName: String = ""

    public init() {}
}

extension ReportOrganization {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_organization()
    }

    public init(copying c: UnsafePointer<Ers__ReportOrganization>) throws(ProtoError) {
        self.type = try protoString(c.pointee.type)
        self.id = c.pointee.id
        self.naturalID = try protoString(c.pointee.natural_id)
        self.name = try protoString(c.pointee.name)
        self.districtID = c.pointee.district_id
        self.districtName = try protoString(c.pointee.district_name)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportOrganization>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.type = try arena.string(type)
        c.pointee.id = id
        c.pointee.natural_id = try arena.string(naturalID)
        c.pointee.name = try arena.string(name)
        c.pointee.district_id = districtID
        c.pointee.district_name = try arena.string(districtName)
    }
}

public struct FindReportOrganizationsRequest: ProtoMessage {
    public var search: String = ""
    /// empty: both
    public var type: String = ""
    /// 1...100
    public var limit: Int32 = 0
    /// only these; at most 500
    public var ids: [Int64] = []

    public init() {}
}

extension FindReportOrganizationsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__find_report_organizations_request()
    }

    public init(copying c: UnsafePointer<Ers__FindReportOrganizationsRequest>) throws(ProtoError) {
        self.search = try protoString(c.pointee.search)
        self.type = try protoString(c.pointee.type)
        self.limit = c.pointee.limit
        self.ids = try protoArray(c.pointee.n_ids, c.pointee.ids) { $0 }
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__FindReportOrganizationsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.search = try arena.string(search)
        c.pointee.type = try arena.string(type)
        c.pointee.limit = limit
        c.pointee.n_ids = ids.count
        c.pointee.ids = try arena.array(ids) { $0 }
    }
}

public struct ReportOrganizationList: ProtoMessage {
    public var organizations: [ReportOrganization] = []
    public var total: Int32 = 0

    public init() {}
}

extension ReportOrganizationList {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_organization_list()
    }

    public init(copying c: UnsafePointer<Ers__ReportOrganizationList>) throws(ProtoError) {
        self.organizations = try protoMessages(c.pointee.n_organizations, c.pointee.organizations)
        self.total = c.pointee.total
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportOrganizationList>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_organizations = organizations.count
        c.pointee.organizations = try arena.messages(organizations)
        c.pointee.total = total
    }
}

public struct RowEstimate: ProtoMessage {
    public var rows: Int64 = 0
    public var large: Bool = false

    public init() {}
}

extension RowEstimate {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__row_estimate()
    }

    public init(copying c: UnsafePointer<Ers__RowEstimate>) throws(ProtoError) {
        self.rows = c.pointee.rows
        self.large = c.pointee.large != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__RowEstimate>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.rows = rows
        c.pointee.large = large ? 1 : 0
    }
}

public struct ReportAssessment: ProtoMessage {
    public var id: Int64 = 0
    public var label: String = ""
    public var subject: String = ""
    public var grade: String = ""
    /// of the results
    public var schoolYear: Int32 = 0

    public init() {}
}

extension ReportAssessment {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_assessment()
    }

    public init(copying c: UnsafePointer<Ers__ReportAssessment>) throws(ProtoError) {
        self.id = c.pointee.id
        self.label = try protoString(c.pointee.label)
        self.subject = try protoString(c.pointee.subject)
        self.grade = try protoString(c.pointee.grade)
        self.schoolYear = c.pointee.school_year
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportAssessment>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.label = try arena.string(label)
        c.pointee.subject = try arena.string(subject)
        c.pointee.grade = try arena.string(grade)
        c.pointee.school_year = schoolYear
    }
}

/// Overall, a code of a dimension, or a customized subgroup.
public struct ReportSlice: ProtoMessage {
    /// "Overall", "Ethnicity" …, "Custom"
    public var dimension: String = ""
    public var code: String = ""
    /// of a customized subgroup
    public var filter: StudentFilter? = nil
    /// of a claim: rows of this subject alone
    public var subject: String = ""
    /// code
    public var claim: String = ""
    public var claimName: String = ""
    /// of a target of that claim: its code
    public var target: String = ""
    public var targetName: String = ""
    /// no assessment of the report reports this target
    public var excluded: Bool = false

    public init() {}
}

extension ReportSlice {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_slice()
    }

    public init(copying c: UnsafePointer<Ers__ReportSlice>) throws(ProtoError) {
        self.dimension = try protoString(c.pointee.dimension)
        self.code = try protoString(c.pointee.code)
        self.filter = try protoMessage(c.pointee.filter)
        self.subject = try protoString(c.pointee.subject)
        self.claim = try protoString(c.pointee.claim)
        self.claimName = try protoString(c.pointee.claim_name)
        self.target = try protoString(c.pointee.target)
        self.targetName = try protoString(c.pointee.target_name)
        self.excluded = c.pointee.excluded != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportSlice>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.dimension = try arena.string(dimension)
        c.pointee.code = try arena.string(code)
        c.pointee.filter = try arena.message(optional: filter)
        c.pointee.subject = try arena.string(subject)
        c.pointee.claim = try arena.string(claim)
        c.pointee.claim_name = try arena.string(claimName)
        c.pointee.target = try arena.string(target)
        c.pointee.target_name = try arena.string(targetName)
        c.pointee.excluded = excluded ? 1 : 0
    }
}

public struct ReportTable: ProtoMessage {
    public var subject: String = ""
    public var rows: Int64 = 0
    public var emptyRows: Int64 = 0
    /// more than one of a grade and year: a column tells them apart
    public var namedAssessments: Bool = false

    public init() {}
}

extension ReportTable {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_table()
    }

    public init(copying c: UnsafePointer<Ers__ReportTable>) throws(ProtoError) {
        self.subject = try protoString(c.pointee.subject)
        self.rows = c.pointee.rows
        self.emptyRows = c.pointee.empty_rows
        self.namedAssessments = c.pointee.named_assessments != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportTable>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.subject = try arena.string(subject)
        c.pointee.rows = rows
        c.pointee.empty_rows = emptyRows
        c.pointee.named_assessments = namedAssessments ? 1 : 0
    }
}

public struct ReportView: ProtoMessage {
    public var report: Report? = nil
    public var query: AggregateQuery? = nil
    public var tables: [ReportTable] = []
    public var slices: [ReportSlice] = []
    /// by name, for the summary of the query
    public var chosen: [ReportOrganization] = []
    public var preview: Bool = false
    public var withheld: Bool = false
    /// a setting of the state
    public var printsFilters: Bool = false

    public init() {}
}

extension ReportView {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_view()
    }

    public init(copying c: UnsafePointer<Ers__ReportView>) throws(ProtoError) {
        self.report = try protoMessage(c.pointee.report)
        self.query = try protoMessage(c.pointee.query)
        self.tables = try protoMessages(c.pointee.n_tables, c.pointee.tables)
        self.slices = try protoMessages(c.pointee.n_slices, c.pointee.slices)
        self.chosen = try protoMessages(c.pointee.n_chosen, c.pointee.chosen)
        self.preview = c.pointee.preview != 0
        self.withheld = c.pointee.withheld != 0
        self.printsFilters = c.pointee.prints_filters != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportView>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.report = try arena.message(optional: report)
        c.pointee.query = try arena.message(optional: query)
        c.pointee.n_tables = tables.count
        c.pointee.tables = try arena.messages(tables)
        c.pointee.n_slices = slices.count
        c.pointee.slices = try arena.messages(slices)
        c.pointee.n_chosen = chosen.count
        c.pointee.chosen = try arena.messages(chosen)
        c.pointee.preview = preview ? 1 : 0
        c.pointee.withheld = withheld ? 1 : 0
        c.pointee.prints_filters = printsFilters ? 1 : 0
    }
}

public struct ReadReportRowsRequest: ProtoMessage {
    public var id: Int64 = 0
    public var subject: String = ""
    public var hideEmpty: Bool = false
    public var pageToken: String = ""
    public var limit: Int32 = 0

    public init() {}
}

extension ReadReportRowsRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__read_report_rows_request()
    }

    public init(copying c: UnsafePointer<Ers__ReadReportRowsRequest>) throws(ProtoError) {
        self.id = c.pointee.id
        self.subject = try protoString(c.pointee.subject)
        self.hideEmpty = c.pointee.hide_empty != 0
        self.pageToken = try protoString(c.pointee.page_token)
        self.limit = c.pointee.limit
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReadReportRowsRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.subject = try arena.string(subject)
        c.pointee.hide_empty = hideEmpty ? 1 : 0
        c.pointee.page_token = try arena.string(pageToken)
        c.pointee.limit = limit
    }
}

public struct ReportRow: ProtoMessage {
    public var organization: ReportOrganization? = nil
    public var assessment: ReportAssessment? = nil
    /// index in the view's slices
    public var slice: Int32 = 0
    public var students: Int64 = 0
    public var average: Int64? = nil
    public var standardError: Int64? = nil
    public var levelCounts: [Int64] = []
    public var notReleased: Bool = false
    /// of a longitudinal report: those with results at all of its grades, in the same organization
    public var cohort: RowMeasures? = nil
    /// of a target report: relative to the entire test
    public var studentLevel: TargetLevel = TargetLevel(rawValue: 0)
    /// relative to the level of the standard
    public var standardLevel: TargetLevel = TargetLevel(rawValue: 0)
    /// withheld, since it would tell of few students
    public var tooFew: Bool = false

    public init() {}
}

extension ReportRow {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_row()
    }

    public init(copying c: UnsafePointer<Ers__ReportRow>) throws(ProtoError) {
        self.organization = try protoMessage(c.pointee.organization)
        self.assessment = try protoMessage(c.pointee.assessment)
        self.slice = c.pointee.slice
        self.students = c.pointee.students
        if c.pointee.average_presence_case.rawValue == 5 {
            self.average = c.pointee.average
        }
        if c.pointee.error_presence_case.rawValue == 6 {
            self.standardError = c.pointee.standard_error
        }
        self.levelCounts = try protoArray(c.pointee.n_level_counts, c.pointee.level_counts) { $0 }
        self.notReleased = c.pointee.not_released != 0
        self.cohort = try protoMessage(c.pointee.cohort)
        self.studentLevel = TargetLevel(rawValue: Int32(bitPattern: c.pointee.student_level.rawValue))
        self.standardLevel = TargetLevel(rawValue: Int32(bitPattern: c.pointee.standard_level.rawValue))
        self.tooFew = c.pointee.too_few != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportRow>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.organization = try arena.message(optional: organization)
        c.pointee.assessment = try arena.message(optional: assessment)
        c.pointee.slice = slice
        c.pointee.students = students
        if let average {
            c.pointee.average_presence_case = Ers__ReportRow__AveragePresenceCase(rawValue: 5)
            c.pointee.average = average
        }
        if let standardError {
            c.pointee.error_presence_case = Ers__ReportRow__ErrorPresenceCase(rawValue: 6)
            c.pointee.standard_error = standardError
        }
        c.pointee.n_level_counts = levelCounts.count
        c.pointee.level_counts = try arena.array(levelCounts) { $0 }
        c.pointee.not_released = notReleased ? 1 : 0
        c.pointee.cohort = try arena.message(optional: cohort)
        c.pointee.student_level = Ers__TargetLevel(rawValue: UInt32(bitPattern: studentLevel.rawValue))
        c.pointee.standard_level = Ers__TargetLevel(rawValue: UInt32(bitPattern: standardLevel.rawValue))
        c.pointee.too_few = tooFew ? 1 : 0
    }
}

public struct RowMeasures: ProtoMessage {
    public var students: Int64 = 0
    public var average: Int64? = nil
    public var standardError: Int64? = nil
    public var levelCounts: [Int64] = []
    public var tooFew: Bool = false

    public init() {}
}

extension RowMeasures {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__row_measures()
    }

    public init(copying c: UnsafePointer<Ers__RowMeasures>) throws(ProtoError) {
        self.students = c.pointee.students
        if c.pointee.average_presence_case.rawValue == 2 {
            self.average = c.pointee.average
        }
        if c.pointee.error_presence_case.rawValue == 3 {
            self.standardError = c.pointee.standard_error
        }
        self.levelCounts = try protoArray(c.pointee.n_level_counts, c.pointee.level_counts) { $0 }
        self.tooFew = c.pointee.too_few != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__RowMeasures>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.students = students
        if let average {
            c.pointee.average_presence_case = Ers__RowMeasures__AveragePresenceCase(rawValue: 2)
            c.pointee.average = average
        }
        if let standardError {
            c.pointee.error_presence_case = Ers__RowMeasures__ErrorPresenceCase(rawValue: 3)
            c.pointee.standard_error = standardError
        }
        c.pointee.n_level_counts = levelCounts.count
        c.pointee.level_counts = try arena.array(levelCounts) { $0 }
        c.pointee.too_few = tooFew ? 1 : 0
    }
}

public struct ReportRows: ProtoMessage {
    public var rows: [ReportRow] = []
    public var nextPageToken: String = ""

    public init() {}
}

extension ReportRows {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__report_rows()
    }

    public init(copying c: UnsafePointer<Ers__ReportRows>) throws(ProtoError) {
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
        self.nextPageToken = try protoString(c.pointee.next_page_token)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ReportRows>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
        c.pointee.next_page_token = try arena.string(nextPageToken)
    }
}

public struct ExportReportTableRequest: ProtoMessage {
    public var id: Int64 = 0
    public var subject: String = ""
    public var columnOrder: [String] = []
    /// empty: the default order
    public var sortColumn: String = ""
    public var descending: Bool = false
    public var hideEmpty: Bool = false
    public var showNumbers: Bool = false
    public var groupLevels: Bool = false
    public var partToken: String = ""
    /// the cohort's numbers in place of all students'
    public var cohort: Bool = false

    public init() {}
}

extension ExportReportTableRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__export_report_table_request()
    }

    public init(copying c: UnsafePointer<Ers__ExportReportTableRequest>) throws(ProtoError) {
        self.id = c.pointee.id
        self.subject = try protoString(c.pointee.subject)
        self.columnOrder = try protoArray(c.pointee.n_column_order, c.pointee.column_order, protoString)
        self.sortColumn = try protoString(c.pointee.sort_column)
        self.descending = c.pointee.descending != 0
        self.hideEmpty = c.pointee.hide_empty != 0
        self.showNumbers = c.pointee.show_numbers != 0
        self.groupLevels = c.pointee.group_levels != 0
        self.partToken = try protoString(c.pointee.part_token)
        self.cohort = c.pointee.cohort != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__ExportReportTableRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.subject = try arena.string(subject)
        c.pointee.n_column_order = columnOrder.count
        c.pointee.column_order = try arena.strings(columnOrder)
        c.pointee.sort_column = try arena.string(sortColumn)
        c.pointee.descending = descending ? 1 : 0
        c.pointee.hide_empty = hideEmpty ? 1 : 0
        c.pointee.show_numbers = showNumbers ? 1 : 0
        c.pointee.group_levels = groupLevels ? 1 : 0
        c.pointee.part_token = try arena.string(partToken)
        c.pointee.cohort = cohort ? 1 : 0
    }
}

public struct SaveAggregateQueryRequest: ProtoMessage {
    public var id: Int64 = 0
    public var query: AggregateQuery? = nil

    public init() {}
}

extension SaveAggregateQueryRequest {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__save_aggregate_query_request()
    }

    public init(copying c: UnsafePointer<Ers__SaveAggregateQueryRequest>) throws(ProtoError) {
        self.id = c.pointee.id
        self.query = try protoMessage(c.pointee.query)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__SaveAggregateQueryRequest>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.id = id
        c.pointee.query = try arena.message(optional: query)
    }
}

/// A row that is held back from its maker: the organization by its place, and the year.
public struct HeldBack: ProtoMessage {
    public var organization: Int32 = 0
    public var schoolYear: Int32 = 0

    public init() {}
}

extension HeldBack {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__held_back()
    }

    public init(copying c: UnsafePointer<Ers__HeldBack>) throws(ProtoError) {
        self.organization = c.pointee.organization
        self.schoolYear = c.pointee.school_year
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__HeldBack>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.organization = organization
        c.pointee.school_year = schoolYear
    }
}

/// What a report is about, as it was when it was made; rows refer to places in these lists.
public struct StoredLayout: ProtoMessage {
    /// in their order
    public var organizations: [ReportOrganization] = []
    /// by subject, grade, year, label
    public var assessments: [ReportAssessment] = []
    public var slices: [ReportSlice] = []
    public var heldBack: [HeldBack] = []
    public var tables: [ReportTable] = []
    /// slices that have a row without any student
    public var backfilled: [Int32] = []
    /// rows have numbers of a cohort
    public var cohorts: Bool = false
    /// pieces are as ReportPieces writes them, else StoredRows
    public var packed: Bool = false

    public init() {}
}

extension StoredLayout {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__stored_layout()
    }

    public init(copying c: UnsafePointer<Ers__StoredLayout>) throws(ProtoError) {
        self.organizations = try protoMessages(c.pointee.n_organizations, c.pointee.organizations)
        self.assessments = try protoMessages(c.pointee.n_assessments, c.pointee.assessments)
        self.slices = try protoMessages(c.pointee.n_slices, c.pointee.slices)
        self.heldBack = try protoMessages(c.pointee.n_held_back, c.pointee.held_back)
        self.tables = try protoMessages(c.pointee.n_tables, c.pointee.tables)
        self.backfilled = try protoArray(c.pointee.n_backfilled, c.pointee.backfilled) { $0 }
        self.cohorts = c.pointee.cohorts != 0
        self.packed = c.pointee.packed != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__StoredLayout>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_organizations = organizations.count
        c.pointee.organizations = try arena.messages(organizations)
        c.pointee.n_assessments = assessments.count
        c.pointee.assessments = try arena.messages(assessments)
        c.pointee.n_slices = slices.count
        c.pointee.slices = try arena.messages(slices)
        c.pointee.n_held_back = heldBack.count
        c.pointee.held_back = try arena.messages(heldBack)
        c.pointee.n_tables = tables.count
        c.pointee.tables = try arena.messages(tables)
        c.pointee.n_backfilled = backfilled.count
        c.pointee.backfilled = try arena.array(backfilled) { $0 }
        c.pointee.cohorts = cohorts ? 1 : 0
        c.pointee.packed = packed ? 1 : 0
    }
}

public struct StoredRow: ProtoMessage {
    /// see ReportPlaces
    public var place: Int64 = 0
    public var students: Int64 = 0
    public var average: Int64 = 0
    /// 0: none
    public var standardErrorPlusOne: Int64 = 0
    public var levelCounts: [Int64] = []
    public var cohort: StoredCohort? = nil
    public var studentLevel: TargetLevel = TargetLevel(rawValue: 0)
    public var standardLevel: TargetLevel = TargetLevel(rawValue: 0)
    /// withheld; then there are no numbers
    public var tooFew: Bool = false

    public init() {}
}

extension StoredRow {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__stored_row()
    }

    public init(copying c: UnsafePointer<Ers__StoredRow>) throws(ProtoError) {
        self.place = c.pointee.place
        self.students = c.pointee.students
        self.average = c.pointee.average
        self.standardErrorPlusOne = c.pointee.standard_error_plus_one
        self.levelCounts = try protoArray(c.pointee.n_level_counts, c.pointee.level_counts) { $0 }
        self.cohort = try protoMessage(c.pointee.cohort)
        self.studentLevel = TargetLevel(rawValue: Int32(bitPattern: c.pointee.student_level.rawValue))
        self.standardLevel = TargetLevel(rawValue: Int32(bitPattern: c.pointee.standard_level.rawValue))
        self.tooFew = c.pointee.too_few != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__StoredRow>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.place = place
        c.pointee.students = students
        c.pointee.average = average
        c.pointee.standard_error_plus_one = standardErrorPlusOne
        c.pointee.n_level_counts = levelCounts.count
        c.pointee.level_counts = try arena.array(levelCounts) { $0 }
        c.pointee.cohort = try arena.message(optional: cohort)
        c.pointee.student_level = Ers__TargetLevel(rawValue: UInt32(bitPattern: studentLevel.rawValue))
        c.pointee.standard_level = Ers__TargetLevel(rawValue: UInt32(bitPattern: standardLevel.rawValue))
        c.pointee.too_few = tooFew ? 1 : 0
    }
}

public struct StoredCohort: ProtoMessage {
    public var students: Int64 = 0
    public var average: Int64 = 0
    /// 0: none
    public var standardErrorPlusOne: Int64 = 0
    public var levelCounts: [Int64] = []
    public var tooFew: Bool = false

    public init() {}
}

extension StoredCohort {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__stored_cohort()
    }

    public init(copying c: UnsafePointer<Ers__StoredCohort>) throws(ProtoError) {
        self.students = c.pointee.students
        self.average = c.pointee.average
        self.standardErrorPlusOne = c.pointee.standard_error_plus_one
        self.levelCounts = try protoArray(c.pointee.n_level_counts, c.pointee.level_counts) { $0 }
        self.tooFew = c.pointee.too_few != 0
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__StoredCohort>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.students = students
        c.pointee.average = average
        c.pointee.standard_error_plus_one = standardErrorPlusOne
        c.pointee.n_level_counts = levelCounts.count
        c.pointee.level_counts = try arena.array(levelCounts) { $0 }
        c.pointee.too_few = tooFew ? 1 : 0
    }
}

public struct StoredRows: ProtoMessage {
    public var rows: [StoredRow] = []

    public init() {}
}

extension StoredRows {
    public static var protoDescriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        descriptor_of_ers__stored_rows()
    }

    public init(copying c: UnsafePointer<Ers__StoredRows>) throws(ProtoError) {
        self.rows = try protoMessages(c.pointee.n_rows, c.pointee.rows)
    }

    public func fill(
        _ c: UnsafeMutablePointer<Ers__StoredRows>, _ arena: borrowing Arena
    ) throws(ProtoError) {
        c.pointee.n_rows = rows.count
        c.pointee.rows = try arena.messages(rows)
    }
}

/// What a server of `ers.Aggregate` answers.
public protocol AggregateService: Sendable {
    /// What this caller may ask for.
    func getReportOptions(_ ask: Empty, _ call: Call) async throws -> ReportOptions
    /// Districts and schools that the caller may report on, by name.
    func findReportOrganizations(_ ask: FindReportOrganizationsRequest, _ call: Call) async throws -> ReportOrganizationList
    /// Judged like a report.
    func estimateRows(_ ask: AggregateQuery, _ call: Call) async throws -> RowEstimate
    /// Accepts a report: when the answer comes, it is queued. The same key of the same person gives the same report.
    func createReport(_ ask: AggregateQuery, _ call: Call) async throws -> Report
    /// A finished report without its rows, as the caller may see it now.
    func getReportView(_ ask: ReportRequest, _ call: Call) async throws -> ReportView
    /// Rows of one subject in the default order of aggregates §4.6.
    func readReportRows(_ ask: ReadReportRowsRequest, _ call: Call) async throws -> ReportRows
    /// The table of one subject as the page shows it, as a file (aggregates §4.4).
    func exportReportTable(_ ask: ExportReportTableRequest, _ call: Call) async throws -> ReportPart
    /// Stores a query: a new one without an id, else in place of the one with the id.
    func saveAggregateQuery(_ ask: SaveAggregateQueryRequest, _ call: Call) async throws -> SavedQuery
}

/// What each method of `ers.Aggregate` demands of whoever calls it.
public enum AggregateMethods {
    public static let getReportOptions = RPCMethodInfo(
        service: "ers.Aggregate", method: "GetReportOptions", idempotent: true,
        callers: ["gateway"], person: true)
    public static let findReportOrganizations = RPCMethodInfo(
        service: "ers.Aggregate", method: "FindReportOrganizations", idempotent: true,
        callers: ["gateway"], person: true)
    public static let estimateRows = RPCMethodInfo(
        service: "ers.Aggregate", method: "EstimateRows", idempotent: true,
        callers: ["gateway"], person: true)
    public static let createReport = RPCMethodInfo(
        service: "ers.Aggregate", method: "CreateReport", idempotent: true,
        callers: ["gateway"], person: true)
    public static let getReportView = RPCMethodInfo(
        service: "ers.Aggregate", method: "GetReportView", idempotent: true,
        callers: ["gateway"], person: true)
    public static let readReportRows = RPCMethodInfo(
        service: "ers.Aggregate", method: "ReadReportRows", idempotent: true,
        callers: ["gateway"], person: true)
    public static let exportReportTable = RPCMethodInfo(
        service: "ers.Aggregate", method: "ExportReportTable", idempotent: true,
        callers: ["gateway"], person: true)
    public static let saveAggregateQuery = RPCMethodInfo(
        service: "ers.Aggregate", method: "SaveAggregateQuery", idempotent: false,
        callers: ["gateway"], person: true)
}

extension AggregateService {
    /// For a server on the bus, or a channel straight into this process.
    public var rpcTable: RPCServiceTable {
        RPCServiceTable(
            "ers.Aggregate",
            [
                RPCMethod(AggregateMethods.getReportOptions) { try await self.getReportOptions($0, $1) },
                RPCMethod(AggregateMethods.findReportOrganizations) { try await self.findReportOrganizations($0, $1) },
                RPCMethod(AggregateMethods.estimateRows) { try await self.estimateRows($0, $1) },
                RPCMethod(AggregateMethods.createReport) { try await self.createReport($0, $1) },
                RPCMethod(AggregateMethods.getReportView) { try await self.getReportView($0, $1) },
                RPCMethod(AggregateMethods.readReportRows) { try await self.readReportRows($0, $1) },
                RPCMethod(AggregateMethods.exportReportTable) { try await self.exportReportTable($0, $1) },
                RPCMethod(AggregateMethods.saveAggregateQuery) { try await self.saveAggregateQuery($0, $1) },
            ])
    }
}

/// Asks `ers.Aggregate` over a channel.
public struct AggregateClient: Sendable {
    private let channel: any RPCChannel

    public init(_ channel: any RPCChannel) { self.channel = channel }

    /// What this caller may ask for.
    public func getReportOptions(_ ask: Empty, _ call: Call) async throws -> ReportOptions {
        try await channel.ask(AggregateMethods.getReportOptions, ask, call)
    }

    /// Districts and schools that the caller may report on, by name.
    public func findReportOrganizations(_ ask: FindReportOrganizationsRequest, _ call: Call) async throws -> ReportOrganizationList {
        try await channel.ask(AggregateMethods.findReportOrganizations, ask, call)
    }

    /// Judged like a report.
    public func estimateRows(_ ask: AggregateQuery, _ call: Call) async throws -> RowEstimate {
        try await channel.ask(AggregateMethods.estimateRows, ask, call)
    }

    /// Accepts a report: when the answer comes, it is queued. The same key of the same person gives the same report.
    public func createReport(_ ask: AggregateQuery, _ call: Call) async throws -> Report {
        try await channel.ask(AggregateMethods.createReport, ask, call)
    }

    /// A finished report without its rows, as the caller may see it now.
    public func getReportView(_ ask: ReportRequest, _ call: Call) async throws -> ReportView {
        try await channel.ask(AggregateMethods.getReportView, ask, call)
    }

    /// Rows of one subject in the default order of aggregates §4.6.
    public func readReportRows(_ ask: ReadReportRowsRequest, _ call: Call) async throws -> ReportRows {
        try await channel.ask(AggregateMethods.readReportRows, ask, call)
    }

    /// The table of one subject as the page shows it, as a file (aggregates §4.4).
    public func exportReportTable(_ ask: ExportReportTableRequest, _ call: Call) async throws -> ReportPart {
        try await channel.ask(AggregateMethods.exportReportTable, ask, call)
    }

    /// Stores a query: a new one without an id, else in place of the one with the id.
    public func saveAggregateQuery(_ ask: SaveAggregateQueryRequest, _ call: Call) async throws -> SavedQuery {
        try await channel.ask(AggregateMethods.saveAggregateQuery, ask, call)
    }
}
