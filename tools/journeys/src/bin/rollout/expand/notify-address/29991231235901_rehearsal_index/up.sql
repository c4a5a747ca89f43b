CREATE INDEX CONCURRENTLY notices_rehearsals_idx ON notification.notices (rehearsals);
