-- Why:    target reports add up residuals of targets (aggregates 2.4).
-- Order:  before the code that reads them. Results and definitions are read again under other feed positions, since the copies
--         lack them.
-- Locks:  a short exclusive lock on assessment; the column has a constant default. Everything else is new.

-- Targets as subjects define them, with their organizational claims.
CREATE TABLE target (
    id int PRIMARY KEY, subject_id int NOT NULL, claim text NOT NULL, claim_name text NOT NULL, code text NOT NULL,
    name text NOT NULL
);
CREATE INDEX target_subject ON target (subject_id);
-- Those of an assessment's items.
ALTER TABLE assessment ADD COLUMN targets int[] NOT NULL DEFAULT '{}';

-- Which organizational claims of a subject target reports have, in their order. A subject that is not named here has all, by
-- code; setting target.claims.<subject> goes before (aggregates 2.4, results 1.6).
CREATE TABLE target_claims (subject text PRIMARY KEY, claims text[] NOT NULL);
INSERT INTO target_claims VALUES ('ELA', '{1-LT,1-IT,2-W,3-L,3-S,4-CR}'), ('Math', '{1}');

-- Residuals of a fact, millionths of the 0-to-1 item score: the arrays are parallel, and hold a target when both residuals of it
-- are known. Beside the facts, since only reports of one organization read them and they are five times as long.
CREATE TABLE fact_target (exam_id bigint PRIMARY KEY, targets int[] NOT NULL, student int[] NOT NULL, standard int[] NOT NULL);
-- A copy that begins anew is emptied at once.
GRANT TRUNCATE ON fact_target TO aggregate;
