-- An address that is not verified belongs to nobody: several may have signed up with it, and who opens the link first has it
-- (accounts_verified_email_idx).
-- squawk-ignore ban-drop-constraint
ALTER TABLE accounts DROP CONSTRAINT accounts_email_key;
