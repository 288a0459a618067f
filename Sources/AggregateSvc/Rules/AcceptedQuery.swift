import Contracts

/// A query that makes sense and that its maker may ask, with everything that it names.
struct AcceptedQuery: Sendable {
    /// With codes as they are defined and in their order.
    var query: AggregateQuery
    /// Of the chosen subjects, in their order.
    var subjects: [Subject]
    /// The active assessments by subject, grade, year and label (aggregates §1.7).
    var assessments: [ReportAssessment]
    var slices: [Slice]
    /// Of a claim report, by subject and in their order.
    var claims: [Claim] = []
    /// Of a target report, in their order.
    var targets: [ReportedTarget] = []
    /// Rows that the report may have (aggregates §3.1).
    var estimate: Int64

    struct Slice: Sendable {
        var shown: ReportSlice
        var plan: ReportPlan.Slice
        /// Has a row even where there is no student.
        var isBackfilled: Bool
    }

    struct Claim: Sendable {
        var subject: String
        var code: String
        var name: String
        /// In a fact's word of claims.
        var position: Int
        var levels: Int
    }

    /// One plan, and what its rows are in the report.
    struct Part: Sendable {
        enum Meaning: Sendable {
            /// Rows of their own; the plan's slice 0 is the report's slice `first`.
            case rows(first: Int)
            /// The cohort's numbers of rows that another part has.
            case cohort
        }

        var plan: ReportPlan
        var meaning: Meaning
    }

    /// The slices of the report: for each claim or target those of a yearly report.
    var shownSlices: [Slice] {
        if query.type == ReportType.target.rawValue { return targets.flatMap(shown) }
        if claims.isEmpty { return slices }
        return claims.flatMap { claim in
            slices.map { slice in
                var slice = slice
                slice.shown.subject = claim.subject
                slice.shown.claim = claim.code
                slice.shown.claimName = claim.name
                return slice
            }
        }
    }

    private func shown(_ target: ReportedTarget) -> [Slice] {
        slices.map { slice in
            var slice = slice
            slice.shown.subject = query.subjects.first ?? ""
            slice.shown.claim = target.claim
            slice.shown.claimName = target.claimName
            slice.shown.target = target.code
            slice.shown.targetName = target.name
            slice.shown.excluded = target.isExcluded
            return slice
        }
    }

    /// What a target report adds up; its other parts are none (aggregates §2.4).
    func targetPlan(_ chosen: (districts: [Int64], schools: [Int64])) -> TargetPlan {
        TargetPlan(facts: plan(chosen), targets: targets.map(\.id))
    }

    /// What is added up (aggregates §2.1–2.3).
    ///
    /// - Parameter chosen: the districts and schools that the switches and the choice give, where they are not all.
    func parts(_ chosen: (districts: [Int64], schools: [Int64])) -> [Part] {
        let plan = plan(chosen)
        switch ReportType(rawValue: query.type) ?? .yearly {
        case .yearly: return [Part(plan: plan, meaning: .rows(first: 0))]
        case .longitudinal:
            var all = plan
            all.population = .longitudinal
            return [Part(plan: all, meaning: .rows(first: 0))] + cohorts(plan)
        case .claim:
            return claims.enumerated().map { number, claim in
                var one = plan
                one.population = .claim(claim.position)
                one.keys = Self.keys(assessments.filter { $0.subject == claim.subject })
                one.levels = claim.levels
                return Part(plan: one, meaning: .rows(first: number * slices.count))
            }
        case .target: return []
        }
    }

    /// A student belongs to a cohort at each kind of organization by itself (T15).
    private func cohorts(_ plan: ReportPlan) -> [Part] {
        let grades = query.grades.compactMap(Grades.number)
        func part(_ place: CohortWord.Place, _ keep: (inout ReportPlan) -> Void) -> Part? {
            var one = plan
            (one.state, one.districts, one.schools) = (false, .some([]), .some([]))
            keep(&one)
            one.population = .cohort(CohortWord.mask(grades, at: place))
            guard one.state || !one.districts.isEmpty || !one.schools.isEmpty else { return nil }
            return Part(plan: one, meaning: .cohort)
        }
        return [
            part(.state) { $0.state = plan.state }, part(.district) { $0.districts = plan.districts },
            part(.school) { $0.schools = plan.schools },
        ].compactMap { $0 }
    }

