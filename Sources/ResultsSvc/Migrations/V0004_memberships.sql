-- Why:    groups open their students' results to those who are assigned to them (access 2.8).
-- Order:  after V0001. Safe before the code that fills it: without memberships the policy says what it said before.
-- Locks:  the policy of exam is replaced, an instant.
-- Runs with search_path = results.

-- The copy of GroupSvc's memberships, used only under the lease of its feed. Only active groups that are not deleted.
CREATE TABLE student_group (
    id bigint PRIMARY KEY, name text NOT NULL, school_id bigint NOT NULL, school_year int NOT NULL,
    subject_id int                               -- NULL: all subjects
);
CREATE TABLE group_student (group_id bigint NOT NULL, student_id bigint NOT NULL, PRIMARY KEY (group_id, student_id));
CREATE TABLE group_login (
    login text NOT NULL CONSTRAINT group_login_lower CHECK (login = lower(login) AND login <> ''), group_id bigint NOT NULL,
    PRIMARY KEY (login, group_id)
);
CREATE INDEX group_login_group ON group_login (group_id);

-- The second wall, with two more settings that Wall.swift makes:
--   ers.groups           bigint[] of groups that name the caller, while the copy of the memberships is provably fresh
--   ers.group_statewide, ers.group_schools   the group scope, as ers.statewide and ers.schools are the individual one
DROP POLICY reader_wall ON exam;
CREATE POLICY reader_wall ON exam FOR SELECT TO results_reader USING (
    NOT deleted
    AND (
        (SELECT current_setting('ers.statewide', true) = 'on')
        OR school_id = ANY ((SELECT current_setting('ers.schools', true)::bigint[])::bigint[])
        OR ((SELECT current_setting('ers.transfer', true) = 'on')
            AND EXISTS (SELECT 1 FROM results.student s WHERE s.id = exam.student_id
                AND s.school_id = ANY ((SELECT current_setting('ers.schools', true)::bigint[])::bigint[])))
        OR ((student_id IN (
                SELECT m.student_id FROM results.group_student m JOIN results.student_group g ON g.id = m.group_id
                 WHERE g.id = ANY (current_setting('ers.groups', true)::bigint[]) AND g.subject_id IS NULL)
             OR (student_id, subject_id) IN (
                SELECT m.student_id, g.subject_id
                  FROM results.group_student m JOIN results.student_group g ON g.id = m.group_id
                 WHERE g.id = ANY (current_setting('ers.groups', true)::bigint[]) AND g.subject_id IS NOT NULL))
            AND ((SELECT current_setting('ers.group_statewide', true) = 'on')
                OR school_id = ANY ((SELECT current_setting('ers.group_schools', true)::bigint[])::bigint[])
                OR ((SELECT current_setting('ers.transfer', true) = 'on')
                    AND EXISTS (SELECT 1 FROM results.student s WHERE s.id = exam.student_id
                        AND s.school_id = ANY ((SELECT current_setting('ers.group_schools', true)::bigint[])::bigint[])))))
    )
    AND (
        type <> 3
        OR ((SELECT current_setting('ers.lease', true) = 'on')
            AND (results.wall_released(school_year, school_id) OR results.wall_preview(school_id)))
    )
);
GRANT SELECT ON student_group, group_student, group_login TO results_reader;
