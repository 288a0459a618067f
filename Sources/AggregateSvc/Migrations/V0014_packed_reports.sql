-- Why:    rows of reports are packed by the service: compressing them again takes longer than making them.
-- Order:  any; what is stored stays as it is.
-- Locks:  a short exclusive lock on report_part.
ALTER TABLE report_part ALTER COLUMN bytes SET STORAGE EXTERNAL;
