-- Why:    longitudinal reports need to know where a student's other results were taken, claim reports the levels of claims.
-- Order:  before the code that reads them. Results are read again under another feed position, since the copies lack both.
-- Locks:  short exclusive locks on fact, fact_log and assessment; the columns have constant defaults. The index is built under a
--         lock that lets others read.

-- enrolled: the grade of the student when tested, as grade_number; -1 for one that does not advance by years.
-- claims:   levels of claims, three bits each, in the subject's data order; 0: none.
-- cohort:   bits of test grades (KG 0, 01 1 …) at which the student has a longitudinal result on the same diagonal of year less
--           grade: 0-13 in the same school, 14-27 in the same district as it is now, 28-41 anywhere. Its own grade is always
--           among them; 0: this result is not longitudinal (aggregates 2.2, 7.4). See Rules/CohortWord.swift.
ALTER TABLE fact ADD COLUMN enrolled smallint NOT NULL DEFAULT -1, ADD COLUMN claims int NOT NULL DEFAULT 0,
    ADD COLUMN cohort bigint NOT NULL DEFAULT 0;
ALTER TABLE fact_log ADD COLUMN claims int NOT NULL DEFAULT 0, ADD COLUMN cohort bigint NOT NULL DEFAULT 0,
    ADD COLUMN counted boolean NOT NULL DEFAULT true;
-- A superseded attempt may still be the longitudinal one, when the later one was taken off-grade.
CREATE INDEX fact_superseded ON fact (school_id) WHERE NOT counted;

