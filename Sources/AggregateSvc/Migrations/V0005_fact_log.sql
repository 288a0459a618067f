-- Why:    the column engine keeps packed copies of counted facts and follows them by a log (DESIGN 7).
-- Order:  before the code that reads the log; code that does not know it goes on, the triggers write all the same.
-- Locks:  the triggers take a short exclusive lock on fact and school.

-- One row. seq numbers the changes of facts in the order of their commits: it stays locked until the transaction ends.
-- A new epoch means that everything made from facts begins anew: after TRUNCATE, and when an operator wants it.
-- pruned is the last number whose rows may be gone; schools counts the changes of schools.
CREATE TABLE fact_log_head (
    one boolean PRIMARY KEY DEFAULT true CONSTRAINT fact_log_head_one CHECK (one),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    seq bigint NOT NULL DEFAULT 0,
    pruned bigint NOT NULL DEFAULT 0,
    schools bigint NOT NULL DEFAULT 0
);
INSERT INTO fact_log_head DEFAULT VALUES;

-- What a counted fact was (sign -1) or is now (sign 1). Facts that do not count are nowhere in it.
CREATE TABLE fact_log (
    attributes bigint NOT NULL,
    seq bigint NOT NULL,
    school_id bigint NOT NULL,
    assessment_id int NOT NULL,
    score int NOT NULL,
    school_year smallint NOT NULL,
    language smallint NOT NULL,
    context smallint NOT NULL,
    level smallint NOT NULL,
    sign smallint NOT NULL CONSTRAINT fact_log_sign_known CHECK (sign IN (-1, 1))
);
CREATE INDEX fact_log_seq ON fact_log (seq);

-- Whose segments hold the log up to which number; rows that nobody needs are deleted.
CREATE TABLE segment_reader (folder uuid PRIMARY KEY, seq bigint NOT NULL, seen_at timestamptz NOT NULL);

CREATE FUNCTION log_added_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = aggregate, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    IF EXISTS (SELECT FROM added WHERE counted) THEN
        UPDATE fact_log_head SET seq = seq + 1 RETURNING seq INTO number;
        INSERT INTO fact_log (seq, sign, school_year, assessment_id, school_id, attributes, language, context, score, level)
        SELECT number, 1, school_year, assessment_id, school_id, attributes, language, context, score, level
          FROM added WHERE counted;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION log_removed_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = aggregate, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    IF EXISTS (SELECT FROM removed WHERE counted) THEN
        UPDATE fact_log_head SET seq = seq + 1 RETURNING seq INTO number;
        INSERT INTO fact_log (seq, sign, school_year, assessment_id, school_id, attributes, language, context, score, level)
        SELECT number, -1, school_year, assessment_id, school_id, attributes, language, context, score, level
          FROM removed WHERE counted;
    END IF;
    RETURN NULL;
END $$;

-- The difference of two multisets: what is the same before and after is not told.
CREATE FUNCTION log_changed_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = aggregate, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    IF EXISTS (SELECT FROM removed) THEN
        UPDATE fact_log_head SET seq = seq + 1 RETURNING seq INTO number;
        INSERT INTO fact_log (seq, sign, school_year, assessment_id, school_id, attributes, language, context, score, level)
        SELECT number, -1, gone.* FROM (
            SELECT school_year, assessment_id, school_id, attributes, language, context, score, level FROM removed WHERE counted
            EXCEPT ALL
            SELECT school_year, assessment_id, school_id, attributes, language, context, score, level FROM added WHERE counted
        ) gone
        UNION ALL
        SELECT number, 1, came.* FROM (
            SELECT school_year, assessment_id, school_id, attributes, language, context, score, level FROM added WHERE counted
            EXCEPT ALL
            SELECT school_year, assessment_id, school_id, attributes, language, context, score, level FROM removed WHERE counted
        ) came;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION log_emptied_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = aggregate, pg_temp AS $$
BEGIN
    UPDATE fact_log_head SET epoch = gen_random_uuid(), seq = seq + 1;
    RETURN NULL;
END $$;

CREATE FUNCTION log_changed_schools() RETURNS trigger LANGUAGE plpgsql SET search_path = aggregate, pg_temp AS $$
BEGIN
    UPDATE fact_log_head SET schools = schools + 1;
    RETURN NULL;
END $$;

CREATE TRIGGER log_added AFTER INSERT ON fact REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION log_added_facts();
CREATE TRIGGER log_removed AFTER DELETE ON fact REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION log_removed_facts();
CREATE TRIGGER log_changed AFTER UPDATE ON fact REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION log_changed_facts();
CREATE TRIGGER log_emptied AFTER TRUNCATE ON fact FOR EACH STATEMENT EXECUTE FUNCTION log_emptied_facts();
CREATE TRIGGER log_schools AFTER INSERT OR UPDATE OR DELETE ON school
    FOR EACH STATEMENT EXECUTE FUNCTION log_changed_schools();
