-- Why:    a client outside the suite may follow the embargoes: its access token then has a scope (OAuth2, RFC 6749 §3.3).
-- Order:  safe before the code that reads it: nobody has a scope until it is given.
-- Locks:  instant; both defaults are constants.
ALTER TABLE identity.import_client
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{}'
        CONSTRAINT import_client_scopes CHECK (cardinality(scopes) <= 20 AND array_position(scopes, NULL) IS NULL);
ALTER TABLE identity.access_token
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN identity.import_client.scopes IS 'What the client may ask a token for, beside the rights of its account.';
COMMENT ON COLUMN identity.access_token.scopes IS 'Those of the client''s scopes that were asked for.';
