-- Why:    percentile tables (ingest 8); enrolment updates, whose school must come back when a newer exam is reset (ingest 9).
-- Order:  after V0001. Safe before the code that fills it: no student has been enrolled so far.
-- Locks:  an instant; the new column is nullable and has no default.
-- Runs with search_path = results.
CREATE TABLE percentile_table (
    id int PRIMARY KEY DEFAULT nextval('definition_id'),
    assessment_id int NOT NULL REFERENCES assessment,
    -- of the exams' completion, both included
    start_date date NOT NULL, end_date date NOT NULL,
    count int NOT NULL CONSTRAINT percentile_count_not_negative CHECK (count >= 0),
    mean double precision NOT NULL, standard_deviation double precision,
    min_score double precision NOT NULL, max_score double precision NOT NULL,
    -- rank ranks[i] begins at scores[i], the first at min_score
    ranks smallint[] NOT NULL, scores double precision[] NOT NULL,
    import_id bigint NOT NULL, updated timestamptz NOT NULL DEFAULT now(),
    UNIQUE (assessment_id, start_date, end_date),
    CONSTRAINT percentile_dates_in_order CHECK (start_date <= end_date),
    CONSTRAINT percentile_scores_in_order CHECK (min_score < max_score),
    CONSTRAINT percentile_ranks_have_scores CHECK (cardinality(ranks) = cardinality(scores) AND cardinality(ranks) >= 3)
);
COMMENT ON TABLE percentile_table IS 'Norms of an assessment. Tables of one assessment do not overlap. Rule: Results R13.';
ALTER TABLE student ADD COLUMN enrolled_school_id bigint;
COMMENT ON COLUMN student.enrolled_at IS 'Of the newest enrolment update, whether or not an exam is newer.';
COMMENT ON COLUMN student.enrolled_school_id IS 'What that update said. school_id is this one unless an exam is newer. Rule: Results R14.';
