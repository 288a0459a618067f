/// The tables of a ledger, made in its owner's schema by the owner's migrations.
public enum LedgerSchema {
    /// The script for a schema whose worker runs as `role`. It runs with the schema as search_path.
    public static func sql(role: String) -> String {
        """
        -- Why:    payloads received, as they came, and what became of them (ingest 2).
        -- Order:  before the code that accepts payloads.
        -- Locks:  none, everything is new.
        CREATE SEQUENCE import_number;
        CREATE TABLE import (
            id bigint PRIMARY KEY,
            content smallint NOT NULL,
            status smallint NOT NULL CONSTRAINT import_status_known CHECK (status BETWEEN -7 AND 2),
            digest bytea NOT NULL CONSTRAINT import_digest_is_md5 CHECK (length(digest) = 16),
            content_type text NOT NULL,
            batch text CONSTRAINT import_batch_short CHECK (length(batch) <= 250),
            creator text NOT NULL,
            properties text NOT NULL,
            created timestamptz NOT NULL DEFAULT now(),
            updated timestamptz NOT NULL DEFAULT now(),
            message text
        ) WITH (fillfactor = 70);
        CREATE UNIQUE INDEX import_digest ON import (digest, content);
        CREATE INDEX import_status ON import (content, status, id) WHERE status <= 0;
        CREATE INDEX import_batch ON import (content, batch, id) WHERE batch IS NOT NULL;
        CREATE TABLE import_queue (
            import_id bigint PRIMARY KEY REFERENCES import,
            content smallint NOT NULL,
            since timestamptz NOT NULL DEFAULT now()
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
        -- encoding 0: as received; 1: zstd
        CREATE TABLE payload (
            import_id bigint NOT NULL REFERENCES import, part int NOT NULL, encoding smallint NOT NULL,
            length int NOT NULL, body bytea NOT NULL, PRIMARY KEY (import_id, part)
        );
        ALTER TABLE payload ALTER COLUMN body SET STORAGE EXTERNAL;
        CREATE TABLE blob (
            id bytea PRIMARY KEY, login text NOT NULL, created timestamptz NOT NULL DEFAULT now(),
            sealed boolean NOT NULL DEFAULT false, total bigint
        );
        CREATE TABLE blob_part (
            blob_id bytea NOT NULL REFERENCES blob ON DELETE CASCADE, part int NOT NULL, encoding smallint NOT NULL,
            length int NOT NULL, body bytea NOT NULL, PRIMARY KEY (blob_id, part)
        );
        ALTER TABLE blob_part ALTER COLUMN body SET STORAGE EXTERNAL;
        GRANT USAGE ON SEQUENCE import_number TO \(role);
        GRANT SELECT, INSERT, UPDATE ON import TO \(role);
        GRANT SELECT, INSERT, UPDATE, DELETE ON import_queue, payload, blob, blob_part TO \(role);
        """
    }

    /// For owners with a lane whose outcomes promise an effect elsewhere, after the script above.
    public static func promises(role: String) -> String {
        """
        -- Why:    imports that are carried out here and not yet known everywhere (DESIGN 3, read your writes).
        -- Order:  after the ledger, before the code that makes promises.
        -- Locks:  none, everything is new.
        CREATE TABLE import_promise (
            import_id bigint PRIMARY KEY REFERENCES import,
            -- of the owner's feeds, to be reached by everybody before the status is told
            change bigint NOT NULL,
            status smallint NOT NULL
        );
        GRANT SELECT, INSERT, UPDATE, DELETE ON import_promise TO \(role);
        """
    }

    /// For owners with a `ZipRule`, after the script above.
    public static func zips(role: String) -> String {
        """
        -- Why:    many payloads in one call, as a zip whose files become imports (DESIGN 6).
        -- Order:  after the ledger, before the code that accepts zips.
        -- Locks:  none, everything is new.
        -- How far a zip has been taken apart, and until when somebody is at it. Gone when it is done.
        CREATE TABLE import_zip (
            import_id bigint PRIMARY KEY REFERENCES import, position int NOT NULL DEFAULT 0, held_until timestamptz NOT NULL
        );
        -- What became of each file: an import, or a problem.
        CREATE TABLE import_zip_file (
            zip_id bigint NOT NULL REFERENCES import, number int NOT NULL, name text NOT NULL,
            import_id bigint REFERENCES import, known_before boolean NOT NULL, problem text,
            PRIMARY KEY (zip_id, number),
            CONSTRAINT import_zip_file_is_one CHECK ((import_id IS NULL) = (problem IS NOT NULL))
        );
        GRANT SELECT, INSERT, UPDATE, DELETE ON import_zip, import_zip_file TO \(role);
        """
    }

