-- Why:    what aggregate reports are made of: definitions and scored results from ResultsSvc, and the embargo (DESIGN 7).
-- Order:  before the code that copies and reports.
-- Locks:  none, everything is new.

-- kind 1 individual, 2 aggregate; value 1 embargoed, 2 released; district 0 is the State (access 6.3).
CREATE TABLE embargo_setting (
    school_year int NOT NULL,
    district_id bigint NOT NULL,
    kind smallint NOT NULL CONSTRAINT embargo_kind_known CHECK (kind IN (1, 2)),
    value smallint NOT NULL CONSTRAINT embargo_value_known CHECK (value IN (1, 2)),
    PRIMARY KEY (school_year, district_id, kind)
);
CREATE INDEX school_district ON school (district_id);

-- A subject as ResultsSvc defines it, whole, in the form of the contract (message Subject).
CREATE TABLE subject (id int PRIMARY KEY, code text NOT NULL, definition bytea NOT NULL);
-- type 1 ica, 2 iab, 3 sum
CREATE TABLE assessment (
    id int PRIMARY KEY, natural_id text NOT NULL, label text NOT NULL, subject_id int NOT NULL,
    type smallint NOT NULL CONSTRAINT assessment_type_known CHECK (type BETWEEN 1 AND 3),
    grade text NOT NULL, school_year int NOT NULL
);
-- What counts as it is now: the gender and ethnicity bits of `fact.attributes`.
CREATE TABLE student (id bigint PRIMARY KEY, attributes bigint NOT NULL) WITH (fillfactor = 90);

-- Every scored attempt; the one that counts for its student, assessment and year is flagged (aggregates 1.2).
-- attributes: one bit for each code of each field, see Rules/Attributes.swift. A filter is `attributes & mask <> 0`.
-- context:    completeness * 8 + condition, see Rules/Context.swift.
-- score:      thousandths of a point.
CREATE TABLE fact (
    attributes bigint NOT NULL,
    exam_id bigint NOT NULL,
    student_id bigint NOT NULL,
    school_id bigint NOT NULL,
    completed_at timestamptz NOT NULL,
    assessment_id int NOT NULL,
    score int NOT NULL CONSTRAINT fact_score_range CHECK (score BETWEEN -100000000 AND 100000000),
    school_year smallint NOT NULL,
    type smallint NOT NULL,
    language smallint NOT NULL,
    context smallint NOT NULL,
    level smallint NOT NULL CONSTRAINT fact_level_range CHECK (level BETWEEN 1 AND 6),
    counted boolean NOT NULL,
    PRIMARY KEY (exam_id, school_year, type)
) PARTITION BY RANGE (school_year);
DO $$
DECLARE
    years text;
BEGIN
    -- Summatives and interims never mix in a report, and there are several times as many interims.
    FOR y IN 2015..2036 LOOP
        years := CASE WHEN y = 2036 THEN 'fact_other' ELSE 'fact_' || y END;
        IF y = 2036 THEN
            EXECUTE 'CREATE TABLE fact_other PARTITION OF fact DEFAULT PARTITION BY LIST (type)';
        ELSE
            EXECUTE format('CREATE TABLE %I PARTITION OF fact FOR VALUES FROM (%s) TO (%s) PARTITION BY LIST (type)', years, y, y + 1);
        END IF;
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES IN (3)', years || '_summative', years);
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES IN (1)', years || '_comprehensive', years);
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES IN (2)', years || '_block', years);
    END LOOP;
END $$;
-- The attempts of a student: which one counts, and whose facts follow a correction of gender or ethnicity.
CREATE INDEX fact_student ON fact (student_id, assessment_id);
-- The results of chosen schools.
CREATE INDEX fact_school ON fact (school_id, assessment_id) WHERE counted;

-- How many scored attempts there are: which assessments and years can be asked for, who has summative results in a year.
CREATE TABLE tally (
    school_year smallint NOT NULL, assessment_id int NOT NULL, school_id bigint NOT NULL,
    attempts int NOT NULL CONSTRAINT tally_not_negative CHECK (attempts >= 0),
    PRIMARY KEY (school_year, assessment_id, school_id)
);
CREATE INDEX tally_school ON tally (school_id, school_year);
-- A copy that begins anew is emptied at once.
GRANT TRUNCATE ON fact, tally, student TO aggregate;
