-- Why:    the first schema of ResultsSvc: copies of what others own, subjects, assessments, students, exams.
-- Order:  first.
-- Locks:  none, everything is new.
-- Runs with search_path = results. Roles: results_owner runs this; results writes; results_reader answers people
-- and stands behind the row-level security at the end of this file.

-- Feeds (DESIGN 3): numbers for what this service owns, positions in what others own ------------------------------
CREATE TABLE feed_head (
    one boolean PRIMARY KEY DEFAULT true CONSTRAINT feed_head_one CHECK (one),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    change bigint NOT NULL DEFAULT 0
);
INSERT INTO feed_head DEFAULT VALUES;
CREATE TABLE feed_position (feed text PRIMARY KEY, epoch bytea NOT NULL, change bigint NOT NULL);

-- Copies of other services' rows, kept by feeds --------------------------------------------------------------------
CREATE TABLE district (
    id bigint PRIMARY KEY, natural_id text NOT NULL, name text NOT NULL, district_group_id bigint
);
CREATE TABLE school (
    id bigint PRIMARY KEY, natural_id text NOT NULL UNIQUE, name text NOT NULL,
    district_id bigint NOT NULL, district_group_id bigint, school_group_id bigint
);
CREATE INDEX school_district ON school (district_id);
CREATE TABLE setting (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE school_year (
    year int PRIMARY KEY CONSTRAINT school_year_range CHECK (year BETWEEN 2000 AND 2100),
    embargoed_by_default boolean NOT NULL
);
CREATE TABLE embargo_setting (
    school_year int NOT NULL,
    district_id bigint NOT NULL,                 -- 0 is the State
    kind smallint NOT NULL CONSTRAINT embargo_kind_known CHECK (kind IN (1, 2)),
    value smallint NOT NULL CONSTRAINT embargo_value_known CHECK (value IN (0, 1, 2)),
    PRIMARY KEY (school_year, district_id, kind)
);
COMMENT ON TABLE embargo_setting IS 'kind 1 individual, 2 aggregate; value 0 unset, 1 embargoed, 2 released. Rule: access 6.3.';

-- Subjects (ingest 5) ----------------------------------------------------------------------------------------------
CREATE SEQUENCE definition_id AS int;
CREATE TABLE subject (
    id int PRIMARY KEY DEFAULT nextval('definition_id'),
    code text NOT NULL, name text NOT NULL,
    import_id bigint NOT NULL, updated timestamptz NOT NULL DEFAULT now(), change bigint NOT NULL
);
CREATE UNIQUE INDEX subject_code ON subject (lower(code));
CREATE UNIQUE INDEX subject_change ON subject (change);
-- Assessment types: 1 ica, 2 iab, 3 sum. Score kinds: 0 overall, 1 alternate, 2 claim.
CREATE TABLE subject_type (
    subject_id int NOT NULL REFERENCES subject, type smallint NOT NULL CHECK (type BETWEEN 1 AND 3),
    name text NOT NULL, long_name text NOT NULL,
    target_report boolean NOT NULL, printed_report boolean NOT NULL, trait_report boolean NOT NULL,
    PRIMARY KEY (subject_id, type)
);
CREATE TABLE subject_scoring (
    subject_id int NOT NULL, type smallint NOT NULL, kind smallint NOT NULL CHECK (kind BETWEEN 0 AND 2),
    name text NOT NULL, min_score int, max_score int, standard_cutoff smallint,
    PRIMARY KEY (subject_id, type, kind),
    FOREIGN KEY (subject_id, type) REFERENCES subject_type ON DELETE CASCADE
);
CREATE TABLE subject_level (
    subject_id int NOT NULL, type smallint NOT NULL, kind smallint NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 6),
    name text NOT NULL, short_name text NOT NULL, suffix text, color text NOT NULL,
    PRIMARY KEY (subject_id, type, kind, level),
    FOREIGN KEY (subject_id, type, kind) REFERENCES subject_scoring ON DELETE CASCADE
);
-- data_order is the position of the score in an exam's arrays, display_order its place on screens; never mix them.
CREATE TABLE alternate (
    id int PRIMARY KEY DEFAULT nextval('definition_id'), subject_id int NOT NULL REFERENCES subject,
    code text NOT NULL, name text NOT NULL, icon text, description text,
    data_order smallint NOT NULL, display_order smallint NOT NULL, UNIQUE (subject_id, code)
);
CREATE TABLE claim (
    id int PRIMARY KEY DEFAULT nextval('definition_id'), subject_id int NOT NULL REFERENCES subject,
    code text NOT NULL, name text NOT NULL, icon text, description text,
    scorable boolean NOT NULL, organizational boolean NOT NULL,
    data_order smallint, display_order smallint, UNIQUE (subject_id, code),
    CONSTRAINT scorable_claims_have_orders CHECK (NOT scorable OR (data_order IS NOT NULL AND display_order IS NOT NULL))
);
CREATE TABLE target (
    id int PRIMARY KEY DEFAULT nextval('definition_id'), claim_id int NOT NULL REFERENCES claim,
    code text NOT NULL, name text NOT NULL, description text, UNIQUE (claim_id, code)
);
CREATE TABLE standard (
    id int PRIMARY KEY DEFAULT nextval('definition_id'), subject_id int NOT NULL REFERENCES subject,
    code text NOT NULL, description text, UNIQUE (subject_id, code)
);
CREATE TABLE depth_of_knowledge (
    id int PRIMARY KEY DEFAULT nextval('definition_id'), subject_id int NOT NULL REFERENCES subject,
    level smallint NOT NULL, name text NOT NULL, reference text, UNIQUE (subject_id, level)
);
CREATE TABLE item_difficulty (
    subject_id int NOT NULL REFERENCES subject, grade text NOT NULL,
    moderate_low_end double precision NOT NULL, difficult_low_end double precision NOT NULL,
    PRIMARY KEY (subject_id, grade)
);
CREATE TABLE trait (
    id int PRIMARY KEY DEFAULT nextval('definition_id'), subject_id int NOT NULL REFERENCES subject,
    code text NOT NULL, purpose text NOT NULL, category text NOT NULL, max_score smallint NOT NULL, UNIQUE (subject_id, code)
);
CREATE TABLE subject_text (
    subject_id int NOT NULL REFERENCES subject, key text NOT NULL, text text NOT NULL, PRIMARY KEY (subject_id, key)
);

