-- One account for an address that somebody has verified.
-- squawk-ignore prefer-robust-stmts
CREATE UNIQUE INDEX CONCURRENTLY accounts_verified_email_idx ON accounts (email) WHERE email_verified_at IS NOT NULL;
