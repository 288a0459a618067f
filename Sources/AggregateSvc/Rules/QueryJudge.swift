import Access
import Contracts
import Postgres
import Reports
import Texts

/// Whether a query makes sense and its maker may ask it; the same for estimates, reports when they are accepted, and reports
/// when they are computed. Rule: Aggregate R8 (aggregates §3.4, T25).
struct QueryJudge: Sendable {
    let texts: Texts
    /// Estimates above are refused.
    let rowLimit: Int64

    private static let mostCodes = 100
    private static let mostOrganizations = 1_000
    private static let mostSubgroups = 50

    /// - Throws: `Fault` `.malformed` with the field that is wrong, `.forbidden` for what is outside the maker's rights.
    func judge(
        _ asked: AggregateQuery, for caller: CallerClaims, _ session: borrowing Session
    ) throws -> AcceptedQuery {
        let scope = try caller.requireScope(of: .customAggregateRead)
        var query = try canonical(asked, try FieldVisibility.fields(for: caller, session))
        let types = try ReportTypes(for: scope, session)
        guard types.offered.contains(query.assessmentType) else {
            throw Fault(.forbidden, "not allowed to create custom aggregate reports for assessment type")
        }
        if query.includeState && !types.stateRows.contains(query.assessmentType) {
            throw Self.wrong(
                "includeState",
                "report query cannot include state results for \(query.assessmentType) assessment types")
        }
        let isOfTargets = query.type == ReportType.target.rawValue
        if isOfTargets { try judgeTarget(query) }
        guard query.includeState || query.includeAllDistricts || !query.districtIDs.isEmpty || !query.schoolIDs.isEmpty
        else { throw Self.wrong("districtIds", texts("aggregate.error.organization")) }
        try judgeOrganizations(query, scope, session)

        let subjects = try judgeSubjects(&query, session)
        guard !query.grades.isEmpty else { throw Self.wrong("assessmentGradeCodes", texts("aggregate.error.grade")) }
        try judgeYears(&query, session)
        let pairs = try pairs(query, session)
        let claims = try judgeClaims(query, subjects)

        let assessments = try activeAssessments(query, pairs, subjects, session)
        let organizations = try ReportOrganizations(query).count(session)
        let targets =
            if isOfTargets, let subject = subjects.first {
                try ReportedTarget.of(assessments, subject: subject, session)
            } else { [ReportedTarget]() }
        let perSlice =
            switch ReportType(rawValue: query.type) {
            case .claim:
                assessments.reduce(0) { sum, assessment in sum + claims.count { $0.subject == assessment.subject } }
            case .target: targets.reduce(0) { $0 + $1.assessments.count }
            default: assessments.count
            }
        let estimate = organizations * Int64(perSlice) * QuerySlices.estimate(query)
        guard estimate <= rowLimit else {
            throw Self.wrong(
                "districtIds", texts("aggregate.error.tooLarge", ["n": "\(estimate)", "limit": "\(rowLimit)"]))
        }
        return AcceptedQuery(
            query: query, subjects: subjects, assessments: assessments, slices: QuerySlices.of(query), claims: claims,
            targets: targets, estimate: estimate)
    }

    static func wrong(_ field: String, _ problem: String) -> Fault {
        Fault(.malformed, problem, violations: [.init(field: field, problem: problem)])
    }

    // MARK: - The document by itself

