-- Until then a device on which somebody had logged in is new again: its owner threw others out.
ALTER TABLE accounts ADD COLUMN strangers_until timestamptz;
