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
}
