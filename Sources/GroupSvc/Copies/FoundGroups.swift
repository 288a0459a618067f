import Contracts
import Feed
import Postgres

/// Groups that results named: made where they are missing, their students added (ingest §3.13). Rule: Group R6.
///
/// Nothing is ever removed this way, a deleted group stays deleted, and a student is added once: whoever was taken out by an
/// upload afterwards stays out, also when the feed is read again from the start.
enum FoundGroups {
    static func apply(_ session: borrowing Session, _ rows: [FoundGroupRow]) throws {
        let keys = rows.map { $0.groupName.lowercased() }
        let new = try session.rows(
            """
            INSERT INTO found_member (school_id, school_year, name_key, student_id)
            SELECT * FROM unnest(\(rows.map(\.schoolID)), \(rows.map(\.schoolYear)), \(keys), \(rows.map(\.studentID)))
            ON CONFLICT DO NOTHING
            RETURNING school_id, school_year, name_key, student_id
            """, as: (Int64, Int32, String, Int64).self)
        if new.isEmpty { return }
        let names = Dictionary(zip(keys, rows.map(\.groupName)), uniquingKeysWith: { first, _ in first })
        let first = try FeedOwner.stamp(session, schema: "groups", count: new.count)
        try session.run(
            """
            INSERT INTO student_group (school_id, school_year, name, name_key, creator, student_ids, change)
            SELECT school, year, name, key, '', ids, \(first) - 1 + row_number() OVER (ORDER BY school, year, key)
              FROM (SELECT school, year, key, min(name) AS name, array_agg(DISTINCT student ORDER BY student) AS ids
                      FROM unnest(\(new.map(\.0)), \(new.map(\.1)), \(new.map { names[$0.2] ?? $0.2 }), \(new.map(\.2)),
                                  \(new.map(\.3))) AS m(school, year, name, key, student)
                     GROUP BY school, year, key) AS g
            ON CONFLICT (school_id, school_year, name_key) DO UPDATE SET
                student_ids = ARRAY(SELECT DISTINCT id FROM unnest(student_group.student_ids || excluded.student_ids) AS a(id)
                                     ORDER BY id),
                updated = now(), change = excluded.change
             WHERE NOT student_group.deleted AND NOT student_group.student_ids @> excluded.student_ids
            """)
    }
}
