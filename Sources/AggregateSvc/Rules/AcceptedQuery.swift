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
    /// Rows that the report may have (aggregates §3.1).
    var estimate: Int64

    struct Slice: Sendable {
        var shown: ReportSlice
        var plan: ReportPlan.Slice
        /// Has a row even where there is no student.
        var isBackfilled: Bool
    }

    /// - Parameter chosen: the districts and schools that the switches and the choice give, where they are not all.
    func plan(_ chosen: (districts: [Int64], schools: [Int64])) -> ReportPlan {
        ReportPlan(
            type: TypeCodes.numbers[query.assessmentType] ?? 0,
            assessments: Set(assessments.map { Int32(clamping: $0.id) }).sorted(),
            years: Set(query.schoolYears.map { Int16(clamping: $0) }).sorted(),
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
                        plan: field.firstBit == nil
                            ? .language(Languages.number(code)) : .students(.init(masks: [field.bit(code)])),
                        isBackfilled: field.backfilled.contains(code)))
            }
        }
        return slices
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
