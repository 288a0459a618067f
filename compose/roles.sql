-- The roles and the schema of one service. Run as a superuser in the service's database, once per service:
--
--   psql -v ON_ERROR_STOP=1 -c "SET ers.service = 'results'" -f compose/roles.sql
--
--   <service>_owner   owns the schema and runs `<Svc> migrate`; may change tables
--   <service>         the running service: rows of its own schema, no tables, no other schema
--   <service>_reader  what answers people, where a service keeps that apart: only what its migrations grant
--
-- Passwords are the operator's business: ALTER ROLE … PASSWORD, or a peer or certificate rule in pg_hba.conf.
-- May be run again at any time; it then only puts right what is missing.
DO $roles$
DECLARE
    service text := current_setting('ers.service');
    owner text := service || '_owner';
    reader text := service || '_reader';
    role_name text;
BEGIN
    IF service !~ '^[a-z][a-z0-9_]{0,39}$' THEN
        RAISE EXCEPTION 'ers.service must be a lower-case name, not "%"', service;
    END IF;
    -- Roles belong to the whole server: two databases made at once must not both create them.
    LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE;
    FOREACH role_name IN ARRAY ARRAY[owner, service, reader] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format(
                'CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT', role_name);
        END IF;
        EXECUTE format('ALTER ROLE %I SET search_path TO %I', role_name, service);
    END LOOP;

    EXECUTE 'REVOKE ALL ON SCHEMA public FROM PUBLIC';
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I, %I', current_database(), owner, service);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), reader);

    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', service, owner);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', service);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I, %I', service, service, reader);
    -- Tables that the owner's migrations will make; a migration may take single rights away again.
    EXECUTE format(
        'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I',
        owner, service, service);
    EXECUTE format(
        'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I',
        owner, service, service);
    EXECUTE format(
        'ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC', owner);
    EXECUTE format(
        'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT EXECUTE ON FUNCTIONS TO %I',
        owner, service, service);
END
$roles$;