-- Assessments (ingest 4) -------------------------------------------------------------------------------------------
CREATE TABLE assessment (
    id int PRIMARY KEY DEFAULT nextval('definition_id'),
    natural_id text NOT NULL UNIQUE, name text NOT NULL, label text NOT NULL, version text,
    subject_id int NOT NULL REFERENCES subject, type smallint NOT NULL CHECK (type BETWEEN 1 AND 3),
    grade text NOT NULL, school_year int NOT NULL,
    level_lows double precision[] NOT NULL,      -- of the overall score, level 1 first; minimum = level_lows[1]
    level_highs double precision[] NOT NULL,     -- maximum = the last
    alternate_lows double precision[] NOT NULL DEFAULT '{}',    -- alternates in data order, all levels of one behind the other
    alternate_highs double precision[] NOT NULL DEFAULT '{}',
    import_id bigint NOT NULL, updated timestamptz NOT NULL DEFAULT now(), change bigint NOT NULL
);
CREATE UNIQUE INDEX assessment_change ON assessment (change);
CREATE INDEX assessment_grade ON assessment (grade, school_year);
CREATE TABLE item (
    id int PRIMARY KEY DEFAULT nextval('definition_id'),
    assessment_id int NOT NULL REFERENCES assessment, natural_id text NOT NULL,
    ordinal smallint NOT NULL,                   -- the item's number in packed columns; append-only
    position smallint, type text, claim_id int REFERENCES claim, target_id int REFERENCES target,
    other_target_ids int[] NOT NULL DEFAULT '{}', standard_ids int[] NOT NULL DEFAULT '{}',
    depth_of_knowledge_id int REFERENCES depth_of_knowledge,
    difficulty double precision, difficulty_code text CHECK (difficulty_code IN ('E', 'M', 'D')),
    max_points smallint NOT NULL, math_practice smallint, allow_calculator boolean, field_test boolean, active boolean,
    answer_key text, options_count smallint, writing_type text,
    UNIQUE (assessment_id, natural_id), UNIQUE (assessment_id, ordinal)
);
CREATE TABLE accommodation (id int PRIMARY KEY DEFAULT nextval('definition_id'), code text NOT NULL);
CREATE UNIQUE INDEX accommodation_code ON accommodation (lower(code));
CREATE TABLE accommodation_label (
    accommodation_id int NOT NULL REFERENCES accommodation, language text NOT NULL, school_year int NOT NULL,
    label text NOT NULL, PRIMARY KEY (accommodation_id, language, school_year)
);

