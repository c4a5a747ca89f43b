-- Since when the provider says that it opens nothing any more. Only of a last way in, which stays as the way back; others go.
ALTER TABLE credentials ADD COLUMN unlinked_at timestamptz;
