-- Finds the account that somebody logs in to, verified or not: what the constraint's index did until now.
-- squawk-ignore prefer-robust-stmts
CREATE INDEX CONCURRENTLY accounts_email_idx ON accounts (email);
