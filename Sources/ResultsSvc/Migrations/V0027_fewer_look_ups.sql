-- Why:    results of a zip are stored before their ledger rows are, and each was entered in an index that found the key of an exam
--         by its number: the few that looked it up so know the key itself.
-- Order:  before the code that stores results so; the former code is slower without the index, but right.
-- Locks:  import_waiting, import and exam_key for an instant.
-- Runs with search_path = results.
ALTER TABLE import_waiting DROP CONSTRAINT import_waiting_import_id_fkey;
ALTER TABLE exam_key DROP CONSTRAINT exam_key_exam_id_key;
