import Postgres

/// Carries out a plan as SQL over the facts: the reference for every other engine (DESIGN §7).
///
/// Facts are first grouped by the smallest organization that is asked for and by the bits that the slices look at, in one
/// scan; slices and larger organizations are made of these groups. The whole state and chosen organizations are two scans:
/// the second one reads only the chosen schools. Rule: Aggregate R4.
struct SQLEngine: Sendable {
    /// - Returns: a row for each group with at least one result, in no order.
    func rows(_ plan: ReportPlan, _ session: borrowing Session) throws -> [PlanRow] {
        // Groups of a whole state by school take this much; less makes the grouping go to disk.
        try session.script("SET LOCAL work_mem = '192MB'")
        var rows: [PlanRow] = []
        let allDistricts = plan.districts == .all
        let allSchools = plan.schools == .all
        if plan.state || allDistricts || allSchools {
            rows += try scan(
                plan, state: plan.state, districts: allDistricts, schools: allSchools, only: nil, session)
        }
        let districts = Self.ids(plan.districts)
        let schools = Self.ids(plan.schools)
        if !districts.isEmpty || !schools.isEmpty {
            let members = try Self.members(of: plan, session)
            let found = try scan(
                plan, state: false, districts: !districts.isEmpty, schools: !schools.isEmpty, only: members, session)
            let wanted = Set(districts.map(PlanRow.Place.district) + schools.map(PlanRow.Place.school))
            // The schools that were read may be parts of districts that are not asked for.
            rows += found.filter { wanted.contains($0.place) }
        }
        return rows
    }

    private static func ids(_ choice: ReportPlan.Choice) -> [Int64] {
        if case .some(let ids) = choice { ids } else { [] }
    }

    /// The chosen schools, and those of the chosen districts.
    static func members(of plan: ReportPlan, _ session: borrowing Session) throws -> [Int64] {
        let (districts, schools) = (ids(plan.districts), ids(plan.schools))
        return try session.rows(
            "SELECT id FROM school WHERE district_id = ANY(\(districts)) OR id = ANY(\(schools))", as: Int64.self)
    }

    /// Which facts a plan is about, before its population is considered.
    static func conditions(_ plan: ReportPlan, only members: [Int64]?) -> [SQL] {
        var conditions: [SQL] = [
            "f.type = \(plan.type)", "f.school_year = ANY(\(plan.years))", "f.assessment_id = ANY(\(plan.assessments))",
        ]
        if Set(plan.keys).count < plan.years.count * plan.assessments.count {
            conditions.append(
                """
                (f.school_year, f.assessment_id) IN (SELECT * FROM unnest(\(plan.keys.map(\.year)), \(plan.keys.map(\.assessment))))
                """)
        }
        if let contexts = plan.contexts { conditions.append("f.context = ANY(\(contexts))") }
        for mask in plan.filter.masks { conditions.append("f.attributes & \(mask) <> 0") }
        if let languages = plan.filter.languages { conditions.append("f.language = ANY(\(languages))") }
        if let members { conditions.append("f.school_id = ANY(\(members))") }
        return conditions
    }

