-- Nothing of this person is left here but the id, the sums of their hours and what others have with them. `gone_at` alone: others do not
-- see them any more, and they may still come back.
ALTER TABLE members ADD COLUMN erased_at timestamptz;