    /// The codes as they are defined, in their order, each once. What cannot be looked up yet stays as it is.
    func canonical(_ asked: AggregateQuery, _ fields: [StudentField]) throws -> AggregateQuery {
        var query = asked
        guard let report = ReportType(named: asked.type) else {
            throw Self.wrong("type", "there is no report of this type")
        }
        query.type = report.rawValue
        if report == .longitudinal || report == .target, asked.assessmentType.isEmpty {
            query.assessmentType = TypeCodes.summative
        }
        query.name = String(asked.name.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F })
        guard query.name.unicodeScalars.count <= QueryName.longest else {
            throw Self.wrong("name", "must have at most 255 characters")
        }
        if query.name.allSatisfy(\.isWhitespace) { query.name = texts("aggregate.defaultName") }
        guard let type = TypeCodes.offered.first(where: { $0 == query.assessmentType.lowercased() }) else {
            throw Self.wrong("assessmentTypeCode", "must be one of \(TypeCodes.offered.joined(separator: ", "))")
        }
        query.assessmentType = type
        guard report.takes(type) else {
            throw Self.wrong(
                "assessmentTypeCode",
                report == .claim
                    ? "Claim report is not supported for IABs"
                    : "\(report.rawValue) report supports summative assessments only")
        }
        guard asked.claims.count <= Self.mostCodes, asked.claims.allSatisfy({ $0.codes.count <= Self.mostCodes }) else {
            throw Self.wrong("claimCodesBySubject", "at most \(Self.mostCodes) of each kind")
        }
        if report == .claim {
            query.subjects = asked.claims.map(\.subject)
            query.groupLevels = false
        } else {
            query.claims = []
        }
        guard query.subjects.count <= Self.mostCodes, asked.grades.count <= Self.mostCodes,
            asked.schoolYears.count <= Self.mostCodes
        else { throw Self.wrong("subjectCodes", "at most \(Self.mostCodes) of each kind") }
        guard asked.districtIDs.count <= Self.mostOrganizations, asked.schoolIDs.count <= Self.mostOrganizations else {
            throw Self.wrong("districtIds", "at most \(Self.mostOrganizations) organizations of each kind")
        }
        query.districtIDs = Set(asked.districtIDs).sorted()
        query.schoolIDs = Set(asked.schoolIDs).sorted()
        query.grades = try Self.codes(asked.grades, of: Grades.all, "assessmentGradeCodes")
        query.schoolYears = Set(asked.schoolYears).sorted()
        query.completenesses = try Self.codes(asked.completenesses, of: Context.completenesses, "completenessCodes")
        query.conditions = try Self.codes(
            asked.conditions, of: type == TypeCodes.summative ? Context.summativeConditions : Context.interimConditions,
            "administrativeConditionCodes")
        query.dimensions = try Self.codes(
            asked.dimensions.filter { $0.lowercased() != QuerySlices.overall.lowercased() }, of: fields.map(\.name),
            "dimensionTypes")
        query.filter = try Self.filter(asked.filter ?? StudentFilter(), fields, "studentFilters")
        guard asked.subgroups.count <= Self.mostSubgroups else {
            throw Self.wrong("subgroups", "at most \(Self.mostSubgroups) subgroups")
        }
        query.subgroups = try asked.subgroups.map { filter in
            let canonical = try Self.filter(filter, fields, "subgroups")
            guard !canonical.fields.isEmpty else { throw Self.wrong("subgroups", "a subgroup that narrows nothing") }
            return canonical
        }
        query.customized = asked.customized || !asked.subgroups.isEmpty
        if report == .target && query.customized {
            throw Self.wrong("subgroups", "a target report has no customized subgroups")
        }
        // The tab that was active decides: what is on the other one is not part of the report.
        if query.customized {
            query.dimensions = []
            query.filter = StudentFilter()
        }
        if type == TypeCodes.block || report == .target { query.groupLevels = false }
        query.columnOrder = try Self.columns(asked.columnOrder, of: Columns.identity(query))
        return query
    }

    /// Case does not matter on the way in.
    private static func codes(_ given: [String], of known: [String], _ field: String) throws -> [String] {
        let wanted = Set(given.map { $0.lowercased() })
        let found = known.filter { wanted.contains($0.lowercased()) }
        guard found.count == wanted.count else { throw wrong(field, "names a code that does not exist here") }
        return found
    }

    /// All codes of a field are no filter, as none are (aggregates §2.7).
    private static func filter(_ given: StudentFilter, _ fields: [StudentField], _ member: String) throws
        -> StudentFilter
    {
        var byField: [String: [String]] = [:]
        for one in given.fields where !one.codes.isEmpty {
            guard let field = fields.first(where: { $0.name.lowercased() == one.field.lowercased() }) else {
                throw wrong(member, "names a field that you may not use")
            }
            let codes = try codes(one.codes, of: field.filterCodes, field.filterName)
            guard byField.updateValue(codes, forKey: field.name) == nil else {
                throw wrong(member, "names a field twice")
            }
        }
        return .with { filter in
            filter.fields = fields.compactMap { field in
                guard let codes = byField[field.name], codes.count < field.filterCodes.count else { return nil }
                return .with {
                    $0.field = field.name
                    $0.codes = codes
                }
            }
        }
    }

    private static func columns(_ given: [String], of known: [String]) throws -> [String] {
        if given.isEmpty { return known }
        guard Set(given) == Set(known), given.count == known.count else {
            throw wrong("columnOrder", "must name each of \(known.joined(separator: ", ")) once")
        }
        return given
    }

    // MARK: - What it names

    /// One school or district, one subject, grade and year, and nothing beside (aggregates §2.4).
    private func judgeTarget(_ query: AggregateQuery) throws {
        let switches = [
            ("includeState", query.includeState), ("includeAllDistricts", query.includeAllDistricts),
            ("includeAllSchoolsOfDistricts", query.includeAllSchoolsOfDistricts),
            ("includeAllDistrictsOfSchools", query.includeAllDistrictsOfSchools),
        ]
        if let (member, _) = switches.first(where: \.1) {
            throw Self.wrong(member, "must be false: a target report is about one school or district")
        }
        let organizations = query.districtIDs.count + query.schoolIDs.count
        guard organizations > 0 else {
            throw Self.wrong("districtIds", texts("aggregate.error.target.organization"))
        }
        guard organizations == 1 else {
            throw Self.wrong("districtIds", "must be one school or district in a target report")
        }
        guard query.subjects.count <= 1 else {
            throw Self.wrong("subjectCode", "must be one subject in a target report")
        }
        guard query.grades.count <= 1 else {
            throw Self.wrong("assessmentGradeCodes", "must be one assessment grade in a target report")
        }
        guard query.schoolYears.count <= 1 else {
            throw Self.wrong("schoolYear", "must be one school year in a target report")
        }
    }

    private func judgeOrganizations(_ query: AggregateQuery, _ scope: Scope, _ session: borrowing Session) throws {
        if query.includeAllDistricts && !scope.statewide {
            throw Fault(.forbidden, "user does not have access to all districts")
        }
        let districts = try session.rows(
            """
            SELECT d.id, \(ReportOrganizations.districtsInScope(scope)) FROM aggregate.district d
             WHERE d.id = ANY(\(query.districtIDs))
            """, as: (Int64, Bool).self)
        guard districts.count == query.districtIDs.count else { throw Self.wrong("districtIds", "an unknown district") }
        let schools = try session.rows(
            """
            SELECT c.id, \(ReportOrganizations.schoolsInScope(scope)) FROM aggregate.school c
             WHERE c.id = ANY(\(query.schoolIDs))
            """, as: (Int64, Bool?).self)
        guard schools.count == query.schoolIDs.count else { throw Self.wrong("schoolIds", "an unknown school") }
        guard districts.allSatisfy(\.1), schools.allSatisfy({ $0.1 == true }) else {
            throw Fault(.forbidden, "user does not have access to district/school")
        }
    }

    private func judgeSubjects(_ query: inout AggregateQuery, _ session: borrowing Session) throws -> [Subject] {
        let type = query.assessmentType
        let wanted = Set(query.subjects.map { $0.lowercased() })
        guard !wanted.isEmpty else { throw Self.wrong("subjectCodes", texts("aggregate.error.subject")) }
        let subjects = try SubjectDefinitions.all(session).filter { subject in
            wanted.contains(subject.code.lowercased()) && subject.types.contains { $0.code == type }
        }
        guard subjects.count == wanted.count else {
            throw Self.wrong("subjectCodes", "names a subject that has no assessments of this type")
        }
        if query.type == ReportType.target.rawValue {
            guard subjects.allSatisfy({ $0.types.contains { $0.code == type && $0.targetReport } }) else {
                throw Self.wrong("subjectCode", texts("aggregate.error.target.subject"))
            }
        }
        query.subjects = subjects.map(\.code)
        return subjects
    }

    private func judgeYears(_ query: inout AggregateQuery, _ session: borrowing Session) throws {
        guard !query.schoolYears.isEmpty else { throw Self.wrong("schoolYears", texts("aggregate.error.year")) }
        let known = try session.rows(
            "SELECT year FROM aggregate.school_year WHERE year = ANY(\(query.schoolYears))", as: Int32.self)
        guard known.count == query.schoolYears.count else { throw Self.wrong("schoolYears", "an unknown school year") }
    }

    /// The year of each grade of a longitudinal report; nil for other reports.
    private func pairs(_ query: AggregateQuery, _ session: borrowing Session) throws -> [String: Int32]? {
        guard query.type == ReportType.longitudinal.rawValue else { return nil }
        guard query.grades.count > 1 else {
            throw Self.wrong("assessmentGradeCodes", texts("aggregate.error.oneGrade"))
        }
        guard query.schoolYears.count == 1, let last = query.schoolYears.first else {
            throw Self.wrong("toSchoolYear", "must be one school year")
        }
        guard let pairs = YearGradePairs.of(query.grades, to: last) else {
            throw Self.wrong("assessmentGradeCodes", "names a grade that does not advance by years")
        }
        let first = try session.row("SELECT coalesce(min(year), 0) FROM aggregate.school_year", as: Int32.self) ?? 0
        guard pairs.values.allSatisfy({ $0 >= first }) else {
            throw Self.wrong(
                "assessmentGradeCodes", texts("aggregate.error.firstYear", ["year": texts.schoolYear(Int(first))]))
        }
        return pairs
    }

    /// Claims by subject and code, since subjects have equal codes (T21).
    private func judgeClaims(_ query: AggregateQuery, _ subjects: [Subject]) throws -> [AcceptedQuery.Claim] {
        guard query.type == ReportType.claim.rawValue else { return [] }
        return try subjects.flatMap { subject -> [AcceptedQuery.Claim] in
            let levels = subject.types.first { $0.code == query.assessmentType }?.claim?.levels.count ?? 0
            // A subject without claims has no rows.
            let known = levels == 0 ? [] : subject.claims.filter { (0..<ClaimWord.most).contains(Int($0.position)) }
            let asked = query.claims.first { $0.subject.lowercased() == subject.code.lowercased() }?.codes ?? []
            let codes = try Self.codes(asked, of: known.map(\.code), "claimCodesBySubject")
            return known.filter { codes.isEmpty || codes.contains($0.code) }.map {
                AcceptedQuery.Claim(
                    subject: subject.code, code: $0.code, name: $0.name, position: Int($0.position),
                    levels: min(levels, 6))
            }
        }
    }

    /// An assessment is active in every year in which there are results of it, and in its own (aggregates §1.7).
    private func activeAssessments(
        _ query: AggregateQuery, _ pairs: [String: Int32]?, _ subjects: [Subject], _ session: borrowing Session
    ) throws -> [ReportAssessment] {
        let years = pairs.map { Set($0.values).sorted() } ?? query.schoolYears
        let order = Dictionary(
            subjects.enumerated().map { (Int32(clamping: $1.id), $0) }, uniquingKeysWith: { first, _ in first })
        let rows = try session.rows(
            """
            SELECT a.id, a.label, a.subject_id, a.grade, y.year
              FROM aggregate.assessment a, unnest(\(years)) AS y(year)
             WHERE a.type = \(TypeCodes.numbers[query.assessmentType] ?? 0)
               AND a.subject_id = ANY(\(Array(order.keys))) AND a.grade = ANY(\(query.grades))
               AND (a.school_year = y.year
                    -- With EXISTS, or in no order, all of the table would be read for assessments without results.
                    OR (SELECT true FROM aggregate.tally t
                         WHERE t.school_year = y.year AND t.assessment_id = a.id AND t.attempts > 0
                         ORDER BY t.school_id LIMIT 1))
            """, as: (Int32, String, Int32, String, Int32).self)
        let active = rows.filter { row in pairs.map { $0[row.3] == row.4 } ?? true }
        let sorted = active.sorted { a, b in
            let left = (order[a.2] ?? 0, Grades.order(a.3), a.4)
            let right = (order[b.2] ?? 0, Grades.order(b.3), b.4)
            if left != right { return left < right }
            let (x, y) = (a.1.lowercased(), b.1.lowercased())
            return x != y ? x < y : a.0 < b.0
        }
        return sorted.map { row in
            .with {
                $0.id = Int64(row.0)
                $0.label = row.1
                $0.subject = subjects[order[row.2] ?? 0].code
                $0.grade = row.3
                $0.schoolYear = row.4
            }
        }
    }
}

/// The subjects as ResultsSvc defines them, in their order.
enum SubjectDefinitions {
    static func all(_ session: borrowing Session) throws -> [Subject] {
        try session.rows("SELECT definition FROM aggregate.subject ORDER BY lower(code)", as: [UInt8].self)
            .map { try Subject(decoding: $0) }
    }
}

/// The identity columns of a report (aggregates §4.6).
enum Columns {
    static let organization = "organization"
    static let grade = "assessmentGrade"
    static let label = "assessmentLabel"
    static let year = "schoolYear"
    static let claim = "claim"
    static let target = "target"
    static let slice = "dimension"

    static func identity(_ query: AggregateQuery) -> [String] {
        if query.type == ReportType.claim.rawValue { return [organization, grade, year, claim, slice] }
        if query.type == ReportType.target.rawValue { return [claim, target, slice] }
        return query.assessmentType == TypeCodes.block
            ? [organization, grade, label, year, slice] : [organization, grade, year, slice]
    }
}