    private func scan(
        _ plan: ReportPlan, state: Bool, districts: Bool, schools: Bool, only members: [Int64]?,
        _ session: borrowing Session
    ) throws -> [PlanRow] {
        let parts = SliceParts(plan.slices)
        // The key of the groups: the smallest organization. District and state are sums of it.
        let key: SQL = schools ? "f.school_id" : districts ? "c.district_id" : "0::bigint"
        let join: SQL = !schools && districts ? "LEFT JOIN school c ON c.id = f.school_id" : ""
        let language: SQL = parts.needsLanguage ? "f.language" : "0::smallint"
        var conditions = Self.conditions(plan, only: members)
        var (level, score): (SQL, SQL) = ("f.level", "f.score")
        switch plan.population {
        case .counted: conditions.append("f.counted")
        case .longitudinal: conditions.append("f.cohort <> 0")
        case .cohort(let mask): conditions.append("f.cohort & \(mask) = \(mask)")
        case .claim(let position):
            level = "((f.claims >> \(Int32(3 * position))) & 7)"
            score = "0"
            conditions += ["f.counted", "\(level) <> 0"]
        }
        let levels = 1...max(1, plan.levels)
        let counted = levels.map { "count(*) FILTER (WHERE \(level) = \(raw: "\($0)")) AS l\(raw: "\($0)")" as SQL }
            .joined(separator: ", ")
        let summed = (1...6).map { levels.contains($0) ? "sum(l\($0))::bigint" : "0::bigint" }.joined(separator: ", ")
        let cells = levels.map { "g.l\($0)" }.joined(separator: ", ")

        var sets: [String] = []
        let base = "slice, a, y"
        if state { sets.append("(\(base))") }
        if districts { sets.append("(\(base), district)") }
        if schools { sets.append("(\(base), school)") }
        let district: SQL = !districts ? "NULL::bigint" : schools ? "c.district_id" : "g.place"
        let school: SQL = schools ? "c.id" : "NULL::bigint"
        // Which of the sets a row is of. Only what is grouped by may be named.
        let kind: SQL = """
            (CASE \(raw: districts ? "WHEN GROUPING(district) = 0 THEN 1" : "") \(raw: schools ? "WHEN GROUPING(school) = 0 THEN 2" : "")
                  WHEN true THEN 0 END)::smallint
            """
        // A school that Identity does not know (any more) has no district: it counts for the state alone.
        let organization: SQL =
            "coalesce(\(raw: districts ? "district" : "NULL::bigint"), \(raw: schools ? "school" : "NULL::bigint"), 0)"
        let placed: SQL = schools ? "LEFT JOIN school c ON c.id = g.place" : ""

        return try session.rows(
            """
            WITH g AS MATERIALIZED (
                SELECT \(key) AS place, f.assessment_id AS a, f.school_year AS y,
                       (f.attributes & \(parts.word)) | \(Attributes.everybody) AS word, \(language) AS language,
                       count(*) AS n, sum(\(score)) AS s, sum(\(score)::bigint * \(score)) AS q, \(counted)
                  FROM fact f \(join)
                 WHERE \(conditions.joined(separator: " AND "))
                 GROUP BY 1, 2, 3, 4, 5
            ), sliced AS (
                \(parts.selection(columns: "\(district) AS district, \(school) AS school, g.a, g.y, g.n, g.s, g.q, \(raw: cells)", from: placed))
            )
            SELECT \(kind), \(organization), a, y, slice, sum(n)::bigint, sum(s)::bigint, sum(q)::text, \(raw: summed)
              FROM sliced GROUP BY GROUPING SETS (\(raw: sets.joined(separator: ", ")))
            """,
            as: (
                Int16, Int64, Int32, Int16, Int32, Int64, Int64, String, Int64, Int64, Int64, Int64, Int64, Int64
            ).self
        ).compactMap { row in
            let place: PlanRow.Place =
                switch row.0 {
                case 1: .district(row.1)
                case 2: .school(row.1)
                default: .state
                }
            if place != .state && row.1 == 0 { return nil }
            guard let squares = Int128(row.7) else { throw EngineProblem.notWhole }
            return PlanRow(
                place: place, assessment: row.2, year: row.3, slice: Int(row.4),
                sums: Sums(
                    count: row.5, score: row.6, squares: squares,
                    levels: Array([row.8, row.9, row.10, row.11, row.12, row.13].prefix(plan.levels))))
        }
    }
}

/// A sum that is no whole number: a mistake in the SQL.
enum EngineProblem: Error { case notWhole }

/// How the slices of a plan are made of groups.
struct SliceParts {
    private var students: [(index: Int32, criteria: ReportPlan.Criteria)] = []
    private var languages: [(index: Int32, language: Int16)] = []
    /// All bits that any slice looks at.
    private(set) var word: Int64 = 0
    private(set) var needsLanguage = false

    init(_ slices: [ReportPlan.Slice]) {
        for (index, slice) in slices.enumerated() {
            switch slice {
            case .students(let criteria):
                students.append((Int32(index), criteria))
                word = criteria.masks.reduce(word) { $0 | $1 }
                if criteria.languages != nil { needsLanguage = true }
            case .language(let number):
                languages.append((Int32(index), number))
                needsLanguage = true
            }
        }
    }

    /// Every group once for each slice that it belongs to, with the slice's number.
    func selection(columns: SQL, from join: SQL) -> SQL {
        var selections: [SQL] = []
        let plain = students.filter { $0.criteria.languages == nil }
        // Slices of equally many masks are one join with a list of them.
        for (count, slices) in Dictionary(grouping: plain, by: \.criteria.masks.count).sorted(by: { $0.key < $1.key }) {
            let names = (0..<count).map { "m\($0)" }
            var lists: [SQL] = ["\(slices.map(\.index))"]
            for number in 0..<count { lists.append("\(slices.map { $0.criteria.masks[number] })") }
            var condition: SQL = "true"
            for name in names { condition.append(" AND g.word & x.\(raw: name) <> 0") }
            selections.append(
                """
                SELECT x.slice, \(columns)
                  FROM g \(join) JOIN unnest(\(lists.joined(separator: ", "))) AS x(\(raw: (["slice"] + names).joined(separator: ", ")))
                    ON \(condition)
                """)
        }
        for (index, criteria) in students {
            guard let spoken = criteria.languages else { continue }
            var condition: SQL = "g.language = ANY(\(spoken))"
            for mask in criteria.masks { condition.append(" AND g.word & \(mask) <> 0") }
            selections.append("SELECT \(index), \(columns) FROM g \(join) WHERE \(condition)")
        }
        if !languages.isEmpty {
            selections.append(
                """
                SELECT x.slice, \(columns)
                  FROM g \(join) JOIN unnest(\(languages.map(\.index)), \(languages.map(\.language))) AS x(slice, language)
                    ON x.language = g.language
                """)
        }
        return selections.joined(separator: " UNION ALL ")
    }
}
