-- One database and one role for each service; as often as one likes. Roles log in with tokens of IAM and own no password.
\set ON_ERROR_STOP on
SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['auth', 'chat', 'core', 'notify_address']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT format('GRANT rds_iam TO %I', name)
FROM unnest(ARRAY['auth', 'chat', 'core', 'notify_address']) AS name \gexec
-- To make a database for a role, one has to be a member of it.
SELECT format('GRANT %I TO CURRENT_USER', name)
FROM unnest(ARRAY['auth', 'chat', 'core', 'notify_address']) AS name \gexec
SELECT format('CREATE DATABASE %I OWNER %I', name, name)
FROM unnest(ARRAY['auth', 'chat', 'core', 'notify_address']) AS name
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
-- A service reaches its own database alone.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', name)
FROM unnest(ARRAY['auth', 'chat', 'core', 'notify_address']) AS name \gexec
