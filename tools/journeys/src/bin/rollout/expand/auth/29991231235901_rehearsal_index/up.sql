CREATE INDEX CONCURRENTLY device_sessions_rehearsals_idx ON device_sessions (rehearsals);
