-- Set on two notices that cancelled one another: they are kept, so that an event that comes again finds them, and nobody
-- is shown them. They count as read.
ALTER TABLE notification.notices ADD COLUMN folded_at timestamptz;
