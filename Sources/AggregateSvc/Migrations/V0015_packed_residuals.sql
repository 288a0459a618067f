-- Why:    a target report reads the residuals of all results of a district. PostgreSQL sends an array element by element;
--         packed bytes it sends as they are, and they are half as long.
-- Order:  before the code that reads and writes them so.
-- Locks:  fact_target, while it is written anew.
-- Runs with search_path = aggregate.

-- For each target twelve bytes: its id, the residual by student and the residual by standard, each as int4, big-endian.
CREATE FUNCTION packed_residuals(targets int[], student int[], standard int[]) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(int4send(t) || int4send(s) || int4send(d), ''::bytea ORDER BY n), ''::bytea)
      FROM unnest(targets, student, standard) WITH ORDINALITY AS r(t, s, d, n)
$$;
CREATE FUNCTION packed_int4(packed bytea, place int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (get_byte(packed, place) << 24) | (get_byte(packed, place + 1) << 16) | (get_byte(packed, place + 2) << 8)
        | get_byte(packed, place + 3);
CREATE FUNCTION unpacked_residuals(packed bytea) RETURNS TABLE (target int, student int, standard int)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 20
BEGIN ATOMIC
    SELECT packed_int4(packed, n), packed_int4(packed, n + 4), packed_int4(packed, n + 8)
      FROM generate_series(0, length(packed) - 12, 12) AS n;
END;

ALTER TABLE fact_target ALTER COLUMN targets TYPE bytea USING packed_residuals(targets, student, standard);
ALTER TABLE fact_target RENAME COLUMN targets TO residuals;
ALTER TABLE fact_target DROP COLUMN student, DROP COLUMN standard,
    ADD CONSTRAINT fact_target_whole CHECK (length(residuals) % 12 = 0);
COMMENT ON COLUMN fact_target.residuals IS 'Packed: see unpacked_residuals. Millionths of the 0-to-1 item score.';
