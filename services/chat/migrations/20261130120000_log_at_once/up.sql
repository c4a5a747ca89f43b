-- A fact is written into the log itself, with the commit of its cause (ADR 13): nothing waits in the outbox any more.

-- Nobody tells or moves anything meanwhile.
LOCK TABLE outbox, event_log IN SHARE ROW EXCLUSIVE MODE;

-- What the relay has moved so far, it had published before.
INSERT INTO consumer_position (consumer, source, position)
SELECT 'relay', 'kafka', max(position) FROM event_log HAVING max(position) IS NOT NULL;

INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data)
SELECT event_id, topic, kind, key, sequence, occurred_at, headers, data FROM outbox ORDER BY id;
DELETE FROM outbox;

-- Processes of the version before still tell the outbox while they are replaced. The next migration drops it.
CREATE FUNCTION outbox_to_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data)
    VALUES (NEW.event_id, NEW.topic, NEW.kind, NEW.key, NEW.sequence, NEW.occurred_at, NEW.headers, NEW.data);
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_to_log BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION outbox_to_log();
