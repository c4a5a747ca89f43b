-- What was there before has one of the kinds of before: checked while everybody goes on.
ALTER TABLE mails VALIDATE CONSTRAINT mails_kind_check;
