-- Nothing of this person is left here, and nothing comes: events that are consumed again make no notice.
ALTER TABLE notification.accounts ADD COLUMN erased_at timestamptz;
