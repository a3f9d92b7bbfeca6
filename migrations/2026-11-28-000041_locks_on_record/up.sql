-- Whether the audit trail tells already that this lock refused somebody: of each lock it tells once.
ALTER TABLE login_counts ADD COLUMN lock_on_record BOOLEAN NOT NULL DEFAULT FALSE;
-- Until now -1 failures said so.
UPDATE login_counts SET lock_on_record = TRUE, failures = 0 WHERE failures < 0;
