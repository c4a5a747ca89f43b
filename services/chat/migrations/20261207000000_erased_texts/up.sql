-- What somebody said who has left keeps its place in the conversation; its text is gone.
-- squawk-ignore ban-drop-constraint
ALTER TABLE message DROP CONSTRAINT message_kind_check;
ALTER TABLE message ADD CONSTRAINT message_kind_check CHECK (
    (system_key IS NULL AND author_id IS NOT NULL AND client_id IS NOT NULL AND params IS NULL)
    OR (system_key IS NOT NULL AND client_id IS NULL AND body IS NULL AND params IS NOT NULL)
) NOT VALID;