    private static func keys(_ assessments: [ReportAssessment]) -> [SegmentKey] {
        assessments.map {
            SegmentKey(year: Int16(clamping: $0.schoolYear), assessment: Int32(clamping: $0.id))
        }.sorted()
    }

    /// - Parameter chosen: the districts and schools that the switches and the choice give, where they are not all.
    func plan(_ chosen: (districts: [Int64], schools: [Int64])) -> ReportPlan {
        ReportPlan(
            type: TypeCodes.numbers[query.assessmentType] ?? 0,
            keys: Self.keys(assessments), population: .counted,
            contexts: Context.numbers(completenesses: query.completenesses, conditions: query.conditions),
            filter: query.customized ? .init() : Self.criteria(query.filter ?? StudentFilter()),
            slices: slices.map(\.plan), state: query.includeState,
            districts: query.includeAllDistricts ? .all : .some(chosen.districts),
            schools: query.includeAllDistricts && query.includeAllSchoolsOfDistricts ? .all : .some(chosen.schools),
            levels: levels)
    }

    /// The most levels that any of the subjects has for this type.
    var levels: Int {
        let counts = subjects.compactMap { subject in
            subject.types.first { $0.code == query.assessmentType }?.overall?.levels.count
        }
        return min(max(counts.max() ?? 0, 1), 6)
    }

    /// A filter as masks: OR inside a field, AND across fields (aggregates §2.7).
    static func criteria(_ filter: StudentFilter) -> ReportPlan.Criteria {
        var criteria = ReportPlan.Criteria()
        for one in filter.fields {
            guard let field = StudentField.named(one.field) else { continue }
            if field.firstBit == nil {
                criteria.languages = one.codes.map { Languages.number($0) }
            } else {
                criteria.masks.append(one.codes.reduce(0) { $0 | field.bit($1) })
            }
        }
        return criteria
    }
}

/// The slices of a query: Overall first, then one for each code of each chosen field, or one for each customized subgroup.
/// Never a cross product (aggregates §2.7, T8).
enum QuerySlices {
    /// - Parameter query: with canonical codes.
    static func of(_ query: AggregateQuery) -> [AcceptedQuery.Slice] {
        var slices = [
            AcceptedQuery.Slice(
                shown: .with { $0.dimension = overall }, plan: .students(.init()), isBackfilled: true)
        ]
        if query.customized {
            for (number, filter) in query.subgroups.enumerated() {
                slices.append(
                    .init(
                        shown: .with {
                            $0.dimension = custom
                            $0.code = String(number + 1)
                            $0.filter = filter
                        }, plan: .students(AcceptedQuery.criteria(filter)), isBackfilled: true))
            }
            return slices
        }
        for field in StudentField.all where query.dimensions.contains(field.name) {
            let filtered = query.filter?.fields.first { $0.field == field.name }?.codes
            for code in filtered ?? field.rowCodes {
                slices.append(
                    .init(
                        shown: .with {
                            $0.dimension = field.name
                            $0.code = code
                        },
                        plan: slice(field, code),
                        isBackfilled: field.backfilled.contains(code)))
            }
        }
        return slices
    }

    /// The students of one code of a field.
    static func slice(_ field: StudentField, _ code: String) -> ReportPlan.Slice {
        field.firstBit == nil ? .language(Languages.number(code)) : .students(.init(masks: [field.bit(code)]))
    }

    static let overall = "Overall"
    static let custom = "Custom"

    /// The factor of the estimate: what is not back-filled counts once, or as often as there are filtered codes.
    static func estimate(_ query: AggregateQuery) -> Int64 {
        if query.customized { return 1 + Int64(query.subgroups.count) }
        return StudentField.all.filter { query.dimensions.contains($0.name) }.reduce(1) { sum, field in
            let filtered = query.filter?.fields.first { $0.field == field.name }?.codes.count
            return sum + Int64(filtered ?? max(1, field.backfilled.count))
        }
    }
}
