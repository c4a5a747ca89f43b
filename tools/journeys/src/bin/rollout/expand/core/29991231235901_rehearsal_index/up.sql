CREATE INDEX CONCURRENTLY listings_rehearsals_idx ON listings (rehearsals);