-- Students and exams (ingest 3) ------------------------------------------------------------------------------------
CREATE SEQUENCE student_id;
CREATE TABLE student (
    id bigint PRIMARY KEY, ssid text NOT NULL UNIQUE,
    first_name text, last_name text, middle_name text, alias_name text,
    gender smallint, birthday date, us_entry date, lep_entry date, lep_exit date,
    ethnicities smallint NOT NULL DEFAULT 0,     -- bit n: code n of the list in ingest 3.2
    info_at timestamptz, info_status_at timestamptz, info_opportunity text,   -- what the student's own data were taken from
    school_id bigint,                            -- the current school; only exams and enrolment updates move it
    enrolled_at timestamptz,                     -- of the newest enrolment update that set the school
    updated timestamptz NOT NULL DEFAULT now(), change bigint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX student_school ON student (school_id);
CREATE INDEX student_change ON student (change);

-- The key of an exam is (assessment, opportunity). Not partitioned, so that the key is unique over all years.
CREATE SEQUENCE exam_id;
CREATE TABLE exam_key (
    assessment_id int NOT NULL REFERENCES assessment, opportunity_id text NOT NULL,
    exam_id bigint NOT NULL UNIQUE, school_year int NOT NULL, PRIMARY KEY (assessment_id, opportunity_id)
);
CREATE TABLE exam (
    id bigint NOT NULL, school_year int NOT NULL,
    assessment_id int NOT NULL, opportunity_id text NOT NULL,
    subject_id int NOT NULL, type smallint NOT NULL CONSTRAINT exam_type_known CHECK (type BETWEEN 1 AND 3),
    student_id bigint NOT NULL, school_id bigint NOT NULL,      -- the administering school
    deleted boolean NOT NULL DEFAULT false,
    status smallint NOT NULL, status_at timestamptz, reset_at timestamptz,
    completed_at timestamptz NOT NULL, started_at timestamptz, forced_at timestamptz, effective_on date,
    enrolled_grade text NOT NULL, condition smallint, completeness smallint, session_id text,
    iep boolean, lep boolean, section504 boolean, economic_disadvantage boolean, migrant boolean,
    elas smallint, elas_start date, language text, english_level text, title3_program text, disability text, military smallint,
    scale_score_milli bigint, standard_error_milli bigint, theta double precision, theta_error double precision,
    level smallint CONSTRAINT exam_level_positive CHECK (level > 0),
    -- claim and alternate scores in data order; an element is NULL where the exam has none
    claim_scores_milli bigint[], claim_errors_milli bigint[], claim_levels smallint[],
    alternate_scores_milli bigint[], alternate_errors_milli bigint[], alternate_levels smallint[],
    accommodation_ids int[] NOT NULL DEFAULT '{}',
    traits bytea, targets bytea, items bytea, responses bytea,  -- packed, see Ingest/ExamPacking.swift
    extra bytea,                                 -- the delivery's other attributes, and the student's data as this exam gave them
    content_hash bigint NOT NULL,
    created_import_id bigint NOT NULL, import_id bigint NOT NULL,
    created timestamptz NOT NULL DEFAULT now(), updated timestamptz NOT NULL DEFAULT now(), change bigint NOT NULL,
    PRIMARY KEY (id, school_year)
) PARTITION BY RANGE (school_year);
CREATE INDEX exam_student ON exam (student_id);
CREATE INDEX exam_school ON exam (school_id, assessment_id);
CREATE INDEX exam_change ON exam (change);
DO $$
BEGIN
    FOR y IN 2015..2035 LOOP
        EXECUTE format('CREATE TABLE exam_%s PARTITION OF exam FOR VALUES FROM (%s) TO (%s) WITH (fillfactor = 90)', y, y, y + 1);
    END LOOP;
    CREATE TABLE exam_other PARTITION OF exam DEFAULT;
END $$;
-- Replaced and deleted states, as they were before the change (ingest 3.11, access 8.1).
CREATE TABLE exam_history (
    at timestamptz NOT NULL DEFAULT now(), by_import_id bigint NOT NULL,
    action text NOT NULL CHECK (action IN ('update', 'delete')), exam exam NOT NULL
);
CREATE TABLE student_history (
    at timestamptz NOT NULL DEFAULT now(), by_import_id bigint NOT NULL,
    action text NOT NULL CHECK (action IN ('update', 'delete')), student student NOT NULL
);
CREATE INDEX exam_history_id ON exam_history (((exam).id));
CREATE INDEX student_history_id ON student_history (((student).id));
-- Group names found in results (ingest 3.13), for GroupSvc.
CREATE SEQUENCE found_group_id;
CREATE TABLE found_group_member (
    school_id bigint NOT NULL, school_year int NOT NULL, group_name text NOT NULL, student_id bigint NOT NULL REFERENCES student,
    change bigint NOT NULL, PRIMARY KEY (school_id, school_year, group_name, student_id)
);
CREATE INDEX found_group_change ON found_group_member (change);

-- The second wall (DESIGN 4.1) -------------------------------------------------------------------------------------
-- Every question of a person runs as results_reader. These policies repeat, in other words and from settings that
-- Gate.swift makes at the start of the transaction, what the gate's predicate says. Without the settings nothing is seen.
--   ers.statewide  'on' or 'off'          ers.schools   bigint[] of schools in the individual scope
--   ers.transfer   'on' or 'off'          ers.lease     'on' while the copy of the embargo is provably fresh
--   ers.preview    'all', 'none', or bigint[] of districts whose embargo the caller may look through
CREATE FUNCTION wall_released(exam_year int, exam_school bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = results AS $$
    SELECT CASE
        WHEN 2 = ANY (array_agg(s.value)) THEN true
        WHEN 1 = ANY (array_agg(s.value)) THEN false
        ELSE coalesce((SELECT NOT embargoed_by_default FROM school_year WHERE year = exam_year), false)
    END
    FROM school c LEFT JOIN embargo_setting s
        ON s.school_year = exam_year AND s.kind = 1 AND s.district_id IN (0, c.district_id)
    WHERE c.id = exam_school
$$;
CREATE FUNCTION wall_preview(exam_school bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = results AS $$
    SELECT CASE current_setting('ers.preview', true)
        WHEN 'all' THEN true
        WHEN 'none' THEN false
        ELSE coalesce((SELECT district_id = ANY (current_setting('ers.preview', true)::bigint[]) FROM school WHERE id = exam_school), false)
    END
$$;
ALTER TABLE exam ENABLE ROW LEVEL SECURITY;
CREATE POLICY ingest_all ON exam TO results USING (true) WITH CHECK (true);
CREATE POLICY reader_wall ON exam FOR SELECT TO results_reader USING (
    NOT deleted
    AND (
        (SELECT current_setting('ers.statewide', true) = 'on')
        OR school_id = ANY ((SELECT current_setting('ers.schools', true)::bigint[])::bigint[])
        OR ((SELECT current_setting('ers.transfer', true) = 'on')
            AND EXISTS (SELECT 1 FROM results.student s WHERE s.id = exam.student_id
                AND s.school_id = ANY ((SELECT current_setting('ers.schools', true)::bigint[])::bigint[])))
    )
    AND (
        type <> 3
        OR ((SELECT current_setting('ers.lease', true) = 'on')
            AND (results.wall_released(school_year, school_id) OR results.wall_preview(school_id)))
    )
);
GRANT EXECUTE ON FUNCTION wall_released(int, bigint), wall_preview(bigint) TO results_reader;
GRANT SELECT ON district, school, setting, school_year, embargo_setting, subject, subject_type, subject_scoring, subject_level,
    alternate, claim, target, standard, depth_of_knowledge, item_difficulty, trait, subject_text, assessment, item,
    accommodation, accommodation_label, student, exam TO results_reader;
