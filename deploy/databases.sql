-- One database and one role for each service, made once for each PostgreSQL server by its first user; again as often as
-- one likes. psql -v core=PASSWORD -v auth=… -v chat=… -v notify_address=… -f databases.sql
\set ON_ERROR_STOP on
SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest(ARRAY['auth', 'chat', 'core', 'notify_address']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE auth PASSWORD :'auth';
ALTER ROLE chat PASSWORD :'chat';
ALTER ROLE core PASSWORD :'core';
ALTER ROLE notify_address PASSWORD :'notify_address';
-- To make a database for a role, one has to be a member of it.
GRANT auth, chat, core, notify_address TO CURRENT_USER;
SELECT format('CREATE DATABASE %I OWNER %I', name, name) FROM unnest(ARRAY['auth', 'chat', 'core', 'notify_address']) AS name
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
-- A service reaches its own database alone.
REVOKE ALL ON DATABASE auth, chat, core, notify_address FROM PUBLIC;
