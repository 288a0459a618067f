import Contracts
import HTTPTypes

/// The query document of an aggregate report (aggregates §4.1) ⇄ the message. Only its shape is judged here; what its codes
/// mean is the service's business.
enum AggregateQueryJSON {
    /// Member of a filter object, and the field that it filters by.
    static let filters: [(member: String, field: String)] = [
        ("genderCodes", "Gender"), ("ethnicityCodes", "Ethnicity"), ("lepCodes", "LEP"), ("elasCodes", "ELAS"),
        ("languageCodes", "Language"), ("section504Codes", "Section504"), ("iepCodes", "IEP"),
        ("migrantStatusCodes", "MigrantStatus"), ("militaryConnectedCodes", "MilitaryConnectedCode"),
        ("economicDisadvantageCodes", "EconomicDisadvantage"),
    ]
    private static let members: Set<String> = [
        "type", "name", "assessmentTypeCode", "subjectCodes", "assessmentGradeCodes", "schoolYears", "includeState",
        "includeAllDistricts", "includeAllSchoolsOfDistricts", "includeAllDistrictsOfSchools", "districtIds",
        "schoolIds", "completenessCodes", "administrativeConditionCodes", "dimensionTypes", "studentFilters",
        "subgroups", "showEmpty", "valueDisplayType", "achievementLevelDisplayType", "columnOrder", "toSchoolYear",
        "claimCodesBySubject", "subjectCode", "schoolYear",
    ]
    private static let mostCodes = 500
    private static let longestCode = 40
    private static let mostIDs = 1_000
    private static let mostSubgroups = 100
    /// Of a query with many customized subgroups, in bytes.
    static let limit = 1 << 20
    static let percent = "Percent"
    static let number = "Number"
    static let separate = "Separate"
    static let grouped = "Grouped"

    static let schema: Schema = {
        let codes = Schema.list(.text(length: 0...longestCode), atMost: mostCodes)
        let ids = Schema.list(Schemas.id, atMost: mostIDs)
        let filter = Schema.object(filters.map { Schema.optional($0.member, codes) })
        return .object([
            Schema.member("type", .text(length: 1...40)), Schema.optional("name", .text(length: 0...255)),
            Schema.optional("assessmentTypeCode", .text(length: 1...10)), Schema.optional("subjectCodes", codes),
            Schema.optional("claimCodesBySubject", .dictionary(codes)),
            Schema.optional("subjectCode", .text(length: 1...longestCode)), Schema.optional("schoolYear", Schemas.year),
            Schema.member("assessmentGradeCodes", codes),
            Schema.optional("schoolYears", .list(Schemas.year, atMost: mostIDs)),
            Schema.optional("toSchoolYear", Schemas.year),
            Schema.optional("includeState", .boolean), Schema.optional("includeAllDistricts", .boolean),
            Schema.optional("includeAllSchoolsOfDistricts", .boolean),
            Schema.optional("includeAllDistrictsOfSchools", .boolean), Schema.optional("districtIds", ids),
            Schema.optional("schoolIds", ids), Schema.optional("completenessCodes", codes),
            Schema.optional("administrativeConditionCodes", codes), Schema.optional("dimensionTypes", codes),
            Schema.optional("studentFilters", filter), Schema.optional("subgroups", .dictionary(filter)),
            Schema.optional("showEmpty", .boolean), Schema.optional("valueDisplayType", .oneOf([percent, number])),
            Schema.optional("achievementLevelDisplayType", .oneOf([separate, grouped])),
            Schema.optional("columnOrder", codes),
        ])
    }()

