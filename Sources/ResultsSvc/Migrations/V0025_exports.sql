-- Why:    District / School Exports (results 5.6): the job reads and stores through the readers' role in one transaction, the
--         file is judged line by line when it leaves; and the column NcesId.
-- Order:  after the reports. Safe before the code that uses it.
-- Locks:  none, everything is new.
-- Runs with search_path = results.
GRANT SELECT ON report, report_part TO results_reader;
GRANT INSERT ON report_part TO results_reader;
CREATE TABLE external_id (organization_id bigint PRIMARY KEY, external_id text NOT NULL);
COMMENT ON TABLE external_id IS 'A copy of what Identity owns, kept by a feed of its own. Source: access 1.2.';
GRANT SELECT ON external_id TO results_reader;
