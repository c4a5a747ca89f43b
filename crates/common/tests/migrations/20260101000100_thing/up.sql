-- What the tiny service of the chassis tests keeps: one constraint of each kind.
CREATE TABLE thing (
    id uuid PRIMARY KEY,
    name text NOT NULL CONSTRAINT thing_name_key UNIQUE,
    size integer NOT NULL CONSTRAINT thing_size_check CHECK (size >= 0),
    parent uuid CONSTRAINT thing_parent_fkey REFERENCES thing (id)
);
CREATE INDEX thing_parent_idx ON thing (parent);

CREATE TABLE booking (
    during int4range NOT NULL,
    CONSTRAINT booking_during_excl EXCLUDE USING gist (during WITH &&)
);

-- What reactions and jobs did, in order.
CREATE TABLE effect (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    by text NOT NULL,
    key uuid NOT NULL,
    n bigint NOT NULL
);

-- While it has a row, the next claimed timer is taken away or moved between its claim and its work.
CREATE TABLE meddle (act text NOT NULL);
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wanted text;
BEGIN
    DELETE FROM meddle RETURNING act INTO wanted;
    IF wanted = 'take' THEN
        DELETE FROM job WHERE id = NEW.id;
    ELSIF wanted = 'move' THEN
        UPDATE job SET run_at = run_at + interval '1 hour', locked_until = NULL, payload = '{"n": 3}' WHERE id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER job_meddle AFTER UPDATE ON job
    FOR EACH ROW WHEN (NEW.attempts > OLD.attempts) EXECUTE FUNCTION meddle();
