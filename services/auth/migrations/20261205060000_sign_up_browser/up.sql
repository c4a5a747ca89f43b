-- SHA-256 of the mark of the browser that signed up, until the address is verified: whoever opens the link in another browser
-- shows the password that was chosen, too (src/address/verify.rs). Sign-ups from before have none, and ask for it everywhere.
ALTER TABLE accounts ADD COLUMN sign_up_browser bytea;
