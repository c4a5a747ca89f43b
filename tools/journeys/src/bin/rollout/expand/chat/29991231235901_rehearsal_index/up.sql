CREATE INDEX CONCURRENTLY message_rehearsals_idx ON message (rehearsals);
