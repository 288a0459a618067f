-- Why:    a report of all schools is twenty megabytes. Out of line PostgreSQL cuts it into two kilobytes each, with an index
--         entry for each; a piece that fits into a page lies there whole. A foreign key is checked by a query for each piece,
--         though whoever stores them holds the report's row. What a report is about is written once and read at each look:
--         compressing it took longer than writing it.
-- Order:  any; what is stored stays as it is, and larger pieces are cut as before.
-- Locks:  report_part and report, while the constraint goes.
-- Runs with search_path = aggregate.
ALTER TABLE report_part SET (toast_tuple_target = 8160);
ALTER TABLE report ALTER COLUMN layout SET STORAGE EXTERNAL;

ALTER TABLE report_part DROP CONSTRAINT report_part_report_id_fkey;
CREATE FUNCTION drop_parts_of_report() RETURNS trigger LANGUAGE plpgsql SET search_path = aggregate, pg_temp AS $$
BEGIN
    DELETE FROM report_part WHERE report_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER report_takes_its_parts AFTER DELETE ON report FOR EACH ROW EXECUTE FUNCTION drop_parts_of_report();
COMMENT ON TABLE report_part IS
    'Stored by whoever holds the row of its report, in the same transaction; they go with it (report_takes_its_parts).';