    /// For owners with a `ZipRule`, after the scripts above.
    public static let directImports = """
        -- Why:    files of zips are carried out in the transaction that makes them imports; their ledger rows are written last,
        --         once, as they end. Foreign keys looked each file up three times besides, with a lock on a row that nobody
        --         deletes: imports stay for ever.
        -- Order:  before the code that carries them out so.
        -- Locks:  import, payload and import_zip_file for an instant.
        ALTER TABLE payload DROP CONSTRAINT IF EXISTS payload_import_id_fkey;
        ALTER TABLE import_zip_file DROP CONSTRAINT import_zip_file_zip_id_fkey,
            DROP CONSTRAINT import_zip_file_import_id_fkey;
        COMMENT ON COLUMN payload.encoding IS '0 as received, 1 zstd, 2 deflate, as the zip held it that the file came in.';
        """

    /// For every owner, after the scripts above.
    public static func payloadMonths(role: String) -> String {
        """
        -- Why:    payloads are the bulk of a database and are hardly ever read again: those of a month lie together, so that
        --         old months can be moved to a cheaper disk and are left alone by vacuum (DESIGN 2). What comes in parts was
        --         written twice, as a blob and as a payload; now a part is a payload from the beginning. And the size of what
        --         waits is in the queue, which saved a look-up of every payload.
        -- Order:  before the code that writes so. The former code cannot take bodies of more than 1 MiB then.
        -- Locks:  payload, while it gets a key; the others for an instant.
        ALTER TABLE payload RENAME TO payload_before_months;
        ALTER TABLE payload_before_months DROP CONSTRAINT payload_pkey,
            ADD COLUMN month date NOT NULL DEFAULT '2000-01-01';
        CREATE TABLE payload (
            import_id bigint NOT NULL, part int NOT NULL,
            -- in which it came, of UTC
            month date NOT NULL DEFAULT (date_trunc('month', now() AT TIME ZONE 'UTC'))::date,
            encoding smallint NOT NULL, length int NOT NULL, body bytea NOT NULL,
            PRIMARY KEY (import_id, part, month)
        ) PARTITION BY RANGE (month);
        ALTER TABLE payload ALTER COLUMN body SET STORAGE EXTERNAL;
        COMMENT ON COLUMN payload.encoding IS '0 as received, 1 zstd, 2 deflate, as the zip held it that the file came in.';
        ALTER TABLE payload ATTACH PARTITION payload_before_months FOR VALUES FROM (MINVALUE) TO ('2001-01-01');
        -- For a month that nobody has made, as after a clock's jump.
        CREATE TABLE payload_other PARTITION OF payload DEFAULT WITH (toast_tuple_target = 8160);
        -- This month and the next two. It waits two seconds for its lock at most, as everybody else would wait behind it.
        CREATE FUNCTION payload_months() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
            SET search_path FROM CURRENT SET lock_timeout = '2s' AS $$
        DECLARE
            first date;
            name text;
        BEGIN
            PERFORM pg_advisory_xact_lock('payload'::regclass::oid::bigint);
            FOR ahead IN 0..2 LOOP
                first := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead);
                name := 'payload_' || to_char(first, 'YYYY_MM');
                IF to_regclass(name) IS NULL AND NOT EXISTS (SELECT FROM payload_other WHERE month = first) THEN
                    EXECUTE format(
                        'CREATE TABLE %I PARTITION OF payload FOR VALUES FROM (%L) TO (%L) WITH (toast_tuple_target = 8160)',
                        name, first, first + interval '1 month');
                END IF;
            END LOOP;
        END $$;
        REVOKE EXECUTE ON FUNCTION payload_months() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION payload_months() TO \(role);
        SELECT payload_months();
        GRANT SELECT, INSERT, UPDATE, DELETE ON payload TO \(role);
        REVOKE ALL ON payload_before_months FROM \(role);
        DROP TABLE blob_part;
        TRUNCATE blob;
        ALTER TABLE blob ADD COLUMN import_id bigint NOT NULL UNIQUE;
        COMMENT ON COLUMN blob.import_id IS 'Its parts lie as the payload of this import, which is made when the blob is used.';
        ALTER TABLE import_queue ADD COLUMN size bigint;
        COMMENT ON COLUMN import_queue.size IS 'Of the payload in bytes as received; unknown for what was sent again or came in parts.';
        """
    }
}
