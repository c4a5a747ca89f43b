-- How often an account did lately what reaches other people unasked: the times within the budget's window, and until
-- when the newest of them counts. What was refused is not here, what was withdrawn is.
CREATE TABLE budgets (
    account_id uuid NOT NULL,
    kind text NOT NULL,
    -- Whom it reached, where a budget is for one person; else the nil id.
    toward uuid NOT NULL,
    times timestamptz[] NOT NULL,
    until timestamptz NOT NULL,
    CONSTRAINT budgets_pkey PRIMARY KEY (account_id, kind, toward)
);
