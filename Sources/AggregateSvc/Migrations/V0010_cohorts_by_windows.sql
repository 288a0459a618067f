-- Why:    the cohorts of a page of results took longer than everything else that is done with it: the facts of each student
--         were looked for in all years twice and then joined with themselves. Now once, and sorted.
-- Order:  any; it says the same.
-- Locks:  none.

-- Longitudinal results are summative, taken in the grade in which the student was, and per subject and grade the latest of all
-- years. Says anew for all results of some students which are, and on which diagonals they lie. Planned anew each time, which
-- takes a millisecond: a plan made while there were few facts would compare all of them with all.
CREATE OR REPLACE FUNCTION refresh_cohorts(students bigint[]) RETURNS void LANGUAGE plpgsql SET search_path = aggregate, pg_temp
    SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    WITH candidate AS (
        SELECT f.exam_id, f.school_year, f.student_id, f.enrolled AS grade, f.school_id, f.completed_at, f.cohort,
               a.subject_id, c.district_id,
               coalesce(f.enrolled >= 0 AND f.enrolled = grade_number(a.grade), false) AS on_grade
          FROM fact f LEFT JOIN assessment a ON a.id = f.assessment_id LEFT JOIN school c ON c.id = f.school_id
         WHERE f.student_id = ANY(students) AND f.type = 3
    ), longitudinal AS (
        SELECT *, on_grade AND row_number() OVER (
                   PARTITION BY student_id, subject_id, grade, on_grade ORDER BY completed_at DESC, exam_id) = 1 AS latest
          FROM candidate
    ), cohorts AS (
        SELECT exam_id, school_year, cohort AS former,
               CASE WHEN latest THEN
                   bit_or(1::bigint << (28 + grade)) FILTER (WHERE latest)
                       OVER (PARTITION BY student_id, subject_id, school_year - grade)
                   | bit_or(1::bigint << grade) FILTER (WHERE latest)
                       OVER (PARTITION BY student_id, subject_id, school_year - grade, school_id)
                   | CASE WHEN district_id IS NULL THEN 0 ELSE bit_or(1::bigint << (14 + grade)) FILTER (WHERE latest)
                       OVER (PARTITION BY student_id, subject_id, school_year - grade, district_id) END
               ELSE 0 END AS cohort
          FROM longitudinal
    )
    UPDATE fact f SET cohort = n.cohort FROM cohorts n
     WHERE n.cohort <> n.former AND f.exam_id = n.exam_id AND f.school_year = n.school_year AND f.type = 3;
END $$;
