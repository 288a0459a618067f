/// Something that the suite keeps beside what it follows from, said twice: as it should be and as it is.
///
/// Each side is a query of one service's own schema that gives `(key text, content text)`; they are equal as sets of rows.
struct Derivation {
    /// A service's schema, and so the database that holds it.
    enum Schema: String, CaseIterable { case identity, groups, results, aggregate, embargo }

    let name: String
    let truth: (schema: Schema, rows: String)
    let kept: (schema: Schema, rows: String)

    /// Everything that is derived: copies by feed (DESIGN §3), then what AggregateSvc computes from its facts (aggregates §1.2,
    /// §2.2). A row here is all that a new derivation needs.
    static let all: [Derivation] = copies + facts
}

extension Derivation {
    private static func row(_ columns: String...) -> String {
        "concat_ws('|', \(columns.map { "coalesce((\($0))::text, '-')" }.joined(separator: ", ")))"
    }

    private static let copies: [Derivation] = {
        var found: [Derivation] = []
        let school = row("natural_id", "name", "district_id", "district_group_id", "school_group_id")
        let district = row("natural_id", "name", "district_group_id")
        for schema in [Schema.results, .groups, .aggregate] {
            found.append(
                Derivation(
                    name: "schools in \(schema)",
                    truth: (.identity, "SELECT id::text, \(school) FROM identity.organization WHERE kind = 'School'"),
                    kept: (schema, "SELECT id::text, \(school) FROM \(schema).school")))
        }
        for schema in [Schema.results, .groups, .aggregate, .embargo] {
            found.append(
                Derivation(
                    name: "districts in \(schema)",
                    truth: (
                        .identity, "SELECT id::text, \(district) FROM identity.organization WHERE kind = 'District'"
                    ),
                    kept: (schema, "SELECT id::text, \(district) FROM \(schema).district")))
            found.append(
                Derivation(
                    name: "school years in \(schema)",
                    truth: (.identity, "SELECT year::text, embargoed_by_default::text FROM identity.school_year"),
                    kept: (schema, "SELECT year::text, embargoed_by_default::text FROM \(schema).school_year")))
        }
        let setting = "SELECT concat_ws('/', school_year, district_id, kind), value::text FROM"
        for schema in [Schema.results, .aggregate] {
            found.append(
                Derivation(
                    name: "embargo settings in \(schema)", truth: (.embargo, "\(setting) embargo.embargo_setting"),
                    kept: (schema, "\(setting) \(schema).embargo_setting WHERE value <> 0")))
        }
        let live = "groups.student_group g WHERE g.active AND NOT g.deleted"
        found.append(
            Derivation(
                name: "student groups in results",
                truth: (
                    .groups, "SELECT id::text, \(row("name", "school_id", "school_year", "subject_id")) FROM \(live)"
                ),
                kept: (
                    .results,
                    "SELECT id::text, \(row("name", "school_id", "school_year", "subject_id")) FROM results.student_group"
                )))
        found.append(
            Derivation(
                name: "members of groups in results",
                truth: (
                    .groups,
                    "SELECT concat_ws('/', g.id, m), '' FROM groups.student_group g, unnest(g.student_ids) m WHERE g.active AND NOT g.deleted"
                ),
                kept: (.results, "SELECT concat_ws('/', group_id, student_id), '' FROM results.group_student")))
        found.append(
            Derivation(
                name: "logins of groups in results",
                truth: (
                    .groups,
                    "SELECT concat_ws('/', g.id, l), '' FROM groups.student_group g, unnest(g.logins) l WHERE g.active AND NOT g.deleted AND l <> ''"
                ),
                kept: (.results, "SELECT concat_ws('/', group_id, login), '' FROM results.group_login")))
        return found
    }()

    private static let facts: [Derivation] = {
        let fact = row("student_id", "school_id", "assessment_id", "school_year", "type", "level")
        return [
            Derivation(
                name: "keys of exams",
                truth: (
                    .results,
                    "SELECT id::text, \(row("assessment_id", "opportunity_id", "school_year")) FROM results.exam WHERE NOT deleted"
                ),
                kept: (
                    .results,
                    """
                    SELECT exam_id::text, \(row("k.assessment_id", "k.opportunity_id", "k.school_year"))
                      FROM results.exam_key k JOIN results.exam e ON e.id = k.exam_id AND e.school_year = k.school_year
                     WHERE NOT e.deleted
                    """
                )),
            Derivation(
                name: "facts of reports",
                truth: (
                    .results,
                    """
                    SELECT id::text, concat_ws('|', \(fact), scale_score_milli, extract(epoch FROM completed_at)) FROM results.exam
                     WHERE NOT deleted AND level BETWEEN 1 AND 6 AND scale_score_milli BETWEEN -100000000 AND 100000000
                       AND school_year BETWEEN 2000 AND 2100
                    """
                ),
                kept: (
                    .aggregate,
                    "SELECT exam_id::text, concat_ws('|', \(fact), score, extract(epoch FROM completed_at)) FROM aggregate.fact"
                )),
            Derivation(
                name: "results that count",
                truth: (
                    .aggregate,
                    """
                    SELECT exam_id::text, (row_number() OVER (PARTITION BY student_id, assessment_id, school_year
                                                              ORDER BY completed_at DESC, exam_id) = 1)::text FROM aggregate.fact
                    """
                ), kept: (.aggregate, "SELECT exam_id::text, counted::text FROM aggregate.fact")),
            Derivation(
                name: "tallies of attempts",
                truth: (
                    .aggregate,
                    """
                    SELECT concat_ws('/', school_year, assessment_id, school_id), count(*)::text FROM aggregate.fact
                     GROUP BY school_year, assessment_id, school_id
                    """
                ),
                kept: (
                    .aggregate,
                    "SELECT concat_ws('/', school_year, assessment_id, school_id), attempts::text FROM aggregate.tally WHERE attempts > 0"
                )),
            Derivation(
                name: "cohorts",
                truth: (
                    .aggregate,
                    """
                    WITH longitudinal AS (
                        SELECT DISTINCT ON (f.student_id, a.subject_id, f.enrolled)
                               f.exam_id, f.school_year, f.student_id, a.subject_id, f.enrolled AS grade, f.school_id, c.district_id
                          FROM aggregate.fact f JOIN aggregate.assessment a ON a.id = f.assessment_id
                          LEFT JOIN aggregate.school c ON c.id = f.school_id
                         WHERE f.type = 3 AND f.enrolled >= 0
                           AND f.enrolled = CASE WHEN a.grade = 'KG' THEN 0 WHEN a.grade ~ '^(0[1-9]|1[0-3])$' THEN a.grade::int END
                         ORDER BY f.student_id, a.subject_id, f.enrolled, f.completed_at DESC, f.exam_id
                    )
                    SELECT l.exam_id::text,
                           bit_or((1::bigint << (28 + o.grade))
                                  | CASE WHEN o.school_id = l.school_id THEN 1::bigint << o.grade ELSE 0 END
                                  | CASE WHEN o.district_id = l.district_id THEN 1::bigint << (14 + o.grade) ELSE 0 END)::text
                      FROM longitudinal l JOIN longitudinal o
                        ON o.student_id = l.student_id AND o.subject_id = l.subject_id
                       AND o.school_year - o.grade = l.school_year - l.grade
                     GROUP BY l.exam_id
                    """
                ), kept: (.aggregate, "SELECT exam_id::text, cohort::text FROM aggregate.fact WHERE cohort <> 0")),
        ]
    }()
}