    /// - Throws: `Fault` `.malformed` with the member that is wrong. Null is the same as absent; unknown members are refused.
    static func read(_ json: JSONValue) throws -> AggregateQuery {
        guard case .object(let given) = json, given.keys.allSatisfy(members.contains) else {
            throw Fault(
                .malformed, "The query must be an object with no other members than those of the API document.")
        }
        let reader = Reader(members: given)
        return try .with {
            $0.type = try reader.text("type", 40)
            $0.name = try reader.text("name", 255)
            $0.assessmentType = try reader.text("assessmentTypeCode", 10)
            $0.subjects = try reader.texts("subjectCodes")
            $0.grades = try reader.texts("assessmentGradeCodes")
            $0.schoolYears = try reader.integers("schoolYears", in: Parameter.years).map { Int32(clamping: $0) }
            if let year = try reader.integer("toSchoolYear", in: Parameter.years) {
                $0.schoolYears = [Int32(clamping: year)]
            }
            // Of a target report.
            if let year = try reader.integer("schoolYear", in: Parameter.years) {
                $0.schoolYears = [Int32(clamping: year)]
            }
            let subject = try reader.text("subjectCode", longestCode)
            if !subject.isEmpty { $0.subjects = [subject] }
            $0.claims = try claims(reader["claimCodesBySubject"])
            $0.includeState = try reader.flag("includeState")
            $0.includeAllDistricts = try reader.flag("includeAllDistricts")
            $0.includeAllSchoolsOfDistricts = try reader.flag("includeAllSchoolsOfDistricts")
            $0.includeAllDistrictsOfSchools = try reader.flag("includeAllDistrictsOfSchools")
            $0.districtIDs = try reader.integers("districtIds", in: 1...Int64.max)
            $0.schoolIDs = try reader.integers("schoolIds", in: 1...Int64.max)
            $0.completenesses = try reader.texts("completenessCodes")
            $0.conditions = try reader.texts("administrativeConditionCodes")
            $0.dimensions = try reader.texts("dimensionTypes")
            $0.filter = try filter(reader["studentFilters"], "studentFilters")
            $0.subgroups = try subgroups(reader["subgroups"])
            $0.customized = !$0.subgroups.isEmpty
            $0.hideEmpty = try !reader.flag("showEmpty", absent: true)
            $0.showNumbers = try reader.choice("valueDisplayType", [percent, number]) == number
            $0.groupLevels = try reader.choice("achievementLevelDisplayType", [separate, grouped]) == grouped
            $0.columnOrder = try reader.texts("columnOrder")
        }
    }

    private static func filter(_ json: JSONValue?, _ member: String) throws -> StudentFilter {
        guard let json else { return StudentFilter() }
        guard case .object(let given) = json, given.keys.allSatisfy({ key in filters.contains { $0.member == key } })
        else { throw Ask.violation(member, "must be an object with filters only") }
        let reader = Reader(members: given)
        return try .with { filter in
            for (name, field) in filters {
                let codes = try reader.texts(name)
                if codes.isEmpty { continue }
                filter.fields.append(
                    .with {
                        $0.field = field
                        $0.codes = codes
                    })
            }
        }
    }

    private static func claims(_ json: JSONValue?) throws -> [SubjectClaims] {
        guard let json else { return [] }
        guard case .object(let given) = json, given.count <= mostSubgroups,
            given.keys.allSatisfy({ $0.unicodeScalars.count <= longestCode })
        else {
            throw Ask.violation("claimCodesBySubject", "must be an object with at most \(mostSubgroups) members")
        }
        let reader = Reader(members: given)
        return try given.keys.sorted().map { subject in
            let codes = try reader.texts(subject)
            return .with {
                $0.subject = subject
                $0.codes = codes
            }
        }
    }

    /// In the order of their keys, which are numbers.
    private static func subgroups(_ json: JSONValue?) throws -> [StudentFilter] {
        guard let json else { return [] }
        guard case .object(let given) = json, given.count <= mostSubgroups else {
            throw Ask.violation("subgroups", "must be an object with at most \(mostSubgroups) members")
        }
        let keyed = given.map { (number: boundedInteger($0.key) ?? Int64.max, key: $0.key, value: $0.value) }
        return try keyed.sorted { ($0.number, $0.key) < ($1.number, $1.key) }.map { try filter($0.value, "subgroups") }
    }

    /// Members of an object that may be absent.
    private struct Reader {
        let members: [String: JSONValue]

        subscript(name: String) -> JSONValue? {
            guard let value = members[name], value != .null else { return nil }
            return value
        }

        func text(_ name: String, _ longest: Int) throws -> String {
            switch self[name] {
            case nil: return ""
            case .string(let text)? where text.unicodeScalars.count <= longest: return text
            default: throw Ask.violation(name, "must be a text of at most \(longest) characters")
            }
        }

        func flag(_ name: String, absent: Bool = false) throws -> Bool {
            switch self[name] {
            case nil: return absent
            case .bool(let value)?: return value
            default: throw Ask.violation(name, "must be true or false")
            }
        }

        func choice(_ name: String, _ choices: [String]) throws -> String? {
            let text = try text(name, 40)
            if text.isEmpty { return nil }
            guard let found = choices.first(where: { $0.lowercased() == text.lowercased() }) else {
                throw Ask.violation(name, "must be one of \(choices.joined(separator: ", "))")
            }
            return found
        }

        private func list(_ name: String, atMost limit: Int) throws -> [JSONValue] {
            switch self[name] {
            case nil: return []
            case .array(let values)? where values.count <= limit: return values
            default: throw Ask.violation(name, "must be a list of at most \(limit)")
            }
        }

