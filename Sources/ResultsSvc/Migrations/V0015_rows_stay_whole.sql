-- Why:    a result of more than two kilobytes was compressed by PostgreSQL and moved out of its row, and so was every payload,
--         which is compressed already: a second table and its index for each, and more processor time than the rest of the
--         insert. Rows of up to eight kilobytes stay whole; only giants go out of line.
-- Order:  any. Rows that are out of line stay there until they are written again.
-- Locks:  exam, exam_key, assessment, import, its queue and its payloads for an instant.
-- Runs with search_path = results.
DO $$
DECLARE
    partition regclass;
BEGIN
    FOR partition IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'exam'::regclass LOOP
        EXECUTE format('ALTER TABLE %s SET (toast_tuple_target = 8160)', partition);
    END LOOP;
END $$;
ALTER TABLE exam ALTER COLUMN traits SET STORAGE EXTERNAL, ALTER COLUMN targets SET STORAGE EXTERNAL,
    ALTER COLUMN items SET STORAGE EXTERNAL, ALTER COLUMN extra SET STORAGE EXTERNAL;
ALTER TABLE payload SET (toast_tuple_target = 8160);

-- Each result was also looked up three times by foreign keys, with a lock on a row that nobody deletes: imports and assessments
-- stay for ever, and the rows that name an import are made in its own transaction.
ALTER TABLE import_queue DROP CONSTRAINT import_queue_import_id_fkey;
ALTER TABLE payload DROP CONSTRAINT payload_import_id_fkey;
ALTER TABLE exam_key DROP CONSTRAINT exam_key_assessment_id_fkey;
