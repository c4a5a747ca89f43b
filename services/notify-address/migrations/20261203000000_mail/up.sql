CREATE SCHEMA mail;

-- How each mail went, without its address, text or link: these are auth's, and are pulled when it is sent. Kept for 30 days.
CREATE TABLE mail.deliveries (
    mail_id uuid CONSTRAINT deliveries_pkey PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL
        CONSTRAINT deliveries_state_check CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
    -- While it is being sent nobody else sends it before then: whoever was at it has died.
    leased_until timestamptz,
    attempts integer NOT NULL,
    -- What the mail server answered last: 250, 450, 550.
    answer smallint,
    -- Why it was not sent (yet), as one word.
    cause text,
    requested_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT deliveries_lease_check CHECK ((leased_until IS NOT NULL) = (state = 'sending'))
);
