import Contracts
import Feed
import Postgres

/// Carries out an accepted file: each group it names becomes exactly what it says, others stay as they are (access §4.7).
/// Rule: Group R4.
enum GroupWriter {
    struct Written: Sendable {
        /// The feed's number from which on all of it is told.
        let change: Int64
        let groups: Int64
        let studentsAdded: Int64
        let studentsRemoved: Int64
    }

    /// - Parameters:
    ///   - groups: no two of the same key.
    ///   - students: ids by SSID.
    /// - Note: nothing moves a student's school.
    static func write(
        _ groups: [GroupDraft], students: [String: Int64], importID: Int64, by uploader: Uploader,
        _ session: borrowing Session
    ) throws -> Written {
        var members: (groups: [Int32], students: [Int64]) = ([], [])
        var users: (groups: [Int32], logins: [String]) = ([], [])
        for (number, group) in groups.enumerated() {
            for ssid in group.ssids {
                guard let id = students[ssid] else { throw StudentMissing() }
                members.groups.append(Int32(number + 1))
                members.students.append(id)
            }
            for login in group.logins {
                users.groups.append(Int32(number + 1))
                users.logins.append(login)
            }
        }
        let first = try FeedOwner.stamp(session, schema: "groups", count: groups.count)
        let row = try session.row(
            """
            WITH incoming AS (
                SELECT g.n, g.school_id, g.school_year, g.name, g.name_key, g.subject_id,
                       coalesce(s.ids, '{}') AS student_ids, coalesce(l.logins, '{}') AS logins
                  FROM unnest(\(groups.map(\.schoolID)), \(groups.map(\.schoolYear)), \(groups.map(\.name)),
                              \(groups.map(\.nameKey)), \(groups.map(\.subjectID)))
                       WITH ORDINALITY AS g(school_id, school_year, name, name_key, subject_id, n)
                  LEFT JOIN (SELECT n, array_agg(DISTINCT id ORDER BY id) AS ids
                               FROM unnest(\(members.groups), \(members.students)) AS m(n, id) GROUP BY n) AS s ON s.n = g.n
                  LEFT JOIN (SELECT n, array_agg(DISTINCT login ORDER BY login) AS logins
                               FROM unnest(\(users.groups), \(users.logins)) AS u(n, login) GROUP BY n) AS l ON l.n = g.n
            ), changed AS (
                SELECT i.*, t.id AS old_id, coalesce(t.student_ids, '{}') AS old_ids,
                       row_number() OVER (ORDER BY i.n) AS k
                  FROM incoming i
                  LEFT JOIN student_group t ON t.school_id = i.school_id AND t.school_year = i.school_year
                       AND t.name_key = i.name_key
                 WHERE t.id IS NULL OR t.deleted OR t.subject_id IS DISTINCT FROM i.subject_id
                    OR t.student_ids <> i.student_ids OR t.logins <> i.logins
            ), kept AS (
                INSERT INTO group_history (by_import_id, by_user_id, action, student_group)
                SELECT \(importID), \(uploader.userID), 'update', t FROM changed c JOIN student_group t ON t.id = c.old_id
            ), written AS (
                INSERT INTO student_group (school_id, school_year, name, name_key, subject_id, creator, import_id,
                                           update_import_id, student_ids, logins, change)
                SELECT school_id, school_year, name, name_key, subject_id, \(uploader.login), \(importID), \(importID),
                       student_ids, logins, \(first) - 1 + k FROM changed
                ON CONFLICT (school_id, school_year, name_key) DO UPDATE SET
                    subject_id = excluded.subject_id, student_ids = excluded.student_ids, logins = excluded.logins,
                    deleted = false, update_import_id = excluded.update_import_id, updated = now(),
                    change = excluded.change
            )
            SELECT count(*),
                   coalesce(sum((SELECT count(*) FROM (SELECT unnest(student_ids) EXCEPT SELECT unnest(old_ids)) AS a)), 0)::bigint,
                   coalesce(sum((SELECT count(*) FROM (SELECT unnest(old_ids) EXCEPT SELECT unnest(student_ids)) AS r)), 0)::bigint
              FROM changed
            """, as: (Int64, Int64, Int64).self)
        let (changed, added, removed) = row ?? (0, 0, 0)
        return Written(
            change: first + Int64(groups.count) - 1, groups: changed, studentsAdded: added, studentsRemoved: removed)
    }
}

/// A student that ResultsSvc was just asked for has no id: a broken invariant.
private struct StudentMissing: Error {}
