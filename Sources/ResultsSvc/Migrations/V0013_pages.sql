-- Why:    the results of students who came to a school later are found by student and assessment (GetSchoolResults); and
--         the wall called two functions for every summative row, which took longer than everything else in a page.
-- Order:  before the code that makes its settings; the old code's `ers.preview` shows no embargoed summatives here.
-- Locks:  exam, for as long as an index over its rows takes.
DROP INDEX exam_student;
CREATE INDEX exam_student ON exam (student_id, assessment_id);

-- The second wall, with what V0001 and V0004 say of its settings, and instead of ers.preview:
--   ers.preview_all        'on' when the caller may look through every embargo
--   ers.preview_districts  bigint[] of districts whose embargo the caller may look through
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
            AND ((SELECT current_setting('ers.preview_all', true) = 'on')
                OR EXISTS (
                    SELECT 1 FROM results.school c
                     WHERE c.id = exam.school_id
                       AND (c.district_id = ANY ((SELECT current_setting('ers.preview_districts', true)::bigint[])::bigint[])
                            -- Released by the State or the district; or neither says anything and the year is not held back.
                            OR EXISTS (
                                SELECT 1 FROM results.embargo_setting w
                                 WHERE w.school_year = exam.school_year AND w.kind = 1
                                   AND w.district_id IN (0, c.district_id) AND w.value = 2)
                            OR (EXISTS (
                                    SELECT 1 FROM results.school_year y
                                     WHERE y.year = exam.school_year AND NOT y.embargoed_by_default)
                                AND NOT EXISTS (
                                    SELECT 1 FROM results.embargo_setting w
                                     WHERE w.school_year = exam.school_year AND w.kind = 1
                                       AND w.district_id IN (0, c.district_id) AND w.value = 1))))))
    )
);
DROP FUNCTION wall_released(int, bigint);
DROP FUNCTION wall_preview(bigint);
