-- Whether the member is old enough to publish and propose: who has joined is, until auth says otherwise.
ALTER TABLE members ADD COLUMN may_act boolean NOT NULL DEFAULT true;
