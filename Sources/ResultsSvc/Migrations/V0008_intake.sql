-- Why:    pages for those who load data: counts of imports, data coverage, reconciliation reports (ingest 13).
-- Order:  after the ledger. Safe before the code that reads it.
-- Locks:  ingest waits while the indexes are made: two seconds per million imports and results.
-- Runs with search_path = results.
CREATE INDEX import_created ON import (created);
CREATE INDEX exam_coverage ON exam (assessment_id, updated) WHERE NOT deleted;
CREATE TABLE reconciliation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL, created timestamptz NOT NULL DEFAULT now(), creator text NOT NULL,
    after timestamptz NOT NULL, before timestamptz NOT NULL, rows bigint NOT NULL,
    day date UNIQUE                              -- of the report that the clock makes; NULL when somebody asked for it
);
CREATE TABLE reconciliation_part (
    report_id bigint NOT NULL REFERENCES reconciliation ON DELETE CASCADE, part int NOT NULL, text text NOT NULL,
    PRIMARY KEY (report_id, part)
);
COMMENT ON TABLE reconciliation IS 'Reports of what became of the imports of results of a window. Rule: Results R17.';