        func texts(_ name: String) throws -> [String] {
            try list(name, atMost: mostCodes).map { value in
                guard case .string(let text) = value, text.unicodeScalars.count <= longestCode else {
                    throw Ask.violation(name, "must hold texts of at most \(longestCode) characters")
                }
                return text
            }
        }

        func integer(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
            switch self[name] {
            case nil: return nil
            case .integer(let number)? where range.contains(number): return number
            default: throw Ask.violation(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
        }

        func integers(_ name: String, in range: ClosedRange<Int64>) throws -> [Int64] {
            try list(name, atMost: mostIDs).map { value in
                guard case .integer(let number) = value, range.contains(number) else {
                    throw Ask.violation(
                        name, "must hold whole numbers from \(range.lowerBound) to \(range.upperBound)")
                }
                return number
            }
        }
    }
}

extension JSONWriter {
    mutating func aggregateQuery(_ query: AggregateQuery) {
        object {
            $0.field("type", query.type)
            $0.field("name", query.name)
            $0.field("assessmentTypeCode", query.assessmentType)
            $0.array("subjectCodes", query.subjects) { $0.write($1) }
            $0.array("assessmentGradeCodes", query.grades) { $0.write($1) }
            $0.array("schoolYears", query.schoolYears) { $0.write($1) }
            if query.type == "Longitudinal", let year = query.schoolYears.first { $0.field("toSchoolYear", year) }
            if query.type == "Target" {
                if let subject = query.subjects.first { $0.field("subjectCode", subject) }
                if let year = query.schoolYears.first { $0.field("schoolYear", year) }
            }
            if query.type == "Claim" {
                $0.object("claimCodesBySubject") { json in
                    for claims in query.claims {
                        json.key(named: claims.subject)
                        json.array(claims.codes) { $0.write($1) }
                    }
                }
            }
            $0.field("includeState", query.includeState)
            $0.field("includeAllDistricts", query.includeAllDistricts)
            $0.field("includeAllSchoolsOfDistricts", query.includeAllSchoolsOfDistricts)
            $0.field("includeAllDistrictsOfSchools", query.includeAllDistrictsOfSchools)
            $0.array("districtIds", query.districtIDs) { $0.write($1) }
            $0.array("schoolIds", query.schoolIDs) { $0.write($1) }
            $0.array("completenessCodes", query.completenesses) { $0.write($1) }
            $0.array("administrativeConditionCodes", query.conditions) { $0.write($1) }
            $0.array("dimensionTypes", query.dimensions) { $0.write($1) }
            $0.key("studentFilters")
            $0.studentFilter(query.filter ?? StudentFilter())
            $0.object("subgroups") { json in
                for (number, filter) in query.subgroups.enumerated() {
                    json.key(named: String(number + 1))
                    json.studentFilter(filter)
                }
            }
            $0.field("showEmpty", !query.hideEmpty)
            $0.field("valueDisplayType", query.showNumbers ? AggregateQueryJSON.number : AggregateQueryJSON.percent)
            $0.field(
                "achievementLevelDisplayType",
                query.groupLevels ? AggregateQueryJSON.grouped : AggregateQueryJSON.separate)
            $0.array("columnOrder", query.columnOrder) { $0.write($1) }
        }
    }

    mutating func studentFilter(_ filter: StudentFilter) {
        object { json in
            for one in filter.fields {
                guard let member = AggregateQueryJSON.filters.first(where: { $0.field == one.field })?.member else {
                    continue
                }
                json.key(named: member)
                json.array(one.codes) { $0.write($1) }
            }
        }
    }

    mutating func reportOrganization(_ organization: ReportOrganization) {
        object {
            if organization.id != 0 {
                $0.field("id", organization.id)
                $0.field("naturalId", organization.naturalID)
            }
            $0.field("name", organization.name)
            $0.field("organizationType", organization.type)
            if organization.districtID != 0 {
                $0.field("districtId", organization.districtID)
                $0.field("districtName", organization.districtName)
            }
        }
    }
}

/// A query that is understood but makes no sense is 422, one that is not understood 400 (aggregates §3.4).
func judgingQuery<T>(_ ask: () async throws -> T) async throws -> T {
    do {
        return try await ask()
    } catch let fault as Fault where fault.code == .malformed {
        throw Refusal(status: .unprocessableContent, detail: fault.detail, violations: fault.violations)
    }
}

extension RouteDescription.Reply {
    static let withoutContent = RouteDescription.Reply(
        status: 412, meaning: "The report has no content, not yet or not any more.",
        mediaType: "application/problem+json", schema: .named("Problem"))
    static let unprocessable = RouteDescription.Reply(
        status: 422, meaning: "The query makes no sense; says which member.", mediaType: "application/problem+json",
        schema: .named("Problem"))
}
