-- Why:    a result for a school or an assessment that is not loaded waits, and is taken up when that arrives (ingest 3.4).
-- Order:  after the ledger. Safe before the code that fills it: results refused so far are resubmitted by hand as ever.
-- Locks:  none, everything is new.
-- Runs with search_path = results.
CREATE TABLE import_waiting (
    import_id bigint PRIMARY KEY REFERENCES import,
    reason smallint NOT NULL CONSTRAINT waiting_reason_known CHECK (reason IN (-5, -6)),
    wanted text NOT NULL CONSTRAINT waiting_wanted_short CHECK (length(wanted) <= 250),
    since timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE import_waiting IS 'reason: the import''s status, -5 unknown assessment, -6 unknown school; wanted: its natural id. Rule: Results R15.';
CREATE INDEX import_waiting_for ON import_waiting (reason, wanted, import_id);