CREATE FUNCTION grade_number(grade text) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN grade = 'KG' THEN 0::smallint WHEN grade ~ '^(0[1-9]|1[0-3])$' THEN grade::smallint ELSE -1::smallint END
$$;
-- What a longitudinal result at one grade says of itself.
CREATE FUNCTION own_cohort(grade smallint, district bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (1::bigint << grade) | (1::bigint << (28 + grade)) | CASE WHEN district IS NULL THEN 0 ELSE 1::bigint << (14 + grade) END
$$;

-- Longitudinal results are summative, taken in the grade in which the student was, and per subject and grade the latest of all
-- years. Says anew for all results of some students which are, and on which diagonals they lie.
CREATE FUNCTION refresh_cohorts(students bigint[]) RETURNS void LANGUAGE plpgsql SET search_path = aggregate, pg_temp AS $$
BEGIN
    WITH longitudinal AS (
        SELECT DISTINCT ON (f.student_id, a.subject_id, f.enrolled)
               f.exam_id, f.school_year, f.student_id, a.subject_id, f.enrolled AS grade, f.school_id, c.district_id
          FROM fact f JOIN assessment a ON a.id = f.assessment_id LEFT JOIN school c ON c.id = f.school_id
         WHERE f.student_id = ANY(students) AND f.type = 3 AND f.enrolled >= 0 AND f.enrolled = grade_number(a.grade)
         ORDER BY f.student_id, a.subject_id, f.enrolled, f.completed_at DESC, f.exam_id
    ), cohorts AS (
        SELECT l.exam_id, l.school_year,
               bit_or((1::bigint << (28 + o.grade))
                      | CASE WHEN o.school_id = l.school_id THEN 1::bigint << o.grade ELSE 0 END
                      | CASE WHEN o.district_id = l.district_id THEN 1::bigint << (14 + o.grade) ELSE 0 END) AS cohort
          FROM longitudinal l JOIN longitudinal o
            ON o.student_id = l.student_id AND o.subject_id = l.subject_id AND o.school_year - o.grade = l.school_year - l.grade
         GROUP BY l.exam_id, l.school_year
    ), changed AS (
        SELECT f.exam_id, f.school_year, coalesce(n.cohort, 0) AS cohort
          FROM fact f LEFT JOIN cohorts n ON n.exam_id = f.exam_id AND n.school_year = f.school_year
         WHERE f.student_id = ANY(students) AND f.type = 3 AND f.cohort <> coalesce(n.cohort, 0)
    )
    UPDATE fact f SET cohort = n.cohort FROM changed n
     WHERE f.exam_id = n.exam_id AND f.school_year = n.school_year AND f.type = 3;
END $$;

-- A school in another district: whoever was tested there may be in another cohort now.
CREATE FUNCTION cohorts_follow_schools() RETURNS trigger LANGUAGE plpgsql SET search_path = aggregate, pg_temp AS $$
DECLARE
    moved bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        moved := ARRAY(SELECT id FROM added);
    ELSIF TG_OP = 'DELETE' THEN
        moved := ARRAY(SELECT id FROM removed);
    ELSE
        moved := ARRAY(SELECT a.id FROM added a JOIN removed r ON r.id = a.id WHERE a.district_id <> r.district_id);
    END IF;
    IF cardinality(moved) > 0 THEN
        PERFORM FROM fact_log_head FOR UPDATE;
        PERFORM refresh_cohorts(ARRAY(
            SELECT student_id FROM fact WHERE counted AND type = 3 AND school_id = ANY(moved)
            UNION SELECT student_id FROM fact WHERE NOT counted AND type = 3 AND school_id = ANY(moved)));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cohorts_new_schools AFTER INSERT ON school REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cohorts_follow_schools();
CREATE TRIGGER cohorts_gone_schools AFTER DELETE ON school REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION cohorts_follow_schools();
CREATE TRIGGER cohorts_moved_schools AFTER UPDATE ON school REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cohorts_follow_schools();

-- A definition that comes after results, or says another subject or grade.
CREATE FUNCTION cohorts_follow_assessments() RETURNS trigger LANGUAGE plpgsql SET search_path = aggregate, pg_temp AS $$
DECLARE
    changed int[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        changed := ARRAY(SELECT id FROM added);
    ELSE
        changed := ARRAY(SELECT a.id FROM added a JOIN removed r ON r.id = a.id
                          WHERE (a.subject_id, a.grade) IS DISTINCT FROM (r.subject_id, r.grade));
    END IF;
    changed := ARRAY(SELECT id FROM unnest(changed) AS c(id)
                      WHERE EXISTS (SELECT FROM tally t WHERE t.assessment_id = c.id AND t.attempts > 0));
    IF cardinality(changed) > 0 THEN
        PERFORM FROM fact_log_head FOR UPDATE;
        PERFORM refresh_cohorts(ARRAY(SELECT DISTINCT student_id FROM fact WHERE type = 3 AND assessment_id = ANY(changed)));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cohorts_new_assessments AFTER INSERT ON assessment REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cohorts_follow_assessments();
CREATE TRIGGER cohorts_changed_assessments AFTER UPDATE ON assessment REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION cohorts_follow_assessments();

-- The log tells facts that count or are longitudinal.
CREATE OR REPLACE FUNCTION log_added_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = aggregate, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    IF EXISTS (SELECT FROM added WHERE counted OR cohort <> 0) THEN
        UPDATE fact_log_head SET seq = seq + 1 RETURNING seq INTO number;
        INSERT INTO fact_log (seq, sign, school_year, assessment_id, school_id, attributes, language, context, score, level,
                              claims, cohort, counted)
        SELECT number, 1, school_year, assessment_id, school_id, attributes, language, context, score, level, claims, cohort,
               counted
          FROM added WHERE counted OR cohort <> 0;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION log_removed_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = aggregate, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    IF EXISTS (SELECT FROM removed WHERE counted OR cohort <> 0) THEN
        UPDATE fact_log_head SET seq = seq + 1 RETURNING seq INTO number;
        INSERT INTO fact_log (seq, sign, school_year, assessment_id, school_id, attributes, language, context, score, level,
                              claims, cohort, counted)
        SELECT number, -1, school_year, assessment_id, school_id, attributes, language, context, score, level, claims, cohort,
               counted
          FROM removed WHERE counted OR cohort <> 0;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION log_changed_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = aggregate, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    IF EXISTS (SELECT FROM removed) THEN
        UPDATE fact_log_head SET seq = seq + 1 RETURNING seq INTO number;
        WITH before AS (
            SELECT school_year, assessment_id, school_id, attributes, language, context, score, level, claims, cohort, counted
              FROM removed WHERE counted OR cohort <> 0
        ), after AS (
            SELECT school_year, assessment_id, school_id, attributes, language, context, score, level, claims, cohort, counted
              FROM added WHERE counted OR cohort <> 0
        )
        INSERT INTO fact_log (seq, sign, school_year, assessment_id, school_id, attributes, language, context, score, level,
                              claims, cohort, counted)
        SELECT number, -1, gone.* FROM (TABLE before EXCEPT ALL TABLE after) gone
        UNION ALL
        SELECT number, 1, came.* FROM (TABLE after EXCEPT ALL TABLE before) came;
    END IF;
    RETURN NULL;
END $$;
-- What was packed before lacks both.
UPDATE fact_log_head SET epoch = gen_random_uuid(), seq = seq + 1;
